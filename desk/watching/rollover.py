"""Rollover: a list of nothing but new articles may have lost others unseen. They are looked for; what may be lost is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import alerts, articles, marks
from db.sources import Health
from desk.newsroom import Newsroom
from desk.watching.listing import listed
from newswire import log
from newswire.article import Article
from newswire.errors import SourceError
from newswire.source import Sight, Source
from sources import feed
from sources._identity import identity

logger = log.get("newswire.desk.watching.rollover")

ROLLED = "rolled "
"""Before a source's name: the mark that its list has rolled over, until what rolled out of it was looked for."""

_LOST = "lost "
_CAUSE = "rolled"
_MOST_PAGES = 10
_TOLD_FOR = timedelta(hours=24)
_BEGUN_ANEW = timedelta(hours=1)
_ANOTHER_LIST = timedelta(minutes=10)
_LEAST, _FULL, _PINNED = 3, 0.75, 0.25


@dataclass(frozen=True, slots=True)
class Gap:
    """From when until when a source may have published what no look has seen, and how many articles its list showed."""

    since: datetime
    until: datetime
    shown: int

    @property
    def real(self) -> bool:
        """Whether anything can have been published in it: a list that reaches back to the last look has lost nothing."""
        return self.since < self.until

    @classmethod
    def read(cls, mark: str) -> Gap:
        """The gap that `mark` tells."""
        since, until, shown = mark.split() if " " in mark else (mark, mark, "0")  # as it was written at first
        return cls(datetime.fromisoformat(since), datetime.fromisoformat(until), int(shown))

    def mark(self) -> str:
        """The gap as a mark."""
        return f"{self.since.isoformat()} {self.until.isoformat()} {self.shown}"


async def noticed(newsroom: Newsroom, source: Source, sight: Sight, health: Health | None) -> bool:
    """Whether a look shows that the list has rolled over. Marked before the look ends: afterwards nobody could tell."""
    if not sight.rolls or not sight.articles or health is None or health.last_success_at is None:
        return False
    last, before = health.last_success_at, health.memory.extra.get("listed")
    shown = listed(source, sight)
    if before == 0:
        return False  # it was empty: nothing could roll out of it
    by_date = await _oldest_is_new(newsroom, shown, last)
    new = shown if by_date else await _rolled_in(newsroom, shown, last, before or 0)
    if not new:
        return False
    gap = Gap(last, _until(newsroom, source, new, last), len(shown))
    if gap.until < last and not by_date:
        return False
    if by_date and len(shown) < (before or 0) and newsroom.clock.now() - last < _BEGUN_ANEW:
        gap = replace(gap, until=last)  # a list of today's articles, at midnight: what it showed before was seen
    name = f"{ROLLED}{source.name}"
    async with newsroom.store.write() as connection:
        if marked_before := await marks.get(connection, name):
            gap = replace(gap, since=min(gap.since, Gap.read(marked_before).since))
        await marks.put(connection, name, gap.mark())
    return True


async def _oldest_is_new(newsroom: Newsroom, shown: Sequence[Article], last: datetime) -> bool:
    """Whether the list tells by its dates that it does not reach back to what was known."""
    dated = [(one.published_at, one.url, one) for one in shown if one.published_at]
    return bool(dated) and await _is_new(newsroom, min(dated)[2], last)


async def _rolled_in(newsroom: Newsroom, shown: Sequence[Article], last: datetime, before: int) -> list[Article]:
    """Of a list that ends with something new, all that is new, where that is nearly everything; else nothing.

    The few known ones are pinned, or were edited and so came up again. Not so where the list was short before, or is
    much shorter now: it is cut by something else than its length. Nor where it has grown downwards: what it showed
    before is there still.
    """
    if before < _LEAST or len(shown) < _FULL * before or not await _is_new(newsroom, shown[-1], last):
        return []
    new = [one for one in shown if await _is_new(newsroom, one, last)]
    return new if len(shown) - len(new) <= _PINNED * min(before, len(shown)) else []


def _until(newsroom: Newsroom, source: Source, new: Sequence[Article], last: datetime) -> datetime:
    """Until when articles may be missing: until the oldest of what is new; without dates until now.

    Where nothing but the order of a list tells, and within minutes, it is rather another list than so much news: what
    is missing is looked for, and nobody is told.
    """
    now = newsroom.clock.now()
    if dates := [one.published_at for one in new if one.published_at]:
        return _exactly(min(dates), source) or now
    return now if now - last >= _ANOTHER_LIST else last


async def _is_new(newsroom: Newsroom, article: Article, last: datetime) -> bool:
    """Whether an article was not known when the last look ended. A look that is killed takes in some, and does not end."""
    async with newsroom.store.read() as connection:
        stored = await articles.find(connection, identity(article)[:1])
    return stored is not None and stored.seen_at > last


def _exactly(at: datetime, source: Source) -> datetime | None:
    """The time of a date; None where the site tells days only."""
    return None if any(one.time() == time.min for one in (at, at.astimezone(source.zone))) else at


async def older(newsroom: Newsroom, source: Source, sight: Sight, gap: Gap) -> tuple[list[Article], bool]:
    """What the list's older pages show, and whether they reach back to what was seen before the gap, or to their end."""
    found = {one.url: one for one in listed(source, sight)}
    first, url = len(found), sight.older
    for number in range(_MOST_PAGES if url else 0):
        try:
            page = await feed.page(newsroom.fetcher, source, url, now=newsroom.clock.now())
        except SourceError as error:
            logger.info("older page not read", source=source.name, error=str(error))
            return list(found.values())[first:], error.gone and number > 0
        shown, before = listed(source, page), len(found)
        found |= {one.url: one for one in shown}
        if await _reaches(newsroom, shown, gap.since) or not page.older:
            return list(found.values())[first:], True
        if len(found) == before:
            break  # the same again: the site knows of no pages
        url = page.older
    return list(found.values())[first:], False


async def _reaches(newsroom: Newsroom, shown: list[Article], since: datetime) -> bool:
    """Whether a page shows what was published, or where it tells no dates was known, before that time."""
    if dates := [one.published_at for one in shown if one.published_at]:
        return min(dates) < since
    return not all([await _is_unseen(newsroom, one, since) for one in shown])


async def _is_unseen(newsroom: Newsroom, article: Article, since: datetime) -> bool:
    async with newsroom.store.read() as connection:
        stored = await articles.find(connection, identity(article)[:1])
    return stored is None or stored.seen_at > since


async def marked(connection: AsyncConnection, name: str) -> Gap | None:
    """The gap of a source whose list has rolled over."""
    mark = await marks.get(connection, f"{ROLLED}{name}")
    return Gap.read(mark) if mark else None


async def filled(newsroom: Newsroom, source: Source) -> None:
    """All that rolled out of the list was looked for: nothing is lost."""
    async with newsroom.store.write() as connection:
        await marks.end(connection, f"{ROLLED}{source.name}")
        await _end(connection, f"source {source.name}", newsroom.clock.now())
    newsroom.bell.ring("cards")


async def lost(newsroom: Newsroom, source: Source, gap: Gap, *, over: bool = True) -> None:
    """Nobody can tell what rolled out of the list: people hear when it was, once. Not `over`: it is looked for again."""
    async with newsroom.store.write() as connection:
        if over:
            await marks.end(connection, f"{ROLLED}{source.name}")
        if not gap.real:
            return
        mark, place = f"{_LOST}{source.name}", f"source {source.name}"
        told = await marks.get(connection, mark)
        if told:
            before = Gap.read(told)
            if before.until >= gap.until:
                return
            gap = Gap(min(gap.since, before.since), gap.until, gap.shown)
        await marks.put(connection, mark, gap.mark())
        text = _text(newsroom, source.name, gap)
        await alerts.raise_(connection, place, _CAUSE, text, now=newsroom.clock.now())
    logger.warning("articles may have been missed", source=source.name, since=gap.since, until=gap.until)
    newsroom.bell.ring("cards")


def _text(newsroom: Newsroom, name: str, gap: Gap) -> str:
    zone = newsroom.settings.timezone
    since, until = gap.since.astimezone(zone), gap.until.astimezone(zone)
    day = "" if since.date() == until.date() else f"{since:%Y-%m-%d} "
    end = f"{until:%H:%M}" if not day else f"{until:%Y-%m-%d %H:%M}"
    return (
        f"{name}: between {day}{since:%H:%M} and {end} articles may have been published that its list of {gap.shown} no "
        f"longer shows. Look at the site: {newsroom.order('post')} and the address sends one."
    )


async def sweep(newsroom: Newsroom) -> None:
    """What was told a day ago is over: whoever wanted to look has looked."""
    now = newsroom.clock.now()
    async with newsroom.store.read() as connection:
        told = [alert for alert in await alerts.open_ones(connection) if alert.cause == _CAUSE]
    if over := [alert.place for alert in told if alert.opened_at < now - _TOLD_FOR]:
        async with newsroom.store.write() as connection:
            for place in over:
                await _end(connection, place, now)
        newsroom.bell.ring("cards")


async def _end(connection: AsyncConnection, place: str, now: datetime) -> None:
    await alerts.close(connection, place, _CAUSE, now=now)
    await marks.end(connection, f"{_LOST}{place.removeprefix('source ')}")
