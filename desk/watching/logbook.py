"""The logbook: what is known of each source and what a look brought, for all the looks of a moment in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from db import articles
from db import sources as source_rows
from db.articles import New
from db.sources import Health, Success
from db.store import Store
from newswire.clock import Clock

_MOST = 100

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class _Together(Generic[Asked, Answer]):
    """Calls that come while one is under way wait for it, and are then done in one go.

    What fails together is done again one by one, so that nobody pays for another's trouble.
    """

    def __init__(self, do: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer]]]) -> None:
        self._do = do
        self._waiting: list[tuple[Asked, asyncio.Future[Answer]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def __call__(self, asked: Asked) -> Answer:
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, future))
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())
        return await future

    async def _work(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
                await self._settle(batch)
        finally:
            self._worker = None

    async def _settle(self, batch: list[tuple[Asked, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._do([asked for asked, _ in batch])
        except Exception as error:  # noqa: BLE001 - it is raised where it belongs: at the one who asked
            if len(batch) == 1:
                if not batch[0][1].done():
                    batch[0][1].set_exception(error)
                return
            for one in batch:
                await self._settle([one])
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            if not future.done():
                future.set_result(answer)

    async def finish(self) -> None:
        """Until nothing is under way."""
        while self._worker is not None:
            await asyncio.wait([self._worker])


class Logbook:
    """One for all looks of a process."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._read: _Together[str, Health | None] = _Together(self._healths)
        self._write: _Together[tuple[Success, Sequence[New]], None] = _Together(self._successes)

    async def health(self, name: str) -> Health | None:
        """How a source is doing; None for one that was never looked at."""
        return await self._read(name)

    async def succeeded(self, look: Success, baseline: Sequence[New] = ()) -> None:
        """A look worked; what was there at a first look is stored with it, or neither is."""
        await self._write((look, baseline))

    async def close(self) -> None:
        """What is being written is written to its end."""
        await self._write.finish()

    async def _healths(self, names: Sequence[str]) -> list[Health | None]:
        async with self._store.read() as connection:
            known = await source_rows.some(connection, names)
        return [known.get(name) for name in names]

    async def _successes(self, looks: Sequence[tuple[Success, Sequence[New]]]) -> list[None]:
        now = self._clock.now()
        async with self._store.write() as connection:
            if new := [one for _, baseline in looks for one in baseline]:
                await articles.add_all(connection, new, now=now)
            await source_rows.all_succeeded(connection, [look for look, _ in looks], now=now)
        return [None] * len(looks)
