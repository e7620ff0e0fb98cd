"""Recover: posts whose carrier is gone become uncertain, and are looked for; nothing is sent again blindly."""

from __future__ import annotations

import math
from collections.abc import Container

from db import deliveries, lock
from db.deliveries import Flight
from desk.carrying import deliver
from desk.newsroom import Newsroom
from newswire import log

logger = log.get("newswire.desk.carrying.recover")

_DEAD_AFTER = 3.0
"""Seconds for which a carrier must be missed before he is taken to be dead: his line to the database may have broken."""

_BLINK = 8.0
"""Seconds without a look after which one who was missed before must be missed anew."""


async def recover(newsroom: Newsroom) -> int:
    """At the start: what was in the air when the last process died. Where others carry too, what is theirs stays."""
    async with newsroom.store.read() as connection:
        living = await lock.living(connection)
        flights = await deliveries.in_the_air(connection)
    return await _abandon(newsroom, [flight for flight in flights if flight.carrier not in living])


class Lookout:
    """Watches over what others carry. It trusts no wall clock: it counts for how long itself has seen a thing."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom
        self._seen: dict[Flight, float] = {}
        self._missed: dict[str, float] = {}
        self._last = -math.inf

    async def sweep(self, in_hand: Container[int] = ()) -> int:
        """Abandon flights whose carrier is dead, or which have lasted longer than any call may; how many these were.

        `in_hand` are the posts that this very process carries: it knows best that it is alive.
        """
        now = self._newsroom.clock.monotonic()
        async with self._newsroom.store.read() as connection:
            flights = await deliveries.in_the_air(connection)
            living = await lock.living(connection) if flights else frozenset()
        if now - self._last > _BLINK:  # the database was away, and everybody's lock with it: they are taking them again
            self._missed.clear()
        self._last = now
        others = [flight for flight in flights if flight.post_id not in in_hand]
        self._seen = {flight: self._seen.get(flight, now) for flight in others}
        gone = {flight.carrier for flight in others if flight.carrier and flight.carrier not in living}
        self._missed = {carrier: self._missed.get(carrier, now) for carrier in gone}
        dead = {carrier for carrier, since in self._missed.items() if now - since >= _DEAD_AFTER}
        longest = deliver.lease(self._newsroom).total_seconds()
        lost = [f for f in others if f.carrier in dead or now - self._seen[f] >= longest]
        return await _abandon(self._newsroom, lost)


async def _abandon(newsroom: Newsroom, flights: list[Flight]) -> int:
    if not flights:
        return 0
    async with newsroom.store.write() as connection:
        lost = await deliveries.abandon(connection, flights, now=newsroom.clock.now())
    for post in lost:
        logger.warning("post uncertain", post=post.id, article=post.article_id, channel=post.channel)
    newsroom.bell.ring("posts", "cards")
    return len(lost)
