"""Crew: whether somebody is at work in each role, for the editors' bot, which is alive when clock and workers are not."""

from __future__ import annotations

import asyncio

from db import alerts, presence
from db.presence import CLOCK, WORKER
from desk.health.figures import Absences
from desk.newsroom import Newsroom
from newswire import log
from newswire.errors import DependencyDown

logger = log.get("newswire.desk.health.crew")

CAUSE = "absent"
"""The cause of the alerts; their place is `role clock` and `role worker`."""
_MISSED = {
    CLOCK: (
        "No clock is at work: the site is not watched, so readers get no news that appears from now on. What has its time "
        "still goes out.\nStart one: newswire run --role clock"
    ),
    WORKER: (
        "No worker is at work: posts wait, and readers get nothing. None is lost; they go when one is there.\n"
        "Start one: newswire run --role worker"
    ),
}


class Crew:
    """One alert for each role that nobody has had for longer than a standby needs, ended when somebody has it again.

    It looks `every` so many seconds.
    """

    def __init__(self, newsroom: Newsroom, *, every: float = 5.0) -> None:
        self._newsroom, self._every = newsroom, every
        self._absences = Absences()

    async def watch(self) -> None:
        """Until cancelled. On SQLite one process is all of it, and whoever asks is at work."""
        while not self._newsroom.store.sqlite:
            try:
                await self.look()
            except DependencyDown:
                self._absences.forget()
            except Exception:  # a mistake of ours must not end the watch
                logger.exception("nobody knows who is at work")
            await asyncio.sleep(self._every)

    async def look(self) -> None:
        """Hold who is at work against what is told. DependencyDown without a database."""
        clock = self._newsroom.clock
        roles = {hand.role for hand in await presence.at_work(self._newsroom.store)}
        missed = self._absences.long((role for role in _MISSED if role not in roles), clock.monotonic())
        async with self._newsroom.store.read() as connection:
            told = {a.place for a in await alerts.open_ones(connection) if a.cause == CAUSE}
        news = [role for role in missed if _place(role) not in told]
        over = [role for role in _MISSED if role in roles and _place(role) in told]
        if not news and not over:
            return
        async with self._newsroom.store.write() as connection:
            for role in news:
                await alerts.raise_(connection, _place(role), CAUSE, _MISSED[role], now=clock.now())
            for role in over:
                await alerts.close(connection, _place(role), CAUSE, now=clock.now())
        self._newsroom.bell.ring("cards")


def _place(role: str) -> str:
    return f"role {role}"
