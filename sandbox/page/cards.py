"""What a link's card shows: the Open Graph tags of a page of the sandbox's own site, and of no other."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import aiohttp
from aiohttp import web

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_MOST_BYTES = 256 * 1024
_MOST_HOPS = 3
_SECONDS = 5.0
_SHOWN = ("title", "description", "site_name", "image:alt")


class NoCard(LookupError):
    """The page cannot be shown as a card; the text says why."""


async def read_card(request: web.Request, url: str) -> dict[str, Any]:
    """The card of `url`, fetched over this very server. Raises `NoCard`.

    `{url, title, description, site_name, image, alt, width, height}`; `image` is a path of the site or "".
    """
    path = _own_path(request, url)
    tags = _Tags()
    tags.feed(await _fetch(_door(request), path))
    found = tags.found
    if not found.get("title"):
        raise NoCard("The page has no og:title.")
    card: dict[str, Any] = {name.replace("image:", ""): found.get(name, "") for name in _SHOWN}
    sizes = {name: int(found.get(f"image:{name}", "") or 0) for name in ("width", "height")}
    return {"url": url, **card, **sizes, "image": _image(request, found.get("image", ""))}


def _own_path(request: web.Request, url: str) -> str:
    """Path and query of an address of the site that this server serves."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        raise NoCard("That is no address.") from None
    own = request.url.host or ""
    if parts.scheme not in ("http", "https") or host not in _LOOPBACK | {own} or port != request.url.port:
        raise NoCard("Only the sandbox's own site has cards.")
    if not _is_of_site(parts.path):
        raise NoCard("Only pages of the site have cards.")
    return urlunsplit(("", "", parts.path, parts.query, ""))


def _is_of_site(path: str) -> bool:
    """Whether a path lies under the site, also once its dots are resolved."""
    return path.startswith("/site/") and ".." not in unquote(path).split("/")


def _door(request: web.Request) -> str:
    """The address this request came in by, from the socket and not from what the asker wrote."""
    sockname = request.transport.get_extra_info("sockname") if request.transport else None
    if not sockname:
        raise NoCard("Nobody listens any more.")
    host, port = sockname[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def _fetch(door: str, path: str) -> str:
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with aiohttp.ClientSession(door, timeout=timeout) as http:
            for _ in range(_MOST_HOPS):
                async with http.get(path, allow_redirects=False) as answer:
                    if answer.status == 200:
                        return await _head(answer)
                    path = answer.headers.get("Location", "")
                    if answer.status not in (301, 302, 307, 308) or not _is_of_site(path):
                        raise NoCard(f"The page answers {answer.status}.")
    except (aiohttp.ClientError, TimeoutError):
        raise NoCard("The page cannot be read.") from None
    raise NoCard("The page leads elsewhere again and again.")


async def _head(answer: aiohttp.ClientResponse) -> str:
    """The beginning of a page, as much as is needed for its tags."""
    read = b""
    async for piece in answer.content.iter_any():
        read += piece
        if b"</head>" in read or len(read) > _MOST_BYTES:
            break
    return read[:_MOST_BYTES].decode("utf-8", "replace")


def _image(request: web.Request, address: str) -> str:
    """The path of a picture of the site."""
    try:
        return _own_path(request, address) if address else ""
    except NoCard:
        return ""


class _Tags(HTMLParser):
    """The first `og:` tag of each name."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag of ours."""
        given = dict(attrs)
        name = given.get("property") or ""
        if tag == "meta" and name.startswith("og:"):
            self.found.setdefault(name.removeprefix("og:"), given.get("content") or "")
