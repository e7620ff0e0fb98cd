"""The watcher when the wall clock is set, and when a source calls."""

import asyncio
from datetime import timedelta
from pathlib import Path

from aiohttp import web
from support.desk import Site
from support.wire import served

from newswire.clock import SetClock
from scheduler.watcher import Watcher, call


async def test_after_a_step_back_a_source_is_looked_at_as_soon_as_it_would_have_been(make, site: Site):
    newsroom = await make(site)
    clock = newsroom.clock
    assert isinstance(clock, SetClock)
    watcher = Watcher(newsroom)
    watcher.tick()
    await watcher.idle()
    looks = len(site.requests)
    assert looks
    clock.set_forth(-timedelta(minutes=10))
    watcher.shift(-timedelta(minutes=10))
    watcher.tick()
    await watcher.idle()
    assert len(site.requests) == looks
    clock.move(timedelta(seconds=61))
    watcher.tick()
    await watcher.idle()
    assert len(site.requests) > looks
    await watcher.stop()


async def test_after_a_step_forth_no_source_waits_for_longer_than_before(make, site: Site):
    newsroom = await make(site)
    watcher = Watcher(newsroom)
    newsroom.clock.set_forth(timedelta(hours=1))
    watcher.tick()
    await watcher.idle()
    watcher.shift(timedelta(hours=1))  # it is noticed a moment later
    looks = len(site.requests)
    newsroom.clock.move(timedelta(seconds=61))
    watcher.tick()
    await watcher.idle()
    assert len(site.requests) > looks
    await watcher.stop()


async def test_a_look_during_which_the_clock_was_set_back_does_not_put_off_the_next_one(make, tmp_path: Path):
    looks = []

    async def feed(_: web.Request) -> web.Response:
        looks.append(clock.now())
        if len(looks) == 1:
            clock.set_forth(-timedelta(minutes=10))
            watcher.shift(-timedelta(minutes=10))
        empty = '<rss version="2.0"><channel><title>Site</title></channel></rss>'
        return web.Response(text=empty, content_type="application/rss+xml", headers={"Cache-Control": "max-age=300"})

    app = web.Application()
    app.router.add_get("/rss.xml", feed)
    async with served(app) as address:
        newsroom = await make(Site(address))
        clock = newsroom.clock
        watcher = Watcher(newsroom)
        watcher.tick()
        await watcher.idle()
        clock.move(timedelta(minutes=6))
        watcher.tick()
        await watcher.idle()
        assert len(looks) == 2
        await watcher.stop()


async def test_a_source_that_is_called_is_looked_at_with_the_next_tick_whenever_it_was_due(make, site: Site):
    newsroom = await make(site)
    watcher = Watcher(newsroom)
    watcher.tick()
    await watcher.idle()
    looks = len(site.requests)
    ring = call(newsroom)
    watcher.tick()
    assert not watcher._looking
    ring("site", newsroom.clock.now())
    ring("unknown", newsroom.clock.now())
    await asyncio.sleep(0.01)
    watcher.tick()
    await watcher.idle()
    assert len(site.requests) > looks
    watcher.tick()
    assert not watcher._looking
    await watcher.stop()
