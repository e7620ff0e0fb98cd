"""The watcher with many sources: a slow host holds nobody up, and nobody is asked by a crowd."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from aiohttp import web
from support.desk import NOON
from support.wire import served

from db import schema, sources
from desk.newsroom import opened
from newswire.clock import SetClock
from newswire.configuration import parse
from scheduler.watcher import Watcher

FEED = "<rss><channel><title>W</title><item><title>A</title><link>{}</link></item></channel></rss>"


class Crowd:
    """Feeds on two addresses; those of the second hang until they are let go."""

    def __init__(self):
        self.answered = Counter()
        self.at_once = Counter()
        self.most = Counter()
        self.gate = asyncio.Event()

    async def feed(self, request):
        host = request.host
        self.at_once[host] += 1
        self.most[host] = max(self.most[host], self.at_once[host])
        if "slow" in request.path:
            await self.gate.wait()
        self.at_once[host] -= 1
        self.answered[request.path] += 1
        return web.Response(text=FEED.format(f"https://news.example{request.path}"), content_type="application/rss+xml")


@pytest.fixture
async def crowd(tmp_path):
    made = Crowd()
    app = web.Application()
    app.router.add_get("/{path:.*}", made.feed)
    async with AsyncExitStack() as stack:
        quick, slow = [await stack.enter_async_context(served(app)) for _ in range(2)]
        feeds = [f"{slow}/slow/{n}" for n in range(40)] + [f"{quick}/quick/{n}" for n in range(60)]
        settings = parse(
            f'[fetch]\nallow_loopback = true\n[[source]]\nname = "site"\nread_page = false\nfeeds = {feeds}\n',
            environ={"DATABASE_URL": f"sqlite:///{tmp_path / 'newswire.db'}"},
        )
        clock = SetClock(NOON)
        newsroom = await stack.enter_async_context(opened(settings, folder=tmp_path, clock=clock, public=False))
        await schema.require_current(newsroom.store, migrate=False)
        made.newsroom, made.watcher = newsroom, Watcher(newsroom)
        yield made
        made.gate.set()
        await made.watcher.stop()


async def until(true):
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - the other side is a counter of the test
            await asyncio.sleep(0.01)


async def test_a_slow_host_holds_nobody_up(crowd):
    crowd.watcher.tick()
    await until(lambda: sum(n for path, n in crowd.answered.items() if "quick" in path) == 60)
    assert not any("slow" in path for path in crowd.answered)
    crowd.gate.set()
    await crowd.watcher.idle()
    assert set(crowd.answered.values()) == {1}
    assert len(crowd.answered) == 100


async def test_two_at_a_time_talk_to_one_host(crowd):
    crowd.gate.set()
    crowd.watcher.tick()
    await crowd.watcher.idle()
    assert sum(crowd.answered.values()) == 100
    assert set(crowd.most.values()) <= {1, 2}


async def test_a_source_is_looked_at_once_however_often_the_clock_ticks(crowd):
    for _ in range(5):
        crowd.watcher.tick()
        await asyncio.sleep(0)
    crowd.gate.set()
    await crowd.watcher.idle()
    assert set(crowd.answered.values()) == {1}
    crowd.newsroom.clock.move(timedelta(seconds=30))
    crowd.watcher.tick()
    await crowd.watcher.idle()
    assert set(crowd.answered.values()) == {1}, "a minute is not over"


async def test_every_look_is_remembered(crowd):
    crowd.gate.set()
    crowd.watcher.tick()
    await crowd.watcher.idle()
    async with crowd.newsroom.store.read() as connection:
        healths = await sources.all_of_them(connection)
    assert len(healths) == 100
    assert {health.last_success_at for health in healths.values()} == {NOON}
