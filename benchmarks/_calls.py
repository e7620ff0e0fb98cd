"""What is not a look: a hub's call until its article has its posts in the ledger, and an article's page read."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import importlib.util
import random
import tempfile
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from statistics import median

from aiohttp import web

from benchmarks._report import Report
from db import schema
from desk.newsroom import Newsroom, opened
from desk.watching import watch
from desk.watching.doors import callback_of, doors
from newswire import configuration
from newswire.source import Source
from sources._extraction import extract
from sources._fetch import Fetched
from sources._signatures import derived
from sources.article_page import read_page

CALLS = 60
PAGES = 30
KEY, BASE = "the bench's own", "https://desk.example"
SETTINGS = """
[fetch]
allow_loopback = true
[[source]]
name = "wire"
kind = "websub"
read_page = false
feeds = ["{feed}"]
[[channel]]
name = "one"
type = "dry_run"
edition = "en"
[[channel]]
name = "two"
type = "dry_run"
edition = "en"
"""


def run(report: Report) -> None:
    """Both."""
    with tempfile.TemporaryDirectory(prefix="newswire-bench-") as scratch:
        times = asyncio.run(_called(Path(scratch)))
    report.add(
        "a hub's call, until its article and two posts are stored",
        1000 * median(times),
        "ms",
        at_most=50,
        note=f"median of {CALLS}, the slowest {1000 * max(times):.0f} ms; SQLite, synchronous=FULL",
    )
    _pages(report)


def _headline(number: int) -> str:
    """A headline that is like no other: what is alike is asked about at the site."""
    chance = random.Random(number)
    return " ".join("".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=8)) for _ in range(6)).capitalize()


def _feed(site: str, count: int) -> bytes:
    at = format_datetime(datetime.now(UTC))
    items = "".join(
        f"<item><title>{_headline(n)}</title><link>{site}/{n}</link><pubDate>{at}</pubDate></item>"
        for n in range(count, max(count - 20, 0), -1)
    )
    return f"<rss version='2.0'><channel><title>Lantern</title>{items}</channel></rss>".encode()


async def _called(folder: Path) -> list[float]:
    async def answer(request: web.BaseRequest) -> web.Response:
        site = f"http://{request.host}"
        if request.path == "/feed.xml":
            return web.Response(body=_feed(site, 1), content_type="application/rss+xml")
        page = f"<html><title>Headline</title><link rel=canonical href='{site}{request.path}'><p>{WORDS}</p></html>"
        return web.Response(text=page, content_type="text/html")

    runner = web.ServerRunner(web.Server(answer), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    text = SETTINGS.format(feed=f"http://127.0.0.1:{runner.addresses[0][1]}/feed.xml")
    settings = configuration.parse(text, environ={"DATABASE_URL": f"sqlite:///{folder / 'newswire.db'}"})
    try:
        async with opened(settings, folder=folder) as newsroom:
            await schema.require_current(newsroom.store, migrate=True)
            return await _calls(newsroom)
    finally:
        await runner.cleanup()


async def _calls(newsroom: Newsroom) -> list[float]:
    """Seconds of each call: one new article on top of those that were there."""
    (source,) = newsroom.settings.sources()
    await watch.look(newsroom, source)
    secret = derived(KEY, callback_of(BASE, source))
    door = doors(newsroom, KEY, BASE, lambda *_: None)[source.name]
    times = []
    for n in range(2, CALLS + 2):
        body = _feed(source.url.removesuffix("/feed.xml"), n)
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        began = time.perf_counter()
        status = await door(body, {"X-Hub-Signature": f"sha256={signature}"})
        times.append(time.perf_counter() - began)
        if status != 202:
            raise RuntimeError(f"a call was answered with {status}")
    async with newsroom.store.read() as connection:
        stored = (await connection.exec_driver_sql("SELECT count(*) FROM posts")).scalar_one()
    if stored != 2 * CALLS:
        raise RuntimeError(f"{stored} posts instead of {2 * CALLS}")
    return times


WORDS = "the port opened its second berth on Monday and the minister says that grain exports will grow next year "


def _page() -> bytes:
    """A page of about 70 KB that does not say where its text is, with as much around it as usual."""
    around = "".join(f"<li><a href='/tag/{n}'>Topic number {n}</a></li>" for n in range(120))
    teasers = "".join(f"<div><a href='/a/{n}'>{WORDS[:60]}</a><span>{n} min ago</span></div>" for n in range(60))
    text = "".join(f"<p>{WORDS * 4}</p>" for _ in range(20))
    head = "<title>Port opens berth</title><meta property='og:title' content='Port opens berth'>"
    return (
        f"<html lang=en><head>{head}<script>var all = {list(range(8000))}</script></head><body><ul>{around}</ul><h1>Port opens berth</h1><div class=x>{text}</div>"
        f"<div class=y>{teasers}</div></body></html>"
    ).encode()


def _pages(report: Report) -> None:
    if importlib.util.find_spec("trafilatura") is None:
        note = "trafilatura is not installed; it is in the extra `extraction`"
        report.add("an article's page read and understood", None, "ms", note=note)
        return
    url, body = "https://news.example/a", _page()
    words = {"headers": {}, "charset": "utf-8", "etag": "", "last_modified": ""}
    answer = Fetched(url=url, status=200, body=body, permanent_url=url, **words)  # type: ignore[arg-type]
    source, times = Source(name="bench", url=url), []
    for _ in range(PAGES + 1):
        began = time.perf_counter()
        article = read_page(answer, source, datetime.now(UTC), extract)
        times.append(time.perf_counter() - began)
    if "grain exports" not in article.body:
        raise RuntimeError("the page's text was not found")
    report.add(
        "an article's page read and understood",
        1000 * median(times[1:]),
        "ms",
        at_most=60,
        note=f"{len(body) // 1000} KB, its text found by the extractor in a process of its own, waiting included",
    )
