"""`make soak`: the long battle on SQLite and PostgreSQL. Ends in one line each; exit code 1 when a promise was broken."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from soak.battle import ALONE, Battle, Company, Report  # noqa: E402 - after its folder's parent is on the path
from support.postgresql import Server, installed  # noqa: E402 - see above

CLUSTER: Company = {
    "clock": ["--role", "clock"],
    "worker-1": ["--role", "worker"],
    "worker-2": ["--role", "worker"],
}
DOCS = Path(__file__).resolve().parents[2] / "docs" / "soak.md"


async def main(kills: int, stories: int, databases: list[str], seed: int) -> list[Report]:
    """One battle for each database, told as they end."""
    reports = []
    for database in databases:
        with tempfile.TemporaryDirectory(prefix="newswire-soak-") as place:
            folder = Path(place)
            folder.chmod(0o711)
            rng = random.Random(seed)
            if database == "sqlite":
                report = await Battle(folder, f"sqlite:///{folder / 'newswire.db'}", ALONE, rng).fight(kills, stories)
            else:
                report = await _on_postgresql(folder, rng, kills, stories)
            print(report.line(), flush=True)
            reports.append(report)
    return reports


async def _on_postgresql(folder: Path, rng: random.Random, kills: int, stories: int) -> Report:
    home = folder / "server"
    home.mkdir(mode=0o755)
    server = Server(home, installed())
    server.make()
    server.start()
    try:
        return await Battle(folder, server.database("soak"), CLUSTER, rng).fight(kills, stories)
    finally:
        server.stop("immediate")


def write(reports: list[Report], seed: int) -> None:
    """The report for the docs."""
    rows = "\n".join(f"- {'kept' if report.good else 'BROKEN'}: {report.line()}" for report in reports)
    DOCS.write_text(
        "# The soak\n\n"
        "`make soak` lets articles flow to Telegram and X in the sandbox, which counts what the public saw, and kills the\n"
        "processes that carry them with `kill -9` at random moments. SQLite: one daemon. PostgreSQL: a clock and two\n"
        "workers. A post that was caught between the call and its answer is uncertain; it is read back and settled.\n\n"
        f"Last run {datetime.now(UTC):%Y-%m-%d}, seed {seed}:\n\n{rows}\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="make soak", description=__doc__)
    arguments.add_argument("--kills", type=int, default=220, help="kills on each database")
    arguments.add_argument(
        "--stories", type=int, default=0, help="articles on each; two posts each (default: one a kill)"
    )
    arguments.add_argument("--on", choices=["sqlite", "postgresql"], action="append", help="only this database")
    arguments.add_argument("--seed", type=int, default=random.randrange(10_000), help="the same seed, the same moments")
    given = arguments.parse_args()
    found = asyncio.run(
        main(given.kills, given.stories or max(given.kills, 250), given.on or ["sqlite", "postgresql"], given.seed)
    )
    write(found, given.seed)
    sys.exit(0 if all(report.good for report in found) else 1)
