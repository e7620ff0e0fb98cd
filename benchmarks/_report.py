"""The report: figures with their aims, each beside what was measured next to it, and the table made of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

COLUMNS = ("figure", "aim", "measured", "baseline", "ratio", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One thing measured. `against` says what the baseline is; an aim is `at_most` or `at_least`, or none.

    `measured` is None where it cannot be measured; `note` says why, or what else is worth knowing.
    """

    name: str
    unit: str
    measured: float | None
    at_most: float | None = None
    at_least: float | None = None
    baseline: float | None = None
    against: str = ""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Measured by baseline: what tells two runs on a noisy machine apart."""
        return self.measured / self.baseline if self.measured is not None and self.baseline else None

    @property
    def missed(self) -> bool:
        """Whether there is an aim and it was not reached."""
        if self.measured is None:
            return False
        over = self.at_most is not None and self.measured > self.at_most
        return over or (self.at_least is not None and self.measured < self.at_least)

    def to_json(self) -> dict[str, Any]:
        """Everything, for programs."""
        return {**asdict(self), "ratio": self.ratio, "missed": self.missed}

    def cells(self) -> tuple[str, ...]:
        """A row of the table, under `COLUMNS`."""
        baseline = f"{quantity(self.baseline, self.unit)} ({self.against})" if self.baseline is not None else ""
        return (
            self.name,
            self._aim(),
            quantity(self.measured, self.unit) if self.measured is not None else "not measured",
            baseline,
            f"{short(self.ratio)} times" if self.ratio is not None else "",
            "; ".join(filter(None, ("MISSED" if self.missed else "", self.note))),
        )

    def _aim(self) -> str:
        if self.at_most is not None:
            return f"at most {quantity(self.at_most, self.unit)}"
        return f"at least {quantity(self.at_least, self.unit)}" if self.at_least is not None else ""


def short(value: float) -> str:
    """Three figures that count: 0.0213, 3.21, 48.1, 1,204."""
    if abs(value) >= 100 or value == round(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"


def quantity(value: float, unit: str) -> str:
    """`0.213 s`."""
    return f"{short(value)} {unit}".strip()


@dataclass(slots=True)
class Report:
    """What a suite found. A suite adds figures in the order in which they are to be read."""

    suite: str
    figures: list[Figure] = field(default_factory=list)

    def add(self, name: str, measured: float | None, unit: str, **more: Any) -> None:
        """A figure; `more` are the fields of `Figure`."""
        self.figures.append(Figure(name=name, measured=measured, unit=unit, **more))
        self.say(f"{name}: {self.figures[-1].cells()[2]}")

    def say(self, words: str) -> None:
        """What is going on, for whoever waits at a terminal."""
        if sys.stderr.isatty():
            sys.stderr.write(f"{self.suite}: {words}\n")


def draw(reports: Iterable[Report]) -> None:
    """One table on standard output: drawn on a terminal, tab-separated elsewhere."""
    rows = [(report.suite, *figure.cells()) for report in reports for figure in report.figures]
    columns = ("suite", *COLUMNS)
    if not sys.stdout.isatty():
        for row in (columns, *rows):
            print("\t".join(row))
        return
    from rich.box import SIMPLE  # noqa: PLC0415 - only where somebody looks
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(*columns, box=SIMPLE)
    for row in rows:
        table.add_row(*(Text(cell, style="bold red" if cell.startswith("MISSED") else "") for cell in row))
    Console().print(table)


def markdown(figures: Sequence[Figure]) -> str:
    """The table of one suite as a page shows it."""
    head = ("figure", "aim", "measured", "baseline", "ratio", "remark")
    rows = [head, ("---",) * len(head), *(figure.cells() for figure in figures)]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows)
