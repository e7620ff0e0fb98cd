"""`make soak`: the long battles. Each ends in one line, written into docs/soak.md; exit code 1 when a promise was broken."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from soak.battle import ALONE, BAD_NET, CLUSTER, Battle
from soak.changes import Changes
from soak.frozen import Frozen
from soak.outages import OUTAGES, Outages
from soak.report import Report
from support.postgresql import Server, installed

DOCS = Path(__file__).resolve().parents[2] / "docs" / "soak.md"
BATTLES = (
    *("sqlite", "postgresql", "bad net", "postgresql stopped"),
    *("changes", "postgresql changes", "postgresql frozen"),
)


@contextmanager
def battle(name: str, seed: int) -> Iterator[Battle]:
    """The battle of that name, in a folder of its own."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="newswire-soak-") as place:
        folder = Path(place)
        kind = Changes if name.endswith("changes") else Frozen if name.endswith("frozen") else Battle
        if not name.startswith("postgresql"):
            faults = BAD_NET if name == "bad net" else []
            yield kind(name, folder, f"sqlite:///{folder / 'newswire.db'}", ALONE, rng, faults)
            return
        with tempfile.TemporaryDirectory(prefix="newswire-pg-") as home:
            server = Server(Path(home), installed())
            server.make()
            server.start()
            try:
                url = server.database("soak")
                stops = Outages(name, folder, url, CLUSTER, rng, server=server)
                yield stops if name.endswith("stopped") else kind(name, folder, url, CLUSTER, rng)
            finally:
                server.stop("immediate")


def fight(names: list[str], kills: int, stories: int, seed: int) -> list[Report]:
    """One battle after the other, each told as it ends. Where the net or the database fails nobody is killed as well."""
    reports = []
    strikes = {"bad net": 0, "postgresql stopped": len(OUTAGES)}
    for name in names:
        with battle(name, seed) as one:
            report = asyncio.run(one.fight(strikes.get(name, kills), stories or max(kills, _flow(name))))
        sys.stdout.write(f"{report.line()}\n")
        sys.stdout.flush()
        reports.append(report)
    return reports


def _flow(name: str) -> int:
    """How many articles there are at least. Those that change must still be in the site's feed when a daemon is back."""
    return 25 if name.endswith("changes") else 250


def write(reports: list[Report], seed: int) -> None:
    """The report for the docs."""
    rows = "\n".join(f"- {'kept' if report.good else 'BROKEN'}: {report.line()}" for report in reports)
    DOCS.write_text(
        "# The soak\n\n"
        "`make soak` lets articles flow to Telegram and X in the sandbox, which counts what the public saw, while the\n"
        "processes that carry them are killed with `kill -9` at random moments. On SQLite it is one daemon, on PostgreSQL a\n"
        "clock and two workers. On the bad net nobody is killed, but one call in ten is taken and never answered, and as\n"
        "many are refused; another battle stops PostgreSQL, fast and immediate, for 10 s and for 60 s, while articles go on\n"
        "to appear. Among changes, articles get other titles and posts are taken back while the processes that edit and\n"
        "delete are killed: readers must end with one post that has the last title (X edits nothing), or with none. Frozen\n"
        "are a worker in the middle of a call, or the clock, for longer than the others wait; a late answer is only recorded.\n"
        "A post that was caught between the call and its answer is uncertain; it is read back and settled.\n"
        "Doubled, lost and asked must be 0, and no doubt may last a minute.\n\n"
        f"Last run {datetime.now(UTC):%Y-%m-%d}, seed {seed}:\n\n{rows}\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="make soak", description=__doc__)
    arguments.add_argument("--kills", type=int, default=220, help="kills on each database")
    arguments.add_argument("--stories", type=int, default=0, help="articles in each battle, two posts each")
    arguments.add_argument("--only", choices=BATTLES, action="append", help="only this battle")
    arguments.add_argument("--seed", type=int, default=random.randrange(10_000), help="the same seed, the same moments")
    given = arguments.parse_args()
    found = fight(given.only or list(BATTLES), given.kills, given.stories, given.seed)
    write(found, given.seed)
    sys.exit(0 if all(report.good for report in found) else 1)
