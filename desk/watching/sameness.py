"""Sameness: whether an article under a new address is one that is known. The site is asked at the old address."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import urlsplit

from db import articles, sights
from db.articles import Stored
from desk.newsroom import Newsroom
from desk.watching.belonging import source_of
from newswire.article import Article
from newswire.errors import SourceError
from newswire.wording import fold, tokens
from sources._fetch import PAGES
from sources._identity import canonical, own_number, same_site
from sources._robots import ask_leave
from sources.article_page import read_page

_MOST_ASKED = 5
_HOSTS_OF = 50
_TIMES_MOVED = 2
_LONG = 20
_BEGINNING = 500
_CLOSE = 0.6
_ANOTHER_DAY = timedelta(days=1)

CERTAIN = 3
"""A likeness that needs no other proof than a name in common."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A known article that another one may be. `named`: they have a name in common, a guid or a path."""

    stored: Stored
    named: bool


@dataclass(slots=True)
class Asked:
    """What the pages of known articles say during one look: each is read once."""

    newsroom: Newsroom
    pages: dict[int, Article | SourceError] = field(default_factory=dict)
    moved: Counter[tuple[str, str]] = field(default_factory=Counter)

    async def page(self, stored: Stored) -> Article:
        """The article's page as it is now, under the address it has now. Raises `SourceError`."""
        number = stored.article.id
        if number not in self.pages:
            try:
                self.pages[number] = await self._read(stored.article)
            except SourceError as error:
                self.pages[number] = error
        found = self.pages[number]
        if isinstance(found, SourceError):
            raise found
        return found

    async def _read(self, article: Article) -> Article:
        """What stands at the article's address; without a title where it is no article's page."""
        source, now = source_of(self.newsroom, article), self.newsroom.clock.now()
        await ask_leave(self.newsroom.fetcher, article.url, now)
        any_port = source.any_port and same_site(article.url, source.url)
        answer = await self.newsroom.fetcher.get(article.url, accept=PAGES, any_port=any_port)
        try:
            return await asyncio.to_thread(read_page, answer, source, now)
        except SourceError:
            return Article(url=answer.url, title="")


async def rivals(
    newsroom: Newsroom, source: str, fresh: Iterable[Article], hints: Mapping[str, Sequence[str]]
) -> dict[str, list[Rival]]:
    """By address, the known articles that share a hint (`hints`, by address) or the path on a former host of `source`."""
    async with newsroom.store.read() as connection:
        hosts = (
            {_host(url) for url in await articles.addresses(connection, source, limit=_HOSTS_OF)} if source else set()
        )
        keys = {one.url: [*hints.get(one.url, ()), *_elsewhere(one.url, hosts)] for one in fresh}
        known = await sights.known(connection, [key for of_one in keys.values() for key in of_one])
        if not known:
            return {}
        stored = await articles.some(connection, {one.id for one in known.values()})
    return {
        url: [Rival(stored[number], named=True) for number in dict.fromkeys(known[k].id for k in of_one if k in known)]
        for url, of_one in keys.items()
        if any(key in known for key in of_one)
    }


def _host(url: str) -> str:
    return urlsplit(canonical(url)).netloc


def _elsewhere(url: str, hosts: Iterable[str]) -> list[str]:
    """The keys that the article would have on other hosts."""
    parts = urlsplit(canonical(url))
    if not parts.path:
        return []
    return [f"url:{parts._replace(netloc=host).geturl()}" for host in hosts if host not in ("", parts.netloc)]


async def of_page(newsroom: Newsroom, article: Article) -> list[Rival]:
    """The known articles that have the site's own number of `article`, as its page names it."""
    own = own_number(article.guid, article.url)
    hints = [f"guid:{own}"] if own else []
    return (await rivals(newsroom, "", [article], {article.url: hints})).get(article.url, []) if hints else []


async def same(
    asked: Asked, article: Article, others: Sequence[Rival], *, addresses: Iterable[str] = (), patient: bool = True
) -> Stored | None:
    """The one of `others` that `article` is; None if it is none of them.

    `addresses` are further ones of the article. SourceError: nobody can tell just now; who is not `patient` has the
    likeness decide.
    """
    here = {canonical(url) for url in (article.url, *addresses)}
    likest = sorted(others, key=lambda rival: -(2 * rival.named + likeness(rival.stored.article, article)))
    trouble: SourceError | None = None
    for rival in likest[:_MOST_ASKED]:
        try:
            if await _is(asked, rival, article, here):
                return rival.stored
        except SourceError as error:
            score = rival.named + likeness(rival.stored.article, article)
            if score > CERTAIN or (score >= _needed(rival) and not patient):
                return rival.stored
            trouble = error if rival.named or score >= CERTAIN else trouble
    if trouble is not None and patient:
        raise trouble
    return None


def _needed(rival: Rival) -> int:
    return CERTAIN - rival.named


async def _is(asked: Asked, rival: Rival, article: Article, here: set[str]) -> bool:
    """What the old address says: it leads to the new one, or is not there any more, or is another article's."""
    old = rival.stored.article
    score = rival.named + likeness(old, article)
    hosts = _host(old.url), _host(article.url)
    moved = hosts[0] != hosts[1] and asked.moved[hosts] >= _TIMES_MOVED
    if moved and rival.named and score >= CERTAIN:
        return True
    try:
        page = await asked.page(rival.stored)
    except SourceError as error:
        if error.gone:
            return score >= _needed(rival)
        raise
    if canonical(page.url) in here:
        asked.moved[hosts] += 1
        return True
    if not urlsplit(page.url).path.strip("/"):
        return score >= _needed(rival)
    return rival.named and _reads_the_same(page, article)


def _reads_the_same(page: Article, article: Article) -> bool:
    """Whether two pages, both still there, hold one article."""
    if not _alike(page.title, article.title) or _apart(page, article):
        return False
    return _same_text(page.body[:_BEGINNING], article.body[:_BEGINNING]) or _same_text(page.lead, article.lead)


def likeness(old: Article, new: Article) -> int:
    """Points for what two articles have in common: the title counts two, a close one, lead, time and picture one each."""
    points = 2 if _alike(old.title, new.title) else int(_close(old.title, new.title))
    points += _same_text(old.lead, new.lead)
    points += old.published_at is not None and old.published_at == new.published_at
    points += bool(old.images and new.images) and old.images[0].url == new.images[0].url
    return points - 2 * _apart(old, new)


def _close(one: str, other: str) -> bool:
    words, others = ({fold(word) for word in tokens(text) if len(word) > 2} for text in (one, other))  # noqa: PLR2004 - marks and little words
    return len(words & others) > _CLOSE * len(words | others)


def _alike(one: str, other: str) -> bool:
    """Whether two titles differ in their typography at the most; an article without one is like none."""
    return bool(one) and tokens(one) == tokens(other)


def _same_text(one: str, other: str) -> bool:
    return len(one) > _LONG and tokens(one) == tokens(other)


def _apart(one: Article, other: Article) -> bool:
    """Whether they are of different days."""
    if not (one.published_at and other.published_at):
        return False
    return abs(one.published_at - other.published_at) > _ANOTHER_DAY


async def remember(newsroom: Newsroom, stored: Stored, article: Article, keys: Sequence[str]) -> Stored:
    """A known article stands at another address now: it is known under both."""
    async with newsroom.store.write() as connection:
        await articles.add_keys(connection, stored.article.id, keys)
        await articles.move(connection, stored.article.id, article.url)
    return replace(stored, article=replace(stored.article, url=article.url))
