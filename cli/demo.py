"""`newswire demo`: everything on this machine, to look at or, with --once, to be counted."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli.output import as_json, run_async, show_json, show_table, waiting

if TYPE_CHECKING:
    from cli._count import Row

_T = TypeVar("_T")
_ONCE_SECONDS = 90.0
_REVIEW = ("politics", "world")


@click.command("demo")
@click.option("--once", is_flag=True, help="No page: wait until the articles are out everywhere, print a table, exit.")
@click.option(
    "--articles",
    type=click.IntRange(min=1),
    metavar="N",
    default=3,
    show_default=True,
    help="With --once: how many articles must be out.",
)
@click.option(
    "--every",
    type=click.FloatRange(min=0.1),
    metavar="SECONDS",
    default=8.0,
    show_default=True,
    help="Seconds between two new articles on the site.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    default=8765,
    show_default=True,
    help="Port of the page; 0: any free one.",
)
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep configuration, database and log in this folder; it must be a new one.",
)
@as_json
def command(*, once: bool, articles: int, every: float, port: int, keep: Path | None, as_json: bool) -> None:
    """Try everything on this machine: a news site, Telegram, X and the editors' chat, no account needed.

    With --once: exit code 0 when every article is out everywhere, once; 1 when something is missing or doubled.
    """
    with tempfile.TemporaryDirectory(prefix="newswire-demo-") as scratch:
        folder = (keep or Path(scratch)).resolve()
        _require_unused(folder)
        if once:
            complete = run_async(_until_told(_once(folder, articles, as_json=as_json)))
            raise click.exceptions.Exit(0 if complete else 1)
        with contextlib.suppress(click.Abort):  # it runs until it is told to stop: that is no failure
            run_async(_until_told(_show(folder, every=every, port=port)))


def _require_unused(folder: Path) -> None:
    """UsageProblem for a newsroom's folder: the demo would write over it, and an earlier demo's site and chats are gone."""
    from newswire.errors import UsageProblem

    for name in ("newswire.toml", ".env", "newswire.db"):
        if (folder / name).exists():
            raise UsageProblem(f"{folder / name} is there already; give --keep a new folder, nothing was changed")


async def _until_told(work: Coroutine[Any, Any, _T]) -> _T:
    """Run `work`; SIGTERM and Ctrl-C end it, and with it every process it started."""
    task = asyncio.ensure_future(work)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        raise click.Abort from None


async def _show(folder: Path, *, every: float, port: int) -> None:
    """The page, until Ctrl-C."""
    from cli._stage import Stage
    from newswire.errors import NewswireError

    async with Stage(folder, every=every, port=port, review=_REVIEW) as stage:
        await stage.start_daemon()
        click.echo(f"Open {stage.where['address']}/ in a browser. Ctrl-C ends the demo.")
        click.echo(f"Configuration, database and log: {folder}", err=True)
        assert stage.daemon is not None  # noqa: S101 - just started
        code = await stage.daemon.wait()
        raise NewswireError(f"the daemon has stopped (exit code {code}); its log: {folder / 'daemon.log'}")


async def _once(folder: Path, articles: int, *, as_json: bool) -> bool:
    """Publish articles one after another, wait until they are out, and hold the ledger against what the public saw."""
    from cli import _count
    from cli._stage import Stage

    with waiting(f"A news site, Telegram and X are started, then {articles} articles are published and posted"):
        async with Stage(folder, every=0) as stage:
            await stage.start_daemon()
            await _count.baseline(stage, _ONCE_SECONDS)
            editions = [("en", "ru", "hy")[n % 3] for n in range(articles)]
            stories = [await stage.post("/control/site/publish", {"edition": edition}) for edition in editions]
            rows = await _count.wait_for(stage, stories, _ONCE_SECONDS)
    _print(rows, as_json=as_json)
    return all(row.seen == 1 and row.state == "published" for row in rows)


def _print(rows: list[Row], *, as_json: bool) -> None:
    if as_json:
        show_json(
            [
                {
                    "article": r.article,
                    "channel": r.channel,
                    "state": r.state,
                    "link": r.link,
                    "seconds": r.seconds,
                    "seen": r.seen,
                }
                for r in rows
            ]
        )
        return
    cells = [
        (
            r.article[:50],
            r.channel,
            r.state if r.seen <= 1 else f"{r.state}, DOUBLED",
            r.link,
            "" if r.seconds is None else f"{r.seconds:.2f}",
        )
        for r in rows
    ]
    show_table(("article", "channel", "state", "link", "seconds"), cells)
    out = sum(r.seen == 1 for r in rows)
    click.echo(
        f"{out} of {len(rows)} posts out, {sum(r.seen > 1 for r in rows)} doubled, {sum(r.seen == 0 for r in rows)} missing"
    )
