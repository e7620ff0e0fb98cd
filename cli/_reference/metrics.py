"""The page of metrics: what /metrics tells Prometheus, and the other addresses of the daemon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.metrics_core import Metric

from cli._reference.table import table
from db.store import Store
from desk.health.figures import Figures
from desk.newsroom import Newsroom, fetcher_of
from newswire.settings import Settings
from web.exposition import _process, _standing

_ENDINGS = {"counter": "_total", "info": "_info"}
_TOP = """
# Metrics and health

The daemon listens where `[web]` of newswire.toml says (127.0.0.1:8080 unless it says otherwise).

| address | what |
| --- | --- |
| `/healthz` | 200 while the process lives |
| `/readyz` | 200 when everything works; 503 with `troubles`: database, bot, clock, a role nobody has, late posts, each in one line |
| `/metrics` | what follows, for Prometheus |

No metric has an article or a person as a label. A counter starts at 0 with the process.
"""


@dataclass(frozen=True, slots=True, order=True)
class Described:
    """A metric under the name that Prometheus sees."""

    name: str
    kind: str
    labels: tuple[str, ...]
    says: str


def page() -> str:
    """The whole page."""
    rows = [
        (f"`{one.name}`", one.kind, ", ".join(f"`{label}`" for label in one.labels) or "none", one.says)
        for one in sorted(every())
    ]
    return "\n\n".join((_TOP.strip(), "## Metrics", table(("metric", "type", "labels", "what"), rows)))


def every() -> list[Described]:
    """Every metric there is: those that are counted, and those that are read when somebody asks."""
    settings = Settings()
    newsroom = Newsroom(settings, Store("sqlite:///nowhere.db"), fetcher_of(settings), {}, Path())  # opens nothing
    counted = [
        (next(iter(c.describe())), c) for c in vars(newsroom.metrics).values() if isinstance(c, MetricWrapperBase)
    ]
    read = [*_process(newsroom), *_standing(Figures(datetime.now(UTC), (), {}))]
    return [_described(*pair) for pair in (*counted, *((family, family) for family in read))]


def _described(family: Metric, labelled: Any) -> Described:
    """prometheus-client shows labels only on samples, of which there are none yet."""
    name = family.name + _ENDINGS.get(family.type, "")
    return Described(name, family.type, tuple(labelled._labelnames), family.documentation)  # noqa: SLF001 - see above
