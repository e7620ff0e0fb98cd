"""Buttons: what a press carries. `v1|<article>|<revision>|<act>[|<argument>]`, at most 64 bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

_VERSION = "v1"
MOST_BYTES = 64


@dataclass(frozen=True, slots=True)
class Data:
    """What a button says when it is pressed. `revision` is the article's, as the card showed it."""

    article: int
    revision: int
    act: str
    argument: str = ""

    def __str__(self) -> str:
        parts = [_VERSION, str(self.article), str(self.revision), self.act]
        return "|".join([*parts, self.argument] if self.argument else parts)


def parse(text: str) -> Data | None:
    """The inverse of `str(data)`; None for a button of another version or somebody else's."""
    version, *rest = text.split("|")
    if version != _VERSION or len(rest) not in (3, 4) or not (rest[0].isdigit() and rest[1].isdigit()):
        return None
    return Data(int(rest[0]), int(rest[1]), rest[2], rest[3] if len(rest) > 3 else "")  # noqa: PLR2004 - the argument is the fourth


@dataclass(frozen=True, slots=True)
class Key:
    """A button as a card wants it: it says `data` when pressed, or opens `url`."""

    label: str
    data: str = ""
    url: str = ""
    style: str = ""


def markup(rows: Sequence[Sequence[Key]]) -> InlineKeyboardMarkup | None:
    """The keyboard; None without buttons."""
    shown = [[_button(key) for key in row] for row in rows if row]
    return InlineKeyboardMarkup(shown) if shown else None


def _button(key: Key) -> InlineKeyboardButton:
    if key.url:
        return InlineKeyboardButton(key.label, url=key.url)
    return InlineKeyboardButton(key.label, callback_data=key.data, style=key.style or None)
