"""Removed: a channel that is no longer in newswire.toml while posts wait for it is told, until they are let go or it is back."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from db import alerts, posts, standing
from desk.deciding.review import Said
from desk.newsroom import Newsroom
from newswire.editor import Editor
from newswire.post import PostState

REMOVED = "removed"
"""The alert's cause."""
_WAIT = {
    PostState.IN_REVIEW: "in review",
    PostState.SCHEDULED: "waiting",
    PostState.UNCERTAIN: "uncertain",
    PostState.CORRECTING: "to be changed",
}


async def sweep(newsroom: Newsroom) -> None:
    """One alert for each such channel, closed when nothing waits there any more."""
    now, here = newsroom.clock.now(), {channel.name for channel in newsroom.settings.channel}
    async with newsroom.store.read() as connection:
        counts = await standing.counts(connection, since=now)
        told = {a.place: a.text for a in await alerts.open_ones(connection) if a.cause == REMOVED}
    waiting: defaultdict[str, list[str]] = defaultdict(list)
    for (name, state), number in sorted(counts.items()):
        if name not in here and state in _WAIT:
            waiting[name].append(f"{number} {_WAIT[state]}")
    texts = {f"channel {name}": _text(newsroom, name, ", ".join(parts)) for name, parts in waiting.items()}
    if texts == told:
        return
    async with newsroom.store.write() as connection:
        for place in told.keys() - texts.keys():
            await alerts.close(connection, place, REMOVED, now=now)
        for place, text in texts.items():
            if told.get(place) != text:
                await alerts.raise_(connection, place, REMOVED, text, now=now)
    newsroom.bell.ring("cards")


async def let_go(newsroom: Newsroom, editor: Editor, name: str, how: str) -> Said:
    """`drop`: nothing that waits for a channel which is not in the file any more goes out, or is changed."""
    unknown = Said(False, f"There is no channel '{name}'. /channels lists them.")
    if how != "drop":
        return unknown
    now, why, gone = newsroom.clock.now(), "its channel is not in newswire.toml any more", 0
    async with newsroom.store.write() as connection:
        for post in await posts.in_states(connection, _WAIT, channel=name, limit=100_000):
            out = post.state is PostState.CORRECTING
            to = PostState.PUBLISHED if out else PostState.CANCELLED
            values: dict[str, Any] = {"change": "", "wish": None} if out else {}
            gone += await posts.move(connection, post.id, to, by=editor.name, now=now, why=why, **values)
    await sweep(newsroom)
    return Said(True, f"{counted(gone)} will not go out.") if gone else unknown


def counted(number: int) -> str:
    """So many posts, in words."""
    return "1 post" if number == 1 else f"{number} posts"


def _text(newsroom: Newsroom, name: str, what: str) -> str:
    return (
        f"{name} is not in newswire.toml any more, and its posts do not go out: {what}. "
        f"Put it back under that name, or let what waits go: {newsroom.order('late', name, 'drop')}"
    )
