"""Standing: how many posts each channel has in each state, which are late, and the place of late ones in the backlog."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.posts import WITH_SEEN, from_row
from db.tables import posts
from newswire.post import SETTLED, Post, PostState, Priority


async def counts(connection: AsyncConnection, *, since: datetime) -> dict[tuple[str, PostState], int]:
    """How many posts each channel has in each state; of the settled ones only those that were due `since` then."""
    number = select(posts.c.channel, posts.c.state, func.count().label("number")).group_by(
        posts.c.channel, posts.c.state
    )
    settled = [state for state in PostState if state in SETTLED]
    open_ones = [state for state in PostState if state not in SETTLED]
    rows = [
        *await connection.execute(number.where(posts.c.state.in_(open_ones))),
        *await connection.execute(number.where(posts.c.state.in_(settled), posts.c.due_at > since)),
    ]
    return {(row.channel, PostState(row.state)): row.number for row in rows}


async def oldest_overdue(connection: AsyncConnection, now: datetime) -> dict[str, datetime]:
    """By channel, when its longest-waiting due post was due."""
    rows = await connection.execute(
        select(posts.c.channel, func.min(posts.c.due_at).label("due"))
        .where(posts.c.state == PostState.SCHEDULED, posts.c.due_at <= now)
        .group_by(posts.c.channel)
    )
    return {row.channel: row.due for row in rows}


async def late(
    connection: AsyncConnection, channel: str, *, before: datetime, priority: int | None = None
) -> list[Post]:
    """A channel's posts that were due `before` and wait still (of one priority, if given), the newest first."""
    query = WITH_SEEN.where(
        posts.c.channel == channel, posts.c.state == PostState.SCHEDULED, posts.c.due_at < before
    ).order_by(posts.c.due_at.desc(), posts.c.id.desc())
    rows = await connection.execute(query if priority is None else query.where(posts.c.priority == priority))
    return [from_row(row) for row in rows]


async def put_back(connection: AsyncConnection, ranks: Mapping[int, int]) -> None:
    """Move posts that wait to the backlog, in the order of `ranks`."""
    if ranks:
        await connection.execute(
            update(posts)
            .where(posts.c.id == bindparam("post"), posts.c.state == PostState.SCHEDULED)
            .values(priority=Priority.BACKLOG, rank=bindparam("place")),
            [{"post": post_id, "place": place} for post_id, place in ranks.items()],
        )
