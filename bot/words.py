"""Words: what every message is built from: times as the newsroom reads them, short names, lines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from formatting.cut import cut
from newswire.clock import reads
from newswire.richtext import RichText

clock = reads  # as most messages need it
_UNITS = ((86_400, "d"), (3600, "h"), (60, "min"))


def lasted(time: timedelta) -> str:
    """`40 s`, `14 min`, `3 h`, `2 d`."""
    seconds = max(time.total_seconds(), 0.0)
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{seconds // size:.0f} {unit}"
    return f"{seconds:.0f} s"


def short(text: str, most: int, language: str = "") -> str:
    """`text` on one line, at most `most` characters, cut where a reader would."""
    return str(cut(RichText(" ".join(text.split())), most, len, language))


def many(count: int, one: str) -> str:
    """`1 post`, `7 posts`."""
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def need(count: int) -> str:
    """`1 needs you`, `3 need you`."""
    return f"{count} needs you" if count == 1 else f"{count} need you"


def lines(parts: Iterable[RichText | str]) -> RichText:
    """`parts`, one below the other."""
    text = RichText()
    for n, part in enumerate(parts):
        text = text + ("\n" if n else "") + part
    return text
