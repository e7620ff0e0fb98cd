"""Sources: what each remembers between two looks, and how it is doing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import sources
from db.upsert import upsert
from newswire.source import Memory


@dataclass(frozen=True, slots=True)
class Health:
    """How a source is doing. `first_seen_at` None: its first look, the baseline, is still to come."""

    name: str
    url: str
    memory: Memory
    first_seen_at: datetime | None
    last_success_at: datetime | None
    failures: int
    error: str
    next_at: datetime | None


async def all_of_them(connection: AsyncConnection) -> dict[str, Health]:
    """Every source that was ever looked at."""
    rows = await connection.execute(select(sources))
    return {
        r.name: Health(
            r.name, r.url, Memory(**r.memory), r.first_seen_at, r.last_success_at, r.failures, r.error, r.next_at
        )
        for r in rows
    }


async def succeeded(
    connection: AsyncConnection, name: str, url: str, memory: Memory, *, now: datetime, next_at: datetime, first: bool
) -> None:
    """A look worked."""
    values = {
        "url": url,
        "memory": asdict(memory),
        "last_success_at": now,
        "failures": 0,
        "error": "",
        "next_at": next_at,
    }
    await upsert(connection, sources, {"name": name}, values | ({"first_seen_at": now} if first else {}))


async def failed(
    connection: AsyncConnection, name: str, url: str, error: str, *, now: datetime, next_at: datetime
) -> int:
    """A look did not work; how many in a row that makes."""
    values = {"last_failure_at": now, "error": error, "next_at": next_at}
    await upsert(connection, sources, {"name": name}, values, fresh={"url": url, "memory": {}})
    row = await connection.execute(
        update(sources)
        .where(sources.c.name == name)
        .values(failures=sources.c.failures + 1)
        .returning(sources.c.failures)
    )
    failures: int = row.scalar_one()
    return failures


async def forget_baseline(connection: AsyncConnection, name: str) -> None:
    """The address behind a name is another one now: its next look is a first look again."""
    await connection.execute(update(sources).where(sources.c.name == name).values(first_seen_at=None, memory={}))
