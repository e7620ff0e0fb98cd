"""The whole: how soon the command answers, what an idle daemon costs, how soon an article that was seen is out."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import _process
from benchmarks._report import Report
from benchmarks._room import running, until
from cli import _count
from cli._stage import Stage
from db import articles
from db.store import Store

STARTS = 15
IDLE_SECONDS = 10.0
STORIES = 12
_READY = 30.0
_SETTLE = 3.0  # seconds after the start until nothing but waiting goes on

_LIBRARIES = "import asyncio, sys, telegram.ext, tweepy, sqlalchemy.ext.asyncio, aiosqlite\n"
_WAIT = "print(flush=True)\nsys.stdin.read()\n"
_LOOP = """
import asyncio, sys
async def wait():
    for _ in range({wakes}):
        await asyncio.sleep(0.5)
print(flush=True)
asyncio.run(wait())
sys.stdin.read()
"""


def run(report: Report) -> None:
    """The suite."""
    _help(report)
    with tempfile.TemporaryDirectory(prefix="newswire-bench-") as scratch:
        asyncio.run(_idle(report, Path(scratch) / "idle"))
        asyncio.run(_out(report, Path(scratch) / "out"))


# -- the command


def _help(report: Report) -> None:
    """By turns with a Python that does nothing, each a process of its own."""
    command = [str(Path(sys.executable).with_name("newswire")), "--help"]
    times: tuple[list[float], list[float]] = ([], [])
    for words, kept in [(command, times[0]), ([sys.executable, "-c", "pass"], times[1])] * (STARTS + 1):
        kept.append(_seconds(words))
    ours, bare = (median(kept[1:]) for kept in times)  # the first start fills the disk's cache
    report.add("newswire --help", ours, "s", at_most=0.3, baseline=bare, against="python -c pass")


def _seconds(words: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


# -- the idle daemon


async def _idle(report: Report, folder: Path) -> None:
    """The daemon of the demo with its bot and its web, three feeds looked at once a minute, and no news."""
    if not _process.AVAILABLE:
        report.add("memory of the idle daemon", None, "MB", at_most=150, note=_process.ONLY_LINUX)
        report.add("processor of the idle daemon", None, "%", at_most=1, note=_process.ONLY_LINUX)
        return
    async with Stage(folder, every=0) as stage:
        _look_seldom(stage)
        await _started(stage)
        assert stage.daemon is not None
        await asyncio.sleep(_SETTLE)
        used = _process.cpu_seconds(stage.daemon.pid)
        await asyncio.sleep(IDLE_SECONDS)
        used = _process.cpu_seconds(stage.daemon.pid) - used
        memory = _process.resident(stage.daemon.pid)
    libraries, _ = await _child(_LIBRARIES + _WAIT)
    _, loop = await _child(_LOOP.format(wakes=round(2 * IDLE_SECONDS)), seconds=IDLE_SECONDS + 1)
    against = "Python with the same three libraries"
    report.add("memory of the idle daemon", memory, "MB", at_most=150, baseline=libraries, against=against)
    share, bare = (100 * seconds / IDLE_SECONDS for seconds in (used, loop))
    against = "a bare loop that wakes as often"
    note = f"of one core, over {IDLE_SECONDS:.0f} s"
    report.add("processor of the idle daemon", share, "%", at_most=1, baseline=bare, against=against, note=note)


def _look_seldom(stage: Stage) -> None:
    feeds = stage.where["feeds"].items()
    stage.overrides["source"] = [
        {"name": f"site-{code}", "edition": code, "feeds": [url], "poll": "60s"} for code, url in feeds
    ]
    stage.write_configuration()


async def _started(stage: Stage) -> None:
    """The stage's daemon, running, with its first look at the site behind it."""
    await stage.start_daemon()
    daemon = stage.daemon
    assert daemon is not None
    await until(lambda: running(stage.folder / "daemon.log", daemon), "the daemon does not run", _READY)
    await _count.baseline(stage, _READY)


async def _child(program: str, *, seconds: float = 0.0) -> tuple[float, float]:
    """A Python with that program: its memory once it says so, and the processor time it uses in `seconds`."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdin=pipe, stdout=pipe)
    assert process.stdout is not None
    await asyncio.wait_for(process.stdout.readline(), _READY)
    used = _process.cpu_seconds(process.pid)
    await asyncio.sleep(seconds)
    used = _process.cpu_seconds(process.pid) - used
    memory = _process.resident(process.pid)
    await process.communicate(b"")  # its standard input ends, and so does it
    return memory, used


# -- seen, then out


async def _out(report: Report, folder: Path) -> None:
    """The demo as `newswire demo --once` plays it, with more articles; one a second, so that chats keep their pace."""
    async with Stage(folder, every=0) as stage:
        await _started(stage)
        stories = []
        for n in range(STORIES):
            stories.append(await stage.post("/control/site/publish", {"edition": ("en", "ru", "hy")[n % 3]}))
            await asyncio.sleep(1.0)
        rows = await _count.wait_for(stage, stories, _READY)
        waits = await _waits(stage, stories)
        bare = await _bare(stage, stories)
    missing = sum(not row.seen for row in rows)
    doubled = sum(row.seen > 1 for row in rows)
    report.add(
        "seen, then accepted by the platform",
        median(waits),
        "s",
        at_most=1,
        baseline=bare,
        against="its page read and one bare request",
        note=f"{len(rows)} posts, the slowest {max(waits):.2g} s, {missing} missing, {doubled} doubled",
    )


async def _waits(stage: Stage, stories: list[dict[str, Any]]) -> list[float]:
    """For each post: seconds from the moment its article was seen to that when the public saw it."""
    store = Store(f"sqlite:///{stage.folder / 'newswire.db'}")
    async with store.read() as connection:
        known = await articles.recent(connection, limit=100)
    await store.close()
    seen = {stored.article.url: stored.seen_at.timestamp() for stored in known}
    sent = [e for e in (await stage.get("/control/events.json"))["events"] if e["kind"] == "sent"]
    places = {*map(str, stage.where["channels"].values()), "caspianlantern"}
    return [
        event["at"] - seen[story["url"]]
        for story in stories
        for event in sent
        if event["place"] in places and story["url"] in str(event["detail"])
    ]


async def _bare(stage: Stage, stories: list[dict[str, Any]]) -> float:
    """Seconds, at the median, to read a story's page and make one request of Telegram's stand-in, and nothing else."""
    http = stage.http
    assert http is not None
    address = f"{stage.where['telegram_api']}/bot{stage.where['secrets']['TELEGRAM_BOT_TOKEN']}/getMe"
    times = []
    for story in stories:
        began = time.perf_counter()
        for url in (story["url"], address):
            async with http.get(url) as answer:
                await answer.read()
        times.append(time.perf_counter() - began)
    return median(times)
