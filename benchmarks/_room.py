"""A newsroom for measuring: its files, posts that wait in its database, a Telegram that takes all, the real daemon."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import tomlkit
from sqlalchemy.ext.asyncio import AsyncConnection

from db import articles, posts, schema, standing
from db.articles import Fate
from db.posts import Draft
from db.store import Store
from newswire.article import Article
from newswire.post import Button, Message, PostState, Preview, Priority
from newswire.richtext import Style, link, styled

_READY = 30.0
_LEAD = "Talks on the river's water began on Tuesday. Both sides said they would meet again within a month."


_EVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Room:
    """`channels` Telegram channels without a pace of their own, spread over `bots` bots of 30 messages a second each."""

    folder: Path
    address: str
    http: aiohttp.ClientSession
    channels: int
    bots: int
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.store = Store(self.database)
        (self.folder / "newswire.toml").write_text(tomlkit.dumps(self._settings()), encoding="utf-8")
        tokens = (f"{name.upper()}_BOT_TOKEN={self.token(n)}\n" for n, name in enumerate(self.names))
        secrets = self.folder / ".env"
        secrets.touch(mode=0o600)
        secrets.write_text(f"DATABASE_URL={self.database}\n{''.join(tokens)}", encoding="utf-8")

    @property
    def database(self) -> str:
        return f"sqlite:///{self.folder / 'newswire.db'}"

    @property
    def names(self) -> list[str]:
        return [f"c{n:03}" for n in range(self.channels)]

    def token(self, channel: int) -> str:
        """The token of the bot that speaks in that channel."""
        return f"{8_000_000 + channel % self.bots}:made-up-for-a-benchmark-and-no-secret"

    @staticmethod
    def chat(channel: int) -> int:
        return -1_009_000_000_000 - channel

    def _settings(self) -> dict[str, Any]:
        pace = {"per_second": 0, "per_minute": 0}
        channels = [{"name": name, "type": "telegram", "to": self.chat(n)} for n, name in enumerate(self.names)]
        return {
            "web": {"enabled": False},
            "delivery": {"at_once": self.channels},
            "platform": {"telegram": {"api": self.address, **pace}},
            "channel": channels,
        }

    async def fill(self, wanted: int, *, due_at: datetime, title: str = "Talks begin") -> None:
        """Articles that were seen just now, each with a post in every channel, until there are `wanted` posts."""
        await schema.require_current(self.store, migrate=True)
        async with self.store.write() as connection:
            for start in range(0, wanted, self.channels):
                names = self.names[: wanted - start]
                await _add(connection, names, due_at=due_at, title=f"{title} {start}", priority=Priority.TIMED)

    async def write(self, name: str, *, title: str, priority: Priority) -> None:
        """One article with a post in the channel `name` that is due now, in one transaction."""
        async with self.store.write() as connection:
            await _add(connection, [name], due_at=datetime.now(UTC), title=title, priority=priority)

    async def published(self) -> int:
        """How many posts the ledger calls published."""
        async with self.store.read() as connection:
            counts = await standing.counts(connection, since=_EVER)
        return sum(number for (_, state), number in counts.items() if state is PostState.PUBLISHED)

    async def taken(self, after: int = 0) -> list[tuple[float, str, str]]:
        """Of each message but the first `after`: when it was taken, its chat, its text."""
        async with self.http.get("/taken", params={"after": after}) as answer:
            return [(at, chat, text) for at, chat, text in await answer.json()]

    @asynccontextmanager
    async def daemon(self) -> AsyncIterator[int]:
        """`newswire run` in this room, running; its process id."""
        log = self.folder / "daemon.log"
        with log.open("ab") as file:
            words = (sys.executable, "-m", "cli", "--config", str(self.folder / "newswire.toml"), "run")
            process = await asyncio.create_subprocess_exec(*words, stdout=file, stderr=file)
        try:
            await until(lambda: running(log, process), "the daemon does not run", _READY)
            yield process.pid
        finally:
            await ended(process)


async def _add(
    connection: AsyncConnection, names: list[str], *, due_at: datetime, title: str, priority: Priority
) -> None:
    """One article, seen just now, and its posts in the channels `names`."""
    now = datetime.now(UTC)
    url = f"https://lantern.example/{title.replace(' ', '-')}"
    article = Article(url=url, title=title, lead=_LEAD, edition="en", published_at=now)
    stored = await articles.add(connection, article, [url], fate=Fate.ROUTED, reason="", now=now)
    for name in names:
        draft = Draft(
            article_id=stored.id,
            channel=name,
            state=PostState.SCHEDULED,
            message=message(title, url),
            due_at=due_at,
            priority=priority,
            revision=1,
        )
        await posts.add(connection, draft, by="benchmark", now=now)


def message(title: str, url: str) -> Message:
    """A post as a newsroom's are: headline, lead, link, card and share buttons."""
    shares = ("https://t.me/share/url?url=", "https://x.com/intent/post?url=")
    return Message(
        text=styled(title, Style.BOLD) + f"\n\n{_LEAD}\n\n" + link("Read more", url),
        link=url,
        language="en",
        buttons=(tuple(Button("Share", f"{share}{url}") for share in shares),),
        preview=Preview(url=url),
    )


async def running(log: Path, process: asyncio.subprocess.Process) -> bool:
    """Whether the daemon says in its log that it runs; RuntimeError with its last words when it has ended."""
    said = await asyncio.to_thread(log.read_text, encoding="utf-8", errors="replace")
    if process.returncode is not None:
        raise RuntimeError(f"the daemon has ended (exit code {process.returncode}): {said[-500:]}")
    return "newswire is running" in said


async def until(what: Callable[[], Any], otherwise: str, seconds: float, *, look: float = 0.02) -> None:
    """Wait until `what()` gives something true; TimeoutError saying `otherwise` after so many seconds."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not await what():
        if asyncio.get_running_loop().time() > deadline:
            raise TimeoutError(f"{otherwise} (waited {seconds:.0f} s)")
        await asyncio.sleep(look)


async def ended(process: asyncio.subprocess.Process) -> None:
    """Ask a child to stop; make it stop when it does not."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 40)
        except TimeoutError:
            process.kill()
            await process.wait()


@asynccontextmanager
async def acceptor(module: str = "benchmarks._acceptor") -> AsyncIterator[tuple[str, aiohttp.ClientSession]]:
    """A Telegram that takes all (see _acceptor.py) in a process of its own: its address, and a session to it."""
    words = (sys.executable, "-m", module)
    process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        port = int(await asyncio.wait_for(process.stdout.readline(), _READY))
        address = f"http://127.0.0.1:{port}"
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(address, connector=connector) as http:
            yield address, http
    finally:
        await ended(process)
