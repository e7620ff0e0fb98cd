"""Fetching: one careful HTTP client for feeds, pages and pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self
from urllib.parse import urljoin
from weakref import WeakValueDictionary

import aiohttp
from yarl import URL

from newswire.clock import Clock, SystemClock
from newswire.errors import SourceError
from sources._answers import in_words, refusal, without_secrets
from sources._guard import checked, guarded_socket

MIB = 2**20
HOPS = 5
MOVED = frozenset({301, 302, 303, 307, 308})
MOVED_FOR_GOOD = frozenset({301, 308})
NOT_MODIFIED = 304
KEPT = ("Content-Type", "Content-Language", "Cache-Control", "Expires", "Age", "Date", "Link", "Retry-After")

FEEDS = "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,text/xml;q=0.8,*/*;q=0.5"
PAGES = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"
PICTURES = "image/jpeg,image/png,image/gif;q=0.9,image/webp;q=0.8,image/*;q=0.5"

SIGNATURES = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypavis", "image/avif"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer. `status` is 2xx, or 304 with no body.

    `url` is where the body came from, `permanent_url` where the site wants us to ask from now on: the address asked
    for, moved along by 301 and 308 only. `charset` is what the header says, "" where it says nothing. `headers` holds
    those of `KEPT` that were sent, by their lower-case names.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    charset: str
    etag: str
    last_modified: str
    permanent_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture's bytes. `mime` is what the bytes are, whatever the site calls them."""

    url: str
    body: bytes
    mime: str


class Fetcher:
    """An HTTP client that goes only where it may, takes only so much, and waits only so long.

    `user_agent` names the newsroom. `allow_loopback` opens 127.0.0.1 (demo, tests), and with it every port; `any_port`
    opens other ports than 80 and 443 on public hosts. `total_seconds` covers one fetch with all its redirects but not
    the wait for a place among the `per_host` that may talk to one host at a time; `max_bytes` is counted on what comes
    out of decompression. `robots` says whether those who read pages ask the site's robots.txt first. Every failure is a
    `SourceError`.
    """

    def __init__(
        self,
        user_agent: str,
        *,
        allow_loopback: bool = False,
        any_port: bool = False,
        total_seconds: float = 20.0,
        connect_seconds: float = 10.0,
        max_bytes: int = 5 * MIB,
        per_host: int = 2,
        robots: bool = True,
        clock: Clock | None = None,
    ) -> None:
        self.user_agent = user_agent
        self.robots = robots
        self.max_bytes = max_bytes
        self._headers = {"User-Agent": user_agent}
        self._loopback = allow_loopback
        self._any_port = any_port or allow_loopback
        self._seconds = total_seconds
        self._connect_seconds = connect_seconds
        self._per_host = per_host
        self._clock = clock or SystemClock()
        self._places: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._client: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(limit=0, socket_factory=guarded_socket(loopback=self._loopback))
        self._client = aiohttp.ClientSession(
            connector=connector,
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._connect_seconds),
            max_line_size=16 * 1024,
            max_field_size=64 * 1024,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def get(
        self, url: str, *, etag: str = "", last_modified: str = "", accept: str = FEEDS, any_port: bool = False
    ) -> Fetched:
        """Fetch `url`; with the validators of an earlier answer, 304 when nothing changed since."""
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {"Accept": accept} | {name: value for name, value in conditions.items() if value}
        answer = await self._follow(url, headers, self.max_bytes, any_port=any_port)
        if answer.status == NOT_MODIFIED and not (etag or last_modified):
            raise SourceError(f"{without_secrets(url)} answers that nothing changed, though we have nothing of it yet")
        return answer

    async def get_picture(self, url: str, *, max_bytes: int = 10 * MIB) -> Picture:
        """Fetch a picture and look at its first bytes. Raises `SourceError` for what is none."""
        answer = await self._follow(url, {"Accept": PICTURES}, max_bytes)
        return Picture(url=answer.url, body=answer.body, mime=_mime(url, answer.body))

    async def glance(self, url: str, *, max_bytes: int = 10 * MIB) -> str:
        """What kind of picture is there, by its first bytes; the rest is not asked for. Raises `SourceError`."""
        return _mime(url, (await self._follow(url, {"Accept": PICTURES, "Range": "bytes=0-63"}, max_bytes)).body)

    async def post(self, url: str, form: Mapping[str, str]) -> Fetched:
        """Send a form, as a hub takes subscriptions. A redirect is an error: what was sent is not sent elsewhere."""
        target = self._checked(url, url)
        async with self._place(target):
            answer = await self._ask(url, target, {}, self.max_bytes, self._seconds, form=form)
        if isinstance(answer, Fetched):
            return replace(answer, permanent_url=url)
        raise SourceError(f"{without_secrets(url)} redirects where it should take what was sent to it")

    async def _follow(self, url: str, headers: Mapping[str, str], limit: int, *, any_port: bool = False) -> Fetched:
        """Ask, and ask again where a redirect leads, each time as carefully as the first time."""
        here, permanent, seen, left = url, url, set[str](), self._seconds
        loop = asyncio.get_running_loop()
        for _ in range(HOPS + 1):
            if here in seen:
                raise SourceError(f"{without_secrets(url)} redirects in a circle")
            seen.add(here)
            target = self._checked(url, here, any_port=any_port)
            async with self._place(target):
                started = loop.time()
                answer = await self._ask(url, target, headers, limit, left)
                left -= loop.time() - started
            if isinstance(answer, Fetched):
                return replace(answer, permanent_url=permanent)
            status, location = answer
            came_from, here = here, urljoin(str(target), location)
            if permanent == came_from and status in MOVED_FOR_GOOD:
                permanent = here
        raise SourceError(f"{without_secrets(url)} redirects more than {HOPS} times")

    def _checked(self, url: str, here: str, *, any_port: bool = False) -> URL:
        try:
            return checked(here, any_port=any_port or self._any_port)
        except ValueError as reason:
            through = "" if here == url else f" redirects to {without_secrets(here)}, which"
            raise SourceError(f"{without_secrets(url)}{through} {reason}") from None

    def _place(self, target: URL) -> asyncio.Semaphore:
        """A place among those who may talk to the target's host at a time."""
        host = target.authority
        place = self._places.get(host)
        if place is None:
            place = self._places[host] = asyncio.Semaphore(self._per_host)
        return place

    async def _ask(
        self,
        url: str,
        target: URL,
        headers: Mapping[str, str],
        limit: int,
        seconds: float,
        *,
        form: Mapping[str, str] | None = None,
    ) -> Fetched | tuple[int, str]:
        """One request, with a form if there is one: an answer, or the status of a redirect and where it leads."""
        if self._client is None:
            raise RuntimeError("a Fetcher is used inside `async with`")
        try:
            async with (
                asyncio.timeout(seconds),
                self._client.request(
                    "GET" if form is None else "POST", target, data=form, headers=headers, allow_redirects=False
                ) as answer,
            ):
                location = answer.headers.get("Location", "")
                if answer.status in MOVED and location:
                    return answer.status, location
                if error := refusal(url, answer.status, answer.headers.get("Retry-After", ""), self._clock.now()):
                    raise error
                return _fetched(answer, await _body(answer, url, limit))
        except aiohttp.ConnectionTimeoutError:
            raise SourceError(
                f"{without_secrets(url)} did not accept a connection in {self._connect_seconds:g} s"
            ) from None
        except TimeoutError:
            raise SourceError(f"{without_secrets(url)} did not finish in {self._seconds:g} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise SourceError(f"{without_secrets(url)} {in_words(error)}") from error


def _mime(url: str, body: bytes) -> str:
    for place, mark, mime in SIGNATURES:
        if body[place : place + len(mark)] == mark:
            return mime
    raise SourceError(f"{without_secrets(url)} is not a picture we know (JPEG, PNG, GIF, WebP or AVIF)")


async def _body(answer: aiohttp.ClientResponse, url: str, limit: int) -> bytes:
    """The decompressed body, given up as soon as it is larger than `limit` bytes."""
    parts, size = [], answer.content_length or 0
    if size <= limit:
        size = 0
        async for part in answer.content.iter_chunked(64 * 1024):
            size += len(part)
            if size > limit:
                break
            parts.append(part)
    if size > limit:
        raise SourceError(f"{without_secrets(url)} is larger than {limit / MIB:g} MB")
    return b"".join(parts)


def _fetched(answer: aiohttp.ClientResponse, body: bytes) -> Fetched:
    headers = {name.lower(): ", ".join(answer.headers.getall(name)) for name in KEPT if name in answer.headers}
    return Fetched(
        url=str(answer.url),
        status=answer.status,
        headers=headers,
        body=body,
        charset=answer.charset or "",
        etag=answer.headers.get("ETag", ""),
        last_modified=answer.headers.get("Last-Modified", ""),
        permanent_url="",
    )
