"""Inventory: the site's own lists are held against the ledger; what it does not know is taken in late, and told.

Once an hour; and at the end of a look whose list had rolled over since the last one, so that there may be more behind it.
"""

from __future__ import annotations

import asyncio
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

import sources
from db import alerts, articles, marks
from db import sources as source_rows
from db.articles import Fate, Stored
from db.store import Store
from desk.newsroom import Newsroom
from desk.watching import burst, listing, mapped, rollover
from desk.watching.mapped import Span
from desk.watching.rollover import Gap
from newswire import log
from newswire.article import Article
from newswire.errors import SourceError
from newswire.source import Memory, Sight, Source
from sources._identity import identity

logger = log.get("newswire.desk.watching.inventory")

EVERY = timedelta(hours=1)
BACK = timedelta(hours=48)
"""What the site published longer ago is no gap any more."""

UNMAPPED = "unmapped "
"""Before a source's name: the mark that its site's sitemaps cannot be read, and why."""

_CAUSE = "gap"
_FRESH = timedelta(minutes=15)  # what is younger the next look will bring
_SOON_AGAIN = timedelta(minutes=10)
_AGAIN = timedelta(minutes=1)
_TRIES_BEFORE_ALERT = 3
_AT_ONCE = 4
_TOLD = 5


@dataclass(slots=True)
class _Shelf:
    """By source, when it is next; addresses of pages that are no articles of these days; undated items seen missing once.

    Of a list that has rolled over: `not_before`, when stock may be taken for that again, and how often in a row it could
    not be taken whole (`short`). `taking`: the sources of which stock is being taken; `gate`: of so many at once.
    """

    next: dict[str, datetime] = field(default_factory=dict)
    not_before: dict[str, datetime] = field(default_factory=dict)
    short: Counter[str] = field(default_factory=Counter)
    examined: set[str] = field(default_factory=set)
    undated: set[str] = field(default_factory=set)
    taking: set[str] = field(default_factory=set)
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))


_shelves: WeakKeyDictionary[Store, _Shelf] = WeakKeyDictionary()


def _shelf(newsroom: Newsroom) -> _Shelf:
    return _shelves.setdefault(newsroom.store, _Shelf())


async def tick(newsroom: Newsroom) -> None:
    """Take stock of the sources whose hour has come: each at its own minute."""
    now, shelf = newsroom.clock.now(), _shelf(newsroom)
    every = newsroom.settings.sources()
    for source in every:
        spread = timedelta(seconds=300 + zlib.crc32(source.name.encode()) % 3300)
        shelf.next.setdefault(source.name, now + spread)
    async with newsroom.store.read() as connection:
        rolled = set(await marks.beginning(connection, rollover.ROLLED))
    soon = {name for name in rolled if shelf.not_before.get(name, now) <= now}
    due = [source for source in every if source.name in soon or shelf.next[source.name] <= now]
    due = sorted(due, key=lambda source: shelf.next[source.name])[:_AT_ONCE]
    for source in due:
        shelf.next[source.name] = now + EVERY
    ends = await asyncio.gather(*(take_stock(newsroom, source) for source in due), return_exceptions=True)
    await burst.sweep(newsroom)
    await rollover.sweep(newsroom)
    for error in ends:
        if isinstance(error, BaseException):
            raise error


async def at_once(newsroom: Newsroom, source: Source) -> None:
    """A look has shown that the list rolled over: what fell out of it is late already.

    Where it brings nothing, not again within ten minutes: there are lists that always roll over. Else within one.
    """
    now, shelf = newsroom.clock.now(), _shelf(newsroom)
    if shelf.not_before.get(source.name, now) > now:
        return
    shelf.not_before[source.name] = now + _AGAIN  # the tick leaves it alone meanwhile
    async with shelf.gate:
        async with newsroom.store.read() as connection:
            still = await rollover.marked(connection, source.name)
        if still:
            await take_stock(newsroom, source)


async def take_stock(newsroom: Newsroom, source: Source) -> int:
    """Compare what the site lists with what is known; how many articles were missing. Never twice at a time."""
    taking = _shelf(newsroom).taking
    if source.name in taking:
        return 0
    taking.add(source.name)
    try:
        return await _taken(newsroom, source)
    finally:
        taking.remove(source.name)


async def _taken(newsroom: Newsroom, source: Source) -> int:
    """Compare what the site lists with what is known; how many articles were missing. They are taken in now.

    Where the list has rolled over, no next look brings what is young, and its older pages are read as well. A source in
    trouble, or one that was never looked at, is left alone: it is told of elsewhere.
    """
    async with newsroom.store.read() as connection:
        health = (await source_rows.some(connection, [source.name])).get(source.name)
        gap = await rollover.marked(connection, source.name)
    if health is None or health.first_seen_at is None or health.url != source.url or health.failures:
        return 0
    now, shelf = newsroom.clock.now(), _shelf(newsroom)
    span = Span(max(now - BACK, health.first_seen_at), now if gap else now - _FRESH)
    try:
        sight = await sources.load(source.kind).poll(newsroom.fetcher, source, Memory(), now=now)
    except SourceError:
        return 0
    further, reached = await rollover.older(newsroom, source, sight, gap) if gap else ([], False)
    shown = [mapped.own(one, source) for one in (*(sight.articles or ()), *further)]
    maps = await mapped.read(newsroom, source, span, shelf.examined)
    listed = await _unseen(newsroom, shelf, shown, span)
    urls = {one.url for one in listed}
    missing = [*listed, *(one for one in maps.missing if one.url not in urls)]
    if missing:
        await listing.take(newsroom, source, Sight(memory=Memory(), articles=tuple(missing)))
        logger.warning("articles were missed", source=source.name, articles=len(missing))
    await _tell(newsroom, source, missing)
    await _note(newsroom, source, maps.trouble)
    if maps.more:
        shelf.next[source.name] = now
    elif gap:
        known = reached or (not maps.trouble and maps.shows(shown))
        pause = _AGAIN if missing else _SOON_AGAIN
        await _settle(newsroom, source, gap, pause, filled=known, trouble=maps.trouble)
    return len(missing)


async def _unseen(newsroom: Newsroom, shelf: _Shelf, shown: Iterable[Article], span: Span) -> list[Article]:
    """What the source itself lists, whether it says that anything changed or not, and nobody knows."""
    unknown = await mapped.unknown(newsroom, shown)
    twice = {one.url for one in unknown if one.url in shelf.undated}
    shelf.undated |= {one.url for one in unknown if not one.published_at and not one.modified_at}
    return [one for one in unknown if one.url in twice or span.has(one)]


async def _settle(
    newsroom: Newsroom, source: Source, gap: Gap, pause: timedelta, *, filled: bool, trouble: str
) -> None:
    """What becomes of a list that has rolled over, now that all that could be read was.

    While a sitemap cannot be read, stock is taken again, each time a little later, as long as anything that it may bring
    is worth posting. Where nothing can fill the gap, people are told.
    """
    shelf, now = _shelf(newsroom), newsroom.clock.now()
    if trouble and not filled and now - gap.until < BACK:
        shelf.short[source.name] += 1
        tries = shelf.short[source.name]
        shelf.not_before[source.name] = now + min(_AGAIN * 2 ** min(tries - 1, 20), EVERY)
        if tries >= _TRIES_BEFORE_ALERT:
            await rollover.lost(newsroom, source, gap, over=False)
        return
    shelf.short.pop(source.name, None)
    shelf.not_before[source.name] = now + pause
    await (rollover.filled(newsroom, source) if filled else rollover.lost(newsroom, source, gap))


async def _note(newsroom: Newsroom, source: Source, trouble: str) -> None:
    """What `newswire source list` says of a source whose sitemaps cannot be read."""
    name = f"{UNMAPPED}{source.name}"
    async with newsroom.store.read() as connection:
        before = await marks.get(connection, name)
    if trouble != before:
        async with newsroom.store.write() as connection:
            await (marks.put(connection, name, trouble) if trouble else marks.end(connection, name))


async def _tell(newsroom: Newsroom, source: Source, missing: Sequence[Article]) -> None:
    """One alert names the gap; the next inventory without one ends it."""
    place, now = f"source {source.name}", newsroom.clock.now()
    async with newsroom.store.read() as connection:
        if not missing and _CAUSE not in await alerts.open_at(connection, place):
            return
        stored = [(one, await articles.find(connection, identity(one))) for one in missing]
    async with newsroom.store.write() as connection:
        if missing:
            await alerts.raise_(connection, place, _CAUSE, _text(newsroom, source, stored), now=now)
        else:
            await alerts.close(connection, place, _CAUSE, now=now)
    newsroom.bell.ring("cards")


def _text(newsroom: Newsroom, source: Source, stored: Sequence[tuple[Article, Stored | None]]) -> str:
    """What was missing, by its numbers, and what is missing still, by its addresses."""
    here = [f"#{s.article.id}{'' if s.fate is Fate.ROUTED else f' ({s.reason})'}" for _, s in stored if s]
    left = [one.url for one, s in stored if not s]
    told = [f"The site of {source.name} lists {_articles(len(stored))} not noticed in time."]
    if here:
        told.append(f"Taken in now: {_some(here)}. {newsroom.order('why')} tells what becomes of each.")
    if left:
        told.append(f"Not taken in yet: {_some(left)}; {newsroom.order('post')} and the address sends one.")
    return " ".join(told)


def _articles(number: int) -> str:
    return "1 article that was" if number == 1 else f"{number} articles that were"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
    return ", ".join(names[:_TOLD]) + more
