"""Articles: what was seen, under which keys, in which revisions, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import article_keys, articles, revisions
from db.upsert import copy_missing, insert_missing
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


@dataclass(frozen=True, slots=True)
class Known:
    """The little that tells whether an item of a feed is new: who saw it first, and what it looked like there."""

    id: int
    source: str
    sight_hash: str
    gone: bool


async def known(connection: AsyncConnection, keys: Iterable[str]) -> dict[str, Known]:
    """What is known under each of `keys`; a key that is missing in the answer is new."""
    wanted = list(keys)
    found: dict[str, Known] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        rows = await connection.execute(
            select(article_keys.c.key, articles.c.id, articles.c.source, articles.c.sight_hash, articles.c.gone_at)
            .join(articles, articles.c.id == article_keys.c.article_id)
            .where(article_keys.c.key.in_(wanted[start : start + _AT_ONCE]))
        )
        found |= {row.key: Known(row.id, row.source, row.sight_hash, row.gone_at is not None) for row in rows}
    return found


async def get(connection: AsyncConnection, article_id: int) -> Stored | None:
    """One article by its number."""
    row = (await connection.execute(select(articles).where(articles.c.id == article_id))).first()
    return _stored(row) if row else None


async def former_title(connection: AsyncConnection, article_id: int) -> str:
    """The headline of the revision before the current one; empty when there is none."""
    query = select(revisions.c.content).where(revisions.c.article_id == article_id)
    row = (await connection.execute(query.order_by(revisions.c.revision.desc()).offset(1).limit(1))).first()
    return str(row.content["title"]) if row else ""


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

    `sight_hash` is the hash of what the source showed of it, which may be less than the article's page did.
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
    await add_keys(connection, stored.id, keys)
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
        article, seen_as = one.article, one.article.content_hash()
        rows.append(
            {
                "url": article.url,
                "source": article.source,
                "edition": article.edition,
                "section": article.section,
                "title": article.title,
                "content": article.to_json(),
                "content_hash": seen_as,
                "sight_hash": seen_as,
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


async def change(connection: AsyncConnection, old: Article, new: Article, *, now: datetime) -> Article:
    """Store what the site made of an article: its next revision."""
    changed = replace(new, id=old.id, revision=old.revision + 1)
    content = changed.to_json()
    at = func.coalesce(articles.c.changed_at, articles.c.seen_at)
    before = select(articles.c.id, articles.c.revision, articles.c.content, at).where(articles.c.id == old.id)
    await copy_missing(connection, revisions, ["article_id", "revision", "content", "at"], before)
    await connection.execute(
        update(articles)
        .where(articles.c.id == old.id)
        .values(
            url=changed.url,
            section=changed.section,
            title=changed.title,
            content=content,
            content_hash=changed.content_hash(),
            revision=changed.revision,
            changed_at=now,
            gone_at=None,
        )
    )
    await connection.execute(
        insert(revisions).values(article_id=old.id, revision=changed.revision, content=content, at=now)
    )
    return changed


async def set_sight(connection: AsyncConnection, article_id: int, sight_hash: str) -> None:
    """What the source shows of an article by now."""
    await connection.execute(update(articles).where(articles.c.id == article_id).values(sight_hash=sight_hash))


async def set_fate(connection: AsyncConnection, article_id: int, fate: Fate, reason: str) -> None:
    """What becomes of an article after all (a held one that is released, say)."""
    await connection.execute(update(articles).where(articles.c.id == article_id).values(fate=fate, reason=reason))


async def seen(connection: AsyncConnection, ids: Iterable[int], *, now: datetime) -> None:
    """These articles are still listed by their source."""
    await connection.execute(
        update(articles).where(articles.c.id.in_(list(ids))).values(last_seen_at=now, gone_at=None)
    )


async def vanished(connection: AsyncConnection, source: str, *, listed: Iterable[int], since: datetime) -> list[Stored]:
    """Articles of `source` first seen after `since` that it no longer lists, and that are not marked gone yet."""
    rows = await connection.execute(
        select(articles)
        .where(articles.c.source == source, articles.c.seen_at > since, articles.c.gone_at.is_(None))
        .where(articles.c.id.not_in(list(listed)))
    )
    return [_stored(row) for row in rows]


async def gone(connection: AsyncConnection, article_id: int, *, now: datetime) -> None:
    """The site has taken the article away."""
    await connection.execute(update(articles).where(articles.c.id == article_id).values(gone_at=now))


async def recent(connection: AsyncConnection, *, limit: int, fate: Fate | None = None) -> list[Stored]:
    """The newest articles, newest first."""
    query = select(articles).order_by(articles.c.id.desc()).limit(limit)
    rows = await connection.execute(query.where(articles.c.fate == fate) if fate else query)
    return [_stored(row) for row in rows]
