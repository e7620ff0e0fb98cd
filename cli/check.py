"""`newswire check`: the doctor at the command line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from cli.output import as_json, run_async, settings_of, show_json

if TYPE_CHECKING:
    from cli.main import Context
    from desk.health.findings import Finding

_COLOURS = {"ok": "green", "warn": "yellow", "FAIL": "bold red"}


@click.command("check")
@click.option("--offline", is_flag=True, help="Only what this machine knows: no call leaves it.")
@as_json
@click.pass_obj
def command(context: Context, *, offline: bool, as_json: bool) -> None:
    """Look at everything that could go wrong: files, database, tokens, feeds, templates, disk.

    One line a thing: ok, warn or FAIL with the way out. Exit code: 0 (warnings allowed), 78 something in the
    configuration or an account's rights is wrong, 69 something cannot be reached.
    """
    from desk.health.findings import exit_code

    found = run_async(checked(context, offline=offline, aloud=not as_json))
    code = exit_code(found)
    if as_json:
        show_json(
            {"exit_code": code, "findings": [{"grade": f.grade, "thing": f.thing, "text": f.text} for f in found]}
        )
    raise click.exceptions.Exit(code)


async def checked(context: Context, *, offline: bool = False, aloud: bool = True) -> list[Finding]:
    """All findings, printed as they come when `aloud`. A file that cannot be used is a finding for each of its lines."""
    from desk.health import doctor
    from desk.health.findings import fail
    from newswire import log
    from newswire.errors import ConfigError

    try:
        settings = settings_of(context)
    except ConfigError as error:
        found = [fail("configuration", line) for line in str(error).splitlines()]
        for finding in found if aloud else ():
            show(finding)
        return found
    log.start(form=settings.log.format, level="error", secrets=settings.secrets.known)
    found = []
    async for finding in doctor.examine(settings, context.config.resolve().parent, online=not offline):
        found.append(finding)
        if aloud:
            show(finding)
    return found


def show(finding: Finding) -> None:
    """One line: drawn on a terminal, plain elsewhere."""
    if not sys.stdout.isatty():
        click.echo(f"{finding.grade:<4}  {finding.thing}: {finding.text}")
        return
    from rich.console import Console
    from rich.text import Text

    line = Text.assemble(
        (f"{finding.grade:<4}", _COLOURS[finding.grade]), "  ", (finding.thing, "bold"), ": ", finding.text
    )
    Console(soft_wrap=True, highlight=False).print(line)
