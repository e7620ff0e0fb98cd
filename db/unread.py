"""Unread: articles of which only the address is known, whose pages could not be read yet, and when they are tried again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import unread
from db.upsert import upsert
from newswire.article import Article

_AT_ONCE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """An article as its source lists it, and why its page could not be read."""

    key: str
    listed: Article
    tries: int
    at: datetime
    since: datetime
    reason: str


def _unread(row: Row[Any]) -> Unread:
    return Unread(
        key=row.key,
        listed=Article.from_json(row.listed),
        tries=row.tries,
        at=row.at,
        since=row.since,
        reason=row.reason,
    )


async def of(connection: AsyncConnection, keys: Iterable[str]) -> dict[str, Unread]:
    """Those of `keys` that could not be read before."""
    wanted, found = list(keys), dict[str, Unread]()
    for start in range(0, len(wanted), _AT_ONCE):
        rows = await connection.execute(select(unread).where(unread.c.key.in_(wanted[start : start + _AT_ONCE])))
        found |= {row.key: _unread(row) for row in rows}
    return found


async def due(connection: AsyncConnection, now: datetime, *, limit: int) -> list[Unread]:
    """Those to try again, the longest due first."""
    rows = await connection.execute(select(unread).where(unread.c.at <= now).order_by(unread.c.at).limit(limit))
    return [_unread(row) for row in rows]


async def put(connection: AsyncConnection, one: Unread) -> None:
    """A page could not be read: when it is tried again."""
    values = {
        "source": one.listed.source,
        "listed": one.listed.to_json(),
        "tries": one.tries,
        "at": one.at,
        "reason": one.reason,
    }
    await upsert(connection, unread, {"key": one.key}, values, fresh={"since": one.since})


async def end(connection: AsyncConnection, keys: Iterable[str]) -> None:
    """These are read, or not wanted any more."""
    await connection.execute(delete(unread).where(unread.c.key.in_(list(keys))))


async def tried(connection: AsyncConnection, source: str, *, at_least: int) -> int:
    """How many pages of a source could not be read so many times."""
    query = select(func.count()).select_from(unread).where(unread.c.source == source, unread.c.tries >= at_least)
    return int((await connection.execute(query)).scalar_one())
