"""What a text weighs on X, and which parts of it X takes for links: written for the sandbox alone.

Rules: https://docs.x.com/fundamentals/counting-characters and the published configuration (version 3): 280 in all;
characters of U+0000-10FF, 2000-200D, 2010-201F and 2032-2037 weigh 1, all others 2; a link 23; an emoji sequence 2.
The text is brought to NFC first. Where X knows an emoji sequence only when it is in its own picture set, this counter
takes every well-formed one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from sandbox.x import tlds

LIMIT = 280
LINK = 23
_LIGHT = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
_FORBIDDEN = "\ufffe\ufeff\uffff"
_LONGEST_LINK = 4096

_DIRECTION = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_PUNCTUATION = r"""!'#%&()*+,\\\-./:;<=>?@\[\]^_{|}~$"`"""
_HOST = rf"[^{_PUNCTUATION}{_DIRECTION}\s\x00-\x20\x7f-\xa0{_FORBIDDEN}]"
_CANDIDATE = re.compile(
    rf"(?<![A-Za-z0-9@\uff20$#\uff03{_FORBIDDEN}])(?P<scheme>https?://)?(?P<host>(?:{_HOST}|[-_])+(?:\.(?:{_HOST}|[-_])+)+)",
    re.IGNORECASE,
)
_LETTERS = r"a-z0-9\u0400-\u04ff\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_INSIDE = rf"[{_LETTERS}!*';:=+,.$/%#\[\]\-\u2013_~@|&]"
_BRACKETS = rf"\((?:{_INSIDE}+|{_INSIDE}*\({_INSIDE}+\){_INSIDE}*)\)"
_LAST = rf"(?:[+\-{_LETTERS}=_#/]|{_BRACKETS})"
_TAIL = re.compile(
    rf"(?::[0-9]+)?(?P<path>/(?:{_INSIDE}*(?:{_BRACKETS}{_INSIDE}*)*{_LAST}|@{_INSIDE}+/)?)?"
    r"(?P<query>\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/])?",
    re.IGNORECASE,
)
_ASCII_HOST = re.compile(r"(?:[-a-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]+\.)+[a-z]+", re.IGNORECASE)
_SHORT_LINK = re.compile(r"https?://t\.co/[a-z0-9]+", re.IGNORECASE)
_LOOPBACK = re.compile(r"(?<![A-Za-z0-9@])https?://(?:127\.0\.0\.1|localhost|\[::1\])", re.IGNORECASE)

_SYMBOLS = r"\u203c\u2049\u2139\u2190-\u265e\u2660-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_ONE = rf"[{_SYMBOLS}](?:\ufe0f|[\U0001f3fb-\U0001f3ff])?"
_EMOJI = re.compile(
    r"[\U0001f1e6-\U0001f1ff]{2}|[0-9#*]\ufe0f?\u20e3|\U0001f3f4[\U000e0061-\U000e007a]+\U000e007f"
    rf"|[\u00a9\u00ae\u2122\u265f]\ufe0f|{_ONE}(?!\ufe0e)(?:\u200d{_ONE})*"
)


@dataclass(frozen=True, slots=True)
class Link:
    """A part of a text that X makes a link of: `text[start:end]`, and the address it leads to."""

    start: int
    end: int
    url: str


def find_links(text: str, *, loopback: bool = False) -> list[Link]:
    """The links of a text, in order. `loopback` takes addresses of this machine too, which the real X never does."""
    links: list[Link] = []
    place = 0
    while (found := _CANDIDATE.search(text, place)) is not None:
        taken = _links_of(text, found)
        links += taken
        place = taken[-1].end if taken else found.start("host") + 1
    if loopback:
        links += [_local(text, found) for found in _LOOPBACK.finditer(text)]
    return sorted(links, key=lambda link: link.start)


def weigh(text: str, *, emoji: bool = True, loopback: bool = False) -> int:
    """What a text weighs. Without `emoji`, by the older rule that counts every code point of a sequence."""
    text = unicodedata.normalize("NFC", text)
    total, place = 0, 0
    for link in find_links(text, loopback=loopback):
        total += _weigh_plain(text[place : link.start], emoji=emoji) + LINK
        place = link.end
    return total + _weigh_plain(text[place:], emoji=emoji)


def is_valid(text: str, *, limit: int = LIMIT) -> bool:
    """Whether X would take the text: not empty, not too heavy, and without characters that are none."""
    return bool(text.strip()) and not has_forbidden(text) and weigh(text) <= limit


def has_forbidden(text: str) -> bool:
    """Whether the text holds a code point that is no character (U+FFFE, U+FEFF, U+FFFF)."""
    return any(char in _FORBIDDEN for char in text)


def _weigh_plain(text: str, *, emoji: bool) -> int:
    sequences = 0
    if emoji:
        text, sequences = _EMOJI.subn("", text)
    return 2 * sequences + sum(1 if _is_light(ord(char)) else 2 for char in text)


def _is_light(code: int) -> bool:
    return any(first <= code <= last for first, last in _LIGHT)


def _links_of(text: str, found: re.Match[str]) -> list[Link]:
    """The links that one run of labels and dots holds: at most one with a scheme, each ASCII domain without."""
    start = found.start("host")
    host_end = _host_end(text, start, found.end("host"))
    if host_end is None:
        return []
    if found["scheme"]:
        link = _with_tail(text, found.start(), host_end)
        short = _SHORT_LINK.match(link.url)
        link = Link(link.start, link.start + short.end(), short.group()) if short else link
        return [link] if len(link.url) <= _LONGEST_LINK else []
    if start and text[start - 1] in "-_./":
        return []
    ends = [
        (ascii_host.start(), end)
        for ascii_host in _ASCII_HOST.finditer(text, start, host_end)
        if (end := _host_end(text, ascii_host.start(), ascii_host.end())) is not None
    ]
    links = [Link(first, end, text[first:end]) for first, end in ends]
    if links and links[-1].end == host_end:
        links[-1] = _with_tail(text, links[-1].start, host_end)
    return links


def _with_tail(text: str, start: int, host_end: int) -> Link:
    """A link from `start`, with the port, path and query that follow its host."""
    tail = _TAIL.match(text, host_end)
    end = tail.end() if tail and (tail["path"] or tail["query"]) else host_end
    return Link(start, end, text[start:end])


def _local(text: str, found: re.Match[str]) -> Link:
    tail = _TAIL.match(text, found.end())
    end = tail.end() if tail else found.end()
    return Link(found.start(), end, text[found.start() : end])


def _host_end(text: str, start: int, end: int) -> int | None:
    """Where the host in `text[start:end]` ends: behind its last known top-level domain. None when it is no host."""
    dots = [place for place in range(start, end) if text[place] == "."]
    for dot in reversed(dots):
        tld = _tld_at(text, dot + 1, end)
        if tld and _is_domain(text[start:dot].split("."), tld):
            return dot + 1 + len(tld)
    return None


def _tld_at(text: str, start: int, end: int) -> str:
    """The top-level domain that begins at `start`, or nothing."""
    stop = start
    while stop < end and text[stop].isascii() and text[stop].isalpha():
        stop += 1
    names = [text[start:stop]] if text[start:stop].lower() in tlds.ASCII else []
    names += [name for name in tlds.OTHER_SCRIPTS if text.startswith(name, start)]
    for name in names:
        after = text[start + len(name) : start + len(name) + 1]
        if not (after and (after in "@+-" or (after.isascii() and after.isalnum()))):
            return name
    return ""


def _is_domain(labels: list[str], tld: str) -> bool:
    """Whether labels in front of `tld` make a name: no dash at an edge, `_` only in subdomains, 63 bytes a label."""
    if any(not label or label[0] in "-_" or label[-1] in "-_" for label in labels) or "_" in labels[-1]:
        return False
    return all(_length_on_the_wire(label) <= 63 for label in [*labels, tld])


def _length_on_the_wire(label: str) -> int:
    return len(label) if label.isascii() else len("xn--") + len(label.encode("punycode"))
