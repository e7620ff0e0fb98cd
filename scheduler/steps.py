"""Steps of the wall clock, until what they would hold up has been put right."""

from __future__ import annotations

from datetime import timedelta

from db import steps
from desk.newsroom import Newsroom
from newswire import log

logger = log.get("newswire.scheduler.steps")

_PASSES = 2
"""What is being stored while the clock is set back is found the second time."""


class Steps:
    """How far the wall has been set since the ledger last heard of it."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom
        self._owed = timedelta()
        self._passes = 0

    def note(self, step: timedelta) -> None:
        """The wall was set by `step` (negative: back)."""
        self._owed += step
        if step < timedelta():
            self._passes = _PASSES

    async def settle(self) -> None:
        """Put right what a step back would put off. DependencyDown: later, then."""
        step = self._owed
        if self._passes:
            now, moved = self._newsroom.clock.now(), 0
            async with self._newsroom.store.write() as connection:
                if step < timedelta():
                    moved += await steps.set_back(connection, -step, now=now)
                moved += await steps.stragglers(connection, now=now)
            self._passes -= 1
            if moved:
                logger.info("times set back with the clock", posts=moved)
                self._newsroom.bell.ring("posts")
        self._owed -= step
