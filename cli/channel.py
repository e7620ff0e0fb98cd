"""`newswire channel`: stop a channel, let it go on, decide about its late posts: without an editors' chat, or Telegram."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.output import newsroom_of, operator, run_async

if TYPE_CHECKING:
    from datetime import datetime

    from cli.main import Context
    from desk.newsroom import Newsroom


@click.group("channel")
def command() -> None:
    """Stop a channel, let it go on, or decide what becomes of its late posts."""


@command.command("pause")
@click.argument("name")
@click.option("--reason", default="", metavar="TEXT", help="Why; shown in the editors' chat and by `newswire check`.")
@click.option(
    "--until", metavar="TIME", help="When it goes on by itself: 18:00, `tomorrow 9:00`, 2h. Else: when resumed."
)
@click.pass_obj
def pause(context: Context, name: str, *, reason: str, until: str | None) -> None:
    """Stop channel NAME, or `all`, until TIME or until it is resumed. Its queue stays."""
    run_async(_stand(context, name, on=False, reason=reason, until=until))


@command.command("resume")
@click.argument("name")
@click.pass_obj
def resume(context: Context, name: str) -> None:
    """Let channel NAME, or `all`, go on: after a pause, or when the trouble that stopped it is mended."""
    run_async(_stand(context, name, on=True))


@command.command("late")
@click.argument("name")
@click.argument("deed", metavar="newest|spread|drop", type=click.Choice(["newest", "spread", "drop"]))
@click.pass_obj
def late(context: Context, name: str, *, deed: str) -> None:
    """Decide about the posts of channel NAME that waited too long.

    \b
    newest  sends the newest three at once; the others will not go out
    spread  gives all of them a new time
    drop    lets all of them go; also what waits for a channel that was taken out of newswire.toml
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    run_async(_late(context, name, deed))


async def _late(context: Context, name: str, deed: str) -> None:
    from desk.deciding import backlog

    async with newsroom_of(context) as newsroom:
        said = await backlog.decide(newsroom, operator(), name, deed)
        if not said.done:
            _require(newsroom, name)
    click.echo(said.text)


async def _stand(context: Context, name: str, *, on: bool, reason: str = "", until: str | None = None) -> None:
    from desk.deciding import queue

    async with newsroom_of(context) as newsroom:
        _require(newsroom, name)
        if on:
            said = await queue.resume(newsroom, operator(), name)
        else:
            end = None if until is None else _end(newsroom, until)
            said = await queue.pause(newsroom, operator(), name, why=reason, until=end)
    click.echo(said.text)


def _end(newsroom: Newsroom, text: str) -> datetime:
    """When a pause ends, written as editors write it. UsageProblem for what is no time to come."""
    from bot import times
    from newswire.errors import UsageProblem

    end, rest = times.until(f"until {text}", newsroom.settings.timezone, newsroom.clock.now())
    if end is None or rest:
        raise UsageProblem(
            f"--until: '{text}' is no time to come; write 18:00, 'tomorrow 9:00' or 2h; nothing was changed"
        )
    return end


def _require(newsroom: Newsroom, name: str) -> None:
    """UsageProblem for a channel that is not in the file."""
    from newswire.errors import UsageProblem

    known = [channel.name for channel in newsroom.settings.channel]
    if name != "all" and name not in known:
        raise UsageProblem(f"there is no channel '{name}'; there are: {', '.join(known) or 'none yet'}")
