"""`newswire run`: the daemon."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from cli.output import run_async, settings_of

if TYPE_CHECKING:
    from cli.main import Context


@click.command("run")
@click.pass_obj
def command(context: Context) -> None:
    """Watch the site and post, until stopped.

    SIGTERM or Ctrl-C finishes what is in hand. Exit codes: 0 stopped, 69 something it needs cannot be reached,
    75 another Newswire runs on this database or polls this bot, 78 the configuration is wrong.
    """
    run_async(_run(context))


async def _run(context: Context) -> None:
    from bot.application import TelegramFace
    from desk.newsroom import opened
    from newswire import log
    from newswire.errors import ConfigError
    from scheduler import daemon
    from web.app import WebFace

    settings = settings_of(context)
    if not settings.channel:
        raise ConfigError(
            f"{context.config}: no [[channel]] yet, so nothing could be posted; see newswire.example.toml"
        )
    log.start(form=settings.log.format, level=settings.log.level, secrets=settings.secrets.known)
    stop = asyncio.Event()
    daemon.stop_on_signals(stop)
    async with opened(settings, folder=context.config.resolve().parent) as newsroom:
        faces: list[daemon.Face] = []
        doors = {}
        if settings.editors.chat is not None:
            bot = TelegramFace(newsroom)
            faces.append(bot)
            doors["telegram"] = bot.receive
        if settings.web.enabled:
            faces.insert(0, WebFace(newsroom, doors, faces.copy()))
        await daemon.run(newsroom, faces, stop=stop)
