"""Sources: what each remembers between two looks, and how it is doing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import sources
from db.upsert import upsert, upsert_all
from newswire.source import Memory

_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Health:
    """How a source is doing. `first_seen_at` None: its first look, the baseline, is still to come.

    `url` and `kind` are those it was looked at with last; `kind` is "" where that was not written down yet.
    """

    name: str
    url: str
    kind: str
    memory: Memory
    first_seen_at: datetime | None
    last_success_at: datetime | None
    failures: int
    error: str
    next_at: datetime | None


async def all_of_them(connection: AsyncConnection) -> dict[str, Health]:
    """Every source that was ever looked at."""
    return {row.name: _health(row) for row in await connection.execute(select(sources))}


async def some(connection: AsyncConnection, names: Sequence[str], *, to_change: bool = False) -> dict[str, Health]:
    """Those of `names` that were ever looked at. `to_change`: nobody else changes them until the transaction ends."""
    found: dict[str, Health] = {}
    for start in range(0, len(names), _AT_ONCE):
        wanted = sources.c.name.in_(names[start : start + _AT_ONCE])
        query = select(sources).where(wanted)
        rows = await connection.execute(query.with_for_update() if to_change else query)
        found |= {row.name: _health(row) for row in rows}
    return found


def _health(row: Row[Any]) -> Health:
    memory = Memory(**row.memory)
    return Health(
        row.name,
        row.url,
        row.kind,
        memory,
        row.first_seen_at,
        row.last_success_at,
        row.failures,
        row.error,
        row.next_at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Success:
    """A look that worked. `memory` None: what is remembered stays as it is. `first`: the source is known from now on.

    `began`: the memory that the look began with, where somebody else (a hub) may have changed it meanwhile: what it has
    changed stays.
    """

    name: str
    url: str
    memory: Memory | None
    next_at: datetime
    first: bool = False
    kind: str = ""
    began: Memory | None = None


async def all_succeeded(connection: AsyncConnection, looks: Sequence[Success], *, now: datetime) -> None:
    """Many looks that worked, in at most three statements."""
    same = [{"_name": look.name, "_next_at": look.next_at} for look in looks if look.memory is None]
    if same:
        unchanged = update(sources).where(sources.c.name == bindparam("_name"))
        values = {"last_success_at": now, "failures": 0, "error": "", "next_at": bindparam("_next_at")}
        await connection.execute(unchanged.values(values), same)
    looks = await _rebased(connection, looks)
    for first in (False, True):
        rows = [_success(look, now) for look in looks if look.memory is not None and look.first is first]
        if rows:
            await upsert_all(connection, sources, "name", rows)


async def _rebased(connection: AsyncConnection, looks: Sequence[Success]) -> Sequence[Success]:
    """The same looks, with what others have put into a source's memory since they began."""
    began = {look.name: look.began.extra for look in looks if look.memory is not None and look.began is not None}
    if not began:
        return looks
    known = await some(connection, list(began), to_change=True)
    theirs = {
        name: {key: value for key, value in health.memory.extra.items() if began[name].get(key) != value}
        for name, health in known.items()
    }
    return [
        replace(look, memory=replace(look.memory, extra=look.memory.extra | theirs[look.name]))
        if look.memory is not None and look.name in theirs
        else look
        for look in looks
    ]


def _success(look: Success, now: datetime) -> dict[str, Any]:
    known = {"first_seen_at": now} if look.first else {}
    return known | {
        "name": look.name,
        "url": look.url,
        "kind": look.kind,
        "memory": asdict(look.memory or Memory()),
        "last_success_at": now,
        "failures": 0,
        "error": "",
        "next_at": look.next_at,
    }


async def succeeded(
    connection: AsyncConnection, name: str, url: str, memory: Memory, *, now: datetime, next_at: datetime, first: bool
) -> None:
    """A look worked."""
    look = Success(name=name, url=url, memory=memory, next_at=next_at, first=first)
    await all_succeeded(connection, [look], now=now)


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


async def remember(connection: AsyncConnection, name: str, memory: Memory) -> None:
    """What is remembered of a source changed between two looks."""
    await connection.execute(update(sources).where(sources.c.name == name).values(memory=asdict(memory)))


async def forget_baseline(connection: AsyncConnection, name: str) -> None:
    """The address behind a name is another one now: its next look is a first look again."""
    await connection.execute(update(sources).where(sources.c.name == name).values(first_seen_at=None, memory={}))
