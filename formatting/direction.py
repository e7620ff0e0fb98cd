"""Right-to-left posts: a line that opens with a Latin name still runs from the right, by an invisible mark before it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from formatting.labels import RIGHT_TO_LEFT
from formatting.sentences import base
from newswire.richtext import RichText

MARK = "\u200f"
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_LINE = re.compile(r"[^\n]+")


def mark_directions(text: RichText, language: str) -> RichText:
    """`text` with a right-to-left mark before each line that has such letters but does not begin with one.

    A line that begins with an address stays: nothing may stand before that.
    """
    if base(language) not in RIGHT_TO_LEFT:
        return text
    places = [line.start() for line in _LINE.finditer(text.text) if _runs_wrong(line[0])]
    plain, at = "", 0
    for place in places:
        plain += text.text[at:place] + MARK
        at = place
    moved = tuple(
        replace(s, start=s.start + sum(p <= s.start for p in places), end=s.end + sum(p < s.end for p in places))
        for s in text.spans
    )
    return RichText(plain + text.text[at:], moved)


def _runs_wrong(line: str) -> bool:
    if _ADDRESS.match(line):
        return False
    strong = [kind for char in line if (kind := unicodedata.bidirectional(char)) in ("L", "R", "AL")]
    return bool(strong) and strong[0] == "L" and any(kind != "L" for kind in strong)
