"""The page of the environment: secrets, what stands over newswire.toml, and what stands in for options."""

from __future__ import annotations

from collections.abc import Iterator

import click

import publishers
from cli._reference import commands
from cli._reference.table import table
from cli.main import newswire
from newswire.configuration import overrides

_TOP = """
# Environment variables and secrets

A secret is taken from the first of these places that has it; a secret given in two of the first three is refused, since
one of them would be ignored without a word.

1. the environment of the process: `NAME=value`
2. `.env` beside newswire.toml (readable by its owner only: `chmod 600 .env`)
3. a file: `NAME_FILE=/run/secrets/name`
4. systemd: `LoadCredential=name:/etc/newswire/name` in the unit, the name in small letters

A channel's own secret goes before its platform's: for a channel named `x-en` first `X_EN_API_KEY`, then `X_API_KEY`.
"""
_OTHERS = (
    ("CREDENTIALS_DIRECTORY", "Where systemd puts credentials; systemd sets it."),
    (
        "JOURNAL_STREAM",
        "That standard error is systemd's journal; systemd sets it. The log leaves the time to the journal.",
    ),
    ("NO_COLOR", "Set to anything: no colours on a terminal."),
    ("TZ", "`newswire init` proposes it as the newsroom's time zone."),
    (
        "NEWSWIRE_SPECS",
        "For developers: the folder with the platforms' own API descriptions; tests that need it skip without.",
    ),
    ("NEWSWIRE_GOLDEN", "For developers: set to `write`, the golden tests write their expected posts anew."),
    ("NEWSWIRE_SERVERS_PYTHON", "For developers: a Python with a WebSub hub for the tests that need one."),
    ("CI", "For developers: a test whose server is not installed fails instead of being skipped."),
)


def secrets() -> dict[str, str]:
    """Every secret there is, and what it is."""
    found = {
        "DATABASE_URL": "The database: `sqlite:///newswire.db` (the default) or `postgresql://user:password@host/name`.",
        "HOOK_SECRET": "What a site signs its calls with, for sources of the kinds `hook` and `websub`.",
    }
    for name in publishers.known():
        config = publishers.load(name).Config
        for field, variable in config.secret_fields().items():
            found[variable] = f"{publishers.load(name).title}: {config.model_fields[field].description}."
    return found


def _for_options() -> Iterator[tuple[str, str]]:
    every: list[tuple[str, click.Command]] = [("newswire", newswire), *commands.all_of_them()]
    for name, command in every:
        for one in commands.options(command):
            if one.envvar and str(one.envvar) not in overrides():
                yield str(one.envvar), f"Stands in for `{one.opts[0]}` of `{name}`."


def page() -> str:
    """The whole page."""
    head = ("variable", "what it is")
    single = [(f"`{name}`", f"`{'.'.join(path)}`") for name, path in overrides().items()]
    named = [(f"`{name}`", says) for name, says in (*_for_options(), *_OTHERS)]
    return "\n\n".join(
        (
            _TOP.strip(),
            "## Secrets",
            table(head, [(f"`{name}`", says) for name, says in secrets().items()]),
            "## Over newswire.toml",
            "Each of these stands over the setting of the same name. What they do: [settings.md](settings.md).",
            table(("variable", "setting"), single),
            "## Others",
            table(head, named),
        )
    )
