"""The `newswire` command: finds the command that was typed, and turns our errors into one line and an exit code."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

import click

import cli
from newswire.errors import NewswireError

_SUMMARIES = {
    "init": "Ask a few questions and write newswire.toml and .env.",
    "check": "Look at everything that could go wrong: files, database, tokens, feeds, templates, disk.",
    "run": "Watch the site and post, until stopped.",
    "demo": "Try everything on this machine: a news site, Telegram, X and the editors' chat, no account needed.",
    "status": "What waits, what went wrong, how the sources are.",
    "post": "Post an article by its address.",
    "preview": "Show an article as each channel would post it.",
    "channel": "Stop a channel, let it go on, or decide what becomes of its late posts.",
    "source": "Find, add, try out, rehearse and list what is watched.",
    "migrate": "Bring the database up to date.",
    "config": "Show the settings.",
}
"""In the order of the help. The first line of each command's own help says the same; a test compares them."""


@dataclass(slots=True)
class Context:
    """What every command knows: where the configuration is, and which secrets have been read from it so far.

    `debug`: the trace of a mistake of ours is shown. `logged`: it stands in the log already.
    """

    config: Path = Path("newswire.toml")
    debug: bool = False
    logged: bool = False
    secrets: set[str] = field(default_factory=set, repr=False)


class Commands(click.Group):
    """Commands by the name of their module; `newswire --help` imports none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All commands, in the order of `_SUMMARIES`."""
        return list(_SUMMARIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command, imported now."""
        if cmd_name not in _SUMMARIES:
            return None
        command: click.Command = importlib.import_module(f"cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """The list of the help, from the summaries."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_SUMMARIES.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a hint for a name that is nearly right."""
        if args and args[0] not in _SUMMARIES and not args[0].startswith("-"):
            import difflib

            close = difflib.get_close_matches(args[0], _SUMMARIES, n=1)
            hint = f" Did you mean '{close[0]}'?" if close else " `newswire --help` lists them."
            ctx.fail(f"There is no command '{args[0]}'.{hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--config",
    "-c",
    type=click.Path(path_type=Path, readable=False),  # what is wrong with it is said by whoever reads it, in our words
    metavar="FILE",
    default=Path("newswire.toml"),
    envvar="NEWSWIRE_CONFIG",
    show_default=True,
    help="The settings; .env is read from the same folder.",
)
@click.option("--debug", is_flag=True, help="When Newswire itself stumbles, show the trace (without secrets).")
@click.version_option(package_name="newswire", message="newswire %(version)s")
@click.pass_context
def newswire(ctx: click.Context, config: Path, *, debug: bool) -> None:
    """Puts each new article of a news site on the wire: Telegram, X and the other channels, exactly once.

    \b
    Try it:   newswire demo
    Go live:  newswire run
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    context = ctx.ensure_object(Context)
    context.config, context.debug = config, debug


def main() -> None:
    """The entrance. Every error is one line on standard error and an exit code; Ctrl-C is 130."""
    context = Context()
    try:
        code = newswire(standalone_mode=False, obj=context, color=False if os.environ.get("NO_COLOR") else None)
    except click.exceptions.Exit as done:
        code = done.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        code = 130
    except NewswireError as error:
        from newswire.log import redact

        click.echo(redact(str(error), context.secrets), err=True)
        code = error.exit_code
    except Exception as error:  # noqa: BLE001 - whatever it is, nobody at a keyboard is shown a trace unasked
        from cli import _stumble

        code = _stumble.told(error, secrets=context.secrets, debug=context.debug, logged=context.logged)
    sys.exit(code if isinstance(code, int) else 0)


def modules() -> list[str]:
    """The command modules there are; a test holds them against the summaries."""
    others = {"main", "output"}
    names = (m.name for m in pkgutil.iter_modules(cli.__path__))
    return sorted(name for name in names if name not in others and not name.startswith("_"))
