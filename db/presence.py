"""Presence: which processes are at work on this database, and as what; their locks say so, and end with them."""

from __future__ import annotations

import asyncio
import fcntl
import os
from dataclasses import dataclass

from sqlalchemy import bindparam, text

from db.link import NAME
from db.lock import CARRIERS, NUMBERS, ROLES, file_of
from db.store import Store
from newswire.errors import ConfigError

CLOCK, BOT, WORKER = "clock", "bot", "worker"
_WHO = {NUMBERS["clock"]: CLOCK, NUMBERS["bot"]: BOT}
_HELD = text(
    "SELECT classid, objid, application_name FROM pg_locks JOIN pg_stat_activity USING (pid) "
    "WHERE locktype = 'advisory' AND classid IN :kinds AND objsubid = 2 AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY classid, objid"
).bindparams(bindparam("kinds", expanding=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """A process at work as `role`. `process` and `machine` are empty where it does not tell them."""

    role: str
    process: str = ""
    machine: str = ""


async def at_work(store: Store) -> tuple[Hand, ...]:
    """Who is clock, who is bot, and who carries posts; those that stand by are not among them.

    On SQLite one process is all of it. DependencyDown without a database, ConfigError for a lock that cannot be read.
    """
    if store.sqlite:
        process = await asyncio.to_thread(_holder, store)
        return tuple(Hand(role=role, process=process) for role in (CLOCK, BOT, WORKER)) if process else ()
    async with store.read() as connection:
        rows = (await connection.execute(_HELD, {"kinds": [ROLES, CARRIERS]})).all()
    roles = [(WORKER if row.classid == CARRIERS else _WHO.get(row.objid, ""), row.application_name) for row in rows]
    return tuple(_hand(role, name or "") for role, name in roles if role)


def _hand(role: str, name: str) -> Hand:
    """What a connection calls itself, as `newswire 4711 lantern-1`, tells whose it is."""
    program, _, rest = name.partition(" ")
    process, _, machine = rest.partition(" ") if program == NAME else ("", "", "")
    return Hand(role=role, process=process, machine=machine)


def _holder(store: Store) -> str:
    """The process that has the lock beside SQLite's file; empty when none has."""
    path = file_of(store)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({os.strerror(error.errno or 0)}); run this as the daemon's user"
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.read(handle, 32).decode(errors="replace").strip() or "unknown"
    finally:
        os.close(handle)
    return ""
