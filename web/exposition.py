"""The metrics page: what was counted since the start, and what the database says at this moment."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from importlib.metadata import version

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from desk.deciding import queue
from desk.health.figures import Figures
from desk.newsroom import Newsroom


def exposition(newsroom: Newsroom, state: Figures | None) -> bytes:
    """Everything, in Prometheus' text form. Without `state` (no database) only what this process knows."""
    registry = CollectorRegistry()
    registry.register(_Now([*_process(newsroom), *(_standing(state) if state else ())]))
    return newsroom.metrics.text() + generate_latest(registry)


class _Now(Collector):
    """Figures read a moment ago."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        """As they are."""
        return self._families


def _process(newsroom: Newsroom) -> Iterable[Metric]:
    yield InfoMetricFamily(
        "newswire_build",
        "What is running",
        {"version": version("newswire"), "python": platform.python_version()},
    )
    yield CounterMetricFamily("newswire_db_errors", "Times the database did not answer", value=newsroom.store.failures)


def _gauge(name: str, says: str, labels: tuple[str, ...], values: Iterable[tuple[tuple[str, ...], float]]) -> Metric:
    family = GaugeMetricFamily(f"newswire_{name}", says, labels=labels)
    for of, value in values:
        family.add_metric(of, value)
    return family


def _standing(state: Figures) -> Iterable[Metric]:
    yield from _newsroom(state)
    yield from _channels(state)


def _newsroom(state: Figures) -> Iterable[Metric]:
    yield _gauge(
        "processes_at_work",
        "Processes that have a role now; those that stand by are not counted",
        ("role",),
        [((role,), sum(hand.role == role for hand in state.at_work)) for role in state.wanted],
    )
    yield _gauge(
        "source_last_success_timestamp_seconds",
        "When a source was last read",
        ("source",),
        [
            ((name,), row.last_success_at.timestamp())
            for name, row in state.sources.items()
            if row and row.last_success_at
        ],
    )
    yield _gauge("approvals_pending", "Posts that wait for an editor", (), [((), state.approvals_pending)])


def _channels(state: Figures) -> Iterable[Metric]:
    channels = state.channels
    yield _gauge(
        "queue_posts",
        "Posts that wait or need a person",
        ("channel", "state"),
        [((view.name, str(one)), view.counts.get(one, 0)) for view in channels for one in queue.IN_QUEUE],
    )
    yield _gauge(
        "queue_oldest_overdue_seconds",
        "How long a channel's longest-waiting post is past its time",
        ("channel",),
        [((view.name,), state.overdue(view).total_seconds()) for view in channels],
    )
    yield _gauge(
        "channel_up",
        "1: the channel may speak; 0: paused by a person, a lost log-in or its platform",
        ("channel",),
        [((view.name,), float(state.speaks(view))) for view in channels],
    )
    yield _gauge(
        "channel_last_success_timestamp_seconds",
        "When a channel last spoke",
        ("channel",),
        [((view.name,), at.timestamp()) for view in channels if (at := view.standing.last_sent_at)],
    )
    yield _gauge(
        "channel_closed_until_timestamp_seconds",
        "Until when a channel's platform wants it to wait; 0: it does not",
        ("channel",),
        [((view.name,), view.closed_until) for view in channels],
    )
