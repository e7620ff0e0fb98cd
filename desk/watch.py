"""Watch: one look at one source, and what its list means: new, changed, the same, or gone."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http import HTTPStatus

import sources
from db import alerts, articles, checks, marks, unread
from db import sources as source_rows
from db.articles import Fate, Known, Stored
from db.sources import Health, Success
from desk import arrivals, intake, sameness, withdrawal
from desk.arrivals import LONG_AGO, Arrivals
from desk.logbook import Logbook
from desk.newsroom import Newsroom
from desk.sameness import CERTAIN, Asked, Rival
from newswire import log
from newswire.article import Article
from newswire.errors import SourceError
from newswire.source import STALE, FirstRun, Memory, Sight, Source
from sources._identity import identity, same_site

logger = log.get("newswire.desk.watch")

MISSES_BEFORE_ALERT = 3
ROLLED = "rolled "
"""Before a source's name: the mark that its list has rolled over, until stock is taken (desk/inventory.py)."""
_PAGES_AT_ONCE = 4
_LONGEST_PAUSE = timedelta(hours=1)
_AFTER_THE_END = timedelta(days=1)
_SPREAD = 1.2
_GONE_CHECKS = 5
_GONE_WINDOW = timedelta(hours=48)
_NEIGHBOURS_WINDOW = timedelta(days=14)
_RETURNS = 5
_REDATED = 5
_REREAD = 10
_UNREAD_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Look:
    """What a look brought, and when the next one is due."""

    new: int
    next_at: datetime


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
    now = newsroom.clock.now()
    next_at = max(sight.next_at or now, now + timedelta(seconds=source.poll_seconds))
    remembered = memory if left else sight.memory
    kept = None if remembered == memory and not fresh and since is None else remembered
    if not fresh and since is None and await _rolled(newsroom, source, sight, health):
        # Before the look ends: once it has, nobody could tell any more.
        async with newsroom.store.write() as connection:
            await marks.put(connection, f"{ROLLED}{source.name}", now.isoformat())
    done = Success(name=source.name, url=source.url, kind=source.kind, memory=kept, next_at=next_at, first=fresh)
    await logbook.succeeded(done, baseline)
    if health and health.failures:
        async with newsroom.store.write() as connection:
            await alerts.close(connection, f"source {source.name}", "silent", now=now)
    return Look(new, next_at)


async def _rolled(newsroom: Newsroom, source: Source, sight: Sight, health: Health | None) -> bool:
    """Whether even the oldest article of a list was not known when the last look ended: some may have left it unseen.

    A look that is killed takes in some of its list, and does not end.
    """
    dated = [(article.published_at, article.url, article) for article in listed(source, sight) if article.published_at]
    if not dated or not sight.complete or health is None or health.last_success_at is None:
        return False
    async with newsroom.store.read() as connection:
        oldest = await articles.find(connection, identity(min(dated)[2])[:1])
    return oldest is not None and oldest.seen_at > health.last_success_at


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


def listed(source: Source, sight: Sight) -> list[Article]:
    """What the source shows, as its own articles; each address once."""
    found: dict[str, Article] = {}
    for one in sight.articles or ():
        named = one.source == source.name and one.edition
        own = one if named else replace(one, source=source.name, edition=one.edition or source.edition)
        found.setdefault(one.url, own)
    return list(found.values())


@dataclass(slots=True)
class _Sorted:
    """A list, sorted by what is known: by its keys alone."""

    fresh: list[Article] = field(default_factory=list)
    known: list[tuple[Known, Article]] = field(default_factory=list)
    rivals: dict[str, list[Rival]] = field(default_factory=dict)


async def take(
    newsroom: Newsroom, source: Source, sight: Sight, *, first: bool = False, since: datetime | None = None
) -> tuple[int, bool]:
    """Take in what a look, or a call at the source's door, brought: how many articles were new, and whether one is left.

    One is left when nothing may be said of it yet: then the list is to be seen again. `since`: what is older and not
    known was there before.
    """
    for url in sight.gone:
        await withdrawal.withdrawn(newsroom, url)
    if sight.articles is None:
        return 0, False
    found = listed(source, sight)
    keys = _keys(found)
    asked = Asked(newsroom)
    sorted_ = await _sorted(newsroom, source, found, keys)
    missing = []
    if sight.complete and not first:
        window = _NEIGHBOURS_WINDOW if sorted_.fresh else _GONE_WINDOW
        missing = await _missing(newsroom, source, found, [one.id for one, _ in sorted_.known], window)
    come = Arrivals(newsroom=newsroom, source=source, keys=keys, rivals=sorted_.rivals, asked=asked, since=since)
    if sorted_.fresh:
        lately = newsroom.clock.now() - _GONE_WINDOW
        for article in sorted_.fresh:
            sorted_.rivals.setdefault(article.url, []).extend(
                Rival(stored, named=False)
                for stored in missing
                if stored.seen_at > lately or sameness.likeness(stored.article, article) > 0
            )
        await come.take_in(sorted_.fresh)
    await _changes(newsroom, source, sorted_.known)
    for stored, article, as_listed in come.known:
        if stored.source == source.name:
            await _compare(newsroom, source, stored.id, article, as_listed)
    moved = {stored.id for stored, _, _ in come.known}
    await _vanished(newsroom, asked, found, [one for one in missing if one.article.id not in moved])
    return come.new, come.left


def _keys(found: Sequence[Article]) -> dict[str, tuple[str, ...]]:
    """By address, the keys each article may be known by, its address first.

    A guid counts only where the list itself uses it well: once. Sites exist that give one guid to every item; there the
    address alone decides.
    """
    all_keys = {article.url: identity(article) for article in found}
    uses = Counter(key for keys in all_keys.values() for key in keys)
    return {url: (address, *(key for key in hints if uses[key] == 1)) for url, (address, *hints) in all_keys.items()}


async def _sorted(
    newsroom: Newsroom, source: Source, found: Sequence[Article], keys: Mapping[str, tuple[str, ...]]
) -> _Sorted:
    """Which articles of a list are known by their addresses; of the others, which known ones they might be."""
    result = _Sorted()
    async with newsroom.store.read() as connection:
        known = await articles.known(connection, [of_one[0] for of_one in keys.values()])
    fresh, ids = [], set()
    for article in found:
        one = known.get(keys[article.url][0])
        if one is None:
            fresh.append(article)
        elif one.id not in ids:
            ids.add(one.id)
            result.known.append((one, article))
    if not fresh:
        return result
    hints = {article.url: keys[article.url][1:] for article in fresh}
    result.rivals = await sameness.rivals(newsroom, source.name, fresh, hints)
    for article in fresh:
        of_one = result.rivals.get(article.url, [])
        sure = next((r.stored for r in of_one if sameness.likeness(r.stored.article, article) >= CERTAIN), None)
        if sure is None or _listed_still(sure, keys):
            result.fresh.append(article)
        else:
            result.known.append((await _renamed(newsroom, sure, keys[article.url]), article))
    return result


def _listed_still(stored: Stored, keys: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether the list has the known article, too: then another one in it is not the same."""
    address = identity(stored.article)[0]
    return any(of_one[0] == address for of_one in keys.values())


async def _renamed(newsroom: Newsroom, stored: Stored, keys: Sequence[str]) -> Known:
    """A known article under another address, so like itself that nobody need be asked."""
    async with newsroom.store.write() as connection:
        await articles.add_keys(connection, stored.article.id, keys)
        known = await articles.known(connection, keys[:1])
    return known[keys[0]]


async def _changes(newsroom: Newsroom, source: Source, known: Sequence[tuple[Known, Article]]) -> None:
    """Articles that the source shows otherwise than before, or shows again: their pages tell what has become of them.

    Where nothing but a date is another one, a few are read; where most of a list was dated anew, that tells nothing.
    """
    own = [(one, article) for one, article in known if one.source == source.name]
    for one, article in [pair for pair in own if pair[0].gone][:_RETURNS]:
        await _returned(newsroom, source, one, article)
    otherwise = [(one, article) for one, article in own if one.sight != articles.sight_of(article)]
    dated = [(one, article) for one, article in otherwise if one.sight.startswith(f"{article.content_hash()}@")]
    plain = {one.id: articles.sight_of(article) for one, article in otherwise if one.sight == article.content_hash()}
    if len(dated) > max(_REDATED, len(own) / 2):
        plain |= {one.id: articles.sight_of(article) for one, article in dated}
        dated = []
    if plain:
        async with newsroom.store.write() as connection:
            await articles.set_sights(connection, plain)
    reread = {one.id for one, _ in sorted(dated, key=lambda pair: _modified(pair[1]), reverse=True)[:_REREAD]}
    only_dated = {one.id for one, _ in dated} - reread
    for one, article in otherwise:
        if one.id not in plain and one.id not in only_dated:
            complete = await arrivals.with_page(newsroom, source, article)
            await _compare(newsroom, source, one.id, complete, article)


def _modified(article: Article) -> datetime:
    return article.modified_at or LONG_AGO


async def _compare(newsroom: Newsroom, source: Source, number: int, complete: Article, as_listed: Article) -> None:
    """What an article is now, against what is stored of it."""
    async with newsroom.store.write() as connection:
        stored = await articles.get(connection, number)
        await articles.set_sights(connection, {number: articles.sight_of(as_listed)})
        await checks.relist(connection, number, as_listed)
    if stored is None:
        return
    same_section = intake.sectioned(newsroom.settings, complete)
    if same_section.content_hash() != stored.content_hash:
        await intake.changed(newsroom, stored.article, same_section, by=f"source {source.name}")


async def _returned(newsroom: Newsroom, source: Source, one: Known, article: Article) -> None:
    """An article that was gone is listed: its page tells whether it is there, for lists are kept in caches."""
    async with newsroom.store.read() as connection:
        stored = await articles.get(connection, one.id)
    try:
        await arrivals.completed(newsroom, source, article)
    except SourceError:
        return
    if stored is not None:
        await withdrawal.back(newsroom, stored)


async def _missing(
    newsroom: Newsroom, source: Source, found: Sequence[Article], known: Sequence[int], window: timedelta
) -> list[Stored]:
    """Articles of the source that its list does not show, the latest first, those that merely grew old not among them.

    In a list without dates nobody can tell which those are.
    """
    dates = [article.published_at for article in found if article.published_at]
    since = newsroom.clock.now() - window
    async with newsroom.store.read() as connection:
        return await articles.vanished(
            connection, source.name, listed=known, since=since, published_since=min(dates, default=None)
        )


async def _vanished(newsroom: Newsroom, asked: Asked, found: Sequence[Article], missing: Sequence[Stored]) -> None:
    """Of articles that left the list before their time, the pages tell whether they are gone; once is not enough."""
    if not any(article.published_at for article in found):
        return
    since = newsroom.clock.now() - _GONE_WINDOW
    for stored in [one for one in missing if one.seen_at > since][:_GONE_CHECKS]:
        try:
            await asked.page(stored)
        except SourceError as error:
            if error.gone:
                await withdrawal.missing(newsroom, stored)


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


async def try_unread(newsroom: Newsroom) -> None:
    """Articles whose pages could not be read yet: those that are due are tried again."""
    by_name = {source.name: source for source in newsroom.settings.sources()}
    async with newsroom.store.read() as connection:
        due = await unread.due(connection, newsroom.clock.now(), limit=_UNREAD_AT_ONCE)
    for one in due:
        if source := by_name.get(one.listed.source):
            await take(newsroom, source, Sight(memory=Memory(), articles=(one.listed,)))
    async with newsroom.store.write() as connection:
        # Those that stayed as they were are known by now, or their source is watched no more.
        after = await unread.of(connection, [one.key for one in due])
        await unread.end(connection, [one.key for one in due if after.get(one.key) == one])
