"""Many processes on one PostgreSQL: what a second worker brings, and how soon breaking news leaves another process."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp

from benchmarks import _room
from benchmarks._report import Report
from benchmarks._room import Room, acceptor, until
from db.notify import Wire
from newswire.post import Priority

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from support.postgresql import Server

POSTS = 1000
CHANNELS = 40
AT_ONCE = 8
BACKLOG = 10_000
BREAKING = 20
_PATIENCE = 5.0
_START = 6.0  # seconds for a process to start, so that both begin together


class ClusterRoom(Room):
    """A room on PostgreSQL, whose writer rings for the others as the clock's process does."""

    def __init__(
        self,
        folder: Path,
        address: str,
        http: aiohttp.ClientSession,
        url: str,
        *,
        channels: int,
        bots: int,
        at_once: int,
    ) -> None:
        self.url, self.at_once = url, at_once
        super().__init__(folder, address, http, channels, bots)
        self.wire = Wire(self.store)

    @property
    def database(self) -> str:
        return self.url

    def _settings(self) -> dict[str, Any]:
        return {**super()._settings(), "delivery": {"at_once": self.at_once}}

    async def breaking(self, n: int) -> float:
        """Seconds from the commit of a breaking post to its arrival; `_PATIENCE` for one that had not come by then."""
        title, before = f"Breaking {n}", len(await self.taken())
        await self.write(self.names[n % len(self.names)], title=title, priority=Priority.BREAKING)
        committed = time.time()
        self.wire.say(["posts"])
        while time.time() - committed < _PATIENCE:
            arrived = [at for at, _, text in await self.taken(before) if text.startswith(title + "\n")]
            if arrived:
                return arrived[0] - committed
            await asyncio.sleep(0.02)
        return _PATIENCE

    @asynccontextmanager
    async def working(self, *roles: str) -> AsyncIterator[None]:
        """`newswire run` once in each of the roles."""
        async with AsyncExitStack() as stack:
            begun = []
            for n, role in enumerate(roles):
                log = self.folder / f"{n}-{role}.log"
                words = ("-m", "cli", "--config", str(self.folder / "newswire.toml"), "run", "--role", role)
                with log.open("ab") as file:
                    process = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=file, stderr=file)
                stack.push_async_callback(_room.ended, process)
                begun.append((log, process))
            for one in begun:
                await until(lambda one=one: _room.running(*one), "a process does not run", 60)  # type: ignore[misc]
            yield

    async def close(self) -> None:
        """Give everything back."""
        await self.wire.close()
        await self.store.close()


def run(report: Report) -> None:
    """The suite."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        report.add("two workers against one", None, "times", at_least=1.7, note="no PostgreSQL server is installed")
        return
    with tempfile.TemporaryDirectory(prefix="newswire-bench-") as scratch:
        home = Path(scratch) / "server"
        home.mkdir()
        Path(scratch).chmod(0o711)
        server = Server(home, programs[-1].parent)
        server.make()
        server.start()
        try:
            asyncio.run(_run(report, Path(scratch), server))
        finally:
            server.stop("immediate")


async def _run(report: Report, scratch: Path, server: Server) -> None:
    async with acceptor("benchmarks._slow") as (address, http):
        one = await _pace(report, scratch, server, address, http, workers=1)
    async with acceptor("benchmarks._slow") as (address, http):
        two = await _pace(report, scratch, server, address, http, workers=2)
    report.add(
        "two workers against one",
        two / one,
        "times",
        at_least=1.7,
        note=f"{two:.3g} a second against {one:.3g}; {AT_ONCE} calls at once each, answered after 0.1 s",
    )
    async with acceptor() as (address, http):
        await _breaking(report, scratch, server, address, http)


async def _pace(
    report: Report, scratch: Path, server: Server, address: str, http: aiohttp.ClientSession, *, workers: int
) -> float:
    """Posts a second from the first to the last arrival, each in its channel once."""
    name = f"workers{workers}"
    room = ClusterRoom(
        scratch / name, address, http, server.database(name), channels=CHANNELS, bots=CHANNELS, at_once=AT_ONCE
    )
    report.say(f"writing {POSTS} posts")
    await room.fill(POSTS, due_at=datetime.now(UTC) + timedelta(seconds=_START * workers))
    async with room.working(*["worker"] * workers):

        async def all_out() -> bool:
            return await room.published() == POSTS

        await until(all_out, "the queue is not worked off", 120, look=0.2)
        arrived = await room.taken()
    await room.close()
    twice = sum(n - 1 for n in Counter((chat, text) for _, chat, text in arrived).values())
    report.add(f"posts that {workers} worker(s) sent twice", twice, "", at_most=0)
    return (len(arrived) - 1) / (arrived[-1][0] - arrived[0][0])


async def _breaking(report: Report, scratch: Path, server: Server, address: str, http: aiohttp.ClientSession) -> None:
    """One bot at thirty a second, a long queue, two workers; the article comes in through another process."""
    url = server.database("breaking")
    room = ClusterRoom(scratch / "breaking", address, http, url, channels=10, bots=1, at_once=16)
    report.say(f"writing {BACKLOG} posts")
    await room.fill(BACKLOG, due_at=datetime.now(UTC))
    waits = []
    async with room.working("clock", "worker", "worker"):
        await until(room.taken, "nothing is posted", 30)
        await asyncio.sleep(3)  # the bot's first burst is over
        for n in range(BREAKING):
            waits.append(await room.breaking(n))
            await asyncio.sleep(0.3)
    await room.close()
    report.add(
        f"breaking behind {BACKLOG:,} due posts, from another process",
        median(waits),
        "s",
        at_most=1.0,
        note=f"median of {BREAKING}, the longest {max(waits):.2g} s; two workers",
    )
