"""Watch: one look at one source, and what its list means: new, changed, the same, or gone."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from sqlalchemy.ext.asyncio import AsyncConnection

import sources
from db import alerts, articles, audit, posts
from db import sources as source_rows
from db.articles import Fate, Known, Stored
from db.sources import Health, Success
from desk import burst, intake
from desk.logbook import Logbook
from desk.newsroom import Newsroom
from newswire import log
from newswire.article import Article
from newswire.errors import NewswireError, SourceError
from newswire.post import WAITING, PostState
from newswire.source import STALE, FirstRun, Memory, Sight, Source
from sources import article_page
from sources._identity import identity

logger = log.get("newswire.desk.watch")

MISSES_BEFORE_ALERT = 3
_PAGES_AT_ONCE = 4
_LONGEST_PAUSE = timedelta(hours=1)
_AFTER_THE_END = timedelta(days=1)
_SPREAD = 1.2
_GONE_CHECKS = 5
_GONE_WINDOW = timedelta(hours=48)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Look:
    """What a look brought, and when the next one is due."""

    new: int
    next_at: datetime


async def look(newsroom: Newsroom, source: Source, logbook: Logbook | None = None) -> Look:
    """One look. A source in trouble is recorded, never raised. Looks that share a `logbook` share transactions."""
    logbook = logbook or Logbook(newsroom.store, newsroom.clock)
    health = await logbook.health(source.name)
    fresh = health is None or health.first_seen_at is None or health.url != source.url
    memory = Memory() if fresh or health is None else health.memory
    new, left, baseline = 0, False, list[articles.New]()
    try:
        sight = await sources.load(source.kind).poll(newsroom.fetcher, source, memory, now=newsroom.clock.now())
        if fresh and source.first_run is not FirstRun.QUEUE:
            baseline = await _baseline(newsroom, source, _listed(source, sight))
        else:
            new, left = await take(newsroom, source, sight, first=fresh)
    except SourceError as error:
        return Look(0, await _missed(newsroom, source, error, health))
    if sight.articles:
        await _stale_or_not(newsroom, source, sight.articles, first=fresh)
    newsroom.metrics.fetched(source.name, "unchanged" if sight.articles is None else "changed")
    now = newsroom.clock.now()
    next_at = max(sight.next_at or now, now + timedelta(seconds=source.poll_seconds))
    remembered = memory if left else sight.memory
    kept = None if remembered == memory and not fresh else remembered
    done = Success(name=source.name, url=source.url, memory=kept, next_at=next_at, first=fresh)
    await logbook.succeeded(done, baseline)
    if health and health.failures:
        async with newsroom.store.write() as connection:
            await alerts.close(connection, f"source {source.name}", "silent", now=now)
    return Look(new, next_at)


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


def _listed(source: Source, sight: Sight) -> list[Article]:
    return [
        replace(article, source=source.name, edition=article.edition or source.edition)
        if article.source != source.name or not article.edition
        else article
        for article in sight.articles or ()
    ]


async def take(newsroom: Newsroom, source: Source, sight: Sight, *, first: bool = False) -> tuple[int, bool]:
    """Take in what a look, or a call at the source's door, brought: how many articles were new, and whether one is left.

    One is left when nothing may be said of it yet: then the list is to be seen again.
    """
    for url in sight.gone:
        await _withdrawn(newsroom, url)
    if sight.articles is None:
        return 0, False
    found = _listed(source, sight)
    keys = _keys(found)
    async with newsroom.store.read() as connection:
        known = await articles.known(connection, [key for of_one in keys.values() for key in of_one])
    fresh, again = [], []
    for article in found:
        one = next((known[key] for key in keys[article.url] if key in known), None)
        if one is None:
            fresh.append(article)
        elif one.source == source.name and one.sight_hash != article.content_hash():
            again.append((one, article))
    new, left = await _new_ones(newsroom, source, fresh, keys)
    for one, article in again:
        await _again(newsroom, source, one, article)
    if sight.complete and not first:
        listed = [known[key].id for of_one in keys.values() for key in of_one if key in known]
        await _vanished(newsroom, source, found, listed)
    return new, left


def _keys(found: Sequence[Article]) -> dict[str, tuple[str, ...]]:
    """By address, the keys each article may be known by.

    A guid counts only where the list itself uses it well: once, in a list that has several. Sites exist that give one
    guid to every item; there the address alone decides.
    """
    all_keys = {article.url: identity(article) for article in found}
    uses = Counter(key for keys in all_keys.values() for key in keys)
    several = sum(key.startswith("guid:") for key in uses) > 1
    return {
        url: tuple(key for key in keys if not key.startswith("guid:") or (several and uses[key] == 1))
        for url, keys in all_keys.items()
    }


async def _baseline(newsroom: Newsroom, source: Source, found: Sequence[Article]) -> list[articles.New]:
    """What is there when a source is first seen is known from now on, and not posted; `ask` puts it to the editors."""
    fate, reason = Fate.BASELINE, "was there at the first look"
    if source.first_run is FirstRun.ASK and found:
        fate, reason = Fate.HELD, f"{reason}; the editors decide"
        text = f"Source {source.name} is new and lists {len(found)} articles already. Post one with /post and its address; nothing goes out by itself."
        async with newsroom.store.write() as connection:
            await alerts.raise_(connection, f"source {source.name}", "first look", text, now=newsroom.clock.now())
        newsroom.bell.ring("cards")
    logger.info("baseline taken", source=source.name, articles=len(found), fate=fate)
    keys = _keys(found)
    return [articles.New(article=one, keys=keys[one.url], fate=fate, reason=reason) for one in found]


async def _new_ones(
    newsroom: Newsroom, source: Source, fresh: Sequence[Article], keys: Mapping[str, tuple[str, ...]]
) -> tuple[int, bool]:
    """Oldest first, a few pages read at a time; one article in trouble does not stop the next.

    An article whose title nobody knows yet is left for the next look, unless its page is not there at all.
    """
    gate = asyncio.Semaphore(_PAGES_AT_ONCE)

    async def complete(article: Article) -> Article | None:
        async with gate:
            return await (with_page if article.title else _untold)(newsroom, source, article)

    newest_last = list(reversed(fresh))  # lists have the newest first, also within one second
    oldest_first = sorted(newest_last, key=_age)
    new, left = 0, False
    hold = await burst.hold(newsroom, source, len(fresh))
    for seen, article in zip(oldest_first, await asyncio.gather(*map(complete, oldest_first)), strict=True):
        if article is None or not article.title:
            left = left or article is not None
            continue
        taken = await intake.take_in(
            newsroom,
            article,
            by=f"source {source.name}",
            known_by=keys[seen.url],
            sight_hash=seen.content_hash(),
            hold=hold,
        )
        new += taken.change is articles.Change.NEW
    await burst.told(newsroom, source, new if hold else 0)
    return new, left


def _age(article: Article) -> datetime:
    return article.published_at or _LONG_AGO


async def with_page(newsroom: Newsroom, source: Source, article: Article) -> Article:
    """The article with what the feed lacks, read from its own page; as it is when the page cannot be read.

    The page also says what the article's address really is, when the feed links to it in a roundabout way.
    """
    if not source.read_page:
        return article
    try:
        return await _completed(newsroom, source, article)
    except SourceError as error:
        logger.warning("page not read", url=article.url, error=str(error))
        return article


async def _completed(newsroom: Newsroom, source: Source, article: Article) -> Article:
    own = await article_page.read(newsroom.fetcher, article.url, source, now=newsroom.clock.now())
    return replace(article.completed_by(own), url=own.url)


async def _untold(newsroom: Newsroom, source: Source, article: Article) -> Article | None:
    """An article of which only the address is known, with what its page tells; None where there is no such page."""
    try:
        return await _completed(newsroom, source, article)
    except SourceError as error:
        logger.warning("page not read; it is tried again", url=article.url, error=str(error))
        return None if error.gone else article


async def _again(newsroom: Newsroom, source: Source, one: Known, article: Article) -> None:
    """An article whose item looks different: its page tells whether the article itself has changed."""
    complete = await with_page(newsroom, source, article)
    async with newsroom.store.write() as connection:
        stored = await articles.get(connection, one.id)
        await articles.set_sight(connection, one.id, article.content_hash())
    if stored is None:
        return
    same_section = intake.sectioned(newsroom.settings, complete)
    if same_section.content_hash() != stored.content_hash:
        await intake.changed(newsroom, stored.article, same_section, by=f"source {source.name}")


async def _vanished(newsroom: Newsroom, source: Source, found: Sequence[Article], listed: Sequence[int]) -> None:
    """Articles younger than the oldest in the list that are not in it any more: their pages say whether they are gone."""
    dated = [article.published_at for article in found if article.published_at]
    if not dated:
        return
    now = newsroom.clock.now()
    async with newsroom.store.read() as connection:
        missing = await articles.vanished(connection, source.name, listed=listed, since=now - _GONE_WINDOW)
    younger = [m for m in missing if m.article.published_at and m.article.published_at > min(dated)]
    for stored in younger[:_GONE_CHECKS]:
        if await _is_gone(newsroom, source, stored):
            await _mark_gone(newsroom, stored)


async def _withdrawn(newsroom: Newsroom, url: str) -> None:
    """The source itself says that an article is out no more."""
    async with newsroom.store.read() as connection:
        stored = await articles.find(connection, identity(Article(url=url, title="")))
    if stored is not None and stored.gone_at is None:
        await _mark_gone(newsroom, stored)


async def _mark_gone(newsroom: Newsroom, stored: Stored) -> None:
    now = newsroom.clock.now()
    async with newsroom.store.write() as connection:
        await articles.gone(connection, stored.article.id, now=now)
        await _tell_gone(connection, stored, now)
    newsroom.bell.ring("cards")


async def _is_gone(newsroom: Newsroom, source: Source, stored: Stored) -> bool:
    try:
        await article_page.read(newsroom.fetcher, stored.article.url, source, now=newsroom.clock.now())
    except SourceError as error:
        return error.gone
    except NewswireError:
        return False
    return False


async def _tell_gone(connection: AsyncConnection, stored: Stored, now: datetime) -> None:
    """Posts that wait are called off; people are told about those that are out."""
    out = []
    for post in await posts.of_article(connection, stored.article.id):
        if post.state in WAITING:
            await posts.move(
                connection,
                post.id,
                PostState.CANCELLED,
                by="newswire",
                now=now,
                why="the site has taken the article away",
            )
        elif post.state is PostState.PUBLISHED:
            out.append(post.channel)
    await audit.record(connection, at=now, by="newswire", act="gone", article_id=stored.article.id)
    if out:
        text = (
            f"The site has taken #{stored.article.id} away: {stored.article.title}\n"
            f"It is still out in {', '.join(out)}. Please decide whether it stays there."
        )
        await alerts.raise_(connection, f"article {stored.article.id}", "gone", text, now=now)
