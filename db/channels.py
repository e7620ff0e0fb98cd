"""Channels: what is known of each beside the file: paused or not, why, and when it last spoke."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import audit
from db.tables import channels
from db.upsert import upsert, upsert_latest
from newswire.channel import ChannelState


@dataclass(frozen=True, slots=True)
class Standing:
    """How a channel stands. `until` is when a pause ends by itself."""

    state: ChannelState = ChannelState.ON
    reason: str = ""
    by: str = ""
    since: datetime | None = None
    until: datetime | None = None
    last_sent_at: datetime | None = None


async def states(connection: AsyncConnection) -> dict[str, Standing]:
    """Every channel that has a row; one without stands on."""
    rows = await connection.execute(select(channels))
    return {r.name: Standing(ChannelState(r.state), r.reason, r.by, r.since, r.until, r.last_sent_at) for r in rows}


async def pause(
    connection: AsyncConnection, name: str, *, by: str, why: str, now: datetime, until: datetime | None = None
) -> None:
    """Stop a channel. Its queue stays."""
    values = {"state": ChannelState.PAUSED, "reason": why, "by": by, "since": now, "until": until}
    await upsert(connection, channels, {"name": name}, values)
    await audit.record(connection, at=now, by=by, act="paused", detail=why, channel=name)


async def resume(connection: AsyncConnection, name: str, *, by: str, now: datetime) -> bool:
    """Let a channel go on; False when it was not paused."""
    done = await connection.execute(
        update(channels)
        .where(channels.c.name == name, channels.c.state != ChannelState.ON)
        .values(state=ChannelState.ON, reason="", by=by, since=now, until=None)
    )
    if done.rowcount:
        await audit.record(connection, at=now, by=by, act="resumed", channel=name)
    return done.rowcount == 1


async def overdue_resumes(connection: AsyncConnection, now: datetime) -> list[str]:
    """Paused channels whose pause has ended."""
    rows = await connection.execute(
        select(channels.c.name).where(channels.c.state == ChannelState.PAUSED, channels.c.until <= now)
    )
    return [row.name for row in rows]


async def sent(connection: AsyncConnection, spoken: Mapping[str, datetime]) -> None:
    """These channels have spoken, each at its time; one that is known to have spoken later keeps that."""
    if spoken:
        rows = [{"name": name, "last_sent_at": at} for name, at in sorted(spoken.items())]
        await upsert_latest(connection, channels, "name", rows)
