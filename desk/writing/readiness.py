"""Readiness: an article's first posts wait a little while its page and its picture are not there for those who preview it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncConnection

from db import alerts, articles, audit, posts, readiness
from db.readiness import Unready
from db.store import Store
from desk.newsroom import Newsroom
from newswire import log
from newswire.article import Article
from newswire.errors import SourceError
from newswire.post import Post, PostState, Priority
from sources._decode import decode
from sources._fetch import PAGES, Fetcher
from sources._html import parse
from sources._identity import canonical
from sources._metadata import address_of

logger = log.get("newswire.desk.writing.readiness")

PREVIEW_AGENT = "TelegramBot (like TwitterBot)"
AGAIN = timedelta(seconds=20)
"""Time between two looks at a page that is not ready."""

_PATIENCE = 2.0
_SECONDS = 10.0
_BYTES = 5 * 2**20
_IN_A_ROW = 3
_AT_ONCE = 8
_CAUSE = "previews"
_WAITING = (PostState.SCHEDULED, PostState.IN_REVIEW)


@dataclass(slots=True)
class _Record:
    """By source, how many articles in a row were not ready in time, and the sources nobody waits for any more."""

    late: Counter[str] = field(default_factory=Counter)
    given_up: set[str] | None = None


_records: WeakKeyDictionary[Store, _Record] = WeakKeyDictionary()


async def look(newsroom: Newsroom, article: Article, *, page_read: bool | None, priority: int = Priority.TIMED) -> str:
    """Why `article` is not ready for its first post; "" when it is, or when nobody waits for that.

    `page_read`: its own page was read a moment ago, so only the picture is looked at; None: no source brought it.
    Nothing is waited for longer than two seconds. What an editor sends, and breaking news, does not wait.
    """
    if page_read is None or priority <= Priority.EDITOR or newsroom.settings.site.ready_within <= timedelta():
        return ""
    try:
        async with asyncio.timeout(_PATIENCE):
            why = await _trouble(newsroom, article, page_read=page_read)
    except TimeoutError:
        why = f"no answer in {_PATIENCE:.0f} s"
    given_up = article.source in await _given_up(newsroom)
    if not why:
        await _ready_again(newsroom, article.source)
    return "" if given_up else why


async def _trouble(newsroom: Newsroom, article: Article, *, page_read: bool) -> str:
    try:
        if not page_read and (why := await _page(newsroom, article)):
            return why
        if article.images and article.images[0].url.startswith(("https://", "http://")):
            await newsroom.fetcher.glance(article.images[0].url)
    except SourceError as error:
        return str(error)
    return ""


async def _page(newsroom: Newsroom, article: Article) -> str:
    """What is wrong with the page as those see it who draw link previews. Raises `SourceError`."""
    loopback = newsroom.settings.fetch.allow_loopback
    async with Fetcher(
        PREVIEW_AGENT, allow_loopback=loopback, any_port=True, total_seconds=_SECONDS, max_bytes=_BYTES
    ) as agent:
        answer = await agent.get(article.url, accept=PAGES)
    text, _ = decode(answer.body, answer.charset)
    own = await asyncio.to_thread(lambda: address_of(parse(text), answer.url))
    if canonical(own) not in {canonical(article.url), canonical(answer.url)}:
        return f"{article.url} calls itself {own}"
    return ""


# ------------------------------------------------------------------ waiting


async def gate(newsroom: Newsroom, connection: AsyncConnection, article: Article, why: str) -> None:
    """Let the posts of an article that was just stored wait, in the same transaction, when it is not ready (`why`)."""
    if not why:
        return
    now, patience = newsroom.clock.now(), newsroom.settings.site.ready_within
    until = now + patience
    early = {p.id: p.due_at for p in await _waiting(connection, article.id) if p.due_at and p.due_at < until}
    if not early:
        return
    one = Unready(article_id=article.id, until=until, next_at=min(now + AGAIN, until), reason=why, due=early)
    await readiness.hold(connection, one)
    detail = f"{why}; its posts wait up to {_length(patience)}"
    await audit.record(connection, at=now, by="newswire", act="not_ready", detail=detail, article_id=article.id)
    logger.info("article not ready", article=article.id, why=why)


async def _waiting(connection: AsyncConnection, article_id: int) -> list[Post]:
    every = await posts.of_article(connection, article_id)
    return [post for post in every if post.state in _WAITING and post.priority > Priority.EDITOR]


async def tick(newsroom: Newsroom) -> None:
    """Look once more at what was not ready: its posts go when it is, or when they have waited long enough."""
    async with newsroom.store.read() as connection:
        due = await readiness.due(connection, newsroom.clock.now())
    for some in _batches(due):
        await asyncio.gather(*(_look_again(newsroom, one) for one in some))


def _batches(due: list[Unready]) -> Iterator[list[Unready]]:
    for start in range(0, len(due), _AT_ONCE):
        yield due[start : start + _AT_ONCE]


async def _look_again(newsroom: Newsroom, one: Unready) -> None:
    async with newsroom.store.read() as connection:
        stored = await articles.get(connection, one.article_id)
    article = stored.article if stored else Article(url="", title="")
    try:
        async with asyncio.timeout(_SECONDS):
            why = await _trouble(newsroom, article, page_read=False)
    except TimeoutError:
        why = f"no answer in {_SECONDS:.0f} s"
    now = newsroom.clock.now()
    waited = newsroom.settings.site.ready_within - (one.until - now)
    over = now >= one.until
    async with newsroom.store.write() as connection:
        if why and not over:
            await readiness.look_again(connection, one.article_id, at=min(now + AGAIN, one.until), reason=why)
            return
        if not await readiness.end(connection, one, now=now, ready=not why):
            return
        act = "not_ready" if why else "ready"
        detail = f"{why}; its posts go out all the same" if why else f"after {_length(waited)}"
        await audit.record(connection, at=now, by="newswire", act=act, detail=detail, article_id=one.article_id)
        await posts.redraw(connection, one.article_id)
    newsroom.bell.ring("posts", "cards")
    await (_late(newsroom, article.source, why) if why else _ready_again(newsroom, article.source))


def _length(length: timedelta) -> str:
    seconds = round(length.total_seconds())
    return f"{seconds // 60} min" if seconds >= 120 else f"{seconds} s"  # noqa: PLR2004 - two minutes


# ------------------------------------------------------------------ sources that are never ready


async def _given_up(newsroom: Newsroom) -> set[str]:
    """Sources whose pages are never ready, so that nobody waits for them: an open alert each."""
    record = _records.setdefault(newsroom.store, _Record())
    if record.given_up is None:
        async with newsroom.store.read() as connection:
            told = [alert for alert in await alerts.open_ones(connection) if alert.cause == _CAUSE]
        record.given_up = {alert.place.removeprefix("source ") for alert in told}
    return record.given_up


async def _late(newsroom: Newsroom, source: str, why: str) -> None:
    """One more article that was not ready in time; after three in a row nobody waits any more, and people are told."""
    given_up = await _given_up(newsroom)
    record = _records[newsroom.store]
    record.late[source] += 1
    if record.late[source] < _IN_A_ROW or source in given_up:
        return
    given_up.add(source)
    text = (
        f"Articles of {source or 'no source'} are not ready for link previews even after "
        f"{_length(newsroom.settings.site.ready_within)}: {why}. Posts wait for that no longer; "
        "perhaps the site turns preview robots away."
    )
    async with newsroom.store.write() as connection:
        await alerts.raise_(connection, f"source {source}", _CAUSE, text, now=newsroom.clock.now())
    newsroom.bell.ring("cards")


async def _ready_again(newsroom: Newsroom, source: str) -> None:
    given_up = await _given_up(newsroom)
    _records[newsroom.store].late.pop(source, None)
    if source in given_up:
        given_up.discard(source)
        async with newsroom.store.write() as connection:
            await alerts.close(connection, f"source {source}", _CAUSE, now=newsroom.clock.now())
        newsroom.bell.ring("cards")
