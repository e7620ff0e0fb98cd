"""What a battle has shown: what the public saw, what the ledger says, in one line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from db.store import Store
from db.tables import audit, deliveries
from newswire.delivery import Action, Outcome
from newswire.post import PostState


@dataclass(frozen=True, slots=True)
class Report:
    """What the public saw and the ledger says. `longest` is the longest time a post was uncertain, in seconds."""

    name: str
    kills: int
    posts: int
    doubled: int
    lost: int
    read_back: int
    resent: int
    asked: int
    longest: float
    left: tuple[str, ...] = ()
    """What is not out, and why, as the ledger says it."""
    strikes: str = "kills"
    also: str = ""
    """What else has happened, such as `9 taken back`."""

    @property
    def good(self) -> bool:
        """Whether every promise was kept, and the battle has shown something."""
        shown = self.strikes != "kills" or self.read_back + self.resent > 0  # who waits for a database has no doubts
        return shown and not (self.doubled or self.lost or self.asked or self.left) and self.longest < 60

    def line(self) -> str:
        """All of it in a line."""
        return (
            f"{self.name}: {self.kills} {self.strikes}, {self.posts} posts, {self.doubled} doubled, {self.lost} lost, "
            f"{self.read_back} read back, {self.resent} found missing and sent, {self.asked} asked, "
            f"longest uncertain {self.longest:.0f} s{self.also and f', {self.also}'}"
            + "".join(f"\n  {words}" for words in self.left[:5])
        )


async def trace(store: Store) -> dict[str, Any]:
    """How often was looked and what was found, and how long the longest doubt lasted."""
    async with store.read() as connection:
        rows = (await connection.execute(select(audit).order_by(audit.c.id))).all()
        looks = Counter(
            (row.outcome, "sending it" in row.detail)
            for row in await connection.execute(select(deliveries).where(deliveries.c.action == Action.FIND))
        )
    since: dict[int, datetime] = {}
    longest = 0.0
    for row in rows:
        if row.act == PostState.UNCERTAIN:
            since.setdefault(row.post_id, row.at)
        elif row.post_id in since:
            longest = max(longest, (row.at - since.pop(row.post_id)).total_seconds())
    return {"read_back": looks[Outcome.SENT, False], "resent": looks[Outcome.RETRY, True], "longest": longest}
