"""The count: what the ledger says about an article's posts, held against what the public saw in the sandbox."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from cli._stage import Stage
from db import posts, sources
from db.store import Store
from newswire.errors import DependencyDown
from newswire.post import Post, PostState

_LOOK_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Row:
    """One post as the table shows it. `seen` is how often the public has seen it."""

    article: str
    channel: str
    state: str
    link: str
    seconds: float | None
    seen: int


async def baseline(stage: Stage, seconds: float) -> None:
    """Wait until the daemon has seen what the site had before, so that what comes now is new."""
    deadline = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < deadline:
        if stage.daemon is not None and stage.daemon.returncode is not None:
            return
        if (await _ledger(stage)).watched:
            return
        await asyncio.sleep(_LOOK_SECONDS)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The database's side: whether every source has been seen, and every post there is."""

    watched: bool = False
    posts: tuple[Post, ...] = ()


async def _ledger(stage: Stage) -> Ledger:
    file = stage.folder / "newswire.db"
    if not await asyncio.to_thread(file.is_file):
        return Ledger()
    store = Store(f"sqlite:///{file}")
    try:
        async with store.read() as connection:
            seen = await sources.all_of_them(connection)
            watched = all(
                f"site-{code}" in seen and seen[f"site-{code}"].last_success_at for code in stage.where["feeds"]
            )
            return Ledger(watched, tuple(await posts.in_states(connection, list(PostState), limit=100_000)))
    except DependencyDown:  # the daemon has not made its tables yet
        return Ledger()
    finally:
        await store.close()


async def wait_for(stage: Stage, stories: list[dict[str, Any]], seconds: float) -> list[Row]:
    """The table, as soon as nothing is missing, or as it is when the time is up."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        found = await rows_of(stage, stories)
        done = all(row.state == "published" and row.seen for row in found)
        if done or asyncio.get_running_loop().time() > deadline:
            return found
        await asyncio.sleep(_LOOK_SECONDS)


async def rows_of(stage: Stage, stories: list[dict[str, Any]]) -> list[Row]:
    ledger = await _ledger(stage)
    events = await stage.get("/control/events.json")
    events = events["events"] if isinstance(events, dict) else events
    return [
        _row(story, channel, place, ledger.posts, events)
        for story in stories
        for channel, place in _channels_of(stage, story["edition"])
    ]


def _channels_of(stage: Stage, edition: str) -> list[tuple[str, tuple[str, str]]]:
    """The channels an edition goes to, each with the platform and place where its posts appear."""
    telegram = [(f"tg-{edition}", ("telegram", str(stage.where["channels"][edition])))]
    return [*telegram, ("x-en", ("x", "caspianlantern"))] if edition == "en" else telegram


def _row(
    story: dict[str, Any], channel: str, place: tuple[str, str], written: tuple[Post, ...], events: list[dict[str, Any]]
) -> Row:
    post = next((p for p in written if p.channel == channel and p.message.link.startswith(story["url"])), None)
    born = next(e["at"] for e in events if e["platform"] == "site" and e["detail"]["id"] == story["id"])
    shown = [
        e["at"]
        for e in events
        if (e["platform"], e["place"]) == place and e["kind"] == "sent" and story["url"] in str(e["detail"])
    ]
    return Row(
        article=story["title"],
        channel=channel,
        state=post.state if post else "missing",
        link=post.remote_url if post else "",
        seconds=round(shown[0] - born, 2) if shown else None,
        seen=len(shown),
    )
