"""The page of commands: each with its help, its options, and the environment variables that stand in for them."""

from __future__ import annotations

from collections.abc import Iterator

import click

from cli._reference.table import table
from cli.main import newswire

_TOP = """
# Commands

Results go to standard output, questions and troubles to standard error. `--json` stands for programs. Progress is
shown on a terminal only. Tables are drawn on a terminal and tab-separated elsewhere.

| exit code | what |
| --- | --- |
| 0 | done |
| 1 | it failed; the line on standard error says why |
| 2 | the command was typed wrong |
| 69 | a database or platform cannot be reached, or for `check` and `init` a site: try again later |
| 75 | another Newswire runs on this database, or polls this bot |
| 78 | the configuration or an account's rights are wrong: a person must mend them |
| 130 | stopped with Ctrl-C |
"""


def all_of_them() -> Iterator[tuple[str, click.Command]]:
    """Every command with its whole name: `newswire source test`."""
    context = click.Context(newswire, info_name="newswire")
    for name in newswire.list_commands(context):
        command = newswire.get_command(context, name)
        assert command is not None  # noqa: S101 - it has just been listed
        inner = command.commands if isinstance(command, click.Group) else {"": command}
        yield from ((f"newswire {name} {inside}".strip(), one) for inside, one in inner.items())


def page() -> str:
    """The whole page."""
    parts = [_TOP.strip(), "## newswire", "Before every command:", _options(newswire)]
    for name, command in all_of_them():
        arguments = [one.human_readable_name for one in command.params if isinstance(one, click.Argument)]
        parts += [f"## {' '.join([name, *arguments])}", _help(command), _options(command)]
    return "\n\n".join(part for part in parts if part)


def _help(command: click.Command) -> str:
    paragraphs = (command.help or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def options(command: click.Command) -> list[click.Option]:
    """Those that are shown."""
    return [one for one in command.params if isinstance(one, click.Option) and not one.hidden]


def _options(command: click.Command) -> str:
    rows = []
    for one in options(command):
        names = ", ".join(f"`{name}`" for name in [*one.opts, *one.secondary_opts])
        metavar = "" if one.is_flag else f" {one.make_metavar(click.Context(command))}"
        default = f" Default: {one.default}." if one.show_default else ""
        variable = f" Environment: `{one.envvar}`." if one.envvar else ""
        rows.append((names + metavar, f"{one.help or ''}{default}{variable}"))
    return table(("option", "what it does"), rows) if rows else ""
