"""A role that nobody has is told in the editors' chat: once, what it means and what to do, and that it is over."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from support.desk import CHANNELS
from support.postgresql import Server, running

from db import alerts, lock, presence
from db.alerts import Alert
from desk.health.crew import Crew
from desk.newsroom import Newsroom


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as made:
        yield made


@pytest.fixture
async def newsroom(make, server: Server, tmp_path: Path) -> Newsroom:
    return await make(CHANNELS, database=server.database(tmp_path.name))


async def told(newsroom: Newsroom) -> list[Alert]:
    async with newsroom.store.read() as connection:
        return [alert for alert in await alerts.open_ones(connection) if alert.cause == "absent"]


async def looks(newsroom: Newsroom, crew: Crew, *, seconds: int) -> list[str]:
    """The crew is looked after for so long; the roles that the chat is told nobody has."""
    for _ in range(seconds // 5):
        newsroom.clock.move(timedelta(seconds=5))
        await crew.look()
    return [alert.place for alert in await told(newsroom)]


async def gone(newsroom: Newsroom, role: str) -> None:
    """The database takes a moment to see that a connection is gone."""
    for _ in range(100):
        if role not in {hand.role for hand in await presence.at_work(newsroom.store)}:
            return
        await asyncio.sleep(0.02)


async def test_no_worker_is_told_once_after_the_time_a_standby_needs_and_is_over_when_one_comes(newsroom: Newsroom):
    crew = Crew(newsroom)
    async with lock.in_turn(newsroom.store, "clock", asyncio.Event(), lambda: None):
        assert await looks(newsroom, crew, seconds=30) == [], "a new one may be starting"
        assert await looks(newsroom, crew, seconds=60) == ["role worker"]
        (alert,) = await told(newsroom)
        assert alert.count == 1, "one message, which does not count up while it lasts"
        assert alert.text.splitlines() == [
            "No worker is at work: posts wait, and readers get nothing. None is lost; they go when one is there.",
            "Start one: newswire run --role worker",
        ]
        async with lock.carrying(newsroom.store):
            assert await looks(newsroom, crew, seconds=5) == []
        await gone(newsroom, "worker")
        assert await looks(newsroom, crew, seconds=30) == [], "it begins anew"


async def test_no_clock_is_told_and_a_bot_that_takes_over_tells_it_no_second_time(newsroom: Newsroom):
    async with lock.carrying(newsroom.store):
        assert await looks(newsroom, Crew(newsroom), seconds=60) == ["role clock"]
        assert await looks(newsroom, Crew(newsroom), seconds=60) == ["role clock"]
        assert (await told(newsroom))[0].text.endswith("Start one: newswire run --role clock")
        async with lock.in_turn(newsroom.store, "clock", asyncio.Event(), lambda: None):
            assert await looks(newsroom, Crew(newsroom), seconds=5) == []


async def test_a_database_that_is_away_makes_nobody_absent(newsroom: Newsroom, server: Server):
    """Whoever was at work has lost his locks with it, and takes them again."""
    watching = asyncio.create_task(Crew(newsroom, every=0.05).watch())
    await asyncio.sleep(0.3)
    server.stop("immediate")
    await asyncio.sleep(0.3)
    newsroom.clock.move(timedelta(minutes=10))
    server.start()
    await asyncio.sleep(0.5)
    assert await told(newsroom) == []
    newsroom.clock.move(timedelta(seconds=31))
    await asyncio.sleep(0.3)
    assert len(await told(newsroom)) == 2, "it is on the watch again"
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def test_on_sqlite_there_is_nothing_to_tell(make):
    newsroom = await make()
    await asyncio.wait_for(Crew(newsroom).watch(), 5)
    assert await told(newsroom) == []
