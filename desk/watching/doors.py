"""Doors of sources: what a site or its hub brings is taken in at once, and hubs are asked to call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

import sources
from db import sources as source_rows
from db.sources import Health
from desk.newsroom import Newsroom
from desk.watching import listing
from newswire import log
from newswire.errors import ConfigError, SourceError
from newswire.settings import Settings
from newswire.source import Memory, Source
from sources import websub
from sources._base import Listening
from sources._signatures import derived

logger = log.get("newswire.desk.watching.doors")

Ring = Callable[[str, datetime], None]
"""The name of a source, and when it is to be looked at."""

_BETWEEN_RINGS = timedelta(seconds=10)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
TELEGRAMS = "telegram"
"""The door where Telegram brings updates."""


class SourceDoor:
    """The door of one source, called at /hooks/NAME. `secret` is what its callers sign with, `ring` asks for a look."""

    def __init__(self, newsroom: Newsroom, source: Source, *, secret: str, ring: Ring) -> None:
        self._newsroom = newsroom
        self._source = source
        self._secret = secret
        self._ring = ring
        self._rung_at = _LONG_AGO

    async def __call__(self, body: bytes, headers: Mapping[str, str]) -> int:
        """Take in what a call brings. The answer is an HTTP status."""
        kind = sources.load(self._source.kind)
        if not isinstance(kind, Listening):
            return 404
        health = await _health(self._newsroom, self._source)
        memory = health.memory if health else Memory()
        now = self._newsroom.clock.now()
        heard = kind.receive(self._source, memory, body, headers, secret=self._secret, now=now)
        look = heard.look
        if heard.sight is not None:
            # Before the first look nobody knows what is new.
            known = health is not None and health.first_seen_at is not None
            new, left = await listing.take(self._newsroom, self._source, heard.sight) if known else (0, True)
            look = look or left
            logger.info("source called", source=self._source.name, new=new)
        if look:
            self._ask_for_a_look(now)
        return heard.status

    def _ask_for_a_look(self, now: datetime) -> None:
        """One look for all calls of a moment."""
        if self._rung_at <= now:
            self._rung_at = max(now, self._rung_at + _BETWEEN_RINGS)
        self._ring(self._source.name, self._rung_at)

    async def challenge(self, query: Mapping[str, str]) -> str:
        """The hub asks back whether it was asked to call: its challenge if it was, else ""."""
        if self._source.kind != "websub":
            return ""
        now = self._newsroom.clock.now()
        async with self._newsroom.store.write() as connection:
            health = await _known(connection, self._source, to_change=True)
            if health is None:
                return ""
            memory, answer = websub.challenge(health.memory, query, now=now)
            if memory != health.memory:
                await source_rows.remember(connection, self._source.name, memory)
        return answer


def doors(newsroom: Newsroom, key: str, base: str, ring: Ring) -> dict[str, SourceDoor]:
    """A door for each source that can be called, by its name in addresses. `key` is the newsroom's own secret.

    Sites sign with `key` itself, for a person types it in there; hubs with one derived from it for each callback.
    """
    found = {}
    for source in filter(is_called, newsroom.settings.sources()):
        if name_of(source) == TELEGRAMS:
            raise ConfigError(lacks(newsroom.settings, source))
        secret = derived(key, callback_of(base, source)) if key and source.kind == "websub" else key
        found[name_of(source)] = SourceDoor(newsroom, source, secret=secret, ring=ring)
    return found


def is_called(source: Source) -> bool:
    """Whether somebody calls when the source has something new. Raises `ConfigError` for an unknown kind."""
    return isinstance(sources.load(source.kind), Listening)


def lacks(settings: Settings, source: Source) -> str:
    """One line about what is missing for a source to be called, with the way out; "" where nothing is."""
    if not is_called(source):
        return ""
    place = f"{settings.where_source(source.name)} source '{source.name}'"
    if name_of(source) == TELEGRAMS:
        return f"{place}: /hooks/{TELEGRAMS} is Telegram's; give the source another name"
    if not settings.web.enabled:
        return f"{place}: nobody can call while {settings.where('web', 'enabled')} [web] is off; it is only looked at"
    if not settings.hook_secret:
        return (
            f"{place}: calls cannot be signed; put HOOK_SECRET into .env (`openssl rand -hex 32` makes one), until then "
            "it is only looked at"
        )
    if not settings.web.url:
        who = "no hub can be asked to call" if source.kind == "websub" else "the site must know where to call"
        return f'{place}: {who}; write url = "https://…", the public address of this daemon, into [web]'
    return ""


def callback_of(base: str, source: Source) -> str:
    """The address at which a source is called; `base` is the daemon's public address."""
    return f"{base.rstrip('/')}/hooks/{name_of(source)}"


def name_of(source: Source) -> str:
    """The source's name in addresses."""
    return source.name.replace("#", "-")


async def renewed(newsroom: Newsroom, source: Source) -> bool:
    """`renew` with what the settings say."""
    settings = newsroom.settings
    if source.kind != "websub" or not settings.web.enabled:
        return False
    return await renew(newsroom, source, key=settings.hook_secret, base=settings.web.url)


async def renew(newsroom: Newsroom, source: Source, *, key: str, base: str) -> bool:
    """Ask the source's hub to call, where it is time for that: after a look. Whether it was asked.

    A hub that does not take it is asked again later; the source is looked at meanwhile.
    """
    if source.kind != "websub" or not key or not base:
        return False
    now = newsroom.clock.now()
    health = await _health(newsroom, source)
    if health is None or not websub.due(health.memory, now):
        return False
    async with newsroom.store.write() as connection:
        health = await _known(connection, source, to_change=True)
        if health is None:
            return False
        memory = websub.intend(health.memory, now)
        await source_rows.remember(connection, source.name, memory)
    callback = callback_of(base, source)
    try:
        await websub.subscribe(newsroom.fetcher, memory, callback=callback, secret=derived(key, callback))
    except SourceError as error:
        logger.warning("hub not subscribed to", source=source.name, error=str(error))
    return True


async def _health(newsroom: Newsroom, source: Source) -> Health | None:
    async with newsroom.store.read() as connection:
        return await _known(connection, source)


async def _known(connection: AsyncConnection, source: Source, *, to_change: bool = False) -> Health | None:
    health = (await source_rows.some(connection, [source.name], to_change=to_change)).get(source.name)
    return health if health and health.url == source.url else None
