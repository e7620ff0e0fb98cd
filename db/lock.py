"""The lock: one daemon for one database. A file lock beside SQLite's file, an advisory lock in PostgreSQL."""

from __future__ import annotations

import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from db.store import Store
from newswire.errors import AlreadyRunning, ConfigError

_ADVISORY = 0x6E657773  # "news": the same number in every installation, so a database has one daemon


@asynccontextmanager
async def alone(store: Store) -> AsyncIterator[None]:
    """Hold the lock while the block runs. AlreadyRunning when another process has it; the system frees it at our death."""
    if store.sqlite:
        async with _file_lock(store):
            yield
        return
    engine = create_async_engine(store.url, isolation_level="AUTOCOMMIT", pool_size=1)
    try:
        async with engine.connect() as connection:
            if not await connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _ADVISORY}):
                raise AlreadyRunning("another Newswire is running on this database; stop it first")
            yield
    finally:
        await engine.dispose()


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
