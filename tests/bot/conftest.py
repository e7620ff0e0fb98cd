"""An editors' chat on loopback: a strict Telegram, a newsroom with a real database, and the real bot between them."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

pytest.register_assert_rewrite("support.editors")

from support.editors import CHAT, OTHER_CHAT, PEOPLE, SETTINGS, TOKEN, Office, deliveries, spec  # noqa: E402 - see above

from bot.application import TelegramFace  # noqa: E402
from db import schema  # noqa: E402
from db.store import Store  # noqa: E402
from desk.newsroom import opened  # noqa: E402
from newswire.clock import Clock  # noqa: E402
from newswire.configuration import parse  # noqa: E402
from sandbox.app import build  # noqa: E402
from sandbox.telegram import Telegram  # noqa: E402
from sandbox.world import World  # noqa: E402

Open = Callable[..., Awaitable[Office]]


PACE = "per_second = 0\nper_minute = 0\n"  # the stand-in has no limits either, so nobody waits in vain


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    stand_in = Telegram(World(), rates=None, spec=spec())
    bot = stand_in.add_bot(TOKEN, "lantern_bot", "Lantern desk")
    for chat, title in ((CHAT, "Editors"), (OTHER_CHAT, "Somewhere else")):
        stand_in.add_group(chat, title)
        stand_in.set_member(chat, bot.id, rights=["can_pin_messages"])
    for number, name in PEOPLE.items():
        stand_in.add_user(number, name)
        stand_in.set_member(CHAT, number, "member")
    yield stand_in
    await stand_in.close()
    assert stand_in.mistakes == []


@pytest.fixture
async def api(telegram: Telegram) -> AsyncIterator[str]:
    server = TestServer(build([telegram]), host="127.0.0.1")
    await server.start_server(shutdown_timeout=1)
    yield str(server.make_url("/telegram")).rstrip("/")
    await server.close()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables, to be copied: making them takes longer than most tests."""
    file = tmp_path_factory.mktemp("bot") / "empty.db"

    async def make() -> None:
        store = Store(f"sqlite:///{file}")
        await schema.require_current(store, migrate=True)
        await store.close()

    asyncio.run(make())
    return file


@pytest.fixture
async def open_office(telegram: Telegram, api: str, tmp_path: Path, empty_database: Path) -> AsyncIterator[Open]:
    """`await open_office()`: with a webhook, which comes at once; `polling=True`: with the long poll."""
    async with AsyncExitStack() as stack:
        faces: list[TelegramFace] = []
        web = TestServer(deliveries(faces), host="127.0.0.1")
        await web.start_server(shutdown_timeout=1)
        stack.push_async_callback(web.close)

        async def one(
            text: str = SETTINGS,
            *,
            polling: bool = False,
            start: bool = True,
            token: str = TOKEN,
            at: str = "",
            database: str = "newswire.db",
            postgresql: str = "",
            clock: Clock | None = None,
            hook: str = "",
            patience: float = 0.5,
        ) -> Office:
            way = 'updates = "polling"' if polling else 'updates = "webhook"'
            address = f'webhook_url = "{hook or str(web.make_url("")).rstrip("/")}"'
            text = f'{text}\n[bot]\n{way}\n{address}\n[platform.telegram]\napi = "{at or api}"\n{PACE}'
            if not (tmp_path / database).exists():
                shutil.copyfile(empty_database, tmp_path / database)
            environ = {
                "DATABASE_URL": postgresql or f"sqlite:///{tmp_path / database}",
                "TELEGRAM_BOT_TOKEN": token,
            }
            newsroom = await stack.enter_async_context(
                opened(parse(text, environ=environ), folder=tmp_path, clock=clock)
            )
            if postgresql:
                await schema.require_current(newsroom.store, migrate=True)
            face = TelegramFace(newsroom, patience=patience, listen=1)
            faces.append(face)
            if start:
                await face.start()
                stack.push_async_callback(face.stop)
            return Office(telegram, newsroom, face, hook=str(web.make_url("/hooks/telegram")))

        yield one


@pytest.fixture
async def office(open_office: Open) -> Office:
    return await open_office()
