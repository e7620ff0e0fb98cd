"""Lanes: the pace of each account and chat, kept as one row each (GCRA), shared by whoever sends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import lanes
from db.upsert import insert_missing, upsert
from newswire.platform import Lane

_ASTRAY = 5.0
"""Seconds by which the clocks of two machines may differ before a row of the one is taken for an error by the other."""


@dataclass(slots=True)
class Board:
    """Some lanes, locked for one transaction. Times are seconds since 1970.

    A row that lies further ahead than its lane could ever bring it was written before the clock was set back, and is
    forgotten.
    """

    free_at: dict[str, float]
    closed_until: Mapping[str, float]
    changed: set[str] = field(default_factory=set)

    def wait(self, wanted: Sequence[Lane], now: float) -> float:
        """Seconds until there is a place in every lane at once; 0 or less: now."""
        return max((self._wait(lane, now) for lane in wanted), default=0.0)

    def _wait(self, lane: Lane, now: float) -> float:
        ahead = self._free_at(lane, now) - now  # the difference first: beside seconds since 1970 small sums are lost
        return max(ahead - lane.gap * (lane.burst - 1), self.closed_until.get(lane.name, 0.0) - now)

    def _free_at(self, lane: Lane, now: float) -> float:
        free_at = self.free_at.get(lane.name, 0.0)
        before_a_step = free_at > now + lane.gap * lane.burst + _ASTRAY
        return now if before_a_step else max(free_at, now)

    def take(self, wanted: Sequence[Lane], now: float) -> float:
        """Take a place in every lane, or in none: then the seconds to wait before asking again."""
        wait = self.wait(wanted, now)
        if wait > 0:
            return wait
        for lane in wanted:
            if lane.gap:
                self.free_at[lane.name] = self._free_at(lane, now) + lane.gap
                self.changed.add(lane.name)
        return 0.0

    async def write(self, connection: AsyncConnection) -> None:
        """Keep the places that were taken."""
        if self.changed:
            rows = [{"lane": name, "at": self.free_at[name]} for name in sorted(self.changed)]
            await connection.execute(
                update(lanes).where(lanes.c.name == bindparam("lane")).values(free_at=bindparam("at")), rows
            )
            self.changed.clear()


async def board(connection: AsyncConnection, wanted: Iterable[Lane]) -> Board:
    """The lanes' rows, locked until the transaction ends, always in the same order so that nobody waits in a circle."""
    gaps = {lane.name: lane.gap for lane in wanted}
    query = select(lanes).where(lanes.c.name.in_(sorted(gaps))).order_by(lanes.c.name).with_for_update()
    rows = (await connection.execute(query)).all()
    missing = {name for name, gap in gaps.items() if gap} - {row.name for row in rows}
    if missing:
        await insert_missing(connection, lanes, [{"name": name} for name in sorted(missing)])
        rows = (await connection.execute(query)).all()
    return Board({row.name: row.free_at for row in rows}, {row.name: row.closed_until for row in rows})


async def take(connection: AsyncConnection, wanted: Sequence[Lane], now: float) -> float:
    """One place in every lane at once, or in none: 0.0, or the seconds to wait before asking again."""
    lanes_here = await board(connection, wanted)
    wait = lanes_here.take(wanted, now)
    await lanes_here.write(connection)
    return wait


async def close(connection: AsyncConnection, name: str, until: float) -> None:
    """Nobody enters before `until` (seconds since 1970): the platform has said so."""
    await upsert(connection, lanes, {"name": name}, {"closed_until": until})


async def closed(connection: AsyncConnection, now: float) -> dict[str, float]:
    """The lanes that a platform has closed, and until when."""
    rows = await connection.execute(select(lanes).where(lanes.c.closed_until > now))
    return {row.name: row.closed_until for row in rows}
