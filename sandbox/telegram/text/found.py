"""What Telegram finds in a text by itself: addresses, names, hashtags, commands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sandbox.telegram.text.entities import Entity

_HOST = r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}"
_PATH = r"(?::\d{1,5})?(?:[/?#][^\s<>\"«»“”]*)?"
_PATTERNS = (
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?![\w-])")),
    (
        "url",
        re.compile(rf"(?<![\w@])(?:https?|tg|ftp)://(?:{_HOST}|\d{{1,3}}(?:\.\d{{1,3}}){{3}}){_PATH}", re.IGNORECASE),
    ),
    ("url", re.compile(rf"(?<![\w@./-]){_HOST}{_PATH}")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{2,31})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z]\w{3,31}(?!\w)", re.ASCII)),
    ("hashtag", re.compile(r"(?<![\w/])#(?=\w*[^\W\d])[\w·]{1,256}(?![\w#])")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?![\w$])")),
)
_COMMON = frozenset(
    [
        "com",
        "org",
        "net",
        "info",
        "biz",
        "edu",
        "gov",
        "mil",
        "int",
        "name",
        "pro",
        "mobi",
        "news",
        "online",
        "site",
        "store",
        "tech",
        "blog",
        "media",
        "live",
        "tv",
        "world",
        "today",
        "agency",
        "press",
        "digital",
        "app",
        "dev",
        "club",
        "shop",
        "xyz",
        "top",
        "рф",
        "бел",
        "укр",
        "қаз",
    ]
)
_LOOSE = ".,:;!?'\"…"


def find_entities(text: str) -> list[Entity]:
    """Entities in UTF-16 units, none touching another."""
    units = _units_before(text)
    taken: dict[tuple[int, int], str] = {}
    for kind, pattern in _PATTERNS:
        for start, end in _hits(kind, pattern, text):
            if all(end <= a or b <= start for a, b in taken):
                taken[start, end] = kind
    return [Entity(taken[place], units[place[0]], units[place[1]]) for place in sorted(taken)]


def _hits(kind: str, pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    for hit in pattern.finditer(text):
        end = _without_loose_end(hit[0]) + hit.start() if kind == "url" else hit.end()
        found = text[hit.start() : end]
        if kind != "url" or "://" in found or _is_domain(found):
            yield hit.start(), end


def _without_loose_end(url: str) -> int:
    """Its length without closing punctuation, and without a bracket that was opened before it."""
    while url and (
        url[-1] in _LOOSE or (url[-1] in ")]" and url.count(url[-1]) > url.count("(["[")]".index(url[-1])]))
    ):
        url = url[:-1]
    return len(url)


def _is_domain(found: str) -> bool:
    """Whether something without a scheme is an address: its last label is known, and not written as a Name is."""
    top = re.split(r"[:/?#]", found, maxsplit=1)[0].rpartition(".")[2]
    written_as_name = top != top.lower() and top[1:] == top[1:].lower()
    return not written_as_name and ((len(top) == 2 and top.isascii()) or top.lower() in _COMMON)


def _units_before(text: str) -> list[int]:
    """For each place in `text`, and its end, how many UTF-16 units lie before it."""
    counts = [0]
    for c in text:
        counts.append(counts[-1] + (2 if c > "\uffff" else 1))
    return counts
