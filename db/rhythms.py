"""Rhythms: when a source's articles came, for learning from it, and which was the last."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.articles import Fate
from db.tables import articles, sources

# What was there at the first look came some time before; without a date of its own nobody knows when.
_CAME = case(
    (articles.c.published_at > articles.c.seen_at, articles.c.seen_at),
    (articles.c.published_at.is_not(None), articles.c.published_at),
    (articles.c.fate != Fate.BASELINE, articles.c.seen_at),
)


async def times(connection: AsyncConnection, names: Collection[str], *, since: datetime) -> list[datetime]:
    """When the articles of those sources came, from then on."""
    came = _CAME.label("came")
    query = select(came).where(articles.c.source.in_(names), articles.c.seen_at >= since, came >= since)
    return [row.came for row in await connection.execute(query)]


async def last(connection: AsyncConnection, *, since: datetime) -> dict[str, datetime]:
    """By source, when its last article was seen, of those that had one seen since then."""
    query = select(articles.c.source, func.max(articles.c.seen_at).label("at")).where(articles.c.seen_at >= since)
    return {row.source: row.at for row in await connection.execute(query.group_by(articles.c.source))}


async def watched(connection: AsyncConnection) -> dict[str, tuple[datetime, datetime]]:
    """By source, when it was first looked at and when it last answered."""
    columns = sources.c.name, sources.c.first_seen_at, sources.c.last_success_at
    rows = await connection.execute(select(*columns).where(sources.c.first_seen_at.is_not(None)))
    return {row.name: (row.first_seen_at, row.last_success_at) for row in rows if row.last_success_at}
