"""Steps of the wall clock, until what they would hold up has been put right."""

from __future__ import annotations

from datetime import timedelta

from db import steps
from desk.newsroom import Newsroom
from newswire import log

logger = log.get("newswire.scheduler.steps")


class Steps:
    """How far the wall has been set since the ledger last heard of it."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom
        self._owed = timedelta()
        self._last = timedelta()  # was settled the last time: what was being written just then is settled now

    def note(self, step: timedelta) -> None:
        """The wall was set by `step` (negative: back)."""
        self._owed += step

    async def settle(self) -> None:
        """Put right what a step back would put off. DependencyDown: later, then."""
        step, last = self._owed, self._last
        if step < timedelta() or last < timedelta():
            now, moved = self._newsroom.clock.now(), 0
            async with self._newsroom.store.write() as connection:
                if last < timedelta():
                    moved += await steps.stragglers(connection, -last, now=now)
                if step < timedelta():
                    moved += await steps.set_back(connection, -step, now=now)
            logger.info("times set back with the clock", posts=moved)
            self._newsroom.bell.ring("posts")
        self._owed, self._last = self._owed - step, min(step, timedelta())
