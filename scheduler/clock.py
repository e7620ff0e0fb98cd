"""The clock: a few fixed ticks, and never a job for a post (APScheduler 3.11, memory store, UTC)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from newswire import log
from newswire.errors import DependencyDown

logger = log.get("newswire.scheduler.clock")

Tick = Callable[[], Awaitable[None] | None]


class Clock:
    """Ticks by name. A tick only starts work: one that is still working is not started again."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._working: dict[str, asyncio.Task[None]] = {}
        self.last_tick = time.monotonic()

    def every(self, seconds: float, name: str, tick: Tick) -> None:
        """Let `tick` happen every so many seconds."""
        self._scheduler.add_job(self._start, "interval", seconds=seconds, args=(name, tick), id=name)

    async def _start(self, name: str, tick: Tick) -> None:
        self.last_tick = time.monotonic()
        if name not in self._working:
            self._working[name] = asyncio.create_task(self._work(name, tick), name=f"tick {name}")

    async def _work(self, name: str, tick: Tick) -> None:
        try:
            under_way = tick()
            if under_way is not None:
                await under_way
        except DependencyDown as error:
            logger.error("tick waits for the database", tick=name, error=str(error))
        except Exception:  # the next tick tries again; a clock that stops is worse
            logger.exception("tick failed", tick=name)
        finally:
            del self._working[name]

    def start(self) -> None:
        """Begin to tick."""
        self._scheduler.start()

    async def stop(self) -> None:
        """No more ticks; those at work are finished."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        await asyncio.gather(*self._working.values(), return_exceptions=True)
