"""The battle in which processes freeze for longer than others wait for them, and wake up when others have acted."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from soak.battle import Battle, Stories
from sqlalchemy import select

from cli._stage import Stage
from db import deliveries
from db.deliveries import Flight
from db.store import Store
from db.tables import audit
from db.tables import deliveries as ledger
from newswire.delivery import Action
from newswire.post import PostState

EVERY = 5
"""One strike in so many is a freeze; the others are kills."""
FROZEN = 20
"""Seconds, beside those that the call might last: together more than the lease, which is fifteen seconds more."""
_CALL = 2
_WORKERS = ("worker-1", "worker-2")
_STOPPED = "Newswire stopped between the call and the answer"


@dataclass
class Frozen(Battle):
    """A worker is stopped in the middle of a call, or the clock, while another one is killed; then it goes on.

    Who wakes finds his posts settled by others: his late answer is written down, and nothing goes out because of it.
    """

    settings: dict[str, Any] = field(default_factory=lambda: {"delivery": {"timeout": f"{_CALL}s"}})
    answers: float = 0.6
    _over: int = 0
    _freezes: int = 0

    async def _strike(self, stage: Stage, told: Stories) -> None:
        if self._over % EVERY == 0:
            await self._freeze(stage, told)
        else:
            await super()._strike(stage, told)
        self._over += 1

    async def _freeze(self, stage: Stage, told: Stories) -> None:
        """Every third time the clock; else whichever worker is met in the middle of a call."""
        self._freezes += 1
        for name in ("clock",) if self._freezes % 3 == 0 else _WORKERS * 10:
            await self._up(name)
            before = set() if name == "clock" else await self._something_in_the_air(stage, told)
            async with self._stopped(name):
                if name == "clock" or await self._holds_one(before):
                    await self._others_go_on(stage, told, name)
                    return
        raise AssertionError("no worker was ever met in the middle of a call")

    @asynccontextmanager
    async def _stopped(self, name: str) -> AsyncIterator[None]:
        self.running[name].send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.running[name].send_signal(signal.SIGCONT)

    async def _something_in_the_air(self, stage: Stage, told: Stories) -> set[Flight]:
        while True:
            told.append(await stage.post("/control/site/publish", {"edition": "en"}))
            for _ in range(30):
                if flights := await self._in_the_air():
                    return flights
                await asyncio.sleep(0.1)

    async def _holds_one(self, before: set[Flight]) -> bool:
        """Whether something stays in the air for longer than any call of those that live."""
        for _ in range(10 * (_CALL + 1)):
            before &= await self._in_the_air()
            if not before:
                return False
            await asyncio.sleep(0.1)
        return True

    async def _others_go_on(self, stage: Stage, told: Stories, frozen: str) -> None:
        others = [name for name in _WORKERS if name != frozen]  # a clock begins to count anew when it starts
        for n in range(FROZEN):
            if n == FROZEN // 2:
                await self._kill(self.rng.choice(others))
            elif n % 4 == 0:
                told.append(await stage.post("/control/site/publish", {"edition": "en"}))
            await asyncio.sleep(1)

    async def _in_the_air(self) -> set[Flight]:
        store = Store(self.database)
        try:
            async with store.read() as connection:
                return set(await deliveries.in_the_air(connection))
        finally:
            await store.close()

    async def _wrong(self, stage: Stage, told: Stories) -> tuple[str, ...]:
        return () if await self._late_answers() else ("nobody who was frozen has told of his call",)

    async def _also(self) -> str:
        return f"{self._freezes} frozen, {await self._late_answers()} late answers recorded"

    async def _late_answers(self) -> int:
        """Calls that were given up, and told of all the same: the dead tell nothing."""
        store = Store(self.database)
        given_up = select(audit.c.post_id).where(audit.c.act == PostState.UNCERTAIN, audit.c.detail == _STOPPED)
        silent = select(ledger.c.post_id).where(ledger.c.action == Action.PUBLISH, ledger.c.detail == _STOPPED)
        try:
            async with store.read() as connection:
                doubts = Counter((await connection.execute(given_up)).scalars())
                return (doubts - Counter((await connection.execute(silent)).scalars())).total()
        finally:
            await store.close()
