"""Watch: one look at one source, what becomes of a look that fails, and when the next one is due."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

import sources
from db import alerts, articles
from db import sources as source_rows
from db.articles import Fate
from db.sources import Health, Success
from desk.newsroom import Newsroom
from desk.watching import rollover
from desk.watching.listing import keys_of, listed, take
from desk.watching.logbook import Logbook
from newswire import log
from newswire.article import Article
from newswire.errors import SourceError
from newswire.source import STALE, FirstRun, Memory, Source
from sources._identity import same_site

logger = log.get("newswire.desk.watching.watch")

MISSES_BEFORE_ALERT = 3
_LONGEST_PAUSE = timedelta(hours=1)
_AFTER_THE_END = timedelta(days=1)
_SPREAD = 1.2


@dataclass(frozen=True, slots=True)
class Look:
    """What a look brought, and when the next one is due. `rolled`: what rolled out of the list is to be looked for."""

    new: int
    next_at: datetime
    rolled: bool = False


async def look(newsroom: Newsroom, source: Source, logbook: Logbook | None = None) -> Look:
    """One look. A source in trouble is recorded, never raised. Looks that share a `logbook` share transactions."""
    logbook = logbook or Logbook(newsroom.store, newsroom.clock)
    health = await logbook.health(source.name)
    new, left, baseline = 0, False, list[articles.New]()
    try:
        fresh, since = await _standing(newsroom, source, health)
        memory = Memory() if fresh or since or health is None else health.memory
        sight = await sources.load(source.kind).poll(newsroom.fetcher, source, memory, now=newsroom.clock.now())
        if fresh and source.first_run is not FirstRun.QUEUE:
            baseline = await _baseline(newsroom, source, listed(source, sight))
        else:
            new, left = await take(newsroom, source, sight, first=fresh, since=since)
    except SourceError as error:
        return Look(0, await _missed(newsroom, source, error, health))
    if sight.articles:
        await _stale_or_not(newsroom, source, sight.articles, first=fresh)
    newsroom.metrics.fetched(source.name, "unchanged" if sight.articles is None else "changed")
    known = not fresh and since is None
    rolled = known and await rollover.noticed(newsroom, source, sight, health)
    next_at = newsroom.clock.now() + timedelta(seconds=source.poll_seconds)
    next_at = max(sight.next_at or next_at, next_at)
    remembered = memory if left else sight.memory
    done = Success(
        name=source.name,
        url=source.url,
        kind=source.kind,
        memory=None if remembered == memory and known else remembered,
        next_at=next_at,
        first=fresh,
        began=memory if source.kind == "websub" and known else None,
    )
    await logbook.succeeded(done, baseline)
    if health and health.failures:
        await _back(newsroom, source)
    return Look(new, next_at, rolled)


async def _back(newsroom: Newsroom, source: Source) -> None:
    """A source that could not be read answers again."""
    async with newsroom.store.write() as connection:
        await alerts.close(connection, f"source {source.name}", "silent", now=newsroom.clock.now())


async def _standing(newsroom: Newsroom, source: Source, health: Health | None) -> tuple[bool, datetime | None]:
    """Whether this is a first look; and since when articles are new where a known source is watched at another place.

    Another place of the same site, or where the old one leads now, is the same source: what came since its last look is
    new. Any other address is another source.
    """
    if health is None or health.first_seen_at is None:
        return True, None
    if health.url == source.url and health.kind in ("", source.kind):
        return False, None
    here = same_site(health.url, source.url) or await _leads(newsroom, health.url, source)
    return (False, health.last_success_at) if here and health.last_success_at else (True, None)


async def _leads(newsroom: Newsroom, url: str, source: Source) -> bool:
    """Whether `url` leads to the source's site by now."""
    try:
        answer = await newsroom.fetcher.get(url, any_port=source.any_port)
    except SourceError:
        return False
    return same_site(answer.url, source.url)


async def _missed(newsroom: Newsroom, source: Source, error: SourceError, health: Health | None) -> datetime:
    """Try again later, each time a little later (the answer says when); after three misses in a row people are told.

    What is gone for good is asked once a day, in case it was not meant, and people are told at once.
    """
    now = newsroom.clock.now()
    before = health.failures if health else 0
    pause = min(timedelta(seconds=source.poll_seconds) * 2 ** min(before, 6), _LONGEST_PAUSE)
    ended = error.status == HTTPStatus.GONE
    if ended:
        pause = _AFTER_THE_END
    # Sources that failed together, for want of a network say, do not all come back together.
    next_at: datetime = max(error.retry_at or now, now + pause * random.uniform(1, _SPREAD))  # noqa: S311 - no secret
    newsroom.metrics.fetched(source.name, "failed")
    logger.warning("source missed", source=source.name, error=str(error))
    async with newsroom.store.write() as connection:
        failures = await source_rows.failed(connection, source.name, source.url, str(error), now=now, next_at=next_at)
        if ended or failures >= MISSES_BEFORE_ALERT:
            goes_on = (
                "Newswire asks once a day from now on; give its new address in newswire.toml, or take it out"
                if ended
                else "Newswire goes on trying; nothing else is affected"
            )
            text = f"Source {source.name} cannot be read: {error}. {goes_on}."
            await alerts.raise_(connection, f"source {source.name}", "silent", text, now=now)
    newsroom.bell.ring("cards")
    return next_at


async def _stale_or_not(newsroom: Newsroom, source: Source, found: Sequence[Article], *, first: bool) -> None:
    """A source that answers well, with nothing but old articles, is left by whoever filled it: people are told once."""
    dates = [article.published_at for article in found if article.published_at]
    if not dates:
        return
    now, newest, place = newsroom.clock.now(), max(dates), f"source {source.name}"
    stale = now - newest > STALE
    if first and not stale:
        return
    async with newsroom.store.read() as connection:
        if stale == ("stale" in await alerts.open_at(connection, place)):
            return
    async with newsroom.store.write() as connection:
        if stale:
            text = f"Source {source.name} answers, but its newest article is of {newest:%Y-%m-%d}. Perhaps the site has another feed by now."
            await alerts.raise_(connection, place, "stale", text, now=now)
        else:
            await alerts.close(connection, place, "stale", now=now)
    newsroom.bell.ring("cards")


async def _baseline(newsroom: Newsroom, source: Source, found: Sequence[Article]) -> list[articles.New]:
    """What is there when a source is first seen is known from now on, and not posted; `ask` puts it to the editors."""
    fate, reason = Fate.BASELINE, "was there at the first look"
    if source.first_run is FirstRun.ASK and found:
        fate, reason = Fate.HELD, f"{reason}; the editors decide"
        text = (
            f"Source {source.name} is new and lists {len(found)} articles already. "
            f"Post one with {newsroom.order('post')} and its address; nothing goes out by itself."
        )
        async with newsroom.store.write() as connection:
            await alerts.raise_(connection, f"source {source.name}", "first look", text, now=newsroom.clock.now())
        newsroom.bell.ring("cards")
    logger.info("baseline taken", source=source.name, articles=len(found), fate=fate)
    keys = keys_of(found)
    return [articles.New(article=one, keys=keys[one.url], fate=fate, reason=reason) for one in found]
