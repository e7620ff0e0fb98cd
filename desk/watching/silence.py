"""Silence: a source that answers but brings nothing for longer than it ever does is told, once, until it is back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from db import alerts, rhythms
from db.store import Store
from desk.newsroom import Newsroom
from newswire import log
from newswire.rhythm import MEMORY, MISSES, Rhythm, learn

logger = log.get("newswire.desk.watching.silence")

_CAUSE = "quiet"
_LEARNED_FOR = timedelta(hours=6)
_ANSWERED = timedelta(hours=1)
_LEARNED_AT_ONCE = 50
"""Rhythms learned in one tick: a daemon with thousands of sources learns them one after the other."""


@dataclass(slots=True)
class _Learned:
    """What this process knows: by source its rhythm with the time it was learned, and when its last article came."""

    rhythms: dict[str, tuple[Rhythm | None, datetime]] = field(default_factory=dict)
    last: dict[str, datetime] = field(default_factory=dict)
    read_until: datetime | None = None


_learned: WeakKeyDictionary[Store, _Learned] = WeakKeyDictionary()


async def tick(newsroom: Newsroom) -> None:
    """Hold each source's silence against its rhythm. The feeds of one `[[source]]` are one source here.

    A source that does not answer, or did not for a while, is told of elsewhere.
    """
    now = newsroom.clock.now()
    known = _learned.setdefault(newsroom.store, _Learned())
    async with newsroom.store.read() as connection:
        watched = await rhythms.watched(connection)
        since = known.read_until or now - MEMORY
        for name, at in (await rhythms.last(connection, since=since - timedelta(minutes=1))).items():
            known.last[_family(name)] = max(at, known.last.get(_family(name), at))
        known.read_until = now
        quiet = {a.place for a in await alerts.open_ones(connection) if a.cause == _CAUSE}
    families: dict[str, list[str]] = {}
    for source in newsroom.settings.sources():
        if source.name in watched:
            families.setdefault(_family(source.name), []).append(source.name)
    await _learn(newsroom, known, families, watched)
    silent = {
        f"source {name}": text for name in families if (text := _silent(newsroom, known, name, families, watched))
    }
    over = [place for place in quiet if place.removeprefix("source ") not in families or _back(known, place, now)]
    if not (silent.keys() - quiet) and not over:
        return
    async with newsroom.store.write() as connection:
        for place in silent.keys() - quiet:
            logger.warning("source is silent", source=place.removeprefix("source "))
            await alerts.raise_(connection, place, _CAUSE, silent[place], now=now)
        for place in over:
            await alerts.close(connection, place, _CAUSE, now=now)
    newsroom.bell.ring("cards")


def _family(name: str) -> str:
    return name.partition("#")[0]


async def _learn(
    newsroom: Newsroom,
    known: _Learned,
    families: Mapping[str, list[str]],
    watched: Mapping[str, tuple[datetime, datetime]],
) -> None:
    """Learn the rhythms that were never learned, or some hours ago; not while the source is silent."""
    now = newsroom.clock.now()
    stale = [n for n in families if n not in known.rhythms or known.rhythms[n][1] < now - _LEARNED_FOR]
    for name in stale[:_LEARNED_AT_ONCE]:
        before = known.rhythms.get(name, (None, now))[0]
        if before is not None and name in known.last and before.misses(known.last[name], now) > 0:
            continue
        async with newsroom.store.read() as connection:
            times = await rhythms.times(connection, families[name], since=now - MEMORY)
        since = min(watched[one][0] for one in families[name])
        until = known.last.get(name, now)
        zone = newsroom.settings.timezone
        rhythm = await asyncio.to_thread(learn, times, since=min([since, *times]), until=until, zone=zone)
        known.rhythms[name] = rhythm, now


def _silent(
    newsroom: Newsroom,
    known: _Learned,
    name: str,
    families: Mapping[str, list[str]],
    watched: Mapping[str, tuple[datetime, datetime]],
) -> str:
    """What to tell of a source that is silent now; "" for any other."""
    now = newsroom.clock.now()
    rhythm, last = known.rhythms.get(name, (None, now))[0], known.last.get(name)
    answered = max(watched[one][1] for one in families[name])
    if rhythm is None or last is None or answered < now - _ANSWERED or rhythm.misses(last, answered) < MISSES:
        return ""
    zone = newsroom.settings.timezone
    expected = round(rhythm.expected(last, answered))
    since = (
        f"{last.astimezone(zone):%H:%M}" if now - last < timedelta(hours=20) else f"{last.astimezone(zone):%d %b %H:%M}"
    )
    return (
        f"Source {name} answers, but has had nothing new since {since}; by its rhythm about {expected} articles should "
        "have come. Please look whether the site still publishes, and whether this is still its feed."
    )


def _back(known: _Learned, place: str, now: datetime) -> bool:
    """Whether an article came since the alarm."""
    name = place.removeprefix("source ")
    rhythm, last = known.rhythms.get(name, (None, now))[0], known.last.get(name)
    return last is not None and rhythm is not None and rhythm.misses(last, now) == 0
