"""Addresses in plain text: where X sees a link, a bare `Caliber.Az` included, and where a cut must not fall."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

LONGEST = 4096
LONGEST_LABEL = 63
LONGEST_SLUG = 40

_SPACES = r"\t-\r \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_DIRECTIONS = r"\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
_INVALID = r"\ufffe\ufeff\uffff"
_NAME = rf"[^!'#%&()*+,\\\-./:;<=>?@\[\]^_{{|}}~${_SPACES}{_DIRECTIONS}{_INVALID}]"
_LATIN = r"a-z0-9\xc0-\xd6\xd8-\xf6\xf8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
_PATH = rf"[{_LATIN}\u0400-\u04ff!*';:=+,.$/%#\[\]\-\u2013_~@|&]"
_PATH_END = rf"[{_LATIN}\u0400-\u04ff+\-=_#/]"
_BRACKETS = rf"\((?:{_PATH}+|{_PATH}*\({_PATH}+\){_PATH}*)\)"
_QUERY = r"(?:\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/])?"

_RUN = re.compile(rf"(?:{_NAME}|[-_.])+")
_HOST = re.compile(rf"{_NAME}(?:(?:{_NAME}|[_-])*{_NAME})?(?:\.{_NAME}(?:(?:{_NAME}|[_-])*{_NAME})?)+")
_AFTER = rf"(?<![A-Za-z0-9@\uff20$#\uff03{_INVALID}])"
_SCHEME = re.compile(rf"{_AFTER}https?://", re.IGNORECASE)
_BEGINNING = re.compile(rf"{_AFTER}{_NAME}")
_LATIN_LABELS = re.compile(rf"(?:[-{_LATIN}]+\.)+", re.IGNORECASE)
_TAIL = re.compile(rf"(?::[0-9]+)?(/(?:(?:{_PATH}|{_BRACKETS})*{_PATH_END})?(?:{_BRACKETS})*)?{_QUERY}", re.IGNORECASE)
_SHORTENED = re.compile(rf"https?://t\.co/([a-z0-9]+){_QUERY}", re.IGNORECASE)


def find_urls(text: str) -> list[tuple[int, int]]:
    """Start and end of each address in `text`, as X's own counter finds them (twitter-text 3).

    With `http(s)://` any script goes; without, only names in Latin letters that end in a known top-level domain.
    """
    if "." not in text:
        return []
    found: list[tuple[int, int]] = []
    at = 0
    while run := _RUN.search(text, at):
        at = run.end()
        if "." in run[0]:
            at, urls = _with_scheme(text, run) or _bare(text, run)
            found += urls
    return found


_Step = tuple[int, list[tuple[int, int]]]  # where to go on searching, and the addresses on the way there


def _with_scheme(text: str, run: re.Match[str]) -> _Step | None:
    """The address that begins with `http(s)://` right before `run`; None when there is no such beginning."""
    size = next((n for n in (7, 8) if n <= run.start() and _SCHEME.fullmatch(text, run.start() - n, run.start())), 0)
    if not size or not (host := _HOST.match(text, run.start(), run.end())):
        return None
    if not (domain_end := _domain_end(text, host.start(), host.end())):
        return host.end(), []
    start, end, _ = _whole(text, host.start() - size, domain_end)
    fits = end - start + size <= LONGEST and _encodable(text[host.start() : domain_end])
    if (short := _SHORTENED.match(text, start)) and short.end() <= end:
        end, fits = short.end(), len(short[1]) <= LONGEST_SLUG
    return end, [(start, end)] if fits else []


def _bare(text: str, run: re.Match[str]) -> _Step:
    """The same without a scheme: every Latin name among the labels is one; a path belongs to the last."""
    at = run.start()
    if at == 0 and not _is_plain(text[0]) and _HOST.match(text, 1, run.end()):
        at = 1  # X takes the first character of a text for what stands before the address
    while beginning := _BEGINNING.search(text, at, run.end()):
        if host := _HOST.match(text, beginning.start(), run.end()):
            break
        at = text.find(".", beginning.start(), run.end()) + 1 or run.end()
    else:
        return run.end(), []
    if not (domain_end := _domain_end(text, host.start(), host.end())):
        return host.end(), []
    start, end, path = _whole(text, host.start(), domain_end)
    if text[start - 1 : start] in tuple("-_./") or not _encodable(text[start:domain_end]):
        return end, []
    urls = list(_latin_hosts(text, start, domain_end))
    if not path:
        return domain_end, urls
    return end, [*urls[:-1], (urls[-1][0], end)] if urls else []


def _whole(text: str, start: int, domain_end: int) -> tuple[int, int, bool]:
    """Start, end with port, path and query, and whether there is a path."""
    tail = _TAIL.match(text, domain_end)
    return start, tail.end() if tail else domain_end, bool(tail and tail[1])


def _latin_hosts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The domains in `text[start:end]` whose labels, but for the top-level one, are Latin."""
    while labels := _LATIN_LABELS.search(text, start, end):
        last = text.find(".", labels.end(), end)
        host_end = _domain_end(text, labels.start(), end if last < 0 else last)
        if host_end:
            yield labels.start(), host_end
        start = host_end or labels.end()


def _domain_end(text: str, start: int, end: int) -> int:
    """Where the longest domain in `text[start:end]` ends, 0 where no label begins with a top-level domain."""
    cut = text.rfind(".", start, end)
    while cut > start:
        before = text.rfind(".", start, cut) + 1 or start
        size = _top_level(text, cut + 1, end)
        if size and "_" not in text[before:cut]:
            return cut + 1 + size
        end, cut = cut, text.rfind(".", start, cut)
    return 0


def _top_level(text: str, start: int, end: int) -> int:
    """The length of the top-level domain that the label `text[start:end]` begins with, 0 for none."""
    if text[start : start + 4].lower() == "xn--":
        return len(re.match(r"[-0-9a-z]*", text[start:end], re.IGNORECASE)[0])  # type: ignore[index]  # always matches
    names, longest = top_level_domains()
    for size in range(min(end - start, longest), 0, -1):
        after = text[start + size : start + size + 1]
        if text[start : start + size].lower() in names and not (after and (after in "@+-" or _is_plain(after))):
            return size
    return 0


def _is_plain(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _encodable(domain: str) -> bool:
    """Whether every label fits DNS once written in ASCII (RFC 5890: 63 characters, `xn--` included)."""
    return all(
        len(label if label.isascii() else "xn--" + label.lower().encode("punycode").decode()) <= LONGEST_LABEL
        for label in domain.split(".")
    )


@lru_cache(maxsize=1)
def top_level_domains() -> tuple[frozenset[str], int]:
    """The names of `tlds.txt`, and the length of the longest. Read once, at the first dot."""
    lines = files(__package__).joinpath("tlds.txt").read_text(encoding="utf-8").splitlines()
    names = frozenset(name for line in lines if not line.startswith("#") for name in line.split())
    return names, max(map(len, names))
