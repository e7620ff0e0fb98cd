"""Length as each platform counts it: code points, UTF-16 units, graphemes, bytes, X's weight."""

from __future__ import annotations

from itertools import accumulate

import regex  # type: ignore[import-untyped]  # ships no types

from formatting.x_weight import weight
from newswire.platform import Unit

_GRAPHEME = regex.compile(r"\X")
_BEYOND_BMP = 0xFFFF


def length(text: str, unit: Unit) -> int:
    """How long `text` is in `unit`."""
    match unit:
        case Unit.CODE_POINTS:
            return len(text)
        case Unit.UTF16:
            return len(text) + sum(ord(char) > _BEYOND_BMP for char in text)
        case Unit.GRAPHEMES:
            return len(text) if text.isascii() and "\r" not in text else len(_GRAPHEME.findall(text))
        case Unit.BYTES:
            return len(text.encode("utf-8", "surrogatepass"))
        case Unit.X_WEIGHT:
            return weight(text)


def utf16_offsets(text: str) -> list[int]:
    """For each place in `text`, its end included, the place in UTF-16 units, as Telegram's entities want it."""
    return list(accumulate((1 + (ord(char) > _BEYOND_BMP) for char in text), initial=0))


def grapheme_ends(text: str) -> list[int]:
    """The places in `text` where a character, as a reader sees it, ends."""
    return [match.end() for match in _GRAPHEME.finditer(text)]
