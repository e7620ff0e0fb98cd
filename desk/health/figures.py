"""Figures: how the newsroom stands right now, for metrics and for those who ask whether it works."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from db import presence, schema
from db import sources as source_rows
from db.presence import BOT, CLOCK, WORKER, Hand
from db.sources import Health
from desk.deciding import queue
from desk.deciding.queue import ChannelView
from desk.newsroom import Newsroom
from newswire.errors import DependencyDown, NewswireError
from newswire.post import PostState

_T = TypeVar("_T")

LATE = timedelta(minutes=5)
"""A post that waits longer than this past its time is trouble."""

STUCK = timedelta(seconds=10)
"""A clock that has not ticked for so long has stopped."""

ABSENT = timedelta(seconds=30)
"""Where nobody has had a role for so long, no standby is coming."""

PATIENCE = 2.0
"""A database that has not answered for so many seconds is as good as none for who asks whether all is well."""

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


class Question(Generic[_T]):
    """A question to the database that nobody waits for longer than `PATIENCE`, and that is asked once at a time.

    One that is still open is left open: a frozen database does not take back a question either, and each that is asked
    meanwhile would hold one more connection.
    """

    def __init__(self, newsroom: Newsroom, ask: Callable[[Newsroom], Coroutine[Any, Any, _T]]) -> None:
        self._newsroom, self._ask = newsroom, ask
        self._open: asyncio.Task[_T] | None = None

    async def answer(self) -> _T:
        """What the database says. DependencyDown when it says nothing."""
        if self._open is None or self._open.done():
            self._open = asyncio.create_task(self._ask(self._newsroom), name="question")
            self._open.add_done_callback(lambda task: task.cancelled() or task.exception())
        done, _ = await asyncio.wait({self._open}, timeout=PATIENCE)
        if not done:
            store = self._newsroom.store
            store.failures += 1
            raise DependencyDown(
                f"the database {store.shown} does not answer: it has said nothing for {PATIENCE:.0f} s"
            )
        return self._open.result()


@dataclass(slots=True)
class Absences:
    """Since when each role is seen to be nobody's, in seconds of the monotonic clock: a standby needs a moment."""

    _since: dict[str, float] = field(default_factory=dict)

    def long(self, roles: Iterable[str], now: float) -> list[str]:
        """Those of the roles, nobody's now, that have been so at every look for longer than a standby needs."""
        self._since = {role: self._since.get(role, now) for role in roles}
        return [role for role, since in self._since.items() if now - since >= ABSENT.total_seconds()]

    def forget(self) -> None:
        """The database was away: whoever was at work has lost his locks with it, and takes them again."""
        self._since = {}


async def _standing(newsroom: Newsroom) -> Figures | str:
    """The figures, or what is wrong with the tables that they are read from."""
    at = await schema.version(newsroom.store)
    if not at.current:
        return f"the database has schema {at.have}, this Newswire wants {at.want}"
    return await now(newsroom)


class Readiness:
    """Whether this process can do its work, as somebody asks who comes back every few seconds."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom
        self._question = Question(newsroom, _standing)
        self._absences = Absences()

    async def look(self) -> tuple[Figures | None, list[str]]:
        """The figures, where the database gives any, and what keeps this process from its work; nothing: it works.

        A channel that a person or its platform has paused is no trouble of the process, and neither is its queue.
        """
        try:
            figures = await self._question.answer()
        except NewswireError as error:
            self._absences.forget()
            return None, [str(error)]
        if isinstance(figures, str):
            return None, [figures]
        return figures, [*_late(figures), *self._absent(figures), *self._stuck()]

    def _absent(self, figures: Figures) -> Iterable[str]:
        if self._newsroom.store.sqlite:  # there whoever answers is at work itself
            return ()
        long = self._absences.long(figures.absent, self._newsroom.clock.monotonic())
        return dict.fromkeys(figures.absent[role] for role in long)

    def _stuck(self) -> Iterable[str]:
        lag = self._newsroom.metrics.lag(self._newsroom.clock.monotonic())
        if lag > STUCK.total_seconds():
            yield f"the clock has not ticked for {lag:.0f} s"


def _late(figures: Figures) -> Iterable[str]:
    for view in figures.channels:
        if figures.speaks(view) and figures.overdue(view) > LATE:
            yield f"{view.name}: a post is {_minutes(figures.overdue(view))} past its time"


def _minutes(length: timedelta) -> str:
    return f"{length // timedelta(minutes=1)} min"
