"""A Telegram with one bot, one channel, one group and one reader, and two ways to talk to it."""

from __future__ import annotations

import io
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import telegram as ptb
from PIL import Image

from sandbox.control import Control
from sandbox.telegram import Telegram
from sandbox.world import World

TOKEN = "123456:TEST-token_abc"
CHANNEL = -1001000000001
GROUP = -1001000000002
READER = 501

Serve = Callable[..., Awaitable[str]]


@dataclass
class Api:
    """The Bot API by plain HTTP, as any client would call it."""

    base: str
    http: aiohttp.ClientSession
    token: str = TOKEN
    channel: int = CHANNEL
    group: int = GROUP
    reader: int = READER

    async def form(self, method: str, **params: Any) -> tuple[int, dict[str, Any]]:
        """As multipart: bytes are files, anything else is text or JSON."""
        form = aiohttp.FormData()
        for name, value in params.items():
            if isinstance(value, bytes):
                form.add_field(name, io.BytesIO(value), filename="picture")
            else:
                form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        async with self.http.post(f"{self.base}/telegram/bot{self.token}/{method}", data=form) as answer:
            return answer.status, await answer.json()

    async def raw(self, method: str, **params: Any) -> tuple[int, dict[str, Any]]:
        async with self.http.post(f"{self.base}/telegram/bot{self.token}/{method}", json=params) as answer:
            return answer.status, await answer.json()

    async def __call__(self, method: str, **params: Any) -> Any:
        status, body = await self.raw(method, **params)
        assert (status, body["ok"]) == (200, True), body
        return body["result"]

    async def refusal(self, method: str, **params: Any) -> str:
        status, body = await self.raw(method, **params)
        assert body["ok"] is False, body
        assert body["error_code"] == status
        return str(body["description"])

    async def control(self, path: str, **order: Any) -> Any:
        async with self.http.post(f"{self.base}/control/{path}", json=order) as answer:
            return await answer.json()

    async def look(self, path: str) -> Any:
        async with self.http.get(f"{self.base}/control/{path}") as answer:
            return await answer.json()


def specs() -> Path | None:
    """The Bot API's description, when the folder of descriptions is at hand."""
    folder = os.environ.get("NEWSWIRE_SPECS")
    return Path(folder) / "telegram-bot-api.json" if folder else None


def people_the(stand_in: Telegram) -> Telegram:
    bot = stand_in.add_bot(TOKEN, "caliber_bot", "Caliber")
    stand_in.add_channel(CHANNEL, "caliber_en", "Caliber.Az English")
    stand_in.set_member(CHANNEL, bot.id)
    stand_in.add_group(GROUP, "Newsroom")
    stand_in.set_member(GROUP, bot.id, "member")
    stand_in.add_user(READER, "Leyla Aliyeva", "az", "leyla")
    bot.updates.pending.clear()
    return stand_in


@pytest.fixture
def telegram(world: World) -> Telegram:
    """Without limits of pace. Strict by the Bot API's description where that is at hand."""
    return people_the(Telegram(world, rates=None, spec=specs()))


@pytest.fixture
async def api(telegram: Telegram, world: World, serve: Serve, http: aiohttp.ClientSession) -> AsyncIterator[Api]:
    yield Api(await serve(telegram, Control(world, telegram)), http)
    await telegram.close()
    assert telegram.mistakes == []


@pytest.fixture
async def bot(api: Api) -> AsyncIterator[ptb.Bot]:
    """The real python-telegram-bot."""
    address = f"{api.base}/telegram"
    async with ptb.Bot(TOKEN, base_url=f"{address}/bot", base_file_url=f"{address}/file/bot") as real:
        yield real


@pytest.fixture
def picture() -> Callable[..., bytes]:
    """A picture file: width, height and kind as wanted."""

    def draw(width: int = 640, height: int = 480, kind: str = "JPEG") -> bytes:
        out = io.BytesIO()
        Image.new("RGB", (width, height), "navy").save(out, kind)
        return out.getvalue()

    return draw
