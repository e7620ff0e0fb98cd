"""Searches: what the ledger knows of a post whose answer was lost, for whoever looks for it on its platform."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import deliveries
from db.tables import posts as table
from newswire.delivery import Action, Outcome, Search
from newswire.post import Post

_CLOCKS = timedelta(minutes=2)  # by how much the clocks of two machines may differ


async def search_for(
    connection: AsyncConnection,
    post: Post,
    longest: timedelta,
    now: datetime,
    places: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Search:
    """What is known of a post whose answer was lost: from the first call that nobody knows the end of, to the last.

    `longest` is how long a call may go on whose carrier is only cut off from here; zero where that cannot be, on one
    machine. Clocks of several differ: what was out before the call is only what was out well before it.
    """
    rows = await connection.execute(
        select(deliveries.c.started_at, deliveries.c.finished_at, deliveries.c.taken)
        .where(deliveries.c.post_id == post.id, deliveries.c.action == Action.PUBLISH)
        .where(deliveries.c.outcome.in_([Outcome.UNKNOWN, Outcome.OPEN]))
        .order_by(deliveries.c.id)
    )
    calls = rows.all()
    since = calls[0].started_at if calls else now
    skew = _CLOCKS if longest else timedelta()
    until = max((max(call.finished_at or now, call.started_at + longest) for call in calls), default=now)
    out = (
        select(table.c.remote_id)
        .where(table.c.channel.in_(sorted(places.get(post.channel, (post.channel,)))))
        .where(table.c.remote_id != "", table.c.id != post.id)
        .order_by(table.c.published_at.desc())
    )
    after = await connection.scalar(out.where(table.c.published_at <= since - skew).limit(1))
    known = await connection.execute(out.where(table.c.published_at > since - skew))
    return Search(
        key=post.key,
        since=since,
        until=until,
        after=after or "",
        known=frozenset(known.scalars()),
        done=post.begun(since),
        taken=any(call.taken for call in calls),
    )
