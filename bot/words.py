"""Words: what every message is built from: times as the newsroom reads them, short names, lines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from formatting.cut import cut
from newswire.richtext import RichText

_DAY = timedelta(days=1)
_UNITS = ((86_400, "d"), (3600, "h"), (60, "min"))


def clock(zone: ZoneInfo, at: datetime, now: datetime) -> str:
    """`18:30`; `tomorrow 08:30`; `18:30, 26 Nov` on any other day. In the newsroom's `zone`."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    return f"tomorrow {local:%H:%M}" if local.date() == today + _DAY else f"{local:%H:%M, %d %b}"


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
