"""An edition of the site: its language, its furniture words, its sections, and how it writes dates and numbers."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class Section:
    """A section as one edition calls it; `alt` and `caption` go with its pictures."""

    name: str
    description: str
    alt: str
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One language edition. `prefix` stands before its paths, `latin` is how its letters are written there.

    `places`, `authors` and `closings` have the same order in all editions.
    """

    code: str
    language: str
    prefix: str
    tagline: str
    months: tuple[str, ...]
    decimal: str
    thousands: str
    flags: tuple[str, ...]
    authors: tuple[str, ...]
    places: tuple[str, ...]
    closings: tuple[str, ...]
    words: dict[str, str]
    latin: dict[str, str]
    sections: dict[str, Section]

    def date(self, local: datetime) -> str:
        """A time as the page shows it, without a zone: `25 Июня 2026 17:24`."""
        return f"{local.day} {self.months[local.month - 1]} {local:%Y %H:%M}"

    def number(self, value: float) -> str:
        """A number as this language writes it: `1,250` or `1 250`, `3.4` or `3,4`."""
        text = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
        return text.translate({ord(","): self.thousands, ord("."): self.decimal})


@cache
def editions() -> dict[str, Edition]:
    """All editions the site can have, by their language's code."""
    tables = tomllib.loads((TEXTS / "editions.toml").read_text(encoding="utf-8"))
    return {code: _edition(code, table) for code, table in tables.items()}


def _edition(code: str, table: dict[str, Any]) -> Edition:
    sections = {key: Section(**section) for key, section in table.pop("sections").items()}
    latin = dict(pair.split("=") for pair in table.pop("latin", "").split())
    lists = {key: tuple(value) for key, value in table.items() if isinstance(value, list)}
    return Edition(code=code, sections=sections, latin=latin, **{**table, **lists})
