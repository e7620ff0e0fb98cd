"""docs/benchmarks.md: its words are written by hand, its tables by `make bench ARGS=--write`, each suite in its place."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from benchmarks._report import Report, markdown

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def machine() -> str:
    """What kind of machine it was, without its name."""
    return f"{os.cpu_count()} CPUs, {platform.system()}, Python {platform.python_version()}"


def write(page: Path, reports: Iterable[Report], *, day: date) -> None:
    """Put each report's table into its place on `page`; what other suites found on other days stays."""
    text = page.read_text(encoding="utf-8") if page.is_file() else "# Benchmarks\n"
    for report in reports:
        text = placed(text, report, f"Measured on {day:%Y-%m-%d}: {machine()}.")
    page.write_text(text, encoding="utf-8")


def placed(text: str, report: Report, when: str) -> str:
    """`text` with the report between its two marks; a suite without marks gets a section at the end."""
    begin, end = f"<!-- {report.suite}: written by make bench -->", f"<!-- {report.suite}: end -->"
    if begin not in text:
        text = f"{text.rstrip()}\n\n## {report.suite}\n\n{begin}\n{end}\n"
    table = f"{begin}\n{when}\n\n{markdown(report.figures)}\n{end}"
    return re.sub(f"{re.escape(begin)}.*?{re.escape(end)}", lambda _: table, text, flags=re.DOTALL)
