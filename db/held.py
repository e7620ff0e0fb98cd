"""Held: articles that wait for the editors' word as a whole, by source and reason."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.articles import Fate
from db.tables import articles


async def ids(connection: AsyncConnection, source: str, reason: str) -> list[int]:
    """The numbers of a source's articles that are held for that reason, in their order."""
    query = select(articles.c.id).where(articles.c.source == source, articles.c.fate == Fate.HELD)
    return list(await connection.scalars(query.where(articles.c.reason == reason).order_by(articles.c.id)))
