"""`newswire channel`: stop a channel and let it go on, for a newsroom without an editors' chat, or when Telegram is away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.output import newsroom_of, run_async

if TYPE_CHECKING:
    from datetime import datetime

    from cli.main import Context
    from desk.newsroom import Newsroom

_BY = "command line"


@click.group("channel")
def command() -> None:
    """Stop a channel, or let it go on."""


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


async def _stand(context: Context, name: str, *, on: bool, reason: str = "", until: str | None = None) -> None:
    from desk import queue
    from newswire.editor import Editor, Role

    operator = Editor(0, _BY, Role.OWNER)
    async with newsroom_of(context) as newsroom:
        _require(newsroom, name)
        if on:
            said = await queue.resume(newsroom, operator, name)
        else:
            end = None if until is None else _end(newsroom, until)
            said = await queue.pause(newsroom, operator, name, why=reason, until=end)
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
