"""Steps: times in the ledger that a wall clock set back would put off, and were never meant as times of day."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import lanes, posts
from newswire.post import PostState
from newswire.retry import WAITS

_LONGEST = timedelta(seconds=max(WAITS))


async def set_back(connection: AsyncConnection, by: timedelta, *, now: datetime) -> int:
    """The clock, which showed `now + by` a moment ago, shows `now`: what was due is due, and what waits waits no longer.

    That is each post whose time had come, each that is tried or looked for again after a pause, and each lane.
    A post with a time of day still to come keeps it. How many posts were moved.
    """
    before = now + by
    pausing = or_(posts.c.attempt > 0, posts.c.state != PostState.SCHEDULED)
    moved = await _sooner(
        connection, by, now, posts.c.due_at <= before + _LONGEST, or_(posts.c.due_at <= before, pausing)
    )
    for column in (lanes.c.closed_until, lanes.c.free_at):
        ahead = update(lanes).where(column > now.timestamp())
        await connection.execute(ahead.values({column: column - by.total_seconds()}))
    return moved


async def stragglers(connection: AsyncConnection, *, now: datetime) -> int:
    """Posts that were written by a clock that was ahead, to go at once, are due now."""
    return await _sooner(connection, None, now, posts.c.created_at > now, posts.c.due_at <= posts.c.created_at)


async def _sooner(connection: AsyncConnection, by: timedelta | None, now: datetime, *which: ColumnElement[bool]) -> int:
    """Let posts be due sooner `by` so much, or now, and keep their order."""
    waiting = posts.c.state.in_([PostState.SCHEDULED, PostState.CORRECTING, PostState.UNCERTAIN])
    found = await connection.execute(
        select(posts.c.id, posts.c.due_at, posts.c.rank).where(waiting, posts.c.due_at > now, *which)
    )
    rows = []
    for row in found:
        step = row.due_at - now if by is None else by
        place = row.rank - int(step.total_seconds() * 1000)
        rows.append({"post": row.id, "was": row.due_at, "at": row.due_at - step, "place": place})
    if rows:
        await connection.execute(
            update(posts)
            .where(posts.c.id == bindparam("post"), posts.c.due_at == bindparam("was"))
            .values(due_at=bindparam("at"), rank=bindparam("place")),
            rows,
        )
    return len(rows)
