"""A newsroom whose editors' chat is on a Telegram on loopback: people write and press there, the real bot answers."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.application import TelegramFace
from db import alerts, cards, posts
from db.alerts import Alert
from db.cards import Card
from desk.carrying import deliver
from desk.newsroom import Newsroom
from desk.watching import intake
from newswire.article import Article
from newswire.clock import SetClock
from newswire.post import Post, PostState
from sandbox.telegram import Telegram, crowd
from sandbox.telegram.cloud import Press
from sandbox.telegram.server import Asked

TOKEN = "7000000001:A-made-up-token_of_nobody-00000001"
CHAT = -1001234567890
OTHER_CHAT = -1009999999999
OWNER, EDITOR, VIEWER, STRANGER, CHIEF = 1, 2, 3, 4, 5
PEOPLE = {OWNER: "Leyla", EDITOR: "Anar", VIEWER: "Nino", STRANGER: "Somebody", CHIEF: "Tamar"}

SETTINGS = f"""
timezone = "Asia/Baku"
site = {{ name = "Caspian Lantern" }}
fetch = {{ allow_loopback = true }}

[editors]
chat = {CHAT}
owners = [{OWNER}]
chiefs = [{CHIEF}]
editors = [{EDITOR}]
viewers = [{VIEWER}]

[[channel]]
name = "tg-en"
type = "dry_run"
edition = "en"

[[channel]]
name = "x-en"
type = "dry_run"
edition = "en"
"""


def spec() -> Path | None:
    """The Bot API's own description, where the tests have it."""
    folder = os.environ.get("NEWSWIRE_SPECS")
    return Path(folder) / "telegram-bot-api.json" if folder else None


@dataclass
class Office:
    """The editors' chat from the editors' side."""

    telegram: Telegram
    newsroom: Newsroom
    face: TelegramFace
    hook: str = ""
    numbers: Any = field(default_factory=lambda: count(1))

    async def article(self, title: str = "Talks on water begin", **more: Any) -> Article:
        """A new article, as a source brings it."""
        n = next(self.numbers)
        given = {"url": f"https://news.example/en/{n}", "lead": "Talks have begun. More follows.", "edition": "en"}
        article = Article(title=title, **{**given, "source": "site-en", "body": "One two three.", **more})
        return (await intake.take_in(self.newsroom, article, by="source site-en")).article

    async def deliver(self) -> None:
        """What is due goes out, each in its lane's turn."""
        while True:
            taken = await deliver.claim(self.newsroom, 10)
            for claim in taken.claims:
                await deliver.deliver(self.newsroom, claim)
            if not taken.claims and not taken.wait:
                return
            await asyncio.sleep(min(taken.wait or 0.0, 0.1))

    async def uncertain(self, article: Article, *channels: str, due_at: datetime | None = None) -> None:
        """No answer came for the article's posts in `channels`; it is looked for at `due_at`, or else a person is asked."""
        for channel in channels:
            await self._end(article, channel, PostState.UNCERTAIN, "no answer in 60 s", due_at)

    async def failed(self, article: Article, channel: str, *, why: str) -> None:
        """The article's post in `channel` was not taken."""
        await self._end(article, channel, PostState.FAILED, why, None)

    async def _end(self, article: Article, channel: str, state: PostState, why: str, due_at: datetime | None) -> None:
        now, post = self.newsroom.clock.now(), (await self.posts(article))[channel]
        async with self.newsroom.store.write() as connection:
            for step, due in ((PostState.SCHEDULED, now), (PostState.PUBLISHING, now), (state, due_at)):
                assert await posts.move(connection, post.id, step, by="newswire", now=now, why=why, due_at=due)
        self.newsroom.bell.ring("cards")

    async def posts(self, article: Article) -> dict[str, Post]:
        """The article's posts, by channel."""
        async with self.newsroom.store.read() as connection:
            return {post.channel: post for post in await posts.of_article(connection, article.id)}

    def messages(self, chat: int = CHAT) -> list[dict[str, Any]]:
        """What stands in a chat, oldest first, without what was deleted."""
        place = crowd.place(self.telegram, chat)
        return [drawn for m in place.messages.values() if not (drawn := m.for_page())["deleted"]]

    def said(self, chat: int = CHAT) -> list[str]:
        """What the bot says in a chat, oldest first."""
        return [m.get("text", m.get("caption", "")) for m in self.messages(chat) if m["author"]["is_bot"]]

    async def until(self, word: str, *, chat: int = CHAT, seconds: float = 6.0) -> dict[str, Any]:
        """The newest message of the bot that says `word`, once it does."""
        for _ in range(int(seconds / 0.02)):
            for message in reversed(self.messages(chat)):
                if message["author"]["is_bot"] and word in message.get("text", message.get("caption", "")):
                    return message
            await asyncio.sleep(0.02)
        raise AssertionError(f"the bot did not say {word!r}, but {self.said(chat)}")

    def say(self, who: int, text: str, *, chat: int = CHAT, reply_to: int = 0) -> None:
        """Somebody writes."""
        place = crowd.place(self.telegram, chat)
        crowd.say(self.telegram, place, crowd.person(self.telegram, who), text, reply_to=reply_to)

    async def ask(self, who: int, text: str, word: str, *, chat: int = CHAT, reply_to: int = 0) -> dict[str, Any]:
        """Somebody writes, and the bot says `word`."""
        self.say(who, text, chat=chat, reply_to=reply_to)
        return await self.until(word, chat=chat)

    def push(self, who: int, message: dict[str, Any], label: str, *, chat: int = CHAT) -> Press:
        """Somebody presses the button called `label`, and does not wait for what the bot says."""
        rows = message["reply_markup"]["inline_keyboard"]
        data = next(key["callback_data"] for row in rows for key in row if label in key["text"])
        stands = crowd.place(self.telegram, chat).messages[message["message_id"]]
        return self.telegram.press(crowd.bot(self.telegram), crowd.person(self.telegram, who), stands, data)

    async def press(self, who: int, message: dict[str, Any], label: str, *, chat: int = CHAT) -> str:
        """Somebody presses the button called `label` as their phone shows it, which may lag; what the bot tells them."""
        pressed = self.push(who, message, label, chat=chat)
        for _ in range(300):
            if pressed.answer is not None:
                return str(pressed.answer["text"])
            await asyncio.sleep(0.02)
        raise AssertionError(f"the press of {label!r} was not answered")

    async def card(self, article_id: int) -> Card:
        """The row of a card."""
        async with self.newsroom.store.read() as connection:
            found = await cards.get(connection, article_id)
        assert found is not None
        return found

    async def alerts(self) -> list[Alert]:
        """What is wrong right now."""
        async with self.newsroom.store.read() as connection:
            return await alerts.open_ones(connection)

    async def troubled(self) -> bool:
        """Whether something is."""
        return bool(await self.alerts())

    def calls(self, method: str) -> list[Asked]:
        """What the bot asked of Telegram."""
        return [call for call in self.telegram.calls if call.method == method]


async def eventually(is_so: Callable[[], bool | Awaitable[bool]], *, seconds: float = 6.0) -> None:
    """Until `is_so()` is true."""
    for _ in range(int(seconds / 0.02)):
        found = is_so()
        if found if isinstance(found, bool) else await found:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not become so")


def buttons(message: dict[str, Any]) -> list[list[str]]:
    """The labels of a message's buttons."""
    return [[key["text"] for key in row] for row in message.get("reply_markup", {}).get("inline_keyboard", [])]


def deliveries(faces: list[TelegramFace]) -> web.Application:
    """The web's part: deliveries go to the face that is there by now."""

    async def take(request: web.Request) -> web.Response:
        return web.Response(status=await faces[-1].receive(await request.read(), request.headers) if faces else 503)

    app = web.Application()
    app.router.add_post("/hooks/telegram", take)
    return app


class Going(SetClock):
    """A clock that was set and goes on, so that what waits for a moment gets it."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self._began = time.monotonic()

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=time.monotonic() - self._began)

    def monotonic(self) -> float:
        return super().monotonic() + time.monotonic() - self._began
