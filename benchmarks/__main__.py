"""`python -m benchmarks [suite ...]`: run the suites, each a file of this folder, and print one table."""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime

import benchmarks
from benchmarks import _page
from benchmarks._report import Report, draw


def suites() -> list[str]:
    """The suites there are: modules of this package whose names do not begin with an underscore."""
    return sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name[0] != "_")


def measured(suite: str) -> tuple[Report, bool]:
    """What the suite found, and whether it came to its end; if it did not, what it found until then."""
    report = Report(suite)
    try:
        importlib.import_module(f"benchmarks.{suite}").run(report)
    except Exception:  # noqa: BLE001 - one broken suite must not take the others' figures along
        traceback.print_exc()
        return report, False
    return report, True


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. 0: measured; 1: a suite broke, or with --strict an aim was missed; 2: no such suite."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("suite", nargs="*", help=f"all when none is named: {', '.join(suites())}")
    parser.add_argument("--json", action="store_true", help="JSON instead of the table")
    parser.add_argument("--write", action="store_true", help="also write the tables into docs/benchmarks.md")
    parser.add_argument("--strict", action="store_true", help="exit with 1 when an aim is missed")
    chosen = parser.parse_args(arguments)
    for name in chosen.suite:
        if name not in suites():
            sys.stderr.write(f"There is no suite '{name}'; there are: {', '.join(suites())}.\n")
            return 2
    found = [measured(name) for name in chosen.suite or suites()]
    reports = [report for report, _ in found]
    today = datetime.now(tz=UTC).date()
    if chosen.json:
        figures = {report.suite: [figure.to_json() for figure in report.figures] for report in reports}
        print(json.dumps({"date": f"{today}", "machine": _page.machine(), "suites": figures}, indent=2))
    else:
        draw(reports)
    if chosen.write:
        _page.write(_page.PAGE, [report for report, whole in found if whole], day=today)
    missed = chosen.strict and any(figure.missed for report in reports for figure in report.figures)
    return 0 if all(whole for _, whole in found) and not missed else 1


if __name__ == "__main__":
    sys.exit(main())
