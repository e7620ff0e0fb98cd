"""Siblings: which articles are editions of one story, and which look like one that was there before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import articles, likenesses, siblings
from db.upsert import upsert
from newswire.article import Article


@dataclass(frozen=True, slots=True)
class Sibling:
    """An article of a story in another edition. `because` says how that is known."""

    article_id: int
    edition: str
    url: str
    because: str


@dataclass(frozen=True, slots=True)
class Alike:
    """An article that another one looks like."""

    article_id: int
    title: str
    percent: int


@dataclass(frozen=True, slots=True)
class Seen:
    """An article of the last hours, as it may have to be recognised."""

    id: int
    revision: int
    seen_at: datetime


async def recent(connection: AsyncConnection, *, since: datetime, limit: int) -> list[Seen]:
    """Articles seen since then, the newest first."""
    columns = articles.c.id, articles.c.revision, articles.c.seen_at
    query = select(*columns).where(articles.c.seen_at > since, articles.c.gone_at.is_(None))
    rows = await connection.execute(query.order_by(articles.c.seen_at.desc(), articles.c.id.desc()).limit(limit))
    return [Seen(row.id, row.revision, row.seen_at) for row in rows]


async def contents(connection: AsyncConnection, ids: Collection[int]) -> list[Article]:
    """What those articles say."""
    columns = articles.c.id, articles.c.revision, articles.c.content
    rows = await connection.execute(select(*columns).where(articles.c.id.in_(ids)))
    return [Article.from_json(row.content, id=row.id, revision=row.revision) for row in rows]


async def of(connection: AsyncConnection, article_id: int) -> list[Sibling]:
    """The other editions of an article's story, as they came."""
    story = select(siblings.c.story).where(siblings.c.article_id == article_id).scalar_subquery()
    rows = await connection.execute(
        select(articles.c.id, articles.c.edition, articles.c.url, siblings.c.because)
        .join(siblings, siblings.c.article_id == articles.c.id)
        .where(siblings.c.story == story, articles.c.id != article_id, articles.c.gone_at.is_(None))
        .order_by(articles.c.id)
    )
    return [Sibling(row.id, row.edition, row.url, row.because) for row in rows]


async def link(connection: AsyncConnection, ids: Sequence[int], because: str, *, now: datetime) -> None:
    """Those articles are one story from now on, with the stories they belonged to before."""
    stories = set(await connection.scalars(select(siblings.c.story).where(siblings.c.article_id.in_(ids))))
    story = min(stories or ids)
    if len(stories) > 1:
        await connection.execute(update(siblings).where(siblings.c.story.in_(stories)).values(story=story))
    known = set(await connection.scalars(select(siblings.c.article_id).where(siblings.c.article_id.in_(ids))))
    for article_id in ids:
        if article_id not in known:
            values = {"story": story, "because": because, "at": now}
            await upsert(connection, siblings, {"article_id": article_id}, values)


async def linked(connection: AsyncConnection, ids: Collection[int]) -> dict[int, int]:
    """By article, the number of its story, for those that have siblings."""
    rows = await connection.execute(select(siblings).where(siblings.c.article_id.in_(ids)))
    return {row.article_id: row.story for row in rows}


async def flag(connection: AsyncConnection, article_id: int, other_id: int, percent: int) -> None:
    """The article looks like another one."""
    await upsert(connection, likenesses, {"article_id": article_id}, {"other_id": other_id, "percent": percent})


async def alike(connection: AsyncConnection, article_id: int) -> Alike | None:
    """The article that this one looks like."""
    row = (
        await connection.execute(
            select(articles.c.id, articles.c.title, likenesses.c.percent)
            .join(likenesses, likenesses.c.other_id == articles.c.id)
            .where(likenesses.c.article_id == article_id)
        )
    ).first()
    return Alike(row.id, row.title, row.percent) if row else None


async def newest(connection: AsyncConnection) -> int:
    """The number of the newest article; 0 where there is none."""
    return await connection.scalar(select(func.max(articles.c.id))) or 0
