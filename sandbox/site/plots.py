"""Plots: the stories the newsroom can write, with gaps for places and numbers, so that no headline comes twice."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from functools import cache

from sandbox.site.editions import TEXTS, Edition

SECTIONS = ("politics", "economy", "society", "world", "sport", "culture", "analytics", "science")


@dataclass(frozen=True, slots=True)
class Wording:
    """A plot in one language."""

    title: str
    lead: str
    body: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """One story to tell: its section, the range of each number in it, and its wording per edition."""

    key: str
    section: str
    ranges: dict[str, tuple[float, float]]
    wordings: dict[str, Wording]


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A plot with its gaps filled: the same places and numbers in every edition.

    `places` are indices into `Edition.places`; `seed` decides what else the editions share (picture, author).
    """

    plot: Plot
    numbers: dict[str, float]
    places: tuple[int, int]
    seed: int

    def write(self, edition: Edition) -> Wording:
        """The story in the words of `edition`, which the plot must have."""
        gaps = {name: edition.number(value) for name, value in self.numbers.items()}
        gaps |= {"place": edition.places[self.places[0]], "place2": edition.places[self.places[1]]}
        wording = self.plot.wordings[edition.code]
        closings = random.Random(self.seed).sample(range(len(edition.closings)), 2)
        return Wording(
            wording.title.format_map(gaps),
            wording.lead.format_map(gaps),
            (*(text.format_map(gaps) for text in wording.body), *(edition.closings[i] for i in closings)),
        )


@cache
def plots() -> tuple[Plot, ...]:
    """Every plot, section by section."""
    return tuple(plot for section in SECTIONS for plot in _section(section))


def _section(section: str) -> list[Plot]:
    file = TEXTS / f"{section}.toml"
    found = []
    for table in tomllib.loads(file.read_text(encoding="utf-8"))["plot"]:
        wordings = {
            code: Wording(part["title"], part["lead"], tuple(part["body"]))
            for code, part in table.items()
            if isinstance(part, dict)
        }
        ranges = {name: (part[0], part[1]) for name, part in table.items() if isinstance(part, list)}
        found.append(Plot(key=table["key"], section=section, ranges=ranges, wordings=wordings))
    return found


def tell(plot: Plot, rng: random.Random, places: int) -> Telling:
    """`plot` with places (of as many as there are) and numbers drawn by `rng`."""
    first, second = rng.sample(range(places), 2)
    numbers = {name: _number(low, high, rng) for name, (low, high) in plot.ranges.items()}
    return Telling(plot=plot, numbers=numbers, places=(first, second), seed=rng.randrange(2**31))


def _number(low: float, high: float, rng: random.Random) -> float:
    """A decimal that is not whole, or a count of the kind that takes the genitive plural in Russian (5 to 20, 25 to 30)."""
    if isinstance(low, float):
        return rng.choice([n / 10 for n in range(round(low * 10), round(high * 10) + 1) if n % 10])
    return rng.choice([n for n in range(int(low), int(high) + 1) if n % 10 in (0, 5, 6, 7, 8, 9) or 10 < n % 100 < 20])
