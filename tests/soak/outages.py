"""The battle in which nobody is killed, but the database stops."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from soak.battle import Battle, Stories
from support.postgresql import Server

from cli._stage import Stage

OUTAGES = (("fast", 10), ("immediate", 10), ("fast", 60), ("immediate", 60))
"""How PostgreSQL is stopped, and for how many seconds."""
EVERY = 5  # seconds between two articles while it is


@dataclass
class Outages(Battle):
    """Nobody is killed, but the database stops, as `OUTAGES` says, while articles go on to appear."""

    strikes: str = "stops"
    server: Server | None = None
    _over: int = 0

    async def _strike(self, stage: Stage, told: Stories) -> None:
        assert self.server is not None
        how, seconds = OUTAGES[self._over % len(OUTAGES)]
        self._over += 1
        await asyncio.to_thread(self.server.stop, how)
        for _ in range(seconds // EVERY):
            await asyncio.sleep(EVERY)
            told.append(await stage.post("/control/site/publish", {"edition": "en"}))
        await asyncio.to_thread(self.server.start)
