"""Figures: how the newsroom stands right now, for metrics and for those who ask whether it works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from db import schema
from db import sources as source_rows
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


@dataclass(frozen=True, slots=True)
class Figures:
    """The channels and sources of the file as they stand at `at`. A source never looked at has no `Health`."""

    at: datetime
    channels: tuple[ChannelView, ...]
    sources: dict[str, Health | None]

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
    )


async def readiness(newsroom: Newsroom) -> tuple[Figures | None, list[str]]:
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
    lag = newsroom.metrics.lag(newsroom.clock.monotonic())
    if lag > STUCK.total_seconds():
        troubles.append(f"the clock has not ticked for {lag:.0f} s")
    return figures, troubles


def _minutes(length: timedelta) -> str:
    return f"{length // timedelta(minutes=1)} min"
