"""Mapped: what a site's sitemaps list of one source's articles, and whether they could be read at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from db import sights
from desk.newsroom import Newsroom
from desk.watching.belonging import source_at
from newswire import log
from newswire.article import Article
from newswire.errors import SourceError
from newswire.source import Memory, Source
from sources import article_page, sitemap
from sources._answers import without_secrets
from sources._identity import canonical, identity, same_site
from sources._robots import robots_of

logger = log.get("newswire.desk.watching.mapped")

_MOST_MAPS = 2
_MOST_PAGES = 20
_EXAMINED = 5_000


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time in which a site may have published what nobody knows."""

    since: datetime
    until: datetime

    def has(self, article: Article) -> bool:
        """Whether the article is dated, and in it."""
        at = article.published_at or article.modified_at
        return at is not None and self.since < at < self.until


@dataclass(slots=True)
class Mapped:
    """What was found in the sitemaps: articles that nobody knows, and the addresses of all that they list.

    `more`: pages are left to be read the next time. `trouble`: why a sitemap could not be read, or not whole; "" where
    all were, also where there is none.
    """

    missing: list[Article] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)
    more: bool = False
    trouble: str = ""

    def shows(self, listed: Iterable[Article]) -> bool:
        """Whether it lists any of these: a sitemap of other pages proves nothing about articles."""
        return any(canonical(one.url) in self.addresses for one in listed)


def own(article: Article, source: Source) -> Article:
    """The article as one of the source."""
    return replace(article, source=source.name, edition=article.edition or source.edition)


async def unknown(newsroom: Newsroom, found: Iterable[Article]) -> list[Article]:
    """Those that nobody knows by any of their keys; each address once."""
    every = {one.url: one for one in found}
    keys = {url: identity(one) for url, one in every.items()}
    async with newsroom.store.read() as connection:
        known = await sights.known(connection, [key for of_one in keys.values() for key in of_one])
    return [one for url, one in every.items() if known.keys().isdisjoint(keys[url])]


async def read(newsroom: Newsroom, source: Source, span: Span, examined: set[str]) -> Mapped:
    """What the site's sitemaps list of this source's. Those of news list articles; of others each page tells what it is.

    `examined` are pages that are no articles of these days; those that turn out to be none are added.
    """
    result = Mapped()
    found = await _listed(newsroom, source, result)
    mine = [own(one, source) for one in found if source_at(newsroom, one.url).name == source.name]
    recent = [one for one in await unknown(newsroom, mine) if span.has(one)]
    news = [one for one in recent if one.title and one.published_at]
    others = [one for one in recent if one not in news and one.url not in examined]
    result.more = len(others) > _MOST_PAGES
    fresh = others[:_MOST_PAGES]
    pages = [await _page(newsroom, source, one) for one in fresh]
    if len(examined) > _EXAMINED:
        examined.clear()
    examined |= {listed.url for listed, page in zip(fresh, pages, strict=True) if page is not None}
    told = [one for one in pages if one and one.published_at and span.has(one)]
    result.missing = await unknown(newsroom, (*news, *told))
    return result


async def _listed(newsroom: Newsroom, source: Source, result: Mapped) -> list[Article]:
    """All that the sitemaps list; what went wrong is said in `result`."""
    found: list[Article] = []
    for url in await _maps(newsroom, source, result):
        place = replace(source, kind="sitemap", url=url)
        try:
            sight = await sitemap.poll(newsroom.fetcher, place, Memory(), now=newsroom.clock.now())
        except SourceError as error:
            logger.info("sitemap not read", source=source.name, error=str(error))
            result.trouble = result.trouble or str(error)
            continue
        if not sight.complete:
            why = "; ".join(sight.warnings) or "a part of it cannot be read"
            result.trouble = result.trouble or f"{without_secrets(url)}: {why}"
        found += sight.articles or ()
    result.addresses = {canonical(one.url) for one in found}
    return found


async def _maps(newsroom: Newsroom, source: Source, result: Mapped) -> list[str]:
    """The site's sitemaps, those of news first; none for a source that is one itself."""
    if source.kind == "sitemap":
        return []
    robots = await robots_of(newsroom.fetcher, source.url, newsroom.clock.now())
    if robots.unread or robots.silent:
        result.trouble = (
            f"robots.txt of {urlsplit(source.url).netloc}, which names the sitemaps, cannot be read just now"
        )
    here = [url for url in robots.sitemaps if same_site(url, source.url)]
    return sorted(here, key=lambda url: "news" not in urlsplit(url).path.lower())[:_MOST_MAPS]


async def _page(newsroom: Newsroom, source: Source, listed: Article) -> Article | None:
    """The article as its page tells it, with the date of a news sitemap; None where the page cannot be read now."""
    try:
        page = await article_page.read(newsroom.fetcher, listed.url, source, now=newsroom.clock.now())
    except SourceError as error:
        return listed if error.gone else None
    return own(replace(page, published_at=listed.published_at or page.published_at), source)
