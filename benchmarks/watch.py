"""Watching: unchanged feeds a second, first polls with every article stored, how long a feed takes to be read."""

from __future__ import annotations

import asyncio
import hashlib
import os
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp

from benchmarks import _calls, _nginx
from benchmarks._feeds import NOW, rss
from benchmarks._report import Report
from db import schema
from desk.newsroom import Newsroom, opened
from newswire import configuration, log
from newswire.source import Source
from scheduler.daemon import settle_memory
from scheduler.watcher import Watcher
from sources import feed
from sources._fetch import Fetched

UNCHANGED = 5_000
FIRST = 1_000
FEW = 300  # feeds for the slow ones
SMALL, USUAL = 2_000, 20_000


def run(report: Report) -> None:
    """The suite."""
    log.start(form="text", level="error", secrets=set())
    _parsing(report)
    _calls.run(report)
    if _nginx.program() is None:
        note = "nginx is not installed; on Debian: apt-get install nginx-light"
        for name in ("unchanged feeds, state stored", "first polls, every article stored"):
            report.add(name, None, "/s", note=note)
        return
    asyncio.run(_polling(report))


# -- reading: bytes to articles


SIZES = (
    ("feed of 20 KB", 20_000, None),
    ("feed of 200 KB", 200_000, 4),
    ("feed of 1 MB", 1_000_000, 20),
)
SOURCE = Source(name="bench", url="https://lantern.example/rss.xml", zone=ZoneInfo("Asia/Baku"))


def _parsing(report: Report) -> None:
    import feedparser  # noqa: PLC0415 - not everybody who measures something else has it

    settle_memory()  # as the daemon does before its first look
    for name, size, aim in SIZES:
        body = rss(size, item=3_500)
        ours = _best(lambda body=body: feed.read(_answer(body), SOURCE, NOW))
        theirs = _best(lambda body=body: feedparser.parse(body), tries=2)
        report.add(
            f"{name}, read and mapped", ours, "ms", at_most=aim, baseline=theirs, against="feedparser, parsing alone"
        )
    before = _peak()
    for _ in range(50):
        feed.read(_answer(body), SOURCE, NOW)
    report.add("memory gained by reading 1 MB fifty times more", _peak() - before, "MB", at_most=5)


def _answer(body: bytes) -> Fetched:
    words = {"headers": {}, "charset": "", "etag": "", "last_modified": ""}
    return Fetched(url=SOURCE.url, status=200, body=body, permanent_url=SOURCE.url, **words)  # type: ignore[arg-type]


def _best(work: Callable[[], object], tries: int = 20) -> float:
    """Milliseconds of the fastest try: what else the machine does only adds."""
    times = []
    for _ in range(tries):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return 1000 * min(times)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


# -- polling: nginx to database


def _write(report: Report, folder: Path) -> None:
    for name, count, size in (("small", UNCHANGED, SMALL), ("usual", FIRST, USUAL)):
        report.say(f"writing {count} feeds")
        (folder / name).mkdir()
        for n in range(count):
            (folder / name / f"{n}.xml").write_bytes(rss(size, item=size // 12, seed=n))


async def _polling(report: Report) -> None:
    with tempfile.TemporaryDirectory(prefix="newswire-bench-") as scratch:
        _write(report, Path(scratch))
        async with _nginx.serving(Path(scratch), core=_cores()[-1] if len(_cores()) > 1 else None) as hosts:
            with _one_core():
                await _unchanged(report, Path(scratch), _addresses(hosts, "small", UNCHANGED))
            await _first(report, Path(scratch), _addresses(hosts, "usual", FIRST))


def _addresses(hosts: list[str], name: str, count: int) -> list[str]:
    return [f"{hosts[n % len(hosts)]}/{name}/{n}.xml" for n in range(count)]


def _cores() -> list[int]:
    """The processors this process may use, where the system tells."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


@contextmanager
def _one_core() -> Iterator[None]:
    """This process on one processor, where the system can do that and has two: the other is nginx's."""
    if len(cores := _cores()) < 2:
        yield
        return
    os.sched_setaffinity(0, cores[:1])
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


async def _unchanged(report: Report, scratch: Path, addresses: list[str]) -> None:
    """Every feed is known already, so that nginx says 304 to each."""
    async with _newsroom(scratch / "unchanged", addresses) as newsroom:
        await _round(newsroom)
        began, spent = time.perf_counter(), time.process_time()
        await _round(newsroom)
        took, spent = time.perf_counter() - began, time.process_time() - spent
        await _all_well(newsroom, len(addresses))
    report.say("the same by others")
    few = addresses[:FEW]
    reader, httpx = await asyncio.to_thread(_reader, scratch, few), await asyncio.to_thread(_httpx, few)
    count = len(addresses)
    note = f"{count:,} feeds on {len(_nginx.HOSTS)} hosts, one processor; a bare aiohttp loop asks {await _bare(addresses):,.0f}/s"
    report.add(
        "unchanged feeds (304), state stored",
        count / took,
        "/s",
        at_least=2_500,
        baseline=reader[1],
        against="reader",
        note=note,
    )
    report.add(
        "the same, beside httpx + feedparser", count / took, "/s", baseline=httpx[1], against="httpx + feedparser"
    )
    report.add("processor time of 1,000 unchanged feeds", 1000 * spent / count, "s", at_most=0.40)


async def _first(report: Report, scratch: Path, addresses: list[str]) -> None:
    async with _newsroom(scratch / "first", addresses) as newsroom:
        began, spent = time.perf_counter(), time.process_time()
        await _round(newsroom)
        took, spent = time.perf_counter() - began, time.process_time() - spent
        stored = await _all_well(newsroom, len(addresses))
    report.say("the same by others")
    few = addresses[:FEW]
    reader, httpx = await asyncio.to_thread(_reader, scratch, few), await asyncio.to_thread(_httpx, few)
    report.add(
        "first polls of 20 KB, every article stored",
        len(addresses) / took,
        "/s",
        at_least=500,
        baseline=reader[0],
        against="reader",
        note=f"{stored:,} articles; the database works in a thread of its own",
    )
    report.add("processor time of 1,000 first polls", 1000 * spent / len(addresses), "s")
    report.add(
        "the same, beside httpx + feedparser",
        len(addresses) / took,
        "/s",
        baseline=httpx[0],
        against="httpx + feedparser, nothing stored",
    )


@asynccontextmanager
async def _newsroom(folder: Path, addresses: list[str]) -> AsyncIterator[Newsroom]:
    folder.mkdir()  # noqa: ASYNC240 - nothing else runs yet
    feeds = ", ".join(f'"{address}"' for address in addresses)
    settings = configuration.parse(
        f'[fetch]\nallow_loopback = true\n[[source]]\nname = "bench"\nread_page = false\nfeeds = [{feeds}]\n',
        environ={"DATABASE_URL": f"sqlite:///{folder / 'newswire.db'}"},
    )
    async with opened(settings, folder=folder, public=False) as newsroom:
        await schema.require_current(newsroom.store, migrate=True)
        settle_memory()
        yield newsroom


async def _round(newsroom: Newsroom) -> None:
    """One look at every source."""
    watcher = Watcher(newsroom)
    watcher.tick()
    await watcher.idle()
    await watcher.stop()


async def _all_well(newsroom: Newsroom, feeds: int) -> int:
    """How many articles are stored, once it is sure that every look worked."""
    async with newsroom.store.read() as connection:
        query = "SELECT count(*) FROM sources WHERE failures = 0 AND last_success_at IS NOT NULL"
        good = (await connection.exec_driver_sql(query)).scalar_one()
        stored: int = (await connection.exec_driver_sql("SELECT count(*) FROM articles")).scalar_one()
    if good != feeds:
        raise RuntimeError(f"only {good} of {feeds} feeds were read")
    return stored


async def _bare(addresses: list[str]) -> float:
    """Conditional requests a second with nothing remembered and nothing looked at."""
    left = iter(addresses)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:

        async def ask() -> None:
            for address in left:
                async with http.get(address, headers={"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}) as answer:
                    await answer.read()

        began = time.perf_counter()
        await asyncio.gather(*(ask() for _ in range(100)))
        return len(addresses) / (time.perf_counter() - began)


# -- others, on fewer feeds: (first polls a second, unchanged ones a second)


def _reader(scratch: Path, addresses: list[str]) -> tuple[float, float]:
    try:
        from reader import make_reader  # noqa: PLC0415 - the extra `bench`
    except ImportError:
        return 0.0, 0.0
    name = hashlib.sha1("".join(addresses).encode(), usedforsecurity=False).hexdigest()
    reader = make_reader(str(scratch / f"reader-{name}.db"))
    for address in addresses:
        reader.add_feed(address)
    rates = []
    for _ in range(2):
        began = time.perf_counter()
        reader.update_feeds(workers=10, scheduled=False)
        rates.append(len(addresses) / (time.perf_counter() - began))
    reader.close()
    return rates[0], rates[1]


def _httpx(addresses: list[str]) -> tuple[float, float]:
    try:
        import feedparser  # noqa: PLC0415 - the extra `bench`
        import httpx  # noqa: PLC0415
    except ImportError:
        return 0.0, 0.0
    tags: dict[str, str] = {}
    rates = []
    with httpx.Client() as http:
        for _ in range(2):
            began = time.perf_counter()
            for address in addresses:
                answer = http.get(address, headers={"If-None-Match": tags.get(address, "")})
                if answer.status_code == 200:
                    tags[address] = answer.headers.get("ETag", "")
                    feedparser.parse(answer.content)
            rates.append(len(addresses) / (time.perf_counter() - began))
    return rates[0], rates[1]
