"""The watcher: which source is due for a look, each in a task of its own, so that a slow one holds nobody else."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from db import sources as source_rows
from desk import watch
from desk.newsroom import Newsroom
from newswire import log
from newswire.errors import DependencyDown
from newswire.source import Source

logger = log.get("newswire.scheduler.watcher")

_AFTER_A_STUMBLE = timedelta(seconds=30)
_START = datetime(2000, 1, 1, tzinfo=UTC)


class Watcher:
    """Starts looks. Never two at the same source at once."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom
        self._sources = newsroom.settings.sources()
        self._next: dict[str, datetime] = {}
        self._looking: dict[str, asyncio.Task[None]] = {}

    async def remember(self) -> None:
        """When each source was due, as of the last run."""
        async with self._newsroom.store.read() as connection:
            rows = await source_rows.all_of_them(connection)
        self._next = {name: row.next_at for name, row in rows.items() if row.next_at}

    def tick(self) -> None:
        """Start a look at every source that is due. A time far ahead was written before the clock was set back."""
        self._newsroom.metrics.ticked(self._newsroom.clock.monotonic())
        now = self._newsroom.clock.now()
        for source in self._sources:
            due = self._next.get(source.name, _START)
            if source.name not in self._looking and (due <= now or due > now + timedelta(days=2)):
                self._looking[source.name] = asyncio.create_task(self._look(source), name=f"look {source.name}")

    async def _look(self, source: Source) -> None:
        now = self._newsroom.clock.now()
        try:
            self._next[source.name] = (await watch.look(self._newsroom, source)).next_at
        except DependencyDown as error:
            logger.error("watching waits for the database", source=source.name, error=str(error))
            self._next[source.name] = now + _AFTER_A_STUMBLE / 10
        except Exception:  # a mistake of ours must not end the watch over this source
            logger.exception("look failed", source=source.name)
            self._next[source.name] = now + _AFTER_A_STUMBLE
        finally:
            del self._looking[source.name]

    async def stop(self) -> None:
        """End the looks under way; what they had not stored yet, the next look sees again."""
        tasks = list(self._looking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
