"""Listing: what a source's list means: which of its articles are new, which are known, and which are missing from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from db import articles, sights, unread
from db.articles import Stored
from db.sights import Known
from desk.newsroom import Newsroom
from desk.watching import relisted, sameness, vanished, withdrawal
from desk.watching.arrivals import Arrivals
from desk.watching.sameness import CERTAIN, Asked, Rival
from newswire.article import Article
from newswire.source import Memory, Sight, Source
from sources._identity import identity, same_site

_NEIGHBOURS_WINDOW = timedelta(days=14)
_UNREAD_AT_ONCE = 20
_NAMESAKES = 2


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
    keys = keys_of(found)
    asked = Asked(newsroom)
    sorted_ = await _sorted(newsroom, source, found, keys)
    missing = []
    if sight.complete and not first:
        window = _NEIGHBOURS_WINDOW if sorted_.fresh else vanished.WINDOW
        missing = await vanished.missing(newsroom, source, found, [one.id for one, _ in sorted_.known], window)
    come = Arrivals(newsroom=newsroom, source=source, keys=keys, rivals=sorted_.rivals, asked=asked, since=since)
    if sorted_.fresh:
        lately = newsroom.clock.now() - vanished.WINDOW
        for article in sorted_.fresh:
            sorted_.rivals.setdefault(article.url, []).extend(
                Rival(stored, named=False)
                for stored in missing
                if stored.seen_at > lately or sameness.likeness(stored.article, article) > 0
            )
        if not first:
            await _add_namesakes(newsroom, sorted_)
        await come.take_in(sorted_.fresh)
    await relisted.changes(newsroom, source, sorted_.known)
    for stored, article, as_listed in come.known:
        if stored.source == source.name:
            await relisted.compare(newsroom, source, stored.id, article, as_listed)
    moved = {stored.id for stored, _, _ in come.known}
    await vanished.examine(newsroom, asked, found, [one for one in missing if one.article.id not in moved])
    return come.new, come.left


async def _add_namesakes(newsroom: Newsroom, sorted_: _Sorted) -> None:
    """Known articles of the same site and headline are asked as well: slug, guid and date may all have changed at once."""
    since, titles = newsroom.clock.now() - _NEIGHBOURS_WINDOW, [one.title for one in sorted_.fresh if one.title]
    async with newsroom.store.read() as connection:
        known = await articles.titled(connection, titles, since=since)
    here = {one.id for one, _ in sorted_.known}
    for article in sorted_.fresh:
        of_one = sorted_.rivals.setdefault(article.url, [])
        known_already = here | {rival.stored.article.id for rival in of_one}
        alike = [one for one in known if one.article.title == article.title and one.article.id not in known_already]
        of_one += [Rival(one, named=False) for one in alike if same_site(one.article.url, article.url)][:_NAMESAKES]


def keys_of(found: Sequence[Article]) -> dict[str, tuple[str, ...]]:
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
        known = await sights.known(connection, [of_one[0] for of_one in keys.values()])
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
        known = await sights.known(connection, keys[:1])
    return known[keys[0]]


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
