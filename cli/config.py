"""`newswire config show`: the settings as they count, defaults included."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.output import as_json, settings_of, show_json

if TYPE_CHECKING:
    from cli.main import Context


@click.group("config")
def command() -> None:
    """Show the settings."""


@command.command("show")
@as_json
@click.pass_obj
def show(context: Context, *, as_json: bool) -> None:
    """Every setting as it counts: from the file, the environment, or by default. Never a secret."""
    import tomlkit

    data = settings_of(context).model_dump(mode="json", by_alias=True, exclude_none=True)
    if as_json:
        show_json(data)
    else:
        click.echo(tomlkit.dumps(data))


@command.command("schema")
@click.pass_obj
def schema(_context: Context) -> None:
    """The JSON schema of newswire.toml, for editors that complete and check as you type."""
    from newswire.settings import Settings

    show_json(Settings.model_json_schema(mode="serialization"))
