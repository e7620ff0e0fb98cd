"""A web server on loopback for each test that asks for one, and a fetcher that may talk to it."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from support.wire import serving

from newswire.source import Memory, Sight, Source
from sources import feed
from sources._fetch import Fetched, Fetcher

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BAKU = ZoneInfo("Asia/Baku")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Web:
    """Answers by path; every request that came is in `seen`."""

    base: str = ""
    answers: dict[str, Handler] = field(default_factory=dict)
    seen: list[web.Request] = field(default_factory=list)

    def put(self, path: str, body: str | bytes, kind: str = "application/rss+xml", **headers: str) -> str:
        """Serve `body` at `path`; the address comes back."""

        async def answer(request: web.Request) -> web.Response:
            data = body.encode() if isinstance(body, str) else body
            return web.Response(
                body=data, headers={"Content-Type": kind} | {k.replace("_", "-"): v for k, v in headers.items()}
            )

        return self.on(path, answer)

    def move(self, path: str, to: str, status: int = 302) -> str:
        """Redirect `path`."""

        async def answer(request: web.Request) -> web.Response:
            return web.Response(status=status, headers={"Location": to})

        return self.on(path, answer)

    def on(self, path: str, answer: Handler) -> str:
        """Let `answer` serve `path`."""
        self.answers[path] = answer
        return self.base + path

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        answer = self.answers.get(request.path)
        return await answer(request) if answer else web.Response(status=404)


@pytest.fixture
async def site() -> AsyncIterator[Web]:
    here = Web()
    async with serving(here._handle) as address:
        here.base = address
        yield here


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher("Newswire test", allow_loopback=True) as ours:
        yield ours


@pytest.fixture
def poll(site: Web, fetcher: Fetcher) -> Callable[..., Awaitable[Sight]]:
    """Serve a feed and look at it once."""

    async def look(body: str | bytes, kind: str = "application/rss+xml", memory: Memory | None = None) -> Sight:
        source = Source(name="wire", url=site.put("/feed", body, kind), edition="en", zone=BAKU)
        return await feed.poll(fetcher, source, memory or Memory(), now=NOW)

    return look


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def source() -> Source:
    return Source(name="wire", url="https://news.example/rss.xml", edition="en", zone=BAKU)


@pytest.fixture
def answered() -> Callable[..., Fetched]:
    """An answer as the fetcher gives it, without the fetch."""

    def answer(body: str | bytes, url: str = "https://news.example/rss.xml", charset: str = "") -> Fetched:
        data = body.encode() if isinstance(body, str) else body
        return Fetched(
            url=url, status=200, headers={}, body=data, charset=charset, etag="", last_modified="", permanent_url=url
        )

    return answer


@pytest.fixture
def timed() -> Callable[[float], AbstractContextManager[None]]:
    """`with timed(2):` fails when the block takes more than two seconds of our own CPU time."""

    @contextmanager
    def within(seconds: float) -> Iterator[None]:
        started = time.process_time()
        yield
        assert time.process_time() - started < seconds

    return within
