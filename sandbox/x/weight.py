"""What a text weighs on X, and which parts of it X takes for links: written for the sandbox alone.

Rules: https://docs.x.com/fundamentals/counting-characters and the published configuration (version 3): 280 in all;
characters of U+0000-10FF, 2000-200D, 2010-201F and 2032-2037 weigh 1, all others 2; a link 23; an emoji sequence 2.
The text is brought to NFC first. Where X knows an emoji sequence only when it is in its own picture set, this counter
takes every well-formed one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.x import tlds

LIMIT = 280
LINK = 23
_LIGHT = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
_FORBIDDEN = "\ufffe\ufeff\uffff"
_LONGEST_LINK = 4096

_DIRECTION = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_PUNCTUATION = r"!'#%&()*+,\\\-./:;<=>?@\[\]^_{|}~$"
_HOST = rf"[^{_PUNCTUATION}{_DIRECTION}\s\x00-\x20\x7f-\xa0{_FORBIDDEN}]"
_LABEL = rf"(?:{_HOST}|[-_]){{1,63}}"  # a name has no longer labels, nor more: so that no text takes long to read
_CANDIDATE = re.compile(
    rf"(?<![A-Za-z0-9@\uff20$#\uff03{_FORBIDDEN}])(?P<scheme>https?://)?(?P<host>{_LABEL}(?:\.{_LABEL}){{1,126}})",
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
_LATIN_DOMAIN = re.compile(
    rf"(?P<labels>(?:[-a-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]+\.)+){_HOST}+", re.IGNORECASE
)
_SHORT_LINK = re.compile(r"https?://t\.co/[a-z0-9]+", re.IGNORECASE)
_LOOPBACK = re.compile(r"(?<![A-Za-z0-9@])https?://(?:127\.0\.0\.1|localhost|\[::1\])", re.IGNORECASE)

_SYMBOLS = r"\u203c\u2049\u2139\u2190-\u265e\u2660-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_TONE = r"[\U0001f3fb-\U0001f3ff]"
_TAKES_TONE = (  # https://unicode.org/Public/UCD/latest/ucd/emoji/emoji-data.txt, Emoji_Modifier_Base
    r"[\u261d\u26f9\u270a-\u270d\U0001f385\U0001f3c2-\U0001f3c4\U0001f3c7\U0001f3ca-\U0001f3cc\U0001f442\U0001f443"
    r"\U0001f446-\U0001f450\U0001f466-\U0001f478\U0001f47c\U0001f481-\U0001f483\U0001f485-\U0001f487\U0001f48f"
    r"\U0001f491\U0001f4aa\U0001f574\U0001f575\U0001f57a\U0001f590\U0001f595\U0001f596\U0001f645-\U0001f647"
    r"\U0001f64b-\U0001f64f\U0001f6a3\U0001f6b4-\U0001f6b6\U0001f6c0\U0001f6cc\U0001f90c\U0001f90f"
    r"\U0001f918-\U0001f91f\U0001f926\U0001f930-\U0001f939\U0001f93c-\U0001f93e\U0001f977\U0001f9b5\U0001f9b6"
    r"\U0001f9b8\U0001f9b9\U0001f9bb\U0001f9cd-\U0001f9cf\U0001f9d1-\U0001f9dd\U0001fac3-\U0001fac5"
    r"\U0001faf0-\U0001faf8]"
)
_ONE = rf"(?:{_TAKES_TONE}{_TONE}|[{_SYMBOLS}]\ufe0f?)"
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
        taken, end = _links_of(text, found)
        links += taken
        place = end + 1 if end else found.start("host") + 1
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


def _links_of(text: str, found: re.Match[str]) -> tuple[list[Link], int]:
    """The links that one run of labels and dots holds, and where what was read ends (0: nothing was a host).

    With a scheme it is one link. Without, each domain in Latin letters is one, unless a dash, dot or slash leads.
    """
    start = found.start("host")
    host_end = _host_end(text, start, found.end("host"))
    if host_end is None:
        return [], 0
    whole = _with_tail(text, found.start(), host_end)
    if found["scheme"]:
        short = _SHORT_LINK.match(whole.url)
        link = Link(whole.start, whole.start + short.end(), short.group()) if short else whole
        return ([link] if len(link.url) <= _LONGEST_LINK else []), link.end
    if start and text[start - 1] in "-_./":
        return [], whole.end
    links = [Link(first, last, text[first:last]) for first, last in _latin_domains(text, start, host_end)]
    if links and links[-1].end == host_end:
        links[-1] = _with_tail(text, links[-1].start, host_end)
    return links, whole.end


def _latin_domains(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the domains in Latin letters begin and end inside one run of labels and dots."""
    while (domain := _LATIN_DOMAIN.search(text, start, end)) is not None:
        last = _host_end(text, domain.start(), domain.end(), strict=False)
        if last is not None:
            yield domain.start(), last
        start = last or domain.end("labels")


def _with_tail(text: str, start: int, host_end: int) -> Link:
    """A link from `start`, with the port, path and query that follow its host."""
    tail = _TAIL.match(text, host_end)
    end = tail.end() if tail and (tail["path"] or tail["query"]) else host_end
    return Link(start, end, text[start:end])


def _local(text: str, found: re.Match[str]) -> Link:
    tail = _TAIL.match(text, found.end())
    end = tail.end() if tail else found.end()
    return Link(found.start(), end, text[found.start() : end])


def _host_end(text: str, start: int, end: int, *, strict: bool = True) -> int | None:
    """Where the host in `text[start:end]` ends: behind its last known top-level domain. None when it is no host.

    `strict` minds the dashes at the edges of labels.
    """
    dots = [place for place in range(start, end) if text[place] == "."]
    for dot in reversed(dots):
        tld = _tld_at(text, dot + 1, end)
        labels = text[start:dot].split(".")
        if tld and (not strict or _is_domain(labels)) and _fits([*labels, tld]):
            return dot + 1 + len(tld)
    return None


def _tld_at(text: str, start: int, end: int) -> str:
    """The top-level domain that begins at `start`, or nothing."""
    stop = start
    while stop < end and text[stop].isascii() and text[stop].isalpha():
        stop += 1
    names = [text[start:stop]] if text[start:stop].lower() in tlds.ASCII else []
    if stop == start:
        names = [name for name in tlds.OTHER_SCRIPTS if text.startswith(name, start)]
    for name in names:
        after = text[start + len(name) : start + len(name) + 1]
        if not (after and (after in "@+-" or (after.isascii() and after.isalnum()))):
            return name
    return ""


def _is_domain(labels: list[str]) -> bool:
    """Whether labels make a name: none empty, no dash at an edge, `_` only in subdomains."""
    return "_" not in labels[-1] and all(label and label[0] not in "-_" and label[-1] not in "-_" for label in labels)


def _fits(labels: list[str]) -> bool:
    """Whether each label takes at most 63 bytes on the wire."""
    wire = (label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels)
    return all(len(label) <= 63 for label in wire)
