"""Alerts: one row for each (place, cause) that is open, counted, closed when it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import false, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import alerts


@dataclass(frozen=True, slots=True)
class Alert:
    """Something people should know. `closed_at` is set once it is over."""

    id: int
    place: str
    cause: str
    text: str
    count: int
    opened_at: datetime
    closed_at: datetime | None
    chat_id: int | None
    message_id: int | None


async def raise_(connection: AsyncConnection, place: str, cause: str, text: str, *, now: datetime) -> bool:
    """Open an alert, or count one more for the one that is open. True when it is new."""
    done = await connection.execute(
        update(alerts)
        .where(alerts.c.place == place, alerts.c.cause == cause, alerts.c.closed_at.is_(None))
        .values(text=text, count=alerts.c.count + 1, dirty=True)
    )
    if done.rowcount:
        return False
    await connection.execute(insert(alerts).values(place=place, cause=cause, text=text, opened_at=now))
    return True


async def close(connection: AsyncConnection, place: str, cause: str = "", *, now: datetime) -> bool:
    """The trouble at `place` (of that cause, or of any) is over; False when there was none."""
    over = update(alerts).where(alerts.c.place == place, alerts.c.closed_at.is_(None))
    done = await connection.execute(
        (over.where(alerts.c.cause == cause) if cause else over).values(closed_at=now, dirty=True)
    )
    return bool(done.rowcount)


async def open_at(connection: AsyncConnection, place: str) -> list[str]:
    """The causes of what is wrong at `place` right now."""
    rows = await connection.execute(select(alerts.c.cause).where(alerts.c.place == place, alerts.c.closed_at.is_(None)))
    return [row.cause for row in rows]


async def open_ones(connection: AsyncConnection) -> list[Alert]:
    """What is wrong right now, oldest first."""
    return await _select(connection, select(alerts).where(alerts.c.closed_at.is_(None)).order_by(alerts.c.id))


async def to_draw(connection: AsyncConnection) -> list[Alert]:
    """Alerts whose message does not show the truth."""
    return await _select(connection, select(alerts).where(alerts.c.dirty).order_by(alerts.c.id))


async def _select(connection: AsyncConnection, query: object) -> list[Alert]:
    rows = await connection.execute(query)  # type: ignore[call-overload] # a select() of alerts
    return [
        Alert(r.id, r.place, r.cause, r.text, r.count, r.opened_at, r.closed_at, r.chat_id, r.message_id) for r in rows
    ]


async def drawn(connection: AsyncConnection, alert: Alert, *, chat_id: int | None, message_id: int | None) -> None:
    """The alert's message stands there and shows `alert`; what has changed meanwhile is still to be drawn."""
    over = alerts.c.closed_at.is_not(None) if alert.closed_at is None else false()
    await connection.execute(
        update(alerts)
        .where(alerts.c.id == alert.id)
        .values(dirty=or_(alerts.c.count != alert.count, over), chat_id=chat_id, message_id=message_id)
    )
