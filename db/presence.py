"""Presence: which processes work on this database, as what, and which stand by; their locks say so, and end with them."""

from __future__ import annotations

import asyncio
import fcntl
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, bindparam, text

from db.link import NAME
from db.lock import CARRIERS, NUMBERS, ROLES, STANDBYS, file_of
from db.store import Store
from newswire.errors import ConfigError

CLOCK, BOT, WORKER = "clock", "bot", "worker"
_WHO = {NUMBERS["clock"]: CLOCK, NUMBERS["bot"]: BOT}
_HELD = text(
    "SELECT classid, objid, application_name, backend_start FROM pg_locks JOIN pg_stat_activity USING (pid) "
    "WHERE locktype = 'advisory' AND classid IN :kinds AND objsubid = 2 AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "ORDER BY classid, objid, backend_start"
).bindparams(bindparam("kinds", expanding=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """A process that is at work as `role`, or stands by for it, and has been here, in either way, `since` then.

    `process` and `machine` are empty where it does not tell them.
    """

    role: str
    process: str = ""
    machine: str = ""
    stands_by: bool = False
    since: datetime | None = field(default=None, compare=False)


async def at_work(store: Store) -> tuple[Hand, ...]:
    """Who is clock, who is bot, and who carries posts; those that stand by are not among them."""
    return tuple(hand for hand in await here(store) if not hand.stands_by)


async def here(store: Store) -> tuple[Hand, ...]:
    """Who is at work, and then who stands by.

    On SQLite one process is all of it. DependencyDown without a database, ConfigError for a lock that cannot be read.
    """
    if store.sqlite:
        process, since = await asyncio.to_thread(_holder, store)
        roles = (CLOCK, BOT, WORKER) if process else ()
        return tuple(Hand(role=role, process=process, since=since) for role in roles)
    async with store.read() as connection:
        rows = (await connection.execute(_HELD, {"kinds": [ROLES, CARRIERS, STANDBYS]})).all()
    hands = [_hand(row) for row in rows if row.classid == CARRIERS or row.objid in _WHO]
    return tuple(sorted(hands, key=lambda hand: hand.stands_by))


def _hand(row: Row[Any]) -> Hand:
    """What a connection calls itself, as `newswire 4711 lantern-1`, tells whose it is."""
    program, _, rest = (row.application_name or "").partition(" ")
    process, _, machine = rest.partition(" ") if program == NAME else ("", "", "")
    return Hand(
        role=WORKER if row.classid == CARRIERS else _WHO[row.objid],
        process=process,
        machine=machine,
        stands_by=row.classid == STANDBYS,
        since=row.backend_start,
    )


def _holder(store: Store) -> tuple[str, datetime | None]:
    """The process that has the lock beside SQLite's file, and since when; empty when none has."""
    path = file_of(store)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return "", None
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({os.strerror(error.errno or 0)}); run this as the daemon's user"
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        since = datetime.fromtimestamp(os.fstat(handle).st_mtime, UTC)  # its number was written when it began
        return os.read(handle, 32).decode(errors="replace").strip() or "unknown", since
    finally:
        os.close(handle)
    return "", None
