"""The engine of one machine: posts are carried by tasks of this process, as many at once as the settings allow."""

from __future__ import annotations

import asyncio

from desk import deliver
from desk.newsroom import Newsroom
from newswire import log
from newswire.errors import DependencyDown

logger = log.get("newswire.scheduler.engine")

_LONGEST_WAIT = 1.0
_DATABASE_WAIT = 2.0


class Engine:
    """Claims what is due and carries it. The row decides who carries; two engines do no harm."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom
        self._carried: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to carry."""
        self._loop = asyncio.create_task(self._run(), name="engine")

    @property
    def alive(self) -> bool:
        """Whether the loop runs."""
        return self._loop is not None and not self._loop.done()

    async def stop(self, seconds: float) -> int:
        """Take nothing new and finish what is in the air, for at most `seconds`; how many were left unfinished.

        What is left is found as `publishing` at the next start, and becomes uncertain there.
        """
        self._stopping = True
        self._newsroom.bell.ring("posts")
        if self._loop:
            await self._loop
        if not self._carried:
            return 0
        _, left = await asyncio.wait(self._carried, timeout=seconds)
        return len(left)

    async def _run(self) -> None:
        while not self._stopping:
            try:
                pause = await self._round()
            except DependencyDown as error:
                logger.error("posts wait for the database", error=str(error))
                pause = _DATABASE_WAIT
            await self._newsroom.bell.wait("posts", pause)

    async def _round(self) -> float:
        """Carry what can go now; seconds until the next look."""
        room = self._newsroom.settings.delivery.at_once - len(self._carried)
        if room <= 0:
            return _LONGEST_WAIT
        pause = await deliver.next_look(self._newsroom)
        if pause > 0:
            return min(pause, _LONGEST_WAIT)
        claims = await deliver.claim(self._newsroom, room)
        for claim in claims:
            task = asyncio.create_task(deliver.deliver(self._newsroom, claim), name=f"post {claim.post.id}")
            self._carried.add(task)
            task.add_done_callback(self._carried.discard)
        return 0.0 if claims else min(0.05, _LONGEST_WAIT)
