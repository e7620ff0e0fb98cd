"""How known kinds of site build their pages, as data: profiles/*.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

CHROME = "chrome.toml"
# What may stand before a paragraph of chrome: dashes, bullets, brackets. No quotes: people are quoted.
OPENING = r"[\s—\u2013•▶►|(\[*-]{0,4}"
# No paragraph of chrome is longer.
LONGEST_CHROME = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Selectors for pages on which the selector `when` finds something.

    Where the profile is of one `site`, its times without a zone are `zone`'s, and `feeds` names its feeds by edition.
    """

    name: str
    when: str
    selectors: Mapping[str, str]
    site: str = ""
    zone: str = ""
    feeds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chrome:
    """What surrounds an article on any page: selectors of elements, and patterns of paragraphs and names."""

    elements: str
    doubtful: str
    bodies: str
    paragraph: re.Pattern[str]
    beginning: re.Pattern[str]
    credit: re.Pattern[str]
    byline: re.Pattern[str]
    sign: re.Pattern[str]


@cache
def profiles() -> tuple[Profile, ...]:
    """All profiles, by name."""
    files = sorted(file.name for file in _folder().iterdir() if file.name.endswith(".toml") and file.name != CHROME)
    return tuple(Profile(name=name.removesuffix(".toml"), **_read(name)) for name in files)


@cache
def chrome() -> Chrome:
    """The one description of page chrome."""
    words = _read(CHROME)
    return Chrome(
        elements=words["elements"].strip(),
        doubtful=words["doubtful"].strip(),
        bodies=words["bodies"],
        paragraph=re.compile(
            rf"{OPENING}(?:{_any(words['beginnings'])})(?!\w)"
            rf"|[\W\d]*+(?:(?:{_any(words['words'])})(?!\w)[\W\d]*+)++$"
            rf"|.*[—\u2013|/(]\s?(?:{_any(words['captions'])})\s?:[^.!?]{{1,80}}$",
            re.IGNORECASE,
        ),
        beginning=re.compile(rf"(?:{_any(words['beginnings'])})(?!\w)", re.IGNORECASE),
        credit=re.compile(
            rf"(?:(?<=[.!?…»”\")\]])\s*(?:©|\(c\))?|\s*©)\s*(?:{_any(words['credits'])})\W*$", re.IGNORECASE
        ),
        byline=re.compile(rf"^(?:{_any(words['bylines'])})(?:\s*[:\u055d]\s*|\s+)", re.IGNORECASE),
        sign=re.compile(f"(?<![a-z])(?:{_any(words['signs'])})(?![a-z])", re.IGNORECASE),
    )


def _folder() -> Traversable:
    return resources.files(__package__).joinpath("profiles")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(_folder().joinpath(name).read_text("utf-8"))


def _any(words: list[str]) -> str:
    """An alternative of all of them, the longer before the shorter; a star stands for any ending."""
    return "|".join(re.escape(word).replace(r"\*", r"\w*") for word in sorted(words, key=len, reverse=True))
