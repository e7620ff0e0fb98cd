"""A newsroom with a real database and its web face on a free port of loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
from support.desk import CHANNELS, NOON
from support.web_face import Served

from db import schema
from desk.newsroom import opened
from newswire.clock import SetClock
from newswire.configuration import parse
from web.app import Check, Door, WebFace

SOURCES = """
[[source]]
name = "site-en"
feeds = ["https://news.example/rss"]
"""


Serve = Callable[..., Awaitable[Served]]


@pytest.fixture
async def serve(tmp_path: Path) -> AsyncIterator[Serve]:
    """`await serve(text, doors=…, checks=…)`: `text` is added to a file with two channels and a source."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())

        async def one(
            web: str = "",
            *,
            doors: dict[str, Door] | None = None,
            checks: list[Check] | None = None,
            database: str = "",
        ) -> Served:
            environ = {"DATABASE_URL": database or f"sqlite:///{tmp_path / 'newswire.db'}", "NEWSWIRE_WEB_PORT": "0"}
            settings = parse(f"[web]\n{web}\n{CHANNELS}{SOURCES}", environ=environ)
            newsroom = await stack.enter_async_context(opened(settings, folder=tmp_path, clock=SetClock(NOON)))
            await schema.require_current(newsroom.store, migrate=bool(database))
            face = WebFace(newsroom, doors or {}, checks or [])
            await face.start()
            stack.push_async_callback(face.stop)
            return Served(newsroom, face, http)

        yield one
