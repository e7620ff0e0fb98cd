"""A newsroom that watches a site on loopback, with a clock to set."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp import web
from support.desk import CHANNELS, NOON, Site
from support.wire import served

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
    async with served(app) as address:
        made.address = address
        yield made


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Callable[[Site], Awaitable[Newsroom]]]:
    """`await make(site)`: a newsroom whose one source is the site's feed."""
    async with AsyncExitStack() as stack:

        async def one(site: Site) -> Newsroom:
            source = f'[[source]]\nname = "site"\nfeeds = "{site.address}/rss.xml"\n'
            settings = parse(
                f"[fetch]\nallow_loopback = true\n{CHANNELS}\n{source}",
                environ={"DATABASE_URL": f"sqlite:///{tmp_path / 'newswire.db'}"},
            )
            newsroom = await stack.enter_async_context(opened(settings, folder=tmp_path, clock=SetClock(NOON)))
            await schema.require_current(newsroom.store, migrate=False)
            return newsroom

        yield one
