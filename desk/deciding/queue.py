"""Queue: what waits in each channel, and stopping and starting a channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from db import alerts, articles, channels, lanes, posts, standing
from db.channels import Standing
from desk.deciding import backlog
from desk.deciding.review import Said
from desk.newsroom import Newsroom
from newswire.channel import ChannelState
from newswire.clock import reads
from newswire.editor import Act, Editor
from newswire.post import Post, PostState

_DAY = timedelta(days=1)
_NO_REASON = "paused by hand"
IN_QUEUE = (
    *(PostState.IN_REVIEW, PostState.SCHEDULED, PostState.PUBLISHING),
    *(PostState.UNCERTAIN, PostState.FAILED, PostState.CORRECTING),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A post in the queue with its article's title."""

    post: Post
    title: str


async def waiting(newsroom: Newsroom, *, channel: str = "", limit: int = 200) -> list[Waiting]:
    """What waits, the first due first; only one channel's if named."""
    async with newsroom.store.read() as connection:
        found = await posts.in_states(connection, IN_QUEUE, channel=channel, limit=limit)
        titles: dict[int, str] = {}
        for post in found:
            if post.article_id not in titles:
                stored = await articles.get(connection, post.article_id)
                titles[post.article_id] = stored.article.title if stored else ""
    return [Waiting(post, titles[post.article_id]) for post in found]


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A channel as people ask about it. `counts`: all that is not settled, and what was settled in the last day.

    `closed_until`: the platform wants a pause until then.
    """

    name: str
    platform: str
    standing: Standing
    counts: dict[PostState, int]
    oldest_overdue: datetime | None
    closed_until: float


async def overview(newsroom: Newsroom) -> list[ChannelView]:
    """Every channel of the file with how it stands."""
    now = newsroom.clock.now()
    async with newsroom.store.read() as connection:
        standings = await channels.states(connection)
        numbers = await standing.counts(connection, since=now - _DAY)
        overdue = await standing.oldest_overdue(connection, now)
        closed = await lanes.closed(connection, now.timestamp())
    paces = newsroom.lanes()
    return [
        ChannelView(
            name=c.name,
            platform=c.platform,
            standing=standings.get(c.name, Standing()),
            counts={state: n for (name, state), n in numbers.items() if name == c.name},
            oldest_overdue=overdue.get(c.name),
            closed_until=max((closed.get(lane.name, 0.0) for lane in paces.get(c.name, ())), default=0.0),
        )
        for c in newsroom.settings.channel
    ]


def _named(newsroom: Newsroom, name: str) -> Sequence[str]:
    names = [channel.name for channel in newsroom.settings.channel]
    return names if name == "all" else [n for n in names if n == name]


async def pause(newsroom: Newsroom, editor: Editor, name: str, *, why: str = "", until: datetime | None = None) -> Said:
    """Stop a channel, or `all`; the queue stays."""
    if not editor.may(Act.PAUSE_ALL if name == "all" else Act.PAUSE):
        return Said(False, f"Your role ({editor.role.name.lower()}) cannot pause a channel.")
    names = _named(newsroom, name)
    if not names:
        return Said(False, f"There is no channel '{name}'. /channels lists them.")
    now = newsroom.clock.now()
    async with newsroom.store.write() as connection:
        for one in names:
            await channels.pause(connection, one, by=editor.name, why=why or _NO_REASON, now=now, until=until)
    newsroom.bell.ring("cards")
    end = f" until {reads(newsroom.settings.timezone, until, now)}" if until else ""
    because = f": {why.removesuffix('.')}" if why not in ("", _NO_REASON) else ""
    return Said(True, f"{', '.join(names)} paused{end}{because}. The queue stays.")


async def resume(newsroom: Newsroom, editor: Editor, name: str) -> Said:
    """Let a channel, or `all`, go on."""
    if not editor.may(Act.PAUSE_ALL if name == "all" else Act.PAUSE):
        return Said(False, f"Your role ({editor.role.name.lower()}) cannot resume a channel.")
    names = _named(newsroom, name)
    if not names:
        return Said(False, f"There is no channel '{name}'. /channels lists them.")
    now = newsroom.clock.now()
    async with newsroom.store.write() as connection:
        resumed = [one for one in names if await channels.resume(connection, one, by=editor.name, now=now)]
        for one in resumed:
            await alerts.close(connection, f"channel {one}", now=now)
    if not resumed:
        return Said(False, "No channel is paused." if name == "all" else f"{name} is not paused.")
    await backlog.sweep(newsroom)
    newsroom.bell.ring("posts", "cards")
    return Said(True, f"{', '.join(resumed)} on again.{await _waits(newsroom, resumed)}")


async def _waits(newsroom: Newsroom, resumed: Sequence[str]) -> str:
    """What becomes of the posts that waited meanwhile."""
    async with newsroom.store.read() as connection:
        due = await standing.oldest_overdue(connection, newsroom.clock.now())
        held = [name for name in resumed if await backlog.held(connection, name)]
    going = [name for name in resumed if name in due and name not in held]
    out = f" What is overdue goes out now in {', '.join(going)}." if going else ""
    asked = (
        f" Too much is late in {', '.join(held)}: it is held until you decide, {newsroom.order('late', held[0])}."
        if held
        else ""
    )
    return out + asked


async def end_pauses(newsroom: Newsroom) -> None:
    """Pauses with an end that has come."""
    now = newsroom.clock.now()
    async with newsroom.store.read() as connection:
        over = await channels.overdue_resumes(connection, now)
    if not over:
        return
    async with newsroom.store.write() as connection:
        for name in over:
            await channels.resume(connection, name, by="newswire", now=now)
            await alerts.close(connection, f"channel {name}", now=now)
    newsroom.bell.ring("posts", "cards")


def is_on(view: ChannelView) -> bool:
    """Whether the channel speaks."""
    return view.standing.state is ChannelState.ON
