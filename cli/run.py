"""`newswire run`: the daemon, or one of many processes that are it together."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.output import run_async, settings_of

if TYPE_CHECKING:
    from cli.main import Context
    from desk.newsroom import Newsroom
    from newswire.settings import Settings
    from scheduler.daemon import Face, Role
    from web.hooks import Door

_ROLES = ("clock", "worker", "bot", "web")


@click.command("run")
@click.option(
    "--role",
    "roles",
    type=click.Choice(_ROLES),
    multiple=True,
    help="Do only this, beside other processes on one PostgreSQL; may be given several times.",
)
@click.pass_obj
def command(context: Context, roles: tuple[str, ...]) -> None:
    """Watch the site and post, until stopped.

    Without --role one process does everything. SIGTERM or Ctrl-C finishes what is in hand. Exit codes: 0 stopped,
    69 something it needs cannot be reached, 75 another Newswire runs on this database or polls this bot, 78 the
    configuration is wrong.
    """
    run_async(_run(context, roles))


async def _run(context: Context, names: tuple[str, ...]) -> None:
    from desk.newsroom import opened
    from newswire import log
    from newswire.errors import ConfigError, NewswireError
    from scheduler import daemon

    settings = settings_of(context)
    if not settings.channel:
        raise ConfigError(
            f"{context.config}: no [[channel]] yet, so nothing could be posted; see newswire.example.toml"
        )
    roles = frozenset(map(daemon.Role, names))
    _check_templates(settings, context.config.resolve().parent)
    log.start(form=settings.log.format, level=settings.log.level, secrets=settings.secrets.known)
    stop = asyncio.Event()
    daemon.stop_on_signals(stop)
    try:
        async with opened(settings, folder=context.config.resolve().parent) as newsroom:
            if roles:
                _check(settings, roles, sqlite=newsroom.store.sqlite)
            await daemon.run(newsroom, _faces(newsroom, roles), stop=stop, roles=roles)
    except NewswireError:
        raise
    except Exception:
        log.get("newswire.cli.run").exception("newswire stumbled, and stops")
        context.logged = True
        raise


def _check(settings: Settings, roles: frozenset[Role], *, sqlite: bool) -> None:
    """ConfigError for roles that these settings have no work for."""
    from newswire.errors import ConfigError
    from scheduler.daemon import Role

    if sqlite:
        raise ConfigError(
            "--role is for many processes on one PostgreSQL, and DATABASE_URL names SQLite: leave --role out, or write "
            "DATABASE_URL=postgresql://user@host/name into .env"
        )
    if Role.BOT in roles and settings.editors.chat is None:
        place = settings.where("editors", "chat")
        raise ConfigError(f"{place} [editors] names no chat, so there is nothing to do for --role bot; leave it out")
    if Role.WEB in roles and not settings.web.enabled:
        place = settings.where("web", "enabled")
        raise ConfigError(f"{place} [web] is off, so there is nothing to do for --role web; leave it out")
    if settings.bot.updates == "webhook" and Role.BOT in roles and Role.WEB not in roles:
        place = settings.where("bot", "updates")
        raise ConfigError(
            f'{place} [bot] updates = "webhook" come in through the web face: run both in one process, '
            "--role bot --role web"
        )


def _check_templates(settings: Settings, folder: Path) -> None:
    """A template without the link, or one that cannot be read, is refused before anything moves."""
    from desk.newsroom import platform_of
    from desk.writing.compose import template_of
    from formatting import template
    from newswire.errors import ConfigError

    for n, channel in enumerate(settings.channel):
        limits = platform_of(settings, channel).limits
        key = "template_file" if channel.template_file else "template"
        try:
            if text := template_of(channel, folder):
                template.check(text, limits)
        except ConfigError as error:
            raise ConfigError(f"{settings.where('channel', n, key)} channel '{channel.name}': {error}") from None


def _faces(newsroom: Newsroom, roles: frozenset[Role]) -> dict[Role, Face]:
    """The bot where there are editors, and the web in front of it; neither is imported where it is not wanted."""
    from scheduler.daemon import Role

    faces: dict[Role, Face] = {}
    doors: dict[str, Door] = {}
    if newsroom.settings.editors.chat is not None and (not roles or Role.BOT in roles):
        from bot.application import TelegramFace

        bot = TelegramFace(newsroom)
        faces[Role.BOT] = bot
        doors["telegram"] = bot.receive
    if newsroom.settings.web.enabled and (not roles or Role.WEB in roles):
        from web.app import WebFace

        doors |= _doors_of_sources(newsroom)
        checks = list(faces.values()) if not roles else []  # a bot that stands by is well
        faces = {Role.WEB: WebFace(newsroom, doors, checks), **faces}
    return faces


def _doors_of_sources(newsroom: Newsroom) -> dict[str, Door]:
    """Where sites and hubs call; what is missing for that is said in the log."""
    from desk.watching.doors import doors, lacks
    from newswire import log
    from scheduler.watcher import call

    settings = newsroom.settings
    for source in settings.sources():
        if trouble := lacks(settings, source):
            log.get("newswire.cli.run").warning(trouble)
    return dict(doors(newsroom, settings.hook_secret, settings.web.url, call(newsroom)))
