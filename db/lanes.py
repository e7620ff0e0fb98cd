"""Lanes: the pace of each account and chat, kept as one row each (GCRA), shared by whoever sends."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import lanes
from db.upsert import upsert
from newswire.platform import Lane


async def take(connection: AsyncConnection, wanted: Sequence[Lane], now: float) -> float:
    """Take a place in every lane at once, or in none.

    0.0: taken. Otherwise the seconds to wait before asking again. `now` is seconds since 1970. A row that lies
    further ahead than its lane could ever bring it was written before the clock was set back, and is forgotten.
    """
    rows = {
        row.name: row
        for row in await connection.execute(
            select(lanes).where(lanes.c.name.in_([lane.name for lane in wanted])).with_for_update()
        )
    }
    wait = 0.0
    places: dict[str, float] = {}
    for lane in wanted:
        row = rows.get(lane.name)
        full = lane.gap * lane.burst
        free_at = min(row.free_at, now + full) if row else 0.0
        free_at = max(free_at, now)
        wait = max(wait, free_at + lane.gap - now - full, (row.closed_until - now) if row else 0.0)
        places[lane.name] = free_at + lane.gap
    if wait > 0:
        return wait
    for name, free_at in places.items():
        await upsert(connection, lanes, {"name": name}, {"free_at": free_at})
    return 0.0


async def close(connection: AsyncConnection, name: str, until: float) -> None:
    """Nobody enters before `until` (seconds since 1970): the platform has said so."""
    await upsert(connection, lanes, {"name": name}, {"closed_until": until})


async def waits(connection: AsyncConnection, wanted: Sequence[Lane], now: float) -> float:
    """How long a message for these lanes would have to wait, without taking a place."""
    rows = await connection.execute(select(lanes).where(lanes.c.name.in_([lane.name for lane in wanted])))
    by_name = {lane.name: lane for lane in wanted}
    wait = 0.0
    for row in rows:
        lane = by_name[row.name]
        full = lane.gap * lane.burst
        wait = max(wait, min(row.free_at, now + full) + lane.gap - now - full, row.closed_until - now)
    return wait


async def closed(connection: AsyncConnection, now: float) -> dict[str, float]:
    """The lanes that a platform has closed, and until when."""
    rows = await connection.execute(select(lanes).where(lanes.c.closed_until > now))
    return {row.name: row.closed_until for row in rows}
