"""Delivery: how many posts a second with every state stored, what waiting posts cost, how soon breaking news is out."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import aiohttp

from benchmarks import _process
from benchmarks._report import Report
from benchmarks._room import Room, acceptor, message, until
from desk.carrying import deliver
from desk.newsroom import Newsroom, opened
from newswire import configuration, log
from newswire.post import Priority

POSTS = 4000
BACKLOG = 10_000
SIDE_BY_SIDE = 40  # channels, each with a bot of its own: thirty a second and bot are no limit then
LOOKS = 200
BREAKING = 20
_LONGEST = 30.0
_PATIENCE = 3.0  # for one breaking post: six times the aim


def run(report: Report) -> None:
    """The suite."""
    asyncio.run(_run(report))


async def _run(report: Report) -> None:
    with tempfile.TemporaryDirectory(prefix="newswire-bench-") as scratch:
        for part in (_speed, _looks, _breaking):
            async with acceptor() as (address, http):
                await part(report, Path(scratch), address, http)


# -- deliveries a second


async def _speed(report: Report, scratch: Path, address: str, http: aiohttp.ClientSession) -> None:
    """A full queue, the real daemon, and nobody who holds it up; beside it the same requests without a ledger."""
    room = Room(scratch / "speed", address, http, channels=SIDE_BY_SIDE, bots=SIDE_BY_SIDE)
    report.say(f"writing {POSTS} posts")
    await room.fill(POSTS, due_at=datetime.now(UTC))
    async with room.daemon() as pid:
        await until(room.taken, "nothing is posted", 30)
        began, spent = (await room.taken())[0][0], _cpu(pid)

        async def through() -> bool:
            return time.time() - began > _LONGEST or await room.published() == POSTS

        await until(through, "the queue is not worked off", 2 * _LONGEST, look=0.1)
        took, spent = time.time() - began, _cpu(pid) - spent
        stored = await room.published()
    sightings = Counter((chat, text) for _, chat, text in await room.taken())
    await room.store.close()
    began, bare_spent = time.perf_counter(), time.process_time()
    await _bare(room)
    bare, bare_spent = POSTS / (time.perf_counter() - began), time.process_time() - bare_spent
    report.add(
        "deliveries, every state stored",
        stored / took,
        "/s",
        at_least=400,
        baseline=bare,
        against="the same requests, no ledger",
        note=f"{stored:,} posts, {SIDE_BY_SIDE} channels; one commit to disk takes {_commit(scratch):.2g} ms here",
    )
    if _process.AVAILABLE:
        report.add(
            "processor time of a delivery",
            1000 * spent / stored,
            "ms",
            baseline=1000 * bare_spent / POSTS,
            against="the same request, no ledger",
            note=f"one core is full at {stored / spent:,.0f} a second",
        )
    report.add("posts that were taken twice", sum(n - 1 for n in sightings.values()), "", at_most=0)


def _cpu(pid: int) -> float:
    return _process.cpu_seconds(pid) if _process.AVAILABLE else 0.0


async def _bare(room: Room) -> None:
    """The same requests when nothing is remembered: as many side by side as the daemon has channels."""
    left = iter(range(POSTS))

    async def post_some(channel: int) -> None:
        path = f"/bot{room.token(channel)}/sendMessage"
        for n in left:
            async with room.http.post(path, data=_form(room.chat(channel), f"Bare {n}")) as answered:
                await answered.json()

    await asyncio.gather(*(post_some(channel) for channel in range(SIDE_BY_SIDE)))


def _form(chat: int, title: str) -> dict[str, str]:
    """What Telegram's publisher sends for such a post."""
    post = message(title, f"https://lantern.example/{title}")
    spans = [{"type": "bold", "offset": 0, "length": len(title)}, {"type": "url", "offset": 120, "length": 9}]
    keys = [[{"text": button.label, "url": button.value} for button in row] for row in post.buttons]
    return {
        "chat_id": str(chat),
        "text": post.text.text,
        "entities": json.dumps(spans),
        "link_preview_options": json.dumps({"url": post.link, "prefer_large_media": True}),
        "reply_markup": json.dumps({"inline_keyboard": keys}),
    }


def _commit(folder: Path) -> float:
    """Milliseconds of one durable commit on this disk, with nothing but SQLite."""
    connection = sqlite3.connect(folder / "commit.db", isolation_level=None)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE a (b);")
    times = []
    for n in range(200):
        began = time.perf_counter()
        connection.execute("INSERT INTO a VALUES (?)", (n,))
        times.append(time.perf_counter() - began)
    connection.close()
    return 1000 * median(times)


# -- what waits costs nothing


async def _looks(report: Report, scratch: Path, address: str, http: aiohttp.ClientSession) -> None:
    """The clock's question with nothing and with much in the queue, by turns."""
    log.start(form="text", level="error", secrets=set())
    rooms = [Room(scratch / name, address, http, channels=10, bots=10) for name in ("empty", "waiting")]
    report.say(f"writing {BACKLOG} posts")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    for room, posts in zip(rooms, (0, BACKLOG), strict=True):
        await room.fill(posts, due_at=tomorrow)
        await room.store.close()
    settings = [configuration.load(room.folder / "newswire.toml") for room in rooms]
    async with (
        opened(settings[0], folder=rooms[0].folder) as empty,
        opened(settings[1], folder=rooms[1].folder) as full,
    ):
        for what, look, aim in _LOOKS:
            without, with_them = await _by_turns(look, empty, full)
            name = f"{what}, {BACKLOG:,} posts waiting"
            report.add(name, with_them, "ms", at_most=aim, baseline=without, against="none waiting")


_Look = Callable[[Newsroom], Awaitable[object]]
_LOOKS: tuple[tuple[str, _Look, float | None], ...] = (
    ("a tick: when is the next post due", deliver.next_look, 2),
    ("a claim that finds nothing due", lambda newsroom: deliver.claim(newsroom, 8), None),
)


async def _by_turns(look: _Look, *newsrooms: Newsroom) -> list[float]:
    """The median milliseconds of processor time that `look` takes in each newsroom, its database threads included."""
    times: list[list[float]] = [[] for _ in newsrooms]
    for n in range(LOOKS + 10):
        for newsroom, kept in zip(newsrooms, times, strict=True):
            began = time.process_time()
            await look(newsroom)
            if n >= 10:  # the first ones open connections and compile statements
                kept.append(1000 * (time.process_time() - began))
    return [median(kept) for kept in times]


# -- breaking news behind a backlog


async def _breaking(report: Report, scratch: Path, address: str, http: aiohttp.ClientSession) -> None:
    """One bot at thirty a second with a long queue; breaking news comes in from outside, twenty times."""
    room = Room(scratch / "breaking", address, http, channels=10, bots=1)
    report.say(f"writing {BACKLOG} posts")
    await room.fill(BACKLOG, due_at=datetime.now(UTC))
    waits = []
    async with room.daemon():
        await until(room.taken, "nothing is posted", 30)
        await asyncio.sleep(3)  # the bot's first burst is over
        for n in range(BREAKING):
            waits.append(await _until_out(room, n))
            await asyncio.sleep(0.3)
        times = [at for at, _, _ in await room.taken()]
    await room.store.close()
    longest = f"{max(waits):.2g} s" if max(waits) < _PATIENCE else f"not out in {_PATIENCE:.0f} s"
    pace = (len(times) - 1) / (times[-1] - times[0])
    report.add(
        f"breaking behind {BACKLOG:,} due posts, until it is taken",
        median(waits),
        "s",
        at_most=0.5,
        baseline=1 / pace,
        against="one place in the lane",
        note=f"median of {BREAKING}, the longest {longest}; the lane moved at {pace:.3g} a second",
    )


async def _until_out(room: Room, n: int) -> float:
    """Seconds from the commit of a breaking post to its arrival; `_PATIENCE` for one that had not come by then."""
    title, before = f"Breaking {n}", len(await room.taken())
    name = room.names[n % len(room.names)]
    await room.write(name, title=title, priority=Priority.BREAKING)
    committed = time.time()
    arrived: list[float] = []

    async def out() -> bool:
        arrived.extend(at for at, _, text in await room.taken(before) if text.startswith(title + "\n"))
        return bool(arrived)

    try:
        await until(out, f"'{title}' is not out", _PATIENCE)
    except TimeoutError:
        return _PATIENCE
    return arrived[0] - committed
