"""Backlog: what waited longer than it should is told, spread out newest first, or held for a person, never a flood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import alerts, channels, lanes, posts, standing
from desk.deciding import removed
from desk.deciding.removed import counted
from desk.deciding.review import Said
from desk.newsroom import Newsroom
from desk.writing import drafting
from newswire import log
from newswire.channel import Channel, ChannelState
from newswire.editor import Act, Editor
from newswire.post import Post, PostState, Priority, rank

logger = log.get("newswire.desk.deciding.backlog")

HELD = "held: it waited too long"
"""The reason of a post that was held back; what a person decides about all of them finds them by it."""
_NEWEST = 3
OVERDUE, TOO_MANY = "overdue", "held"
"""The causes of the two alerts."""


async def sweep(newsroom: Newsroom) -> None:
    """Look at what is late in each channel that may speak.

    A few late posts go by themselves, the newest first, behind whatever is due now. More than [delivery] most_late in
    one channel at once are held, and people are asked. While anything is late, one alert a channel says so.
    """
    now = newsroom.clock.now()
    async with newsroom.store.read() as connection:
        standings = await channels.states(connection)
        oldest = await standing.oldest_overdue(connection, now - newsroom.settings.delivery.late)
        told = [a for a in await alerts.open_ones(connection) if a.cause in (OVERDUE, TOO_MANY)]
    late = {
        n: at
        for n, at in oldest.items()
        if newsroom.channel(n) and (n not in standings or standings[n].state is ChannelState.ON)
    }
    if not late and not told:
        return
    async with newsroom.store.write() as connection:
        for name, since in late.items():
            await _sort_out(newsroom, connection, name, since)
        for alert in told:
            name = alert.place.removeprefix("channel ")
            if name not in late if alert.cause == OVERDUE else not await held(connection, name):
                await alerts.close(connection, alert.place, alert.cause, now=now)
    newsroom.bell.ring("posts", "cards")


async def held(connection: AsyncConnection, name: str) -> list[Post]:
    """The posts of a channel that are held because too many were late."""
    return [p for p in await posts.in_states(connection, [PostState.IN_REVIEW], channel=name) if p.reason == HELD]


async def _sort_out(newsroom: Newsroom, connection: AsyncConnection, name: str, since: datetime) -> None:
    now, rules = newsroom.clock.now(), newsroom.settings.delivery
    place = f"channel {name}"
    late = await standing.late(connection, name, before=now - rules.late, priority=Priority.TIMED)
    if len(late) > rules.most_late and newsroom.settings.editors.chat is not None:
        for post in late:
            await posts.move(connection, post.id, PostState.IN_REVIEW, by="newswire", now=now, why=HELD)
        text = (
            f"{name}: {len(late)} posts waited since {_clock(newsroom, since)} and are held. "
            f"/late {name} newest sends the newest 3, /late {name} spread gives all a new time, /late {name} drop lets them go."
        )
        await alerts.raise_(connection, place, TOO_MANY, text, now=now)
        logger.warning("late posts held", channel=name, posts=len(late))
        return
    await standing.put_back(connection, {p.id: rank(Priority.BACKLOG, now) + n for n, p in enumerate(late)})
    if place not in {a.place for a in await alerts.open_ones(connection) if a.cause == OVERDUE}:
        why = await _closed(newsroom, connection, name)
        text = f"{name}: posts are late, the oldest was due {_clock(newsroom, since)}. {why}"
        await alerts.raise_(connection, place, OVERDUE, text, now=now)


async def _closed(newsroom: Newsroom, connection: AsyncConnection, name: str) -> str:
    """What holds the channel up, as far as Newswire knows."""
    closed = await lanes.closed(connection, newsroom.clock.now().timestamp())
    until = max((closed.get(lane.name, 0.0) for lane in newsroom.lanes().get(name, ())), default=0.0)
    if until:
        at = datetime.fromtimestamp(until, newsroom.settings.timezone)
        return f"The platform wants a pause until {at:%H:%M}; they go then."
    fast = "They go as fast as the channel may."
    if newsroom.settings.editors.chat is not None:
        return f"{fast} /queue {name} shows them."
    return f"{fast} newswire status counts them, {newsroom.order('late', name)} decides otherwise."


def _clock(newsroom: Newsroom, at: datetime) -> str:
    local = at.astimezone(newsroom.settings.timezone)
    recent = newsroom.clock.now() - at < timedelta(hours=20)
    return f"{local:%H:%M}" if recent else f"{local:%d %b %H:%M}"


async def decide(newsroom: Newsroom, editor: Editor, name: str, how: str) -> Said:
    """What becomes of a channel's late and held posts: `newest` sends the newest three, `spread` re-times all, `drop` none.

    Of a channel that is not in the file any more everything that waits can be dropped.
    """
    if not editor.may(Act.PAUSE):
        return Said(False, f"Your role ({editor.role.name.lower()}) cannot decide about late posts.")
    channel = newsroom.channel(name)
    if channel is None:
        return await removed.let_go(newsroom, editor, name, how)
    now = newsroom.clock.now()
    async with newsroom.store.write() as connection:
        late = await held(connection, name) + await standing.late(connection, name, before=now)
        late.sort(key=lambda p: (p.due_at or now, p.id), reverse=True)
        decision = _Decision(newsroom, connection, editor.name, channel, late)
        deed = {"newest": decision.newest, "spread": decision.spread, "drop": decision.drop}.get(how)
        if deed is None:
            return Said(False, f"Say /late {name} newest, spread or drop.")
        if not late:
            return Said(False, f"Nothing is late in {name}.")
        text = await deed()
        for cause in (TOO_MANY, OVERDUE):
            await alerts.close(connection, f"channel {name}", cause, now=now)
    newsroom.bell.ring("posts", "cards")
    return Said(True, text)


@dataclass(frozen=True, slots=True)
class _Decision:
    """One word about all the late posts of a channel, the newest first."""

    newsroom: Newsroom
    connection: AsyncConnection
    by: str
    channel: Channel
    late: Sequence[Post]

    async def newest(self) -> str:
        now = self.newsroom.clock.now()
        some, rest = self.late[:_NEWEST], self.late[_NEWEST:]
        for n, post in enumerate(some):
            await self._to(post, now + timedelta(milliseconds=n), Priority.EDITOR, "newest of the late ones")
        await self._drop(rest)
        goes = "It goes out now" if len(self.late) == 1 else f"The newest {len(some)} go out now"
        return goes + (f"; {len(rest)} will not." if rest else ".")

    async def spread(self) -> str:
        for n, post in enumerate(self.late):
            at = await drafting.free_time(self.newsroom, self.connection, self.channel)
            await self._to(post, at + timedelta(milliseconds=n), Priority.BACKLOG, "given a new time")
        return "1 post has a new time." if len(self.late) == 1 else f"{len(self.late)} posts have new times."

    async def drop(self) -> str:
        await self._drop(self.late)
        return f"{counted(len(self.late))} will not go out."

    async def _drop(self, some: Sequence[Post]) -> None:
        now = self.newsroom.clock.now()
        for post in some:
            await posts.move(self.connection, post.id, PostState.EXPIRED, by=self.by, now=now, why="too late")

    async def _to(self, post: Post, at: datetime, priority: int, why: str) -> None:
        now = self.newsroom.clock.now()
        if post.state is PostState.SCHEDULED:
            await posts.reschedule(self.connection, post.id, at, priority=priority, by=self.by, now=now)
        else:
            line = posts.line(priority, at)
            await posts.move(self.connection, post.id, PostState.SCHEDULED, by=self.by, now=now, why=why, **line)
