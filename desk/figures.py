"""Figures: how the newsroom stands right now, for metrics and for those who ask whether it works."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from db import presence, schema
from db import sources as source_rows
from db.presence import BOT, CLOCK, WORKER, Hand
from db.sources import Health
from desk import queue
from desk.newsroom import Newsroom
from desk.queue import ChannelView
from newswire.errors import NewswireError
from newswire.post import PostState

LATE = timedelta(minutes=5)
"""A post that waits longer than this past its time is trouble."""

STUCK = timedelta(seconds=10)
"""A clock that has not ticked for so long has stopped."""

ABSENT = timedelta(seconds=30)
"""Where nobody has had a role for so long, no standby is coming."""

_ROLES = {CLOCK: "clock", BOT: "editors' bot", WORKER: "worker"}


@dataclass(frozen=True, slots=True)
class Figures:
    """The channels and sources of the file as they stand at `at`, and which processes are there.

    A source never looked at has no `Health`.
    """

    at: datetime
    channels: tuple[ChannelView, ...]
    sources: dict[str, Health | None]
    hands: tuple[Hand, ...] = ()
    wanted: tuple[str, ...] = (CLOCK, BOT, WORKER)
    """The roles that these settings have work for."""

    @property
    def at_work(self) -> tuple[Hand, ...]:
        """The processes that have a role; the others stand by."""
        return tuple(hand for hand in self.hands if not hand.stands_by)

    @property
    def absent(self) -> dict[str, str]:
        """The wanted roles that nobody has, each with a line that says what to do."""
        if not self.at_work:
            return dict.fromkeys(self.wanted, "nobody is at work: start `newswire run`")
        return {
            role: f"no {_ROLES[role]} is at work: start `newswire run --role {role}`"
            for role in self.wanted
            if role not in {hand.role for hand in self.at_work}
        }

    @property
    def approvals_pending(self) -> int:
        """Posts that wait for an editor."""
        return sum(view.counts.get(PostState.IN_REVIEW, 0) for view in self.channels)

    def overdue(self, view: ChannelView) -> timedelta:
        """How long the channel's longest-waiting post is past its time."""
        return max(self.at - view.oldest_overdue, timedelta()) if view.oldest_overdue else timedelta()

    def speaks(self, view: ChannelView) -> bool:
        """Whether the channel may send: not paused, and no pause asked for by its platform."""
        return queue.is_on(view) and view.closed_until <= self.at.timestamp()


async def now(newsroom: Newsroom) -> Figures:
    """The figures, read now."""
    views = await queue.overview(newsroom)
    async with newsroom.store.read() as connection:
        rows = await source_rows.all_of_them(connection)
    return Figures(
        at=newsroom.clock.now(),
        channels=tuple(views),
        sources={source.name: rows.get(source.name) for source in newsroom.settings.sources()},
        hands=await presence.here(newsroom.store),
        wanted=(CLOCK, WORKER) if newsroom.settings.editors.chat is None else (CLOCK, BOT, WORKER),
    )


@dataclass(slots=True)
class Absences:
    """Since when each role is seen to be nobody's, in seconds of the monotonic clock: a standby needs a moment."""

    _since: dict[str, float] = field(default_factory=dict)

    def long(self, roles: Iterable[str], now: float) -> list[str]:
        """Those of the roles, nobody's now, that have been so at every look for longer than a standby needs."""
        self._since = {role: self._since.get(role, now) for role in roles}
        return [role for role, since in self._since.items() if now - since >= ABSENT.total_seconds()]


async def readiness(newsroom: Newsroom, absences: Absences) -> tuple[Figures | None, list[str]]:
    """The figures, where the database gives any, and what keeps this process from doing its work; nothing: it works.

    A channel that a person or its platform has paused is no trouble of the process, and neither is its queue.
    """
    try:
        at = await schema.version(newsroom.store)
        if not at.current:
            return None, [f"the database has schema {at.have}, this Newswire wants {at.want}"]
        figures = await now(newsroom)
    except NewswireError as error:
        return None, [str(error)]
    troubles = [
        f"{view.name}: a post is {_minutes(figures.overdue(view))} past its time"
        for view in figures.channels
        if figures.speaks(view) and figures.overdue(view) > LATE
    ]
    if not newsroom.store.sqlite:  # there whoever answers is at work itself
        long = absences.long(figures.absent, newsroom.clock.monotonic())
        troubles += dict.fromkeys(figures.absent[role] for role in long)
    lag = newsroom.metrics.lag(newsroom.clock.monotonic())
    if lag > STUCK.total_seconds():
        troubles.append(f"the clock has not ticked for {lag:.0f} s")
    return figures, troubles


def _minutes(length: timedelta) -> str:
    return f"{length // timedelta(minutes=1)} min"
