"""A real hub: it is found, subscribed to, asks back, and brings what is new, signed."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime, timedelta

import pytest
import uvicorn
from aiohttp import web
from fastapi import FastAPI
from support.hub import RealHub
from support.live import until
from support.wire import serving

from newswire.source import Memory, Source
from sources import websub
from sources._base import Heard
from sources._fetch import Fetcher
from web.hooks import router

SECRET = "made up for this test"


class Feed:
    """A site with one feed that names its hub."""

    def __init__(self, hub: RealHub) -> None:
        self.hub, self.titles, self.url = hub, ["First"], ""

    async def answer(self, request: web.Request) -> web.Response:
        items = "".join(f"<item><title>{t}</title><link>{self.url}/{t}</link></item>" for t in reversed(self.titles))
        return web.Response(
            text=f'<rss version="2.0"><channel><title>Site</title>{items}</channel></rss>',
            content_type="application/rss+xml",
            headers={"Link": f'<{self.hub.url}>; rel="hub", <{self.url}>; rel="self"'},
        )


class Door:
    """A source's door as the daemon opens it."""

    def __init__(self, source: Source, memory: Memory) -> None:
        self.source, self.memory, self.heard = source, memory, list[Heard]()

    async def __call__(self, body: bytes, headers: Mapping[str, str]) -> int:
        heard = websub.receive(self.source, self.memory, body, headers, secret=SECRET, now=datetime.now(UTC))
        self.heard.append(heard)
        return heard.status

    async def challenge(self, query: Mapping[str, str]) -> str:
        self.memory, text = websub.challenge(self.memory, query, now=datetime.now(UTC))
        return text


@pytest.fixture
async def feed(hub: RealHub) -> AsyncIterator[Feed]:
    site = Feed(hub)
    async with serving(site.answer) as address:
        site.url = f"{address}/feed"
        yield site


@asynccontextmanager
async def listening(door: Door) -> AsyncIterator[str]:
    """The address at which the hub can call."""
    app = FastAPI()
    app.include_router(router({"wire": door}))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, lifespan="off"))
    server.capture_signals = nullcontext
    task = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started

    await until(started, "the door did not open")
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/hooks/wire"
    server.should_exit = True
    await task


async def test_the_hub_is_found_asks_back_and_brings_what_is_new(feed: Feed, hub: RealHub) -> None:
    source = Source(name="wire", url=feed.url, kind="websub")
    async with Fetcher("Newswire test", allow_loopback=True) as fetcher:
        sight = await websub.poll(fetcher, source, Memory(), now=datetime.now(UTC))
        assert websub.due(sight.memory, datetime.now(UTC))
        door = Door(source, websub.intend(sight.memory, datetime.now(UTC)))
        async with listening(door) as callback:
            await websub.subscribe(fetcher, door.memory, callback=callback, secret=SECRET)
            ends = websub.lease_ends(door.memory)
            assert ends is not None
            assert timedelta(days=6) < ends - datetime.now(UTC) <= timedelta(days=7)
            assert not websub.due(door.memory, datetime.now(UTC))

            feed.titles.append("Second")
            await fetcher.post(hub.url, {"hub.mode": "publish", "hub.topic": feed.url})
            assert [article.title for article in door.heard[-1].sight.articles] == ["Second", "First"]

            slow = await websub.poll(fetcher, source, door.memory, now=datetime.now(UTC))
            assert slow.next_at is not None


async def test_a_hub_with_another_idea_of_the_secret_brings_nothing(feed: Feed, hub: RealHub) -> None:
    source = Source(name="wire", url=feed.url, kind="websub")
    async with Fetcher("Newswire test", allow_loopback=True) as fetcher:
        sight = await websub.poll(fetcher, source, Memory(), now=datetime.now(UTC))
        door = Door(source, websub.intend(sight.memory, datetime.now(UTC)))
        async with listening(door) as callback:
            await websub.subscribe(fetcher, door.memory, callback=callback, secret="another")
            await fetcher.post(hub.url, {"hub.mode": "publish", "hub.topic": feed.url})
            assert [(heard.status, heard.sight, heard.look) for heard in door.heard] == [(202, None, False)]


async def test_a_callback_that_did_not_ask_is_not_called(feed: Feed, hub: RealHub) -> None:
    source = Source(name="wire", url=feed.url, kind="websub")
    async with Fetcher("Newswire test", allow_loopback=True) as fetcher:
        sight = await websub.poll(fetcher, source, Memory(), now=datetime.now(UTC))
        door = Door(source, sight.memory)
        async with listening(door) as callback:
            await websub.subscribe(fetcher, sight.memory, callback=callback, secret=SECRET)
            await fetcher.post(hub.url, {"hub.mode": "publish", "hub.topic": feed.url})
            assert door.heard == []
