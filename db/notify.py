"""Notices: what rings in one process is heard in all others on the same PostgreSQL (LISTEN and NOTIFY).

A notice that is lost costs a moment, never a post: whoever waits for a bell also looks by itself, only less often.
https://www.postgresql.org/docs/current/sql-notify.html
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from db.link import Link
from db.store import Store
from newswire import log
from newswire.errors import DependencyDown

logger = log.get("newswire.db.notify")

_CHANNEL = "newswire"
_GATHER = 0.02
_AGAIN = 1.0
_PATIENCE = 2.0


class Wire:
    """Says names to the other processes, and hears theirs. What is said at once, in the same moment, goes together."""

    def __init__(self, store: Store) -> None:
        self._mouth, self._ear = Link(store), Link(store)
        self._names: dict[str, None] = {}
        self._speaking: asyncio.Task[None] | None = None

    def say(self, names: Iterable[str]) -> None:
        """Soon; returns at once."""
        self._names.update(dict.fromkeys(names))
        if self._names and (self._speaking is None or self._speaking.done()):
            self._speaking = asyncio.create_task(self._speak(), name="notices")

    async def _speak(self) -> None:
        while self._names:
            names, self._names = self._names, {}
            try:
                await self._mouth.ask(
                    "SELECT count(pg_notify(:channel, name)) FROM unnest(CAST(:names AS text[])) AS name",
                    channel=_CHANNEL,
                    names=list(names),
                )
            except DependencyDown:
                self._names = {**names, **self._names}
                await asyncio.sleep(_AGAIN)
            else:
                await asyncio.sleep(_GATHER)

    @asynccontextmanager
    async def heard(self, ring: Callable[[str], None], deaf: Callable[[], None]) -> AsyncIterator[None]:
        """Inside, `ring` is called with each name that another process says; `deaf` when names may have been missed."""
        listening = asyncio.create_task(self._listen(ring, deaf), name="ear")
        try:
            yield
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _listen(self, ring: Callable[[str], None], deaf: Callable[[], None]) -> None:
        told = False
        while True:
            try:
                await self._ear.ask(f"LISTEN {_CHANNEL}")
                if told:
                    logger.info("other processes are heard again")
                told = False
                await self._hear(ring, deaf)
            except DependencyDown as error:
                if not told:
                    logger.warning("other processes are not heard for now", error=str(error))
                told = True
            except Exception:  # a mistake of ours must not end the listening
                logger.exception("other processes are not heard for now")
            await self._ear.drop()
            await asyncio.sleep(_AGAIN)

    async def _hear(self, ring: Callable[[str], None], deaf: Callable[[], None]) -> None:
        deaf()
        async for notice in self._ear.notices():
            if notice.pid != self._mouth.pid:  # our own bell has rung already
                ring(notice.payload)

    async def close(self) -> None:
        """Say what is left to say, for a moment, and hang up."""
        if self._speaking is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._speaking, _PATIENCE)
        await self._mouth.drop()
        await self._ear.drop()
