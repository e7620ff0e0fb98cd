"""Section pages: articles noticed by the links of a page that lists them, for sites without a feed."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from datetime import datetime

from newswire.article import Article
from newswire.errors import SourceError
from newswire.source import Memory, Sight, Source
from sources._answers import without_secrets
from sources._dates import read_date
from sources._decode import decode
from sources._entries import SOON
from sources._fetch import NOT_MODIFIED, PAGES, Fetched, Fetcher
from sources._html import base_of, parse
from sources._list_page import Item, items
from sources._pace import gap, next_look
from sources._robots import ask_leave
from sources._text import fold, take_flags

LARGE = 256 * 1024


async def poll(fetcher: Fetcher, source: Source, memory: Memory, *, now: datetime) -> Sight:
    """One look at a section page. Its memory: HTTP validators and the digest of the list, for pages change all the time.

    `selectors.item` and `selectors.link` say where the articles' links are, `selectors.path` how their paths begin;
    without them the page's own list for machines is taken, or the links that look like articles. An article whose
    headline the list does not make plain has no title until its page is read.
    """
    if memory.extra.get("asked") != source.url:
        memory = Memory()
    await ask_leave(fetcher, source.url, now)
    answer = await fetcher.get(
        source.url,
        etag=memory.etag,
        last_modified=memory.last_modified,
        accept=PAGES,
        any_port=source.any_port,
    )
    usual_gap = memory.extra.get("gap", 0)
    if answer.status == NOT_MODIFIED:
        return Sight(memory=memory, next_at=next_look(source, answer.headers, {}, usual_gap, now))
    try:
        if len(answer.body) > LARGE:
            title, found = await asyncio.to_thread(_read, answer, source.selectors)
        else:
            title, found = _read(answer, source.selectors)
    except ValueError as reason:
        raise SourceError(f"{without_secrets(answer.url)} {reason}") from reason
    articles = tuple(_article(item, source, now) for item in found)
    digest = hashlib.blake2b(repr([(a.url, a.title) for a in articles]).encode(), digest_size=16).hexdigest()
    known = memory.extra.get("digest")
    usual_gap = gap(articles)
    memory = Memory(
        etag=answer.etag,
        last_modified=answer.last_modified,
        extra={"asked": source.url, "digest": digest, "gap": usual_gap, "listed": len(articles)},
    )
    return Sight(
        memory=memory,
        articles=None if digest == known else articles,
        rolls=True,
        title=title,
        next_at=next_look(source, answer.headers, {}, usual_gap, now),
    )


def _read(answer: Fetched, selectors: dict[str, str]) -> tuple[str, list[Item]]:
    """The page's title and the articles it lists."""
    text, _ = decode(answer.body, answer.charset)
    tree = parse(text)
    title = tree.css_first("title")
    return fold(title.text()) if title else "", items(tree, base_of(tree, answer.url), selectors)


def _article(item: Item, source: Source, now: datetime) -> Article:
    title, flags = take_flags(item.title)
    at = read_date(item.time, source.zone)
    article = Article(url=item.url, title=title, source=source.name, edition=source.edition, flags=flags)
    return replace(article, published_at=now if at and at > now + SOON else at)
