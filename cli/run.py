"""`newswire run`: the daemon."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from cli.output import run_async, settings_of

if TYPE_CHECKING:
    from cli.main import Context
    from desk.newsroom import Newsroom
    from scheduler.daemon import Face
    from web.hooks import Door


@click.command("run")
@click.pass_obj
def command(context: Context) -> None:
    """Watch the site and post, until stopped.

    SIGTERM or Ctrl-C finishes what is in hand. Exit codes: 0 stopped, 69 something it needs cannot be reached,
    75 another Newswire runs on this database or polls this bot, 78 the configuration is wrong.
    """
    run_async(_run(context))


async def _run(context: Context) -> None:
    from desk.newsroom import opened
    from newswire import log
    from newswire.errors import ConfigError, NewswireError
    from scheduler import daemon

    settings = settings_of(context)
    if not settings.channel:
        raise ConfigError(
            f"{context.config}: no [[channel]] yet, so nothing could be posted; see newswire.example.toml"
        )
    log.start(form=settings.log.format, level=settings.log.level, secrets=settings.secrets.known)
    stop = asyncio.Event()
    daemon.stop_on_signals(stop)
    try:
        async with opened(settings, folder=context.config.resolve().parent) as newsroom:
            await daemon.run(newsroom, _faces(newsroom), stop=stop)
    except NewswireError:
        raise
    except Exception:
        log.get("newswire.cli.run").exception("newswire stumbled, and stops")
        context.logged = True
        raise


def _faces(newsroom: Newsroom) -> list[Face]:
    """The bot where there are editors, and the web in front of it; neither is imported where it is not wanted."""
    faces: list[Face] = []
    doors: dict[str, Door] = {}
    if newsroom.settings.editors.chat is not None:
        from bot.application import TelegramFace

        bot = TelegramFace(newsroom)
        faces.append(bot)
        doors["telegram"] = bot.receive
    if newsroom.settings.web.enabled:
        from web.app import WebFace

        faces.insert(0, WebFace(newsroom, doors, faces.copy()))
    return faces
