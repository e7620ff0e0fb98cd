"""Feeds that are wrong on purpose, under /site/bad: what a watcher must survive."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from aiohttp import web

from sandbox.site.feeds import MIMES, Feeds
from sandbox.site.http import refusal
from sandbox.site.newsroom import Newsroom
from sandbox.site.views import StoryView

RSS = MIMES["rss.xml"]
HUGE = 10 * 2**20
UNPACKED = 200 * 2**20
SLOWEST = 120

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
Get = Callable[[str, str, Answer], web.RouteDef]

CYRILLIC = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>Лента</title><item>'
    "<title>Порт открыл второй причал</title><link>https://site.example/post/1</link></item></channel></rss>\n"
)
BOMB = (
    '<?xml version="1.0"?>\n<!DOCTYPE rss [\n<!ENTITY a "ha ha ha ha ha ha ha ha ha ha">\n'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">\n' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + ']>\n<rss version="2.0"><channel><title>&i;</title><item><title>&i;</title></item></channel></rss>\n'
)
OUTSIDE = (
    '<?xml version="1.0"?>\n<!DOCTYPE rss [<!ENTITY file SYSTEM "file:///etc/hostname">]>\n'
    '<rss version="2.0"><channel><title>Outside</title><item><title>&file;</title></item></channel></rss>\n'
)
SIGN_IN = "<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in</h1><br></body></html>"

FIXED = {
    "html": (SIGN_IN.encode(), "text/html; charset=utf-8"),  # a page where a feed should be
    "bomb.xml": (BOMB.encode(), RSS),  # entities that unfold to a billion words
    "outside.xml": (OUTSIDE.encode(), RSS),  # an entity that asks for a file of the reader's own machine
    "charset.xml": (CYRILLIC.encode("windows-1251"), RSS),  # windows-1251 that declaration and header call UTF-8
    "charset-header.xml": (CYRILLIC.encode(), "application/rss+xml; charset=windows-1251"),  # only the header is wrong
}


@dataclass(frozen=True, slots=True)
class Flawed(StoryView):
    """A story as a broken feed shows it."""

    flaw: str = ""

    @property
    def url(self) -> str:
        """Its address: none, or without a host, where that is the flaw."""
        return {"nolinks": "", "relative": self.path}.get(self.flaw, self.origin + self.path)

    @property
    def local(self) -> datetime:
        """Its time: a year ahead, where that is the flaw."""
        ahead = timedelta(days=365 if self.flaw == "futuredates" else 0)
        return (self.story.published_at + ahead).astimezone(self.room.zone)


class BadFeeds:
    """One handler a flaw. They show the articles of the first edition."""

    def __init__(self, room: Newsroom, feeds: Feeds, origin: Callable[[web.Request], str]) -> None:
        self.room = room
        self.feeds = feeds
        self.origin = origin
        self.edition = next(iter(room.editions))

    def _rss(self, request: web.Request, flaw: str = "") -> bytes:
        origin = self.origin(request)
        stories = [_flawed(flaw, story) for story in self.room.latest(self.edition)]
        url = f"{origin}{request.path}"
        about = {"title": flaw, "description": flaw, "home": f"{origin}/site/", "url": url, "language": self.edition}
        views = [Flawed(self.room, story, origin, flaw) for story in stories]
        return self.feeds.xml("rss.xml", views=views, about=about, changed=self.room.now())

    async def flawed(self, flaw: str, request: web.Request) -> web.Response:
        """A well-formed feed whose items lack or fake what `flaw` says."""
        return _answer(self._rss(request, flaw))

    async def malformed(self, request: web.Request) -> web.Response:
        """XML broken three ways: a bare ampersand, a tag left open, and an end in the middle of an item."""
        whole = self._rss(request).decode().replace("<title>", "<title>R&D ", 3).replace("</link>", "", 1)
        return _answer(whole[: len(whole) * 2 // 3].encode())

    async def gzip_bomb(self, _request: web.Request) -> web.Response:
        """Some 200 KB that unpack to 200 MB."""
        body = await asyncio.to_thread(_packed)
        return web.Response(body=body, headers={"Content-Type": RSS, "Content-Encoding": "gzip"})

    async def huge(self, request: web.Request) -> web.StreamResponse:
        """10 MB of feed, without a length told beforehand."""
        return await _stream(request, _many_items())

    async def slow(self, request: web.Request) -> web.StreamResponse:
        """A byte a second, for `?seconds=` (30; at most 120)."""
        seconds = min(int(request.query.get("seconds", "30")), SLOWEST)
        return await _stream(request, _drip(self._rss(request)[:seconds]))

    async def loop(self, request: web.Request) -> web.Response:
        """A redirect to itself under another number, for ever."""
        raise web.HTTPFound(f"/site/bad/loop?n={int(request.query.get('n', '0')) + 1}")

    async def status(self, request: web.Request) -> web.Response:
        """The status asked for, 400 to 599; 429 and 503 say how long to wait: `?after=` seconds (30)."""
        status = int(request.match_info["status"])
        if not 400 <= status < 600:
            raise web.HTTPNotFound
        return refusal(status, int(request.query.get("after", "30")) if status in (429, 503) else None)


def routes(site: Any, get: Get) -> list[web.RouteDef]:
    """The paths of the bad feeds of `site`, each made by `get(path, kind, answer)`."""
    feeds = BadFeeds(site, site.feeds, site.origin)
    answers: dict[str, Answer] = {
        "malformed.xml": feeds.malformed,
        "huge.xml": feeds.huge,
        "loop": feeds.loop,
        "slow": feeds.slow,
        "gzip.xml": feeds.gzip_bomb,
        r"status/{status:\d+}": feeds.status,
    }
    answers |= {path: partial(_fixed, body, mime) for path, (body, mime) in FIXED.items()}
    for flaw in ("nodates", "futuredates", "dupguid", "nolinks", "emptytitles", "relative"):
        answers[f"{flaw}.xml"] = partial(feeds.flawed, flaw)
    return [get(f"/site/bad/{path}", "bad", answer) for path, answer in answers.items()]


def _flawed(flaw: str, story: Any) -> Any:
    """A copy of `story` with the flaw that lies in its own fields; dates are there unless they are the flaw."""
    quirks = story.quirks - {"no_date"} | ({"no_date"} if flaw == "nodates" else set())
    fields: dict[str, Any] = {"dupguid": {"guid": "same"}, "emptytitles": {"title": ""}}.get(flaw, {})
    return replace(story, quirks=quirks, **fields)


def _answer(body: bytes, mime: str = RSS) -> web.Response:
    return web.Response(body=body, headers={"Content-Type": mime})


async def _fixed(body: bytes, mime: str, _request: web.Request) -> web.Response:
    return _answer(body, mime)


async def _stream(request: web.Request, pieces: AsyncIterator[bytes]) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": RSS})
    await response.prepare(request)
    async for piece in pieces:
        await response.write(piece)
    await response.write_eof()
    return response


async def _many_items() -> AsyncIterator[bytes]:
    head, tail = b'<?xml version="1.0"?>\n<rss version="2.0"><channel><title>Huge</title>\n', b"</channel></rss>\n"
    yield head
    sent, number = len(head) + len(tail), 0
    while sent < HUGE:
        number += 1
        item = f"<item><title>Item {number}</title><description>{'word ' * 800}</description></item>\n".encode()
        sent += len(item)
        yield item
    yield tail


async def _drip(body: bytes) -> AsyncIterator[bytes]:
    for byte in body:
        yield bytes([byte])
        await asyncio.sleep(1)


@cache
def _packed() -> bytes:
    packer, blank = zlib.compressobj(wbits=zlib.MAX_WBITS | 16), b" " * 2**20
    pieces = [packer.compress(b'<?xml version="1.0"?>\n<rss version="2.0"><channel><title>')]
    pieces += [packer.compress(blank) for _ in range(UNPACKED // len(blank))]
    return b"".join((*pieces, packer.flush()))
