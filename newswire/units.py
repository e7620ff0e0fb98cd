"""Units as people write them in newswire.toml: `45m`, `08:30`, `23:30-07:00`."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

_DURATION = re.compile(r"^(\d+(?:\.\d+)?)\s*(s|m|h|d)$")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_LARGEST_FIRST = sorted(_SECONDS.items(), key=lambda pair: -pair[1])
_CLOCK = re.compile(r"^([01]?\d|2[0-3]):([0-5]\d)$")


def duration(value: object) -> timedelta:
    """`90s`, `45m`, `2h`, `1d` as a timedelta."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str) and (found := _DURATION.match(value.strip())):
        return timedelta(seconds=float(found[1]) * _SECONDS[found[2]])
    raise ValueError(f"{value!r} is no length of time; write 90s, 45m, 2h or 1d")


def clock_time(value: object) -> time:
    """`8:30` or `08:30` as a time of day."""
    if isinstance(value, time):
        return value
    if isinstance(value, str) and (found := _CLOCK.match(value.strip())):
        return time(int(found[1]), int(found[2]))
    raise ValueError(f'{value!r} is no time of day; write "08:30" in quotes')


def quiet_hours(value: object) -> tuple[time, time]:
    """`23:30-07:00` as two times of day; they may pass midnight."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, str) and value.count("-") == 1:
        start, end = (clock_time(part) for part in value.split("-"))
        if start != end:
            return start, end
    raise ValueError(f'{value!r} are no quiet hours; write "23:30-07:00"')


def written(length: timedelta) -> str:
    """A length of time as `duration` reads it: `45m`."""
    seconds = length.total_seconds()
    unit, size = next(((unit, size) for unit, size in _LARGEST_FIRST if seconds and seconds % size == 0), ("s", 1))
    return f"{seconds / size:.12g}{unit}"


def _clock(at: time) -> str:
    return f"{at:%H:%M}"


def _hours(both: tuple[time, time]) -> str:
    return "-".join(map(_clock, both))


Duration = Annotated[timedelta, BeforeValidator(duration), PlainSerializer(written, str, "json")]
ClockTime = Annotated[time, BeforeValidator(clock_time), PlainSerializer(_clock, str, "json")]
QuietHours = Annotated[tuple[time, time], BeforeValidator(quiet_hours), PlainSerializer(_hours, str, "json")]
