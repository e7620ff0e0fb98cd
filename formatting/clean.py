"""Words from outside, made fit to stand in a post: no control characters, white space folded, one line or paragraphs."""

from __future__ import annotations

import regex  # type: ignore[import-untyped]  # ships no types

# Controls, halves of characters, private use, noncharacters, soft hyphens, and the two marks that turn text round.
_NEVER = regex.compile(
    r"(?V1)[[\p{Cc}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\u00ad\ufeff\ufff9-\ufffc\u202d\u202e]--[\t\n-\r\x1c-\x1f\x85]]"
)
_SPACE = regex.compile(r"[\s\x1c-\x1f]+")
_KEPT_ALONE = frozenset("\u00a0\u2009\u202f\u3000")
_BLANK_LINE = regex.compile(r"(?:\r\n?|\n|\x0b|\x0c|\x85|\u2028|\u2029)\s*(?:\r\n?|\n|\u2028)|\u2029")


def one_line(text: str) -> str:
    """`text` on one line. A single no-break or thin space stays; all other white space becomes one plain space."""
    folded = _SPACE.sub(lambda run: run[0] if run[0] in _KEPT_ALONE else " ", _NEVER.sub("", text))
    return str(folded).strip()


def paragraphs(text: str) -> list[str]:
    """The paragraphs of `text` (parted by blank lines), each on one line, empty ones left out."""
    return [line for part in _BLANK_LINE.split(text) if (line := one_line(part))]
