"""Articles: what was seen, under which keys, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.sights import known, sight
from db.tables import article_keys, articles, revisions
from db.upsert import insert_missing
from newswire.article import Article

# Rows in one statement: SQLite takes 32,766 values.
_AT_ONCE = 400


class Fate(StrEnum):
    """What became of an article as a whole; its posts have states of their own."""

    BASELINE = "baseline"
    ROUTED = "routed"
    UNROUTED = "unrouted"
    HELD = "held"


class Change(StrEnum):
    """What a look at an article showed, compared with what is stored."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An article with what Newswire knows about it."""

    article: Article
    content_hash: str
    fate: Fate
    reason: str
    seen_at: datetime
    changed_at: datetime | None
    gone_at: datetime | None


def _stored(row: Row[Any]) -> Stored:
    return Stored(
        article=Article.from_json(row.content, id=row.id, revision=row.revision),
        content_hash=row.content_hash,
        fate=Fate(row.fate),
        reason=row.reason,
        seen_at=row.seen_at,
        changed_at=row.changed_at,
        gone_at=row.gone_at,
    )


async def find(connection: AsyncConnection, keys: Sequence[str]) -> Stored | None:
    """The article known under any of `keys`; the first key that is known decides."""
    rows = await connection.execute(
        select(articles, article_keys.c.key)
        .join(article_keys, article_keys.c.article_id == articles.c.id)
        .where(article_keys.c.key.in_(keys))
    )
    by_key = {row.key: row for row in rows}
    return next((_stored(by_key[key]) for key in keys if key in by_key), None)


async def get(connection: AsyncConnection, article_id: int) -> Stored | None:
    """One article by its number."""
    row = (await connection.execute(select(articles).where(articles.c.id == article_id))).first()
    return _stored(row) if row else None


async def add(
    connection: AsyncConnection,
    article: Article,
    keys: Sequence[str],
    *,
    fate: Fate,
    reason: str,
    now: datetime,
    sight_hash: str = "",
) -> Article:
    """Store an article for the first time; the answer has its number, and revision 1.

    IntegrityError when another one has the first of `keys`: the article is known.

    `sight_hash` is what the source showed of it (`sight_of`), which may be less than the article's page did.
    """
    content = article.to_json()
    row = await connection.execute(
        insert(articles)
        .values(
            url=article.url,
            source=article.source,
            edition=article.edition,
            section=article.section,
            title=article.title,
            content=content,
            content_hash=article.content_hash(),
            sight_hash=sight_hash,
            fate=fate,
            reason=reason,
            seen_at=now,
            last_seen_at=now,
            published_at=article.published_at,
        )
        .returning(articles.c.id)
    )
    stored = replace(article, id=row.scalar_one(), revision=1)
    await connection.execute(insert(revisions).values(article_id=stored.id, revision=1, content=content, at=now))
    if keys:
        await connection.execute(insert(article_keys).values(key=keys[0], article_id=stored.id))
    await add_keys(connection, stored.id, keys[1:])
    return stored


@dataclass(frozen=True, slots=True, kw_only=True)
class New:
    """An article to be stored among many: what it was seen as, and what becomes of it."""

    article: Article
    keys: tuple[str, ...]
    fate: Fate
    reason: str


async def add_all(connection: AsyncConnection, new: Sequence[New], *, now: datetime) -> None:
    """Store those articles of which no key is known yet, as a source shows them. The first of several alike counts.

    Their first revision is written down only when there is a second one: most of them will never be looked at again.
    """
    taken: set[str] = set(await known(connection, [key for one in new for key in one.keys]))
    fresh = []
    for one in new:
        if taken.isdisjoint(one.keys):
            taken.update(one.keys)
            fresh.append(one)
    for start in range(0, len(fresh), _AT_ONCE):
        await _add_some(connection, fresh[start : start + _AT_ONCE], now)


async def _add_some(connection: AsyncConnection, new: Sequence[New], now: datetime) -> None:
    rows = []
    for one in new:
        article, content_hash = one.article, one.article.content_hash()
        rows.append(
            {
                "url": article.url,
                "source": article.source,
                "edition": article.edition,
                "section": article.section,
                "title": article.title,
                "content": article.to_json(),
                "content_hash": content_hash,
                "sight_hash": sight(content_hash, article.modified_at),
                "fate": one.fate,
                "reason": one.reason,
                "seen_at": now,
                "last_seen_at": now,
                "published_at": article.published_at,
            }
        )
    made = await connection.execute(insert(articles).returning(articles.c.url, articles.c.id), rows)
    # In any order: one insert for all rows makes no promise there.
    ids = {row.url: row.id for row in made}
    keys = [{"key": key, "article_id": ids[one.article.url]} for one in new for key in one.keys]
    await insert_missing(connection, article_keys, keys)


async def add_keys(connection: AsyncConnection, article_id: int, keys: Sequence[str]) -> None:
    """More names for an article; a name that is taken stays with its first owner."""
    if not keys:
        return
    rows = [{"key": key, "article_id": article_id} for key in keys]
    await insert_missing(connection, article_keys, rows)


async def set_fate(connection: AsyncConnection, article_id: int, fate: Fate, reason: str) -> None:
    """What becomes of an article after all (a held one that is released, say)."""
    await connection.execute(update(articles).where(articles.c.id == article_id).values(fate=fate, reason=reason))


async def move(connection: AsyncConnection, article_id: int, url: str) -> None:
    """The article stands at another address now."""
    stored = await get(connection, article_id)
    if stored is not None:
        content = replace(stored.article, url=url).to_json()
        await connection.execute(update(articles).where(articles.c.id == article_id).values(url=url, content=content))


async def back(connection: AsyncConnection, article_id: int) -> None:
    """The site shows an article again that it had taken away."""
    await connection.execute(update(articles).where(articles.c.id == article_id).values(gone_at=None))


async def addresses(connection: AsyncConnection, source: str, *, limit: int) -> list[str]:
    """Where the latest articles of a source stand."""
    query = select(articles.c.url).where(articles.c.source == source).order_by(articles.c.id.desc()).limit(limit)
    return [row.url for row in await connection.execute(query)]


async def neighbours(connection: AsyncConnection, article: Article, *, limit: int) -> list[str]:
    """Addresses of the latest other articles of the same source that are not gone."""
    query = select(articles.c.url).where(
        articles.c.source == article.source, articles.c.id != article.id, articles.c.gone_at.is_(None)
    )
    return [row.url for row in await connection.execute(query.order_by(articles.c.id.desc()).limit(limit))]


async def some(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, Stored]:
    """These articles, by their numbers."""
    rows = await connection.execute(select(articles).where(articles.c.id.in_(list(ids))))
    return {row.id: _stored(row) for row in rows}


async def vanished(
    connection: AsyncConnection,
    source: str,
    *,
    listed: Iterable[int],
    since: datetime,
    published_since: datetime | None = None,
    limit: int = 200,
) -> list[Stored]:
    """Articles of `source` first seen after `since` that it no longer lists, and that are not marked gone; latest first.

    `published_since`: only those that were published then or later.
    """
    query = (
        select(articles)
        .where(articles.c.source == source, articles.c.seen_at > since, articles.c.gone_at.is_(None))
        .where(articles.c.id.not_in(list(listed)))
        .order_by(articles.c.id.desc())
        .limit(limit)
    )
    if published_since is not None:
        query = query.where(articles.c.published_at >= published_since)
    return [_stored(row) for row in await connection.execute(query)]


async def titled(
    connection: AsyncConnection, titles: Iterable[str], *, since: datetime, limit: int = 50
) -> list[Stored]:
    """Articles first seen after `since` that have one of these headlines, of which the first thousand count; latest first."""
    wanted = list(islice(titles, 1000))
    query = select(articles).where(articles.c.seen_at > since, articles.c.title.in_(wanted))
    return [_stored(row) for row in await connection.execute(query.order_by(articles.c.id.desc()).limit(limit))]


async def gone(connection: AsyncConnection, article_id: int, *, now: datetime) -> None:
    """The site has taken the article away."""
    await connection.execute(update(articles).where(articles.c.id == article_id).values(gone_at=now))


async def recent(connection: AsyncConnection, *, limit: int, fate: Fate | None = None) -> list[Stored]:
    """The newest articles, newest first."""
    query = select(articles).order_by(articles.c.id.desc()).limit(limit)
    rows = await connection.execute(query.where(articles.c.fate == fate) if fate else query)
    return [_stored(row) for row in rows]
