"""Sitemaps: the site's own list of its pages, of which the recent ones are articles to look at."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from newswire.article import Article
from newswire.errors import SourceError
from newswire.source import Memory, Sight, Source
from sources._answers import without_secrets
from sources._dates import read_date
from sources._entries import SOON, TITLE_LIMIT
from sources._fetch import NOT_MODIFIED, Fetcher
from sources._identity import same_site
from sources._pace import gap, next_look
from sources._sitemapfile import Listed, SitemapFile, read_sitemap
from sources._text import take_flags

ACCEPT = "application/xml,text/xml;q=0.9,*/*;q=0.5"
LARGE = 256 * 1024
RECENT = timedelta(days=3)
MOST_MAPS = 5
MOST_PAGES = 1_000
_LONG_AGO = datetime.min.replace(tzinfo=UTC)

# In an index: maps of what is no article, and maps that certainly list articles.
NO_ARTICLES = re.compile(
    r"(?:taxonom|categor|tag|author|user|page|video|image|static|section|archive|product)[\w-]*\.(?:xml|php|txt)",
    re.IGNORECASE,
)
NEWS = re.compile(r"news|post|article|stor(?:y|ies)", re.IGNORECASE)
FIGURES = re.compile(r"\d+")


@dataclass(slots=True)
class _Look:
    """What one look has read so far, and what is to be remembered of each map."""

    fetcher: Fetcher
    source: Source
    known: dict[str, Any]
    read: dict[str, SitemapFile | None]
    maps: dict[str, dict[str, str]]


async def poll(fetcher: Fetcher, source: Source, memory: Memory, *, now: datetime) -> Sight:
    """One look at a sitemap, or at the newest maps of an index. Its memory: of each map its validators and digest.

    Articles of a news sitemap have titles and dates; those of others have only addresses, and no title until their
    pages are read. `selectors.path` keeps those whose path begins so ("/en/post/").
    """
    known = memory.extra.get("maps", {}) if memory.extra.get("asked") == source.url else {}
    look = _Look(fetcher, source, known, {}, {})
    first = await _read(look, source.url)
    maps = _chosen(first.maps) if first else _remembered(known, source.url)
    if maps or (first and first.maps):
        await _read_all(look, maps)
    changed = [one for one in look.read.values() if one and one.pages]
    found = _articles((page for one in changed for page in one.pages), source, now)
    usual_gap = gap(found) or memory.extra.get("gap", 0)
    memory = Memory(extra={"asked": source.url, "maps": look.maps, "gap": usual_gap})
    next_at = next_look(source, {}, {}, usual_gap, now)
    if not changed:
        return Sight(memory=memory, articles=() if not known else None, next_at=next_at)
    troubles = tuple(f"broken XML, read as far as it can be: {one.trouble}" for one in changed if one.trouble)
    whole = not troubles and all(one is not None for one in look.read.values() if one is not first)
    return Sight(
        memory=memory, articles=found, complete=whole and first is not None, next_at=next_at, warnings=troubles
    )


def _remembered(known: dict[str, Any], url: str) -> list[Listed]:
    """The maps that were read last time, when the index has not changed since."""
    return [Listed(url=address) for address in known if address != url]


async def _read_all(look: _Look, maps: list[Listed]) -> None:
    """All chosen maps. One in trouble does not spoil the others; all in trouble are an error."""
    troubles: list[SourceError] = []
    for one in maps:
        before = look.known.get(one.url, {})
        if one.modified and before.get("modified") == one.modified:
            look.read[one.url], look.maps[one.url] = None, before
            continue
        try:
            await _read(look, one.url, one.modified)
        except SourceError as error:
            look.maps[one.url], look.read[one.url] = before, None
            troubles.append(error)
    if troubles and len(troubles) == len(maps):
        raise troubles[0]
    if not maps:
        raise SourceError(
            f"{without_secrets(look.source.url)} is an index of sitemaps, and none of them lists articles"
        )


async def _read(look: _Look, url: str, modified: str = "") -> SitemapFile | None:
    """One file; None when it has not changed since the last look."""
    before = look.known.get(url, {})
    answer = await look.fetcher.get(
        url,
        etag=before.get("etag", ""),
        last_modified=before.get("last_modified", ""),
        accept=ACCEPT,
        any_port=look.source.any_port and same_site(url, look.source.url),
    )
    look.read[url] = None
    if answer.status == NOT_MODIFIED:
        look.maps[url] = before | {"modified": modified}
        return None
    digest = hashlib.blake2b(answer.body, digest_size=16).hexdigest()
    look.maps[url] = {
        "etag": answer.etag,
        "last_modified": answer.last_modified,
        "digest": digest,
        "modified": modified,
    }
    if digest == before.get("digest"):
        return None
    try:
        if len(answer.body) > LARGE:
            look.read[url] = await asyncio.to_thread(read_sitemap, answer.body, answer.charset, answer.url)
        else:
            look.read[url] = read_sitemap(answer.body, answer.charset, answer.url)
    except ValueError as reason:
        raise SourceError(f"{without_secrets(answer.url)} {reason}") from reason
    return look.read[url]


def _chosen(maps: list[Listed]) -> list[Listed]:
    """The maps of an index that hold the newest articles: by their dates, else by their names and numbers."""
    fitting = [one for one in maps if not NO_ARTICLES.search(urlsplit(one.url).path.rpartition("/")[2])]

    def rank(one: Listed) -> tuple[datetime, bool, int]:
        name = urlsplit(one.url).path.rpartition("/")[2]
        number = int(max(FIGURES.findall(name), key=len, default="0")[:12])
        return (read_date(one.modified, UTC) or _LONG_AGO, bool(NEWS.search(name)), number)

    return sorted(fitting, key=rank, reverse=True)[:MOST_MAPS]


def _articles(pages: Iterable[Listed], source: Source, now: datetime) -> tuple[Article, ...]:
    """The recent ones, the newest first; those without any date are taken as recent."""
    found: dict[str, Article] = {}
    for page in pages:
        if page.url in found or not _fits(page, source):
            continue
        published, modified = (read_date(text, source.zone) for text in (page.published, page.modified))
        newest = max((at for at in (published, modified) if at), default=None)
        if newest is None or newest > now - RECENT:
            found[page.url] = _article(page, source, _not_ahead(published, now), _not_ahead(modified, now))
    newest_first = sorted(found.values(), key=_at, reverse=True)
    return tuple(newest_first[:MOST_PAGES])


def _at(article: Article) -> datetime:
    return article.published_at or article.modified_at or _LONG_AGO


def _not_ahead(at: datetime | None, now: datetime) -> datetime | None:
    return now if at and at > now + SOON else at


def _fits(page: Listed, source: Source) -> bool:
    """Whether the page may be an article of this source: no front page, below its path, in its edition."""
    path = urlsplit(page.url).path
    if not path.strip("/") or not path.startswith(source.selectors.get("path", "")):
        return False
    return not page.language or not source.edition or _base(page.language) == _base(source.edition)


def _base(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()


def _article(page: Listed, source: Source, published: datetime | None, modified: datetime | None) -> Article:
    title, flags = take_flags(page.title[:TITLE_LIMIT])
    return Article(
        url=page.url,
        title=title,
        source=source.name,
        edition=source.edition,
        published_at=published,
        modified_at=modified,
        images=tuple(page.images),
        flags=flags,
        language=_base(page.language),
        alternates=tuple(page.alternates),
    )
