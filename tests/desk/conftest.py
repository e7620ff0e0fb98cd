"""A newsroom with a real database, channels that reach nobody, and a site on loopback to watch."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path

import pytest
from aiohttp import web
from support.desk import CHANNELS, NOON, Site

from db import schema
from desk.newsroom import Newsroom, opened
from newswire.clock import SetClock
from newswire.configuration import parse


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    app = web.Application()
    app.router.add_get("/rss.xml", made.feed)
    app.router.add_get("/{path:.*}", made.page)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


Make = Callable[..., Awaitable[Newsroom]]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    """`await make(channels_toml)`: a newsroom; the same database when made again."""
    async with AsyncExitStack() as stack:

        async def one(text: str = CHANNELS, *, at: datetime = NOON, database: str = "") -> Newsroom:
            environ = {"DATABASE_URL": database or f"sqlite:///{tmp_path / 'newswire.db'}"}
            settings = parse(f"[fetch]\nallow_loopback = true\n{text}", environ=environ)
            newsroom = await stack.enter_async_context(opened(settings, folder=tmp_path, clock=SetClock(at)))
            await schema.require_current(newsroom.store, migrate=False)
            return newsroom

        yield one


@pytest.fixture
async def newsroom(make: Make) -> Newsroom:
    return await make()
