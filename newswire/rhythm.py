"""Rhythm: how many articles a source brings at each hour of the week, and when its silence is longer than it ever is. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

MEMORY = timedelta(weeks=4)
"""What a rhythm is learned from."""

MISSES = 3
"""So many misses in a row are an alarm."""

_ENOUGH_TIME = timedelta(weeks=2)
_ENOUGH_ARTICLES = 20
_FALSE_ALARMS = 0.04  # in the time of the memory, were the articles independent of each other
_LONGER_THAN_EVER = 1.3
_HOUR = timedelta(hours=1)
_DAY, _WEEK = 24, 168
_WORKDAYS = 5


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Articles an hour, for each hour of the week from Monday 0:00 in `zone`.

    `patience` is how many articles must have been expected and not come for one miss.
    """

    rates: tuple[float, ...]
    zone: ZoneInfo
    patience: float

    def rate(self, at: datetime) -> float:
        """Articles an hour at that time."""
        return self.rates[_hour(at, self.zone)]

    def expected(self, start: datetime, end: datetime) -> float:
        """How many articles usually come between the two."""
        return sum(self.rate(at) * (long / _HOUR) for at, long in _pieces(start, end))

    def misses(self, last: datetime, now: datetime) -> int:
        """How often in a row, since the article at `last`, the time in which one should have come has passed."""
        return int(self.expected(last, now) / self.patience) if now > last else 0

    def due(self, last: datetime) -> datetime | None:
        """When three misses will have passed after an article at `last`; None when that is more than two weeks away."""
        left = MISSES * self.patience
        for at, long in _pieces(last, last + 2 * timedelta(hours=_WEEK)):
            here = self.rate(at) * (long / _HOUR)
            if here >= left:
                return at + long * (left / here)
            left -= here
        return None


def learn(times: Iterable[datetime], *, since: datetime, until: datetime, zone: ZoneInfo) -> Rhythm | None:
    """The rhythm of a source that was watched from `since` until `until`; None while that is too little to tell.

    `times` are those of its articles. A stop in the past does not count as its rhythm, if it was one and not two.
    """
    since = max(since, until - MEMORY)
    known = sorted(at for at in times if since <= at <= until)
    if until - since < _ENOUGH_TIME or len(known) < _ENOUGH_ARTICLES:
        return None
    rates = _rates(known, since, until, zone)
    silences = sorted(_silences(known, rates, zone))
    return Rhythm(rates, zone, _longest(silences) / MISSES)


def _longest(silences: Sequence[float]) -> float:
    """The length that hardly one silence in many months will have, from those so far, shortest first.

    Were articles independent of each other, silences would be spread exponentially with mean 1. They come in clusters,
    and some days are quiet: then the longest tenth tells how the rest is spread. Of two that were longer still, the
    second counts: one may have been a stop.
    """
    independent = math.log(len(silences) / _FALSE_ALARMS)
    tenth = silences[-max(len(silences) // 10, 1) :]
    spread = max(_mean(tenth[:-1] or tenth) - tenth[0], 1.0)
    as_seen = tenth[0] + spread * math.log(len(tenth) / _FALSE_ALARMS)
    return max(independent, as_seen, _LONGER_THAN_EVER * silences[-2])


def _rates(known: Sequence[datetime], since: datetime, until: datetime, zone: ZoneInfo) -> tuple[float, ...]:
    """By hour of the week: half its own count, half that of the hour on all workdays or weekends, each with its neighbours."""
    count, watched = [0.0] * _WEEK, [0.0] * _WEEK
    for at in known:
        count[_hour(at, zone)] += 1
    for at, long in _pieces(since, until):
        watched[_hour(at, zone)] += long / _HOUR
    own = [_smooth(count, hour) / max(_smooth(watched, hour), 1.0) for hour in range(_WEEK)]
    return tuple(0.5 * own[hour] + 0.5 * _mean([own[other] for other in _alike(hour)]) for hour in range(_WEEK))


def _smooth(values: Sequence[float], hour: int) -> float:
    return (values[hour - 1] + 2 * values[hour] + values[(hour + 1) % _WEEK]) / 4


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _alike(hour: int) -> Iterator[int]:
    """The same hour on all days of its kind."""
    day, of_day = divmod(hour, _DAY)
    days = range(_WORKDAYS) if day < _WORKDAYS else range(_WORKDAYS, 7)
    return (one * _DAY + of_day for one in days)


def _silences(known: Sequence[datetime], rates: tuple[float, ...], zone: ZoneInfo) -> Iterator[float]:
    """The silences so far, each as the number of articles that were expected meanwhile."""
    plain = Rhythm(rates, zone, 1.0)
    return (plain.expected(before, after) for before, after in pairwise(known))


def _pieces(start: datetime, end: datetime) -> Iterator[tuple[datetime, timedelta]]:
    """The time between the two in pieces of at most half an hour, cut where an hour begins in any zone of half hours."""
    at = start.astimezone(UTC)
    end = end.astimezone(UTC)
    while at < end:
        full = at.replace(minute=at.minute - at.minute % 30, second=0, microsecond=0) + timedelta(minutes=30)
        cut = min(full, end)
        yield at, cut - at
        at = cut


def _hour(at: datetime, zone: ZoneInfo) -> int:
    local = at.astimezone(zone)
    return local.weekday() * _DAY + local.hour
