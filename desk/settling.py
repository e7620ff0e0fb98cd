"""Settling: answers are written down together, so that a busy minute costs a few commits and not hundreds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from db import alerts, channels, lanes, posts, settlements
from db.settlements import Settlement
from db.store import Store
from newswire import log
from newswire.clock import Clock
from newswire.delivery import Action, Outcome
from newswire.errors import DependencyDown
from newswire.post import Post, PostState

logger = log.get("newswire.desk.settling")

_DATABASE_WAIT = 1.0
_AT_ONCE = 100
_TROUBLES: dict[str, PostState] = {Outcome.UNKNOWN: PostState.UNCERTAIN, Outcome.REJECTED: PostState.FAILED}


class Settling:
    """Whoever brings an answer waits until it is stored; who comes while one batch is written makes up the next.

    An answer is never dropped: while the database is away, it is kept and tried again. `resume` is how people here let a
    channel go on.
    """

    def __init__(self, store: Store, clock: Clock, *, resume: str = "/resume") -> None:
        self._store = store
        self._resume = resume
        self._clock = clock
        self._waiting: list[tuple[Settlement, str, asyncio.Future[bool]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def settle(self, settlement: Settlement, lane: str = "") -> bool:
        """Write down what came of a claim; `lane` is closed if the verdict says so.

        True when it moved the post, False when somebody else had settled that post meanwhile.
        """
        stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((settlement, lane, stored))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write(), name="settling")
        return await asyncio.shield(stored)

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
            try:
                moved = await self._store_batch([(settlement, lane) for settlement, lane, _ in batch])
            except DependencyDown as error:
                logger.error("answers wait for the database", answers=len(batch), error=str(error))
                self._waiting = batch + self._waiting
                await asyncio.sleep(_DATABASE_WAIT)
                continue
            except Exception as error:  # noqa: BLE001 - whoever waits is told
                for _, _, stored in batch:
                    stored.set_exception(error)
                continue
            for settlement, _, stored in batch:
                stored.set_result(settlement.claim.delivery_id in moved)

    async def _store_batch(self, batch: Sequence[tuple[Settlement, str]]) -> set[int]:
        now = self._clock.now()
        async with self._store.write() as connection:
            moved = await settlements.settle(connection, [settlement for settlement, _ in batch], now=now)
            for settlement, lane in batch:
                await self._consequences(connection, settlement, lane)
            touched = {settlement.claim.post.channel for settlement, _ in batch}
            await end_alerts(connection, touched, self._clock)
        return moved

    async def _consequences(self, connection: AsyncConnection, settlement: Settlement, lane: str) -> None:
        """What an answer means beyond its post: for its lane, its channel, and the people."""
        verdict, post, now = settlement.verdict, settlement.claim.post, self._clock.now()
        if verdict.lane_closed_until and lane:
            await lanes.close(connection, lane, verdict.lane_closed_until.timestamp())
        if verdict.pause_channel:
            why, until = settlement.reason, verdict.pause_until
            await channels.pause(connection, post.channel, by="newswire", why=why, now=now, until=until)
        if text := notice(post, settlement, self._resume):
            await alerts.raise_(connection, f"channel {post.channel}", verdict.outcome, text, now=now)


async def end_alerts(connection: AsyncConnection, touched: set[str], clock: Clock) -> None:
    """Trouble of a channel's posts is over when none of them is in that trouble any more."""
    for alert in await alerts.open_ones(connection):
        name = alert.place.removeprefix("channel ")
        state = _TROUBLES.get(alert.cause)
        if name not in touched or state is None or name == alert.place:
            continue
        if not await posts.troubled(connection, name, state):
            await alerts.close(connection, alert.place, alert.cause, now=clock.now())


def notice(post: Post, settlement: Settlement, resume: str) -> str:
    """What people are told: what, what is affected, what happens next. Empty for what mends itself."""
    verdict, why, name = settlement.verdict, settlement.reason, post.channel
    if verdict.pause_channel:
        return f"{name} is paused: {why}\nIts queue stays. When it is mended: {resume} {name}"
    if verdict.asks:
        return (
            f"{name}: nobody knows whether #{post.article_id} is out ({why}). It will not be sent twice. "
            "Please look, then press on its card."
        )
    if verdict.outcome is not Outcome.REJECTED:
        return ""
    if settlement.claim.action is Action.PUBLISH:
        return (
            f"{name} did not take #{post.article_id}: {why}\nOther channels are not affected. Its card can try again."
        )
    deed = "corrected" if settlement.claim.action is Action.EDIT else "taken back"
    return f"{name}: #{post.article_id} could not be {deed}: {why}\nIt still says what it said. Please do it by hand."
