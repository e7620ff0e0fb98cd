"""The doctor's looks: one for each thing that could go wrong. None changes anything but a mark of its own."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import aiohttp

import publishers
import sources
from db import channels, marks, pooler, schema
from db.store import Store
from desk.health.findings import UNREACHED, Finding, Grade, fail, ok, warn
from desk.newsroom import publisher_of
from desk.watching import doors
from desk.writing.compose import template_of
from formatting import template
from newswire.channel import Channel, ChannelState
from newswire.clock import Clock
from newswire.errors import ConfigError, NewswireError, SourceError
from newswire.platform import Account
from newswire.settings import Settings
from newswire.source import Memory, Source
from publishers import Publisher
from sources._fetch import Fetcher

SECONDS = 20.0
"""The longest a look may take."""

_OLD = timedelta(days=3)
_SKEW = timedelta(seconds=30)
_LOW, _LOW_PART = 500 * 2**20, 0.05
_PROBE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Visit:
    """What every look needs at hand. `online` False: nothing leaves this machine."""

    settings: Settings
    folder: Path
    fetcher: Fetcher
    clock: Clock
    online: bool


Look = Callable[[Visit], Awaitable[list[Finding]]]


async def configuration(visit: Visit) -> list[Finding]:
    """What the file says as a whole."""
    settings = visit.settings
    found = []
    if not settings.source:
        found.append(
            warn("configuration", f"{settings.where()} has no [[source]]: only articles posted by hand go out")
        )
    if not settings.channel:
        found.append(fail("configuration", f"{settings.where()} has no [[channel]]: nothing could be posted"))
    secrets_file = visit.folder / ".env"
    if secrets_file.is_file() and secrets_file.stat().st_mode & 0o077:
        found.append(warn("configuration", f"{secrets_file} can be read by others: chmod 600 {secrets_file}"))
    feeds, outs = len(settings.sources()), len(settings.channel)
    return found or [ok("configuration", f"{settings.where()}: {_many(feeds, 'feed')}, {_many(outs, 'channel')}")]


async def disk(visit: Visit) -> list[Finding]:
    """Room where pictures and the database go, found out by writing."""
    try:
        await asyncio.to_thread(_write_something, visit.folder)
    except OSError as error:
        return [
            Finding(Grade.FAIL, "disk", f"{visit.folder}: cannot be written: {error.strerror}; make room", UNREACHED)
        ]
    free = shutil.disk_usage(visit.folder)
    said = f"{visit.folder}: {free.free / 2**30:.1f} GB free"
    low = free.free < _LOW or free.free < free.total * _LOW_PART
    return [warn("disk", f"{said}; make room before it is full") if low else ok("disk", said)]


def _many(count: int, one: str) -> str:
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def _write_something(folder: Path) -> None:
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        if file.write(b"\1" * _PROBE) < _PROBE:  # the disk is full in the middle of it
            file.write(b"\1")


async def database(visit: Visit) -> list[Finding]:
    """Reachable, of this version, and taking what is written."""
    store = Store(visit.settings.database_url)
    shown = store.shown
    file = Path(store.url.database or "") if store.sqlite else None
    try:
        if file and not file.is_file():
            if not file.absolute().parent.is_dir():
                return [fail("database", f"{shown}: there is no folder {file.absolute().parent}; make it")]
            return [ok("database", f"{shown}: will be made at the first start")]
        at = await schema.version(store)
        await pooler.require_sessions(store)
        if at.newer:
            return [fail("database", f"{shown}: schema {at.have} is of a newer Newswire; upgrade Newswire")]
        if not at.current and at.have:
            return [fail("database", f"{shown}: schema {at.have}, wanted {at.want}; run `newswire migrate`")]
        if not at.current:
            return [ok("database", f"{shown}: empty, will be set up at the first start")]
        async with store.write() as connection:
            await marks.put(connection, "doctor", visit.clock.now().isoformat())
            standings = await channels.states(connection)
    finally:
        await store.close()
    paused = [
        warn("database", f"{name} is paused by {at.by}: {at.reason}; `newswire channel resume {name}` lets it go on")
        for name, at in standings.items()
        if at.state is ChannelState.PAUSED
    ]
    return [ok("database", f"{shown}: schema {at.have}, writable"), *paused]


async def clock(visit: Visit) -> list[Finding]:
    """The newsroom's time, held against a platform's: X refuses signatures of a clock that is minutes off."""
    now = visit.clock.now()
    zone = visit.settings.timezone
    said = f"{now.astimezone(zone):%H:%M} in {zone.key}"
    address = _some_api(visit) if visit.online else ""
    theirs = await _their_time(address) if address else None
    if theirs is None:
        return [ok("clock", said)]
    skew = now - theirs
    if abs(skew) < _SKEW:
        return [ok("clock", f"{said}, as {address} has it")]
    way = "ahead of" if skew > timedelta() else "behind"
    seconds = abs(skew).total_seconds()
    return [warn("clock", f"{said} is {seconds:.0f} s {way} {address}; switch time synchronisation on")]


def _some_api(visit: Visit) -> str:
    """The address of the first platform that has one."""
    for channel in visit.settings.channel:
        try:
            config = publisher_of(visit.settings, channel, visit.clock).config
        except NewswireError:
            continue
        if api := getattr(config, "api", ""):
            return str(api)
    return ""


async def _their_time(address: str) -> datetime | None:
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS / 2)) as client,
            client.head(address, allow_redirects=False) as answer,
        ):
            return parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
        return None  # whether it can be reached is the channel's line


async def editors(visit: Visit) -> list[Finding]:
    """Whether cards arrive somewhere, and somebody may press their buttons."""
    settings = visit.settings
    people = settings.editors
    if people.chat is None:
        return [ok("editors", "no [editors] chat: every post goes by itself")]
    found: list[Finding] = []
    if not (people.owners or people.chiefs or people.editors):
        place = settings.where("editors", "owners")
        found.append(
            fail("editors", f"{place} [editors] names nobody who may approve: add owners = [your Telegram id]")
        )
    elif not people.owners:
        found.append(warn("editors", f"{settings.where('editors')} [editors] has no owners"))
    if settings.bot_token is None:
        return [*found, fail("editors", "TELEGRAM_BOT_TOKEN is not set, but [editors] names a chat; put it into .env")]
    options = {**settings.platform.get("telegram", {}), "to": people.chat}
    kind = publishers.load("telegram")
    bot = kind(kind.Config.read("editors", "telegram", options, settings.secrets), clock=visit.clock)
    if not visit.online:
        return found or [ok("editors", f"chat {people.chat}, {_many(len(people.owners), 'owner')}")]
    account = await _verified(bot)
    return [*found, ok("editors", f"{account.name}, {_many(len(people.owners), 'owner')}")]


async def _verified(publisher: Publisher) -> Account:
    await publisher.open()
    try:
        return await publisher.verify()
    finally:
        await publisher.close()


def source(source: Source) -> Look:
    """One look at a feed, as the daemon looks."""
    thing = f"source {source.name}"

    async def look(visit: Visit) -> list[Finding]:
        kind = sources.load(source.kind)
        door = _door(visit.settings, source)
        if not visit.online:
            return [*door, ok(thing, source.url)]
        now = visit.clock.now()
        try:
            sight = await kind.poll(visit.fetcher, source, Memory(), now=now)
        except SourceError as error:
            tried = f"{error}; try `newswire source test {source.url}`"
            return [*door, Finding(Grade.FAIL, thing, tried, UNREACHED)]
        found = [*door, *(warn(thing, warning) for warning in sight.warnings)]
        dates = [article.published_at for article in sight.articles or () if article.published_at]
        if not sight.articles:
            return [*found, warn(thing, f"{source.url} lists no article")]
        said = f"{len(sight.articles)} articles"
        if not dates:
            return [*found, warn(thing, f"{said}, none with a date")]
        age = max(now - max(dates), timedelta())
        said += f", the newest {_age(age)} old"
        return [*found, warn(thing, f"{said}; is this the right feed?") if age > _OLD else ok(thing, said)]

    return look


def _door(settings: Settings, source: Source) -> list[Finding]:
    """Where a source that calls is called at, or what it lacks for that."""
    if not doors.is_called(source):
        return []
    if trouble := doors.lacks(settings, source):
        return [warn(f"source {source.name}", trouble)]
    return [ok(f"source {source.name}", f"is called at {doors.callback_of(settings.web.url, source)}")]


def _age(length: timedelta) -> str:
    minutes = length // timedelta(minutes=1)
    if minutes < 120:  # noqa: PLR2004 - two hours
        return f"{minutes} min"
    return f"{minutes // 60} h" if length < timedelta(days=2) else f"{length.days} days"


def channel(channel: Channel) -> Look:
    """Platform, secrets, template; online also who it posts as, and what it may do there."""
    thing = f"channel {channel.name}"

    async def look(visit: Visit) -> list[Finding]:
        publisher = publisher_of(visit.settings, channel, visit.clock)
        found = _template(visit, channel, publisher)
        if not visit.online:
            return found or [ok(thing, f"{publisher.title}: secrets and template are there")]
        try:
            account = await _verified(publisher)
        except NewswireError as error:
            return [*found, fail(thing, error)]
        if account.missing:
            rights = ", ".join(account.missing)
            return [*found, fail(thing, f"{account.name} may not yet: {rights}; give it these rights there")]
        return [*found, ok(thing, f"posts as {account.name}")]

    return look


def _template(visit: Visit, channel: Channel, publisher: Publisher) -> list[Finding]:
    n = visit.settings.channel.index(channel)
    key = "template_file" if channel.template_file else "template"
    try:
        text = template_of(channel, visit.folder)
        if text:
            template.check(text, publisher.limits)
    except ConfigError as error:
        return [fail(f"channel {channel.name}", f"{visit.settings.where('channel', n, key)} {error}")]
    return []
