"""A link: one connection to PostgreSQL outside the pool, for what the connection itself stands for: a lock, an ear."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from db.store import TIMEOUTS, Store, introduce

NAME = "newswire"
"""The first word of the name that a link gives itself in the database; process and machine follow, for db/presence.py."""


class Link:
    """Connects when it is first needed, and anew after it broke. Each statement is a transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store
        name = f"{NAME} {os.getpid()} {socket.gethostname()}"
        self._engine = create_async_engine(
            store.url,
            isolation_level="AUTOCOMMIT",
            poolclass=NullPool,
            connect_args={**TIMEOUTS, "application_name": name},
        )
        event.listen(self._engine.sync_engine, "connect", introduce)
        self._connection: AsyncConnection | None = None
        self.pid = 0
        """The process that serves this link in the database; 0 before the first one."""

    @property
    def up(self) -> bool:
        """Whether there is a connection, as far as is known."""
        return self._connection is not None

    async def driver(self) -> Any:
        """The driver's own connection (psycopg). DependencyDown without a database."""
        if self._connection is None:
            try:
                self._connection = await self._engine.connect()
            except (DBAPIError, OSError) as error:
                await self.drop()
                raise self._store.silent(error) from error
        raw = (await self._connection.get_raw_connection()).driver_connection
        assert raw is not None  # noqa: S101 - it has just been made
        self.pid = raw.info.backend_pid
        return raw

    async def ask(self, statement: str, **values: Any) -> Any:
        """The first value of the answer, if it has any. DependencyDown without a database."""
        await self.driver()
        assert self._connection is not None  # noqa: S101 - `driver` has made it
        try:
            answer = await self._connection.execute(text(statement), values)
            return answer.scalar() if answer.returns_rows else None
        except (DBAPIError, OSError) as error:
            await self.drop()
            raise self._store.silent(error) from error

    async def notices(self) -> AsyncIterator[Any]:
        """What other sessions say on the channels that this link listens to. DependencyDown when it breaks."""
        driver = await self.driver()
        try:
            async for notice in driver.notifies():
                yield notice
        except self._engine.dialect.loaded_dbapi.Error as error:
            await self.drop()
            raise self._store.silent(OSError(str(error))) from error

    async def drop(self) -> None:
        """Let go of the connection, and so of what it stands for."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(DBAPIError, OSError):
                await connection.invalidate()
                await connection.close()
