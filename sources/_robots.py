"""robots.txt (RFC 9309): which pages a site asks us not to read, and where its sitemaps are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, unquote_to_bytes, urlsplit
from weakref import WeakKeyDictionary

from newswire.errors import SourceError
from sources._answers import without_secrets
from sources._decode import decode
from sources._entries import resolved
from sources._fetch import Fetched, Fetcher

LARGEST = 500 * 1024
MOST_RULES = 2_000
MOST_SITES = 1_000
LONGEST_RULE = 500
KEPT = timedelta(hours=12)
KEPT_UNREAD = timedelta(minutes=10)
PLAIN = "text/plain,*/*;q=0.5"
TOKEN = re.compile(r"[A-Za-z_-]+")
TOO_MANY_STARS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """A site's wishes for us: (allowed, pattern) for paths, and its sitemaps. `unread`: it could not say.

    `silent`: nobody answered at all, which forbids nothing.
    """

    rules: tuple[tuple[bool, str], ...] = ()
    sitemaps: tuple[str, ...] = ()
    unread: bool = False
    silent: bool = False

    def allows(self, url: str) -> bool:
        """Whether the page may be read: the longest rule that fits decides, and of two as long the kinder one."""
        if self.unread or not self.rules:
            return not self.unread
        parts = urlsplit(url)
        path = _normal(parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        fitting = [(len(pattern), allowed) for allowed, pattern in self.rules if _fits(pattern, path)]
        return max(fitting, default=(0, True))[1]


def read_robots(text: str, agent: str, base: str) -> Robots:
    """The file's rules for `agent` (a User-Agent), else those for everybody."""
    match = TOKEN.match(agent)
    own = match[0].lower() if match else "*"
    rules: dict[str, list[tuple[bool, str]]] = {}
    sitemaps: list[str] = []
    agents: list[str] = []
    in_rules = False
    for name, value in _lines(text):
        if name == "sitemap" and (url := resolved(base, value)):
            sitemaps.append(url)
        elif name == "user-agent":
            agents = [*([] if in_rules else agents), value.lower()]
            in_rules = False
            for one in agents:
                rules.setdefault(one, [])
        elif name in ("allow", "disallow"):
            in_rules = True
            for one in agents if value else ():
                rules[one].append((name == "allow", _normal(value[:LONGEST_RULE])))
    for_us = rules.get(own, rules.get("*", []))
    return Robots(rules=tuple(for_us[:MOST_RULES]), sitemaps=tuple(dict.fromkeys(sitemaps)))


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text[:LARGEST].splitlines():
        name, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield name.strip().lower(), value.strip()


def _normal(path: str) -> str:
    """One percent-encoding for all."""
    return quote(unquote_to_bytes(path), safe="/*$?=&!'()+,;:@~%")


def _fits(pattern: str, path: str) -> bool:
    """Whether a rule's path fits: from the beginning, `*` for anything, `$` for the end. In one pass, without backtracking."""
    anchored = pattern.endswith("$")
    first, *rest = pattern.removesuffix("$").split("*", TOO_MANY_STARS)
    if not path.startswith(first):
        return False
    if not rest:
        return not anchored or path == first
    *middle, last = rest
    at = len(first)
    for part in middle:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return path[at:].endswith(last) if anchored else last in path[at:]


_known: WeakKeyDictionary[Fetcher, dict[str, tuple[Robots, datetime]]] = WeakKeyDictionary()


async def robots_of(fetcher: Fetcher, url: str, now: datetime) -> Robots:
    """The wishes of the page's site, asked for twice a day."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return Robots()  # no address: the fetcher says so better
    origin = f"{parts.scheme}://{parts.netloc}"
    sites = _known.setdefault(fetcher, {})
    kept = sites.get(origin)
    if kept is None or kept[1] < now:
        robots = await _asked(fetcher, origin)
        if len(sites) >= MOST_SITES:
            sites.clear()
        kept = sites[origin] = robots, now + (KEPT_UNREAD if robots.unread or robots.silent else KEPT)
    return kept[0]


async def _asked(fetcher: Fetcher, origin: str) -> Robots:
    address = f"{origin}/robots.txt"
    try:
        answer = await fetcher.get(address, accept=PLAIN)
    except SourceError as error:
        # No such file forbids nothing; a site in trouble is left alone for a while; one that cannot be reached says so
        # best when its page is asked for.
        return Robots(unread=error.status >= 500, silent=not error.status)  # noqa: PLR2004 - HTTP's own numbers
    return read_robots(_text(answer), fetcher.user_agent, address)


def _text(answer: Fetched) -> str:
    text, _ = decode(answer.body[:LARGEST], answer.charset)
    return text.lstrip("\ufeff")


async def ask_leave(fetcher: Fetcher, url: str, now: datetime) -> None:
    """Raises `SourceError` for a page that its site asks us not to read."""
    robots = await robots_of(fetcher, url, now) if fetcher.robots else Robots()
    if not robots.allows(url):
        why = "cannot be asked for just now" if robots.unread else "says so"
        raise SourceError(f"{without_secrets(url)} is not to be read by us: its site's robots.txt {why}")
