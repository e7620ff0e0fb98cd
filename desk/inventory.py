"""Inventory: the site's own lists are held against the ledger; what it does not know is taken in late, and told.

Once an hour; and soon after a look whose list had rolled over since the last one, so that there may be more behind it.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import sources
from db import alerts, articles, marks, sights
from db import sources as source_rows
from db.articles import Fate, Stored
from db.store import Store
from desk import burst, by_hand, listing, watch
from desk.newsroom import Newsroom
from newswire import log
from newswire.article import Article
from newswire.errors import SourceError
from newswire.source import Memory, Sight, Source
from sources import article_page, sitemap
from sources._identity import identity, same_site
from sources._robots import robots_of

logger = log.get("newswire.desk.inventory")

EVERY = timedelta(hours=1)
BACK = timedelta(hours=48)
"""What the site published longer ago is no gap any more."""

_CAUSE = "gap"
_FRESH = timedelta(minutes=15)  # what is younger the next look will bring
_SOON_AGAIN = timedelta(minutes=10)
_AT_ONCE = 4
_MOST_MAPS = 2
_MOST_PAGES = 20
_EXAMINED = 5_000
_TOLD = 5
_Span = tuple[datetime, datetime]  # from, until


@dataclass(slots=True)
class _Shelf:
    """By source, when it is next; addresses of pages that are no articles of these days; undated items seen missing once.

    `soon`, when stock was last taken because a list had rolled over. Of those in `more` there are pages left to read at
    the next tick.
    """

    next: dict[str, datetime] = field(default_factory=dict)
    more: set[str] = field(default_factory=set)
    soon: dict[str, datetime] = field(default_factory=dict)
    examined: set[str] = field(default_factory=set)
    undated: set[str] = field(default_factory=set)


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
        rolled = set(await marks.beginning(connection, watch.ROLLED))
    soon = {name for name in rolled if now - shelf.soon.get(name, now - _SOON_AGAIN) >= _SOON_AGAIN}
    due = [source for source in every if source.name in soon or shelf.next[source.name] <= now]
    due = sorted(due, key=lambda source: shelf.next[source.name])[:_AT_ONCE]
    for source in due:
        shelf.next[source.name] = now + EVERY
    await asyncio.gather(*(take_stock(newsroom, source, rolled=source.name in rolled) for source in due))
    await burst.sweep(newsroom)


async def take_stock(newsroom: Newsroom, source: Source, *, rolled: bool = False) -> int:
    """Compare what the site lists with what is known; how many articles were missing. They are taken in now.

    Where the list has `rolled` over, no next look brings what is young. A source in trouble, or one that was never looked at, is left alone: it is told of elsewhere.
    """
    async with newsroom.store.read() as connection:
        health = (await source_rows.some(connection, [source.name])).get(source.name)
    if health is None or health.first_seen_at is None or health.url != source.url or health.failures:
        return 0
    now, shelf = newsroom.clock.now(), _shelf(newsroom)
    span = (max(now - BACK, health.first_seen_at), now if rolled else now - _FRESH)
    try:
        listed = await _in_the_feed(newsroom, source, shelf, span)
    except SourceError:
        return 0
    mapped = await _in_the_sitemaps(newsroom, source, shelf, span)
    urls = {one.url for one in listed}
    missing = [*listed, *(one for one in mapped if one.url not in urls)]
    if missing:
        await listing.take(newsroom, source, Sight(memory=Memory(), articles=tuple(missing)))
        logger.warning("articles were missed", source=source.name, articles=len(missing))
    await _tell(newsroom, source, missing)
    if source.name in shelf.more:
        shelf.more.discard(source.name)
        shelf.next[source.name] = now
    elif rolled:
        shelf.soon[source.name] = now
        async with newsroom.store.write() as connection:
            await marks.end(connection, f"{watch.ROLLED}{source.name}")
    return len(missing)


async def _in_the_feed(newsroom: Newsroom, source: Source, shelf: _Shelf, span: _Span) -> list[Article]:
    """What the source itself lists, all of it, whether it says that anything changed or not, and nobody knows."""
    sight = await sources.load(source.kind).poll(newsroom.fetcher, source, Memory(), now=newsroom.clock.now())
    unknown = await _unknown(newsroom, (_own(one, source) for one in sight.articles or ()))
    twice = {one.url for one in unknown if one.url in shelf.undated}
    shelf.undated |= {one.url for one in unknown if _at(one) is None}
    return [one for one in unknown if one.url in twice or _within(one, span)]


def _own(article: Article, source: Source) -> Article:
    return replace(article, source=source.name, edition=article.edition or source.edition)


def _at(article: Article) -> datetime | None:
    return article.published_at or article.modified_at


def _within(article: Article, span: _Span) -> bool:
    at = _at(article)
    return at is not None and span[0] < at < span[1]


async def _unknown(newsroom: Newsroom, found: Iterable[Article]) -> list[Article]:
    every = {one.url: one for one in found}
    keys = {url: identity(one) for url, one in every.items()}
    async with newsroom.store.read() as connection:
        known = await sights.known(connection, [key for of_one in keys.values() for key in of_one])
    return [one for url, one in every.items() if known.keys().isdisjoint(keys[url])]


async def _in_the_sitemaps(newsroom: Newsroom, source: Source, shelf: _Shelf, span: _Span) -> list[Article]:
    """What the site's sitemaps list of this source's. Those of news list articles; of others each page tells what it is."""
    now = newsroom.clock.now()
    found: list[Article] = []
    for url in await _maps(newsroom, source):
        place = replace(source, kind="sitemap", url=url)
        try:
            found += (await sitemap.poll(newsroom.fetcher, place, Memory(), now=now)).articles or ()
        except SourceError as error:
            logger.info("sitemap not read", source=source.name, error=str(error))
    mine = [_own(one, source) for one in found if by_hand.source_of(newsroom, one.url).name == source.name]
    recent = [one for one in await _unknown(newsroom, mine) if _within(one, span)]
    news = [one for one in recent if one.title and one.published_at]
    others = [one for one in recent if one not in news and one.url not in shelf.examined]
    if len(others) > _MOST_PAGES:
        shelf.more.add(source.name)
    fresh = others[:_MOST_PAGES]
    read = [await _read(newsroom, source, one) for one in fresh]
    if len(shelf.examined) > _EXAMINED:
        shelf.examined.clear()
    shelf.examined |= {listed.url for listed, own in zip(fresh, read, strict=True) if own is not None}
    told = [one for one in read if one and one.published_at and _within(one, span)]
    return await _unknown(newsroom, (*news, *told))


async def _maps(newsroom: Newsroom, source: Source) -> list[str]:
    """The site's sitemaps, those of news first; none for a source that is one itself."""
    if source.kind == "sitemap":
        return []
    told = (await robots_of(newsroom.fetcher, source.url, newsroom.clock.now())).sitemaps
    here = [url for url in told if same_site(url, source.url)]
    return sorted(here, key=lambda url: "news" not in urlsplit(url).path.lower())[:_MOST_MAPS]


async def _read(newsroom: Newsroom, source: Source, listed: Article) -> Article | None:
    """The article as its page tells it, with the date of a news sitemap; None where the page cannot be read now."""
    try:
        own = await article_page.read(newsroom.fetcher, listed.url, source, now=newsroom.clock.now())
    except SourceError as error:
        return listed if error.gone else None
    return _own(replace(own, published_at=listed.published_at or own.published_at), source)


async def _tell(newsroom: Newsroom, source: Source, missing: Sequence[Article]) -> None:
    """One alert names the gap; the next inventory without one ends it."""
    place, now = f"source {source.name}", newsroom.clock.now()
    async with newsroom.store.read() as connection:
        if not missing and _CAUSE not in await alerts.open_at(connection, place):
            return
        stored = [(one, await articles.find(connection, identity(one))) for one in missing]
    async with newsroom.store.write() as connection:
        if missing:
            await alerts.raise_(connection, place, _CAUSE, _text(source, stored), now=now)
        else:
            await alerts.close(connection, place, _CAUSE, now=now)
    newsroom.bell.ring("cards")


def _text(source: Source, stored: Sequence[tuple[Article, Stored | None]]) -> str:
    """What was missing, by its numbers, and what is missing still, by its addresses."""
    here = [f"#{s.article.id}{'' if s.fate is Fate.ROUTED else f' ({s.reason})'}" for _, s in stored if s]
    left = [one.url for one, s in stored if not s]
    told = [f"The site of {source.name} lists {_articles(len(stored))} not noticed in time."]
    if here:
        told.append(f"Taken in now: {_some(here)}. /why tells what becomes of each.")
    if left:
        told.append(f"Not taken in yet: {_some(left)}; /post and the address sends one.")
    return " ".join(told)


def _articles(number: int) -> str:
    return "1 article that was" if number == 1 else f"{number} articles that were"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
    return ", ".join(names[:_TOLD]) + more
