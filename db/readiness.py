"""Readiness: articles whose page is not there yet, until when their posts wait, and when those were due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import posts
from db.tables import posts as post_rows
from db.tables import readiness
from newswire.post import PostState

_WAITING = (PostState.SCHEDULED, PostState.IN_REVIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unready:
    """An article whose posts wait `until` then, or until a look at `next_at` finds it ready. `due`: by post, its own time."""

    article_id: int
    until: datetime
    next_at: datetime
    reason: str
    due: Mapping[int, datetime]


async def hold(connection: AsyncConnection, one: Unready) -> None:
    """Let the posts wait. Their due time is the end of the wait, so that they go even if nobody looks any more."""
    due = {str(number): at.isoformat() for number, at in one.due.items()}
    await connection.execute(
        insert(readiness).values(
            article_id=one.article_id, until=one.until, next_at=one.next_at, reason=one.reason, due=due
        )
    )
    for number in one.due:
        await _put(connection, number, one.until)


async def due(connection: AsyncConnection, now: datetime) -> list[Unready]:
    """Articles to be looked at again."""
    rows = await connection.execute(select(readiness).where(readiness.c.next_at <= now).order_by(readiness.c.next_at))
    return [
        Unready(
            article_id=row.article_id,
            until=row.until,
            next_at=row.next_at,
            reason=row.reason,
            due={int(number): datetime.fromisoformat(at) for number, at in row.due.items()},
        )
        for row in rows
    ]


async def look_again(connection: AsyncConnection, article_id: int, *, at: datetime, reason: str) -> None:
    """It is not ready; the next look."""
    await connection.execute(
        update(readiness).where(readiness.c.article_id == article_id).values(next_at=at, reason=reason)
    )


async def end(connection: AsyncConnection, one: Unready, *, now: datetime, ready: bool) -> bool:
    """The wait is over. Posts that still wait for it go at their own time, or now. False when it was over before."""
    gone = await connection.execute(delete(readiness).where(readiness.c.article_id == one.article_id))
    if not gone.rowcount:
        return False
    for number, at in one.due.items() if ready else ():
        await _put(connection, number, max(at, now), only_at=one.until)
    return True


async def _put(connection: AsyncConnection, post_id: int, at: datetime, *, only_at: datetime | None = None) -> None:
    """Another due time, unless a person has given the post one meanwhile."""
    of = select(post_rows.c.priority).where(post_rows.c.id == post_id, post_rows.c.state.in_(_WAITING))
    priority = await connection.scalar(of if only_at is None else of.where(post_rows.c.due_at == only_at))
    if priority is not None:
        await connection.execute(update(post_rows).where(post_rows.c.id == post_id).values(**posts.line(priority, at)))
