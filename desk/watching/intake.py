"""Intake: an article that was noticed becomes rows: itself, its posts, its card. In one transaction, once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from db import articles, posts, sights
from db.articles import Change, Fate
from desk.newsroom import Newsroom
from desk.watching import sameness
from desk.watching.sameness import Asked, Rival
from desk.writing import readiness, siblings
from desk.writing.drafting import Written, add_posts, sectioned, write
from newswire import log
from newswire.article import Article
from newswire.post import Priority
from newswire.route import route
from sources._identity import identity

logger = log.get("newswire.desk.watching.intake")


@dataclass(frozen=True, slots=True)
class Taken:
    """What intake made of an article: whether it was new, and how many channels take it."""

    change: Change
    article: Article
    posts: int = 0


@dataclass(frozen=True, slots=True)
class Doubt:
    """Known articles that a new one may be, and the means to find out."""

    asked: Asked
    rivals: Sequence[Rival]
    patient: bool = True


async def take_in(
    newsroom: Newsroom,
    article: Article,
    *,
    by: str,
    known_by: Sequence[str] = (),
    listed: Article | None = None,
    doubt: Doubt | None = None,
    hold: str = "",
    priority: int = Priority.TIMED,
) -> Taken:
    """A new article goes to its channels. One that is known stays as it is.

    `known_by` are further keys that it has, of which addresses say that it is known. `listed` is the
    article as its source shows it, before its page completed it. Where the article may be one that is known under
    another address (`doubt`), the site is asked; SourceError when it gives no answer. `hold` says why the editors decide
    about it first.
    """
    address, *hints = identity(article)
    keys = tuple(dict.fromkeys((address, *known_by, *hints)))
    known_by = tuple(key for key in (address, *known_by) if key.startswith("url:"))
    doubt = doubt or Doubt(Asked(newsroom), await sameness.of_page(newsroom, article))
    if known := await _known(newsroom, article, known_by, keys, doubt):
        return Taken(Change.SAME, known)
    page_read = None if listed is None else article != listed
    kin = await siblings.meet(newsroom, sectioned(newsroom.settings, article))
    channels = [] if hold else route(kin.article, newsroom.settings.channel, newsroom.clock.now())
    written, unready = await asyncio.gather(
        write(newsroom, kin.article, channels),
        readiness.look(newsroom, kin.article, page_read=page_read, priority=priority),
    )
    entry = _Entry(kin, keys, known_by, written, unready, hold, listed, by, priority)
    try:
        async with newsroom.store.write() as connection:
            taken = await _enter(newsroom, connection, entry)
    except IntegrityError:  # another process took the same article in at this very moment
        return await take_in(
            newsroom, article, by=by, known_by=known_by, listed=listed, doubt=doubt, hold=hold, priority=priority
        )
    if taken.change is Change.NEW:
        _tell(newsroom, taken)
    return taken


@dataclass(frozen=True, slots=True)
class _Entry:
    """All that is stored of a new article; found out before the transaction, for the site may be slow."""

    kin: siblings.Kin
    keys: Sequence[str]
    known_by: Sequence[str]
    written: Sequence[Written]
    unready: str
    hold: str
    listed: Article | None
    by: str
    priority: int

    @property
    def fate(self) -> tuple[Fate, str]:
        """What becomes of it, and why where it does not go out."""
        if self.hold:
            return Fate.HELD, self.hold
        return (Fate.ROUTED, "") if self.written else (Fate.UNROUTED, "no channel takes it")


async def _enter(newsroom: Newsroom, connection: AsyncConnection, entry: _Entry) -> Taken:
    """The article with its posts becomes rows, unless one has stored it since it was looked for."""
    if stored_before := await articles.find(connection, entry.known_by):
        await articles.add_keys(connection, stored_before.article.id, entry.keys)
        return Taken(Change.SAME, stored_before.article)
    article, (fate, reason) = entry.kin.article, entry.fate
    sight = sights.sight_of(entry.listed) if entry.listed else ""
    now = newsroom.clock.now()
    stored = await articles.add(connection, article, entry.keys, fate=fate, reason=reason, now=now, sight_hash=sight)
    bare = Article(url=article.url, title="", source=article.source, edition=article.edition)
    listed = entry.listed or bare
    await add_posts(newsroom, connection, stored, entry.written, by=entry.by, priority=entry.priority, listed=listed)
    await siblings.settle(newsroom, connection, stored, entry.kin)
    await readiness.gate(newsroom, connection, stored, entry.unready)
    return Taken(Change.NEW, stored, len(entry.written))


def _tell(newsroom: Newsroom, taken: Taken) -> None:
    article = taken.article
    newsroom.bell.ring("posts", "cards")
    newsroom.metrics.taken_in(article.source)
    logger.info("article taken in", article=article.id, edition=article.edition, channels=taken.posts, url=article.url)


async def _known(
    newsroom: Newsroom, article: Article, known_by: Sequence[str], keys: Sequence[str], doubt: Doubt
) -> Article | None:
    """The article as it is known: by a key that decides, else because the site says so."""
    async with newsroom.store.read() as connection:
        known = await articles.find(connection, known_by)
    if known is not None:
        async with newsroom.store.write() as connection:
            await articles.add_keys(connection, known.article.id, keys)
        return known.article
    if not doubt.rivals:
        return None
    addresses = [key.removeprefix("url:") for key in known_by if key.startswith("url:")]
    same = await sameness.same(doubt.asked, article, doubt.rivals, addresses=addresses, patient=doubt.patient)
    if same is None:
        return None
    logger.info("known article at a new address", article=same.article.id, url=article.url)
    return (await sameness.remember(newsroom, same, article, keys)).article


async def release(newsroom: Newsroom, article_id: int, *, by: str) -> Taken | None:
    """A held or unrouted article goes to its channels after all; None when it has posts already."""
    async with newsroom.store.read() as connection:
        stored = await articles.get(connection, article_id)
        if stored is None or await posts.of_article(connection, article_id):
            return None
    article = stored.article
    channels = route(article, newsroom.settings.channel, newsroom.clock.now())
    written = await write(newsroom, article, channels)
    async with newsroom.store.write() as connection:
        if await posts.of_article(connection, article_id):
            return None
        await articles.set_fate(connection, article_id, Fate.ROUTED, "")
        await add_posts(newsroom, connection, article, written, by=by, priority=Priority.EDITOR)
    newsroom.bell.ring("posts", "cards")
    return Taken(Change.NEW, article, len(channels))
