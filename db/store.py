"""The store: one database, opened once, with one way to read and one way to write."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from db.columns import to_json
from newswire.errors import ConfigError, DependencyDown

_BUSY_MS = 5000
_READERS = 4
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
TIMEOUTS = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""A PostgreSQL that lost its power, or its network, says no good-bye: we notice in some ten seconds, not in an hour.

Either side ignores what is about TCP on a Unix socket.
"""
_THEIRS = {
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "idle_in_transaction_session_timeout": "20s",
}
"""And it notices as soon that we are gone. Who freezes within a transaction loses its locks, or all others would wait."""
_JSON: dict[str, Any] = {"json_serializer": to_json, "json_deserializer": orjson.loads}
_READ_ONLY = "25006"  # a server that only follows another: until it is promoted, nothing can be written there


def address(url: str) -> URL:
    """SQLAlchemy's form of DATABASE_URL, with the driver that Newswire uses; a ConfigError when it is none."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        raise ConfigError(
            "DATABASE_URL is no database address; write sqlite:///newswire.db or postgresql://user@host/name"
        ) from None
    backend = parsed.drivername.partition("+")[0]
    if backend not in _DRIVERS:
        raise ConfigError(f"DATABASE_URL: '{backend}' is not supported; use sqlite or postgresql")
    if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ConfigError("DATABASE_URL names no file; write sqlite:///newswire.db, or four slashes for a whole path")
    return parsed.set(drivername=_DRIVERS[backend])


class Store:
    """An open database. `failures` counts the times it did not answer.

    SQLite has one connection that writes (BEGIN IMMEDIATE, so that a transaction never fails half way for want of the
    lock) and a few that read; PostgreSQL has one pool for both.
    """

    def __init__(self, url: str) -> None:
        self.url = address(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        try:
            self._writer = self._engine(immediate=True, size=1 if self.sqlite else 10)
            self._reader = self._engine(immediate=False, size=_READERS) if self.sqlite else self._writer
        except (NoSuchModuleError, ImportError) as error:
            raise ConfigError(
                "DATABASE_URL names PostgreSQL, but its driver is not installed; run: "
                "pip install '.[postgresql]' in the folder of Newswire's sources"
            ) from error
        self._turn = asyncio.Lock()
        self._file: tuple[int, int] | None = None
        self.failures = 0

    @property
    def shown(self) -> str:
        """The address for people: SQLite's file, or PostgreSQL's address without the password."""
        if self.sqlite:
            return str(self.url.database)
        url = self.url
        return URL.create("postgresql", url.username, None, url.host, url.port, url.database).render_as_string()

    def silent(self, error: DBAPIError | OSError) -> DependencyDown:
        """What `error` says, in one line for people."""
        cause = (error.orig if isinstance(error, DBAPIError) else None) or error
        return DependencyDown(f"the database {self.shown} does not answer: {str(cause).strip().splitlines()[0]}")

    def _engine(self, *, immediate: bool, size: int) -> AsyncEngine:
        if not self.sqlite:
            pool = create_async_engine(
                self.url, pool_size=size, max_overflow=5, pool_pre_ping=True, connect_args=TIMEOUTS, **_JSON
            )
            event.listen(pool.sync_engine, "connect", introduce)
            return pool
        engine = create_async_engine(self.url, pool_size=size, max_overflow=0, pool_reset_on_return="rollback", **_JSON)
        event.listen(engine.sync_engine, "connect", _prepare)
        event.listen(engine.sync_engine, "connect", self._opened)
        begin = "BEGIN IMMEDIATE" if immediate else "BEGIN"
        event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        return engine

    def _opened(self, _connection: Any, _record: Any) -> None:
        self._file = self._file or _identity(self.url.database or "")

    def _is_in_place(self) -> None:
        """SQLite goes on writing into a file that was deleted, or put aside for another: nothing of it would be kept."""
        if self._file and self._file != _identity(self.url.database or ""):
            self.failures += 1
            raise DependencyDown(f"the database {self.shown} was taken away while Newswire runs: stop it, put it back")

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that may write: committed when the block ends, undone when it raises."""
        if not self.sqlite:
            async with self._told(), self._writer.begin() as connection:
                yield connection
            return
        async with self._turn, self._told(), self._writer.begin() as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads: one consistent picture."""
        async with self._told(), self._reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def _told(self) -> AsyncIterator[None]:
        """An unreachable database as `DependencyDown`, in one line; a mistake of ours stays what it is."""
        self._is_in_place()
        try:
            yield
        except DBAPIError as error:
            if _out_of_order(error):
                self.failures += 1
                raise self.silent(error) from error
            raise
        except NoneFree as error:  # who has one waits for an answer himself
            self.failures += 1
            raise DependencyDown(f"the database {self.shown} does not answer: every connection waits for it") from error

    async def close(self) -> None:
        """Give every connection back."""
        await self._writer.dispose()
        await self._reader.dispose()


def _identity(file: str) -> tuple[int, int] | None:
    """Which file it is; None where there is none."""
    try:
        found = Path(file).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _out_of_order(error: DBAPIError) -> bool:
    """Whether the database, and not what was asked of it, is the trouble. DatabaseError itself: a file that is damaged."""
    trouble = isinstance(error, OperationalError) or type(error) is DatabaseError
    return error.connection_invalidated or trouble or getattr(error.orig, "sqlstate", "") == _READ_ONLY


def introduce(connection: Any, _record: Any) -> None:
    """What PostgreSQL is asked to do on each new connection, should this process vanish or freeze."""
    cursor = connection.cursor()
    cursor.execute("SELECT " + ", ".join(f"set_config('{name}', '{value}', false)" for name, value in _THEIRS.items()))
    cursor.close()
    connection.commit()


def _prepare(connection: Any, _record: Any) -> None:
    """SQLite's settings for each new connection. The driver's own transactions are off: `begin` sends them."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_MS}",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
