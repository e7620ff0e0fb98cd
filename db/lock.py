"""Locks between processes: a file lock beside SQLite's file, advisory locks in PostgreSQL. The system frees them at our death."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from db.store import Store
from newswire import log
from newswire.errors import AlreadyRunning, ConfigError, DependencyDown

logger = log.get("newswire.db.lock")

_ROLES = 0x6E657773  # "news": the first half of the key of a role's lock; the second is the role's
_CARRIERS = 0x77697265  # "wire": the same for carriers, each with a number of its own
_ROLE_NUMBERS = {"clock": 1, "bot": 2}
_LOOK_SECONDS = 1.0


@asynccontextmanager
async def alone(store: Store) -> AsyncIterator[None]:
    """Be the only Newswire on this database that is clock and bot. AlreadyRunning when another process is."""
    if store.sqlite:
        async with _file_lock(store):
            yield
        return
    async with contextlib.AsyncExitStack() as stack:
        for number in _ROLE_NUMBERS.values():
            holder = await stack.enter_async_context(_Holder.on(store, _ROLES, number))
            if not await holder.take():
                raise AlreadyRunning("another Newswire is running on this database; stop it first")
        yield


@asynccontextmanager
async def in_turn(store: Store, role: str, waiting: Callable[[], None]) -> AsyncIterator[_Holder]:
    """Be the one process with `role`; while another is, stand by. `waiting` is called once when that is so."""
    async with _Holder.on(store, _ROLES, _ROLE_NUMBERS[role]) as holder:
        if not await holder.take():
            waiting()
            while not await holder.take():  # noqa: ASYNC110 - the other process cannot set an event of ours
                await asyncio.sleep(_LOOK_SECONDS)
        yield holder


@asynccontextmanager
async def carrying(store: Store) -> AsyncIterator[str]:
    """A name to carry posts under, which `living` shows while this process lives. Empty for SQLite: nobody else can be."""
    if store.sqlite:
        yield ""
        return
    number = secrets.randbelow(2**31)
    async with _Holder.on(store, _CARRIERS, number) as holder:
        if not await holder.take():
            raise DependencyDown("the database gave no lock to a number that nobody can have")
        keeping = asyncio.create_task(holder.keep(), name="carrier's lock")
        try:
            yield str(number)
        finally:
            keeping.cancel()


async def living(connection: AsyncConnection) -> frozenset[str]:
    """The names of all who carry posts now. None for SQLite."""
    if connection.dialect.name == "sqlite":
        return frozenset()
    found = await connection.execute(
        text(
            "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND classid = :kind AND objsubid = 2 AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ),
        {"kind": _CARRIERS},
    )
    return frozenset(str(number) for number in found.scalars())


class _Holder:
    """One advisory lock on a connection of its own."""

    def __init__(self, engine: AsyncEngine, kind: int, number: int) -> None:
        self._engine = engine
        self._key = {"kind": kind, "number": number}
        self._connection: AsyncConnection | None = None

    @classmethod
    @asynccontextmanager
    async def on(cls, store: Store, kind: int, number: int) -> AsyncIterator[_Holder]:
        engine = create_async_engine(store.url, isolation_level="AUTOCOMMIT", pool_size=1, max_overflow=0)
        holder = cls(engine, kind, number)
        try:
            yield holder
        finally:
            await holder.drop()
            await engine.dispose()

    async def take(self) -> bool:
        """Whether it is ours now. DependencyDown without a database."""
        try:
            if self._connection is None:
                self._connection = await self._engine.connect()
            got = await self._connection.scalar(text("SELECT pg_try_advisory_lock(:kind, :number)"), self._key)
        except (DBAPIError, OSError) as error:
            await self.drop()
            raise DependencyDown("the database does not answer") from error
        return bool(got)

    async def held(self) -> bool:
        """Whether the connection that holds it still stands; with a broken one the lock is gone."""
        try:
            if self._connection is not None:
                await self._connection.execute(text("SELECT 1"))
                return True
        except (DBAPIError, OSError):
            await self.drop()
        return False

    async def keep(self) -> None:
        """Take it again whenever the database was away."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            if not await self.held():
                with contextlib.suppress(DependencyDown):
                    await self.take()

    async def drop(self) -> None:
        """Let go."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(DBAPIError, OSError):
                await connection.invalidate()
                await connection.close()


@asynccontextmanager
async def _file_lock(store: Store) -> AsyncIterator[None]:
    if not store.url.database or store.url.database == ":memory:":
        yield
        return
    path = Path(f"{store.url.database}.lock")
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be written ({os.strerror(error.errno or 0)}); the daemon needs its folder"
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(handle, 32).decode(errors="replace").strip()
        os.close(handle)
        raise AlreadyRunning(
            f"another Newswire (process {holder or 'unknown'}) is running on {store.url.database}; stop it first"
        ) from None
    os.ftruncate(handle, 0)
    os.write(handle, str(os.getpid()).encode())
    try:
        yield
    finally:
        os.close(handle)
