"""Buttons: what a press carries, `v1|<article>|<revision>|<tap>[|<argument>]` in at most 64 bytes, and keyboards of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

MOST_BYTES = 64
_VERSION = "v1"
_PARTS = 4  # without an argument


class Tap(StrEnum):
    """What a button asks for. The first group is about an article, the second about channels."""

    APPROVE = "ap"
    NOW = "nw"
    SKIP = "sk"
    PREVIEW = "pv"
    TIMES = "tm"
    NEXT_SLOT = "nx"
    AFTER = "in"
    AT = "at"
    TYPE = "ty"
    BACK = "bk"
    THERE = "th"
    NOT_THERE = "nt"
    RETRY = "rt"
    RETRACT = "rc"
    KEEP = "kp"

    QUEUE = "qu"
    PAUSE = "pa"
    RESUME = "rs"
    LATE = "lt"


@dataclass(frozen=True, slots=True)
class Data:
    """What a button says when it is pressed. `revision` is the article's, as the card showed it; 0 0 for no article."""

    tap: Tap
    article: int = 0
    revision: int = 0
    argument: str = ""

    def __str__(self) -> str:
        parts = [_VERSION, str(self.article), str(self.revision), self.tap]
        return "|".join([*parts, self.argument] if self.argument else parts)


def parse(text: str) -> Data | None:
    """The inverse of `str(data)`; None for a button of another version, or of somebody else."""
    parts = text.split("|", maxsplit=_PARTS)
    if len(parts) < _PARTS or parts[0] != _VERSION:
        return None
    _, article, revision, tap, *argument = parts
    if not (article.isdecimal() and revision.isdecimal() and tap in set(Tap)):
        return None
    return Data(Tap(tap), int(article), int(revision), *argument)


@dataclass(frozen=True, slots=True)
class Key:
    """A button as we draw it: it says `data` when pressed. `style`: Telegram's `success` or `danger`."""

    label: str
    data: str
    style: str = ""


Rows = Sequence[Sequence[Key]]


def markup(rows: Rows) -> InlineKeyboardMarkup | None:
    """The keyboard; None without buttons."""
    shown = [[_button(key) for key in row] for row in rows if row]
    return InlineKeyboardMarkup(shown) if shown else None


def _button(key: Key) -> InlineKeyboardButton:
    return InlineKeyboardButton(key.label, callback_data=key.data, style=key.style or None)
