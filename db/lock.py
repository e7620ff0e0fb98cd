"""Locks between processes: a file lock beside SQLite's file, advisory locks in PostgreSQL. The system frees them at our death."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.link import Link
from db.store import Store
from newswire.errors import AlreadyRunning, ConfigError, DependencyDown

ROLES = 0x6E657773  # "news": the first half of the key of a role's lock; the second is the role's
CARRIERS = 0x77697265  # "wire": the same for carriers, each with a number of its own
STANDBYS = 0x77616974  # "wait": the same for those that stand by for a role, who share its number
NUMBERS = {"clock": 1, "bot": 2, "schema": 3}
_LOOK_SECONDS = 1.0
_GLANCES, _GLANCE = 3, 0.05
_COURTESY = 3.0
"""Seconds for which whoever stands by leaves the locks alone once the database is back: who had them may take them again."""

Kept = Callable[[asyncio.Event], Awaitable[object]]
"""Holds what was taken until the event is set. AlreadyRunning when it was lost, and another process has it by now."""


@asynccontextmanager
async def alone(store: Store) -> AsyncIterator[Kept]:
    """Be the only Newswire on this database that is clock and bot. AlreadyRunning when another process is."""
    if store.sqlite:
        async with _file_lock(store):
            yield lambda stop: stop.wait()
        return
    async with _turn(store, "clock", "bot") as turn:
        if not await turn.take():
            raise AlreadyRunning("another Newswire is running on this database; stop it first")
        yield turn.kept


@asynccontextmanager
async def at_rest(store: Store) -> AsyncIterator[None]:
    """Be the only Newswire on this database at all, while its tables change. AlreadyRunning while anybody works on it."""
    async with alone(store):
        async with store.read() as connection:
            workers = len(await living(connection))
        if workers:
            raise AlreadyRunning(f"workers of Newswire ({workers}) are running on this database; stop them first")
        yield


@asynccontextmanager
async def in_turn(
    store: Store, role: str, stop: asyncio.Event, waiting: Callable[[], None]
) -> AsyncIterator[Kept | None]:
    """Be the one process with `role`; while another is, stand by, of which `waiting` is told once.

    None when `stop` was set before it was our turn.
    """
    async with _turn(store, role) as turn:
        yield turn.kept if await turn.comes(stop, waiting) else None


@asynccontextmanager
async def one_after_the_other(store: Store) -> AsyncIterator[None]:
    """Look after the schema while no other process does. Nothing for SQLite, where nobody else can be."""
    if store.sqlite:
        yield
        return
    async with _linked(store) as link:
        await link.ask("SELECT pg_advisory_lock(:kind, :number)", kind=ROLES, number=NUMBERS["schema"])
        yield


@asynccontextmanager
async def carrying(store: Store) -> AsyncIterator[str]:
    """A name to carry posts under, which `living` shows while this process lives. Empty for SQLite: nobody else can be."""
    if store.sqlite:
        yield ""
        return
    number = secrets.randbelow(2**31)
    async with _linked(store) as link:
        turn = _Turn(link, CARRIERS, {str(number): number})
        if not await turn.take():
            raise DependencyDown("the database gave no lock to a number that nobody can have")
        keeping = asyncio.create_task(turn.kept(asyncio.Event()), name="carrier's lock")
        try:
            yield str(number)
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)


async def living(connection: AsyncConnection) -> frozenset[str]:
    """The names of all who carry posts now. None for SQLite."""
    if connection.dialect.name == "sqlite":
        return frozenset()
    found = await connection.execute(
        text(
            "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND classid = :kind AND objsubid = 2 AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ),
        {"kind": CARRIERS},
    )
    return frozenset(str(number) for number in found.scalars())


class _Turn:
    """Some advisory locks on one link: all of them are ours, or none."""

    def __init__(self, link: Link, kind: int, numbers: dict[str, int]) -> None:
        self._link, self._kind, self._numbers = link, kind, numbers

    async def take(self) -> bool:
        """Whether they are ours now. DependencyDown without a database."""
        taken: list[int] = []
        for number in self._numbers.values():
            if not await self._link.ask("SELECT pg_try_advisory_lock(:kind, :number)", kind=self._kind, number=number):
                for other in taken:
                    await self._link.ask("SELECT pg_advisory_unlock(:kind, :number)", kind=self._kind, number=other)
                return False
            taken.append(number)
        return True

    async def comes(self, stop: asyncio.Event, waiting: Callable[[], None]) -> bool:
        """Wait until they are ours; False when `stop` was set before."""
        if await self.take():
            return True
        waiting()
        await self._stand_by()
        pause = _LOOK_SECONDS
        while not await _set(stop, pause):
            with contextlib.suppress(DependencyDown):
                if not self._link.up:
                    pause = _COURTESY
                    await self._stand_by()
                    continue
                pause = _LOOK_SECONDS
                if await self.take():
                    await self._stand_by(no_more=True)
                    return True
        return False

    async def _stand_by(self, *, no_more: bool = False) -> None:
        """Show those who ask for what this process waits. Standbys share a lock of their own: nobody waits for it."""
        call = "pg_advisory_unlock_shared" if no_more else "pg_try_advisory_lock_shared"
        for number in self._numbers.values():
            await self._link.ask(f"SELECT {call}(:kind, :number)", kind=STANDBYS, number=number)

    async def kept(self, stop: asyncio.Event) -> None:
        """See that they stay ours. They are gone with their connection, and are taken again once the database is back."""
        while not await _set(stop, _LOOK_SECONDS):
            with contextlib.suppress(DependencyDown):
                if not await self._stands() and not await self.take():
                    what = " and ".join(self._numbers)
                    raise AlreadyRunning(
                        f"the database was away, and another process has become the {what} meanwhile; this one ends"
                    )

    async def _stands(self) -> bool:
        if not self._link.up:
            return False
        try:
            await self._link.ask("SELECT 1")
        except DependencyDown:
            return False
        return True


async def _set(event: asyncio.Event, seconds: float) -> bool:
    """Whether `event` is set within so many seconds."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
    return event.is_set()


@asynccontextmanager
async def _turn(store: Store, *roles: str) -> AsyncIterator[_Turn]:
    async with _linked(store) as link:
        yield _Turn(link, ROLES, {role: NUMBERS[role] for role in roles})


@asynccontextmanager
async def _linked(store: Store) -> AsyncIterator[Link]:
    link = Link(store)
    try:
        yield link
    finally:
        await link.drop()


def file_of(store: Store) -> Path:
    """The file beside SQLite's, which the one daemon holds a lock on."""
    return Path(f"{store.url.database}.lock")


@asynccontextmanager
async def _file_lock(store: Store) -> AsyncIterator[None]:
    if not store.url.database or store.url.database == ":memory:":
        yield
        return
    path = file_of(store)
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be written ({os.strerror(error.errno or 0)}); the daemon needs its folder"
        ) from error
    try:
        await _taken(handle)
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


async def _taken(handle: int) -> None:
    """Lock it. BlockingIOError when somebody holds it, and not only looks for a moment who does."""
    for _ in range(_GLANCES):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            await asyncio.sleep(_GLANCE)
        else:
            return
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
