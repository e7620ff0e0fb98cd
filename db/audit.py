"""The audit: who did what, when. Written in the transaction of the deed, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import audit


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed. `by` is a person's name or the part of Newswire that did it."""

    at: datetime
    by: str
    act: str
    detail: str
    article_id: int | None
    post_id: int | None
    channel: str


async def record(
    connection: AsyncConnection,
    *,
    at: datetime,
    by: str,
    act: str,
    detail: str = "",
    article_id: int | None = None,
    post_id: int | None = None,
    channel: str = "",
) -> None:
    """Add an entry."""
    await connection.execute(
        insert(audit).values(
            at=at, by=by, act=act, detail=detail, article_id=article_id, post_id=post_id, channel=channel
        )
    )


async def of_article(connection: AsyncConnection, article_id: int) -> list[Entry]:
    """Everything about an article and its posts, oldest first."""
    rows = await connection.execute(select(audit).where(audit.c.article_id == article_id).order_by(audit.c.id))
    return [Entry(r.at, r.by, r.act, r.detail, r.article_id, r.post_id, r.channel) for r in rows]
