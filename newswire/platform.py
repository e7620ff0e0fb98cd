"""A platform as data: how it counts, how much it takes, and what it can do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Unit(StrEnum):
    """What a platform counts when it says a text is too long."""

    CODE_POINTS = "code_points"
    UTF16 = "utf16"
    GRAPHEMES = "graphemes"
    BYTES = "bytes"
    X_WEIGHT = "x_weight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a platform takes.

    `text` and `caption` are in `unit`; `caption` is the limit beside a picture (0: the same as `text`).
    `styles` says whether the platform draws bold, italic and links inside text; where it does not, an address is
    written out. `buttons` and `preview` say whether a message may carry them. Picture limits: bytes, and pixels of
    width plus height.
    """

    text: int
    unit: Unit = Unit.CODE_POINTS
    caption: int = 0
    styles: bool = False
    buttons: bool = False
    preview: bool = False
    pictures: int = 1
    picture_bytes: int = 10 * 2**20
    picture_sides: int = 10_000
    picture_ratio: float = 20.0
    picture_types: tuple[str, ...] = ("image/jpeg", "image/png")
    alt_text: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Can:
    """What a platform lets us do with a post once it is out. `delete_within` None: at any age."""

    edit: bool = False
    delete: bool = False
    delete_within: timedelta | None = None
    thread: bool = False
    own_key: bool = False
    cost_per_post: float = 0.0
    cost_per_link_post: float = 0.0


_SPARE = 1.05  # messages that left evenly arrive a little less evenly


@dataclass(frozen=True, slots=True)
class Lane:
    """How fast an account or a chat takes messages: one every `gap` seconds on the long run, `burst` after a rest."""

    name: str
    gap: float
    burst: int = 1

    @classmethod
    def of(cls, name: str, most: float, seconds: float, *, burst: int = 1) -> Lane:
        """At most `most` in any `seconds`, wherever a server begins to count them, with a little to spare for the way.

        `most` 0: no pace, only a name that a platform's wait can close.
        """
        if not most:
            return cls(name, 0.0)
        burst = max(min(burst, int(most)), 1)
        return cls(name, _SPARE * seconds / (most - burst + 1), burst)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who a channel posts as, and what is missing for it to work (empty: nothing)."""

    id: str
    name: str
    url: str = ""
    missing: tuple[str, ...] = ()
