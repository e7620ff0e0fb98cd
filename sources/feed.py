"""Feeds: RSS 0.9 to 2.0, RDF, Atom and JSON Feed, polled with conditional requests."""

from __future__ import annotations

import asyncio
import hashlib
import re
from dataclasses import replace
from datetime import datetime

from newswire.article import Article
from newswire.errors import SourceError
from newswire.source import STALE, Memory, Sight, Source
from sources._answers import without_secrets
from sources._decode import decode
from sources._entries import Feed, articles, resolved
from sources._fetch import NOT_MODIFIED, Fetched, Fetcher
from sources._identity import same_site
from sources._jsonfeed import read_json
from sources._pace import gap, next_look
from sources._text import TAG_END, attributes
from sources._xmlfeed import read_xml

# From here on a feed is read in a thread, so that nobody else waits for it.
LARGE = 256 * 1024
# Some sites say "moved for good" while they are being repaired.
SAID_BEFORE_IT_COUNTS = 3
HTML = re.compile(r"(?:\s++|<\?xml.*?\?>|<!--.*?-->)*+<(?:!doctype\s+html|html[\s>])", re.IGNORECASE | re.DOTALL)
LINK = re.compile(rf"<link(?=[\s/])({TAG_END})", re.IGNORECASE)
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
HEAD = 200_000


async def poll(fetcher: Fetcher, source: Source, memory: Memory, *, now: datetime) -> Sight:
    """One look at a feed.

    Its memory: HTTP validators, where it moved for good, the digest of its last bytes, how many articles it listed, its
    rhythm and what it asks for.
    """
    if memory.extra.get("asked") != source.url:
        memory = Memory(extra={"asked": source.url})
    answer = await _fetched(fetcher, source, memory)
    memory = _moved(source, memory, answer)
    if answer.status == NOT_MODIFIED:
        return Sight(memory=memory, next_at=_next_look(source, memory, answer, now))
    digest = hashlib.blake2b(answer.body, digest_size=16).hexdigest()
    same = digest == memory.extra.get("digest")
    memory = replace(memory, etag=answer.etag, last_modified=answer.last_modified)
    if same:
        return Sight(memory=memory, next_at=_next_look(source, memory, answer, now))
    if len(answer.body) > LARGE:
        feed, found = await asyncio.to_thread(read, answer, source, now)
    else:
        feed, found = read(answer, source, now)
    learned = {"digest": digest, "gap": gap(found), "pace": feed.pace, "listed": len(found)}
    memory = replace(memory, extra=memory.extra | learned)
    if memory.url:
        feed.warnings.append(f"moved for good to {without_secrets(memory.url)}")
    return Sight(
        memory=memory,
        articles=found,
        complete=feed.whole,
        rolls=True,
        older=feed.older,
        title=feed.title,
        next_at=_next_look(source, memory, answer, now),
        warnings=tuple(feed.warnings),
    )


async def page(fetcher: Fetcher, source: Source, url: str, *, now: datetime) -> Sight:
    """An older page of the feed (`Sight.older`). Raises `SourceError`."""
    answer = await fetcher.get(url, any_port=source.any_port and same_site(url, source.url))
    feed, found = await asyncio.to_thread(read, answer, source, now)
    return Sight(memory=Memory(), articles=found, older=feed.older)


async def _fetched(fetcher: Fetcher, source: Source, memory: Memory) -> Fetched:
    """The feed from where it moved to; from its old address if the new one fails, for not every move is meant."""

    async def get(url: str) -> Fetched:
        return await fetcher.get(url, etag=memory.etag, last_modified=memory.last_modified, any_port=source.any_port)

    if memory.url:
        try:
            return await get(memory.url)
        except SourceError as error:
            if error.retry_at:
                raise
    return await get(source.url)


def _moved(source: Source, memory: Memory, answer: Fetched) -> Memory:
    """What is remembered of where the feed is. A move counts once the site has said it several times in a row."""
    to = answer.permanent_url
    extra = {name: value for name, value in memory.extra.items() if name != "moving"}
    if to == source.url:
        return replace(memory, url="", extra=extra)
    if to == memory.url:
        return replace(memory, extra=extra)
    before, times = memory.extra.get("moving") or ("", 0)
    times = times + 1 if before == to else 1
    if times >= SAID_BEFORE_IT_COUNTS:
        return replace(memory, url=to, extra=extra)
    return replace(memory, extra=extra | {"moving": [to, times]})


def _next_look(source: Source, memory: Memory, answer: Fetched, now: datetime) -> datetime | None:
    return next_look(source, answer.headers, memory.extra.get("pace", {}), memory.extra.get("gap", 0), now)


def read(answer: Fetched, source: Source, now: datetime) -> tuple[Feed, tuple[Article, ...]]:
    """The feed in an answer and its articles. Raises `SourceError` for what is no feed."""
    text, warning = decode(answer.body, answer.charset)
    text = text.lstrip("\ufeff")
    try:
        if not text.strip():
            raise ValueError("answers with nothing")
        if HTML.match(text):
            raise ValueError(_other_than_html(text, answer.url))
        reader = read_json if text.lstrip().startswith(("{", "[")) else read_xml
        feed = reader(text, answer.url)
    except ValueError as reason:
        raise SourceError(f"{without_secrets(answer.url)} {reason}") from reason
    if warning:
        feed.warnings.append(warning)
    found = articles(feed, source, now)
    if feed.entries and not found:
        raise SourceError(f"{without_secrets(answer.url)} has {len(feed.entries)} items, and none of them has a link")
    if (dates := [one.published_at for one in found if one.published_at]) and now - max(dates) > STALE:
        feed.warnings.append(f"its newest item is of {max(dates):%Y-%m-%d}; perhaps the site has another feed by now")
    return feed, found


def _other_than_html(text: str, url: str) -> str:
    """What to say of a web page, with the feed it names if it names one."""
    for tag in LINK.finditer(text[:HEAD]):
        words = attributes(tag[1])
        is_feed = words.get("rel", "").lower() == "alternate" and words.get("type", "").lower() in FEED_TYPES
        if is_feed and (address := resolved(url, words.get("href", ""))):
            return (
                f"answers with a web page where a feed should be; the page names this one: {without_secrets(address)}"
            )
    return "answers with a web page where a feed should be"
