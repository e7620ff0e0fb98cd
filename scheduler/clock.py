"""The clock: a few fixed ticks, and never a job for a post (APScheduler 3.11, memory store, UTC)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from newswire import clock as clocks
from newswire import log
from newswire.errors import DependencyDown

logger = log.get("newswire.scheduler.clock")

Tick = Callable[[], Awaitable[None] | None]

_LOOK_SECONDS = 1.0
STEP = 2.0
"""Seconds by which the wall clock must have gone astray within one look to have been set."""


class Clock:
    """Ticks by name. A tick only starts work: one that is still working is not started again.

    The scheduler reckons by the wall: where that is set back, it would sleep until the old time has come again. So the
    wall is held against the monotonic clock, and after a step every tick is due at once; `stepped` is told how far the
    wall was set (negative: back).
    """

    def __init__(self, own: clocks.Clock | None = None, stepped: Callable[[timedelta], None] | None = None) -> None:
        # Re-arming may call one twice; whether a tick is at work we know ourselves.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 9}
        )
        self._working: dict[str, asyncio.Task[None]] = {}
        self._own = own or clocks.SystemClock()
        self._stepped = stepped
        self._watchdog: asyncio.Task[None] | None = None
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
        self._watchdog = asyncio.create_task(self._watch(), name="clock's watchdog")

    async def _watch(self) -> None:
        """Look for steps of the wall clock. The loop's own sleep is monotonic."""
        apart = self._apart()
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            before, apart = apart, self._apart()
            if abs(apart - before) > STEP:
                self._rearm(timedelta(seconds=apart - before))

    def _apart(self) -> float:
        return self._own.now().timestamp() - self._own.monotonic()

    def _rearm(self, step: timedelta) -> None:
        seconds = round(step.total_seconds(), 1)
        logger.warning("the clock was set back" if seconds < 0 else "the clock was set forward", seconds=abs(seconds))
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))
        if self._stepped is not None:
            self._stepped(step)

    async def stop(self) -> None:
        """No more ticks; those at work are finished."""
        if self._watchdog is not None:
            self._watchdog.cancel()
            await asyncio.gather(self._watchdog, return_exceptions=True)
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        await asyncio.gather(*self._working.values(), return_exceptions=True)
