"""The engine of one machine: posts are carried by tasks of this process, as many at once as the settings allow."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from desk.carrying import deliver
from desk.newsroom import Newsroom
from desk.writing import revising
from newswire import log
from newswire.errors import DependencyDown

logger = log.get("newswire.scheduler.engine")

_LONGEST_WAIT = 1.0
_DATABASE_WAIT = 2.0


class Engine:
    """Claims what is due and carries it. The row decides who carries; two engines do no harm."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom
        self._carried: dict[asyncio.Task[None], int] = {}
        self._stopping = False
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to carry."""
        self._loop = asyncio.create_task(self._run(), name="engine")

    @property
    def alive(self) -> bool:
        """Whether the loop runs."""
        return self._loop is not None and not self._loop.done()

    @property
    def in_hand(self) -> frozenset[int]:
        """The posts that are in the air from here."""
        return frozenset(self._carried.values())

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
            except Exception:  # a mistake of ours in one round must not end the carrying
                logger.exception("round failed")
                pause = _DATABASE_WAIT
            await self._newsroom.bell.wait("posts", pause)

    async def _round(self) -> float:
        """Carry what can go now; seconds until the next look, unless the bell rings before."""
        room = self._newsroom.settings.delivery.at_once - len(self._carried)
        if room <= 0:
            return _LONGEST_WAIT
        pause = await deliver.next_look(self._newsroom)
        if pause > 0:
            return min(pause, _LONGEST_WAIT)
        taken = await deliver.claim(self._newsroom, room)
        for claim in taken.claims:
            self._carry(claim.post.id, deliver.deliver(self._newsroom, claim))
        for behind in taken.stale:
            if behind.id not in self.in_hand:
                self._carry(behind.id, revising.renew(self._newsroom, behind.id))
        return 0.0 if taken.more else min(taken.wait or _LONGEST_WAIT, _LONGEST_WAIT)

    def _carry(self, post_id: int, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work, name=f"post {post_id}")
        self._carried[task] = post_id
        task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        post_id = self._carried.pop(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("post put down", post=post_id, error=repr(error))
