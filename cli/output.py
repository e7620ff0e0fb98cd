"""What commands share: settings and newsroom from the command line, and output for people or for programs."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from cli.main import Context
    from desk.newsroom import Newsroom
    from newswire.editor import Editor
    from newswire.settings import Settings

_T = TypeVar("_T")

as_json = click.option("--json", "as_json", is_flag=True, help="For programs: JSON on standard output.")


def settings_of(context: Context) -> Settings:
    """The settings that --config names."""
    from newswire import configuration

    settings = configuration.load(context.config)
    context.secrets = settings.secrets.known
    return settings


def run_async(work: Coroutine[Any, Any, _T]) -> _T:
    """Run `work` to its end."""
    return asyncio.run(work)


@contextmanager
def waiting(text: str) -> Iterator[None]:
    """Show on a terminal that something takes its time; say nothing elsewhere."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.markup import escape

    with Console(stderr=True).status(escape(text)):
        yield


@asynccontextmanager
async def newsroom_of(context: Context, *, public: bool = False) -> AsyncIterator[Newsroom]:
    """The newsroom for one command, its database up to date. Logs only what is wrong."""
    from db import schema
    from desk.newsroom import opened, platform_of
    from newswire import log

    settings = settings_of(context)
    log.start(form=settings.log.format, level="warning", secrets=settings.secrets.known)
    for channel in settings.channel:
        platform_of(settings, channel)
    async with opened(settings, folder=context.config.resolve().parent, public=public) as newsroom:
        await schema.require_current(newsroom.store, migrate=False)
        yield newsroom


def operator() -> Editor:
    """Who types: whoever can read the secrets is no less than an owner."""
    from newswire.editor import Editor, Role

    return Editor(0, "command line", Role.OWNER)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if hasattr(value, "to_json"):
        return value.to_json()
    return str(value)


def show_json(data: Any) -> None:
    """`data` as JSON."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=_plain))


def at(time: datetime | None, zone: ZoneInfo, otherwise: str = "-") -> str:
    """A time as people read it, in the newsroom's zone."""
    return f"{time.astimezone(zone):%Y-%m-%d %H:%M}" if time else otherwise


def show_table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, title: str = "", sparse: bool = False) -> None:
    """A table: drawn on a terminal, tab-separated elsewhere. `sparse`: drawn without columns that say `-` in every row."""
    if not sys.stdout.isatty():
        if title:
            click.echo(title)
        for row in (columns, *rows):
            click.echo("\t".join(row))
        return
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = [n for n in range(len(columns)) if not (sparse and rows and all(row[n] == "-" for row in rows))]
    table = Table(title=title or None, box=SIMPLE, title_justify="left")
    for n in shown:
        table.add_column(columns[n], overflow="fold")
    for row in rows:
        table.add_row(*(Text(row[n]) for n in shown))
    Console().print(table)
