"""What a running newsroom counts, for Prometheus: each event once, when it happens. No input or output."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from newswire.delivery import Outcome
from newswire.post import PostState

TICK_SECONDS = 0.5
"""How often the clock ticks when all is well."""

_DELAYS = (0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 14_400, 43_200, 86_400)
_DURATIONS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60)
_RESULTS = frozenset({PostState.PUBLISHED, PostState.FAILED, PostState.UNCERTAIN})


class Metrics:
    """The counters of one newsroom. Names: https://prometheus.io/docs/practices/naming/."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._fetches = self._counter("source_fetches", "Looks at a source, by what came of them", "source", "result")
        self._articles = self._counter("articles", "Articles taken in", "source")
        self._posts = self._counter(
            "posts", "Posts that reached an end: published, failed, uncertain", "channel", "result"
        )
        self._deliveries = self._counter("deliveries", "Calls to platforms, by their answer", "result")
        self._limited = self._counter("rate_limited", "Pauses that a platform asked for", "channel")
        self._delay = Histogram(
            "newswire_post_delay_seconds",
            "From the first sight of an article to its post being taken by the platform",
            registry=self.registry,
            buckets=_DELAYS,
        )
        self._duration = Histogram(
            "newswire_publish_duration_seconds",
            "How long a platform took to answer",
            ["channel"],
            registry=self.registry,
            buckets=_DURATIONS,
        )
        self._lag = Gauge(
            "newswire_scheduler_lag_seconds", "How late the clock's last tick was", registry=self.registry
        )
        self._last_tick: float | None = None

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(f"newswire_{name}", says, labels, registry=self.registry)

    def fetched(self, source: str, result: str) -> None:
        """A look at a source: `changed`, `unchanged` or `failed`."""
        self._fetches.labels(source, result).inc()

    def taken_in(self, source: str) -> None:
        """A new article; `hand` is who posts by its address."""
        self._articles.labels(source or "hand").inc()

    def publishing(self, channel: str) -> AbstractContextManager[Any]:
        """Measures the call made inside."""
        return self._duration.labels(channel).time()

    def settled(
        self, channel: str, outcome: Outcome, state: PostState, *, delay: float | None = None, limited: bool = False
    ) -> None:
        """A call was answered and the post is in `state` now. `delay`: seconds since the article was seen."""
        self._deliveries.labels(outcome.value).inc()
        if state in _RESULTS:
            self._posts.labels(channel, state.value).inc()
        if limited:
            self._limited.labels(channel).inc()
        if delay is not None:
            self._delay.observe(max(delay, 0.0))

    def ticked(self, now: float) -> None:
        """The clock has ticked. `now` is monotonic."""
        self._lag.set(self.lag(now))
        self._last_tick = now

    def lag(self, now: float) -> float:
        """Seconds by which the next tick is late; 0 before the first."""
        return max(now - self._last_tick - TICK_SECONDS, 0.0) if self._last_tick is not None else 0.0

    def text(self) -> bytes:
        """Everything in Prometheus' text form."""
        return generate_latest(self.registry)
