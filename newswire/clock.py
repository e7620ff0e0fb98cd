"""The one clock: everything that asks what time it is asks here, so that a test can answer."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


class Clock(Protocol):
    """What tells the time."""

    def now(self) -> datetime:
        """Aware UTC, as the wall shows it: it may be set back or forth under us."""
        ...

    def monotonic(self) -> float:
        """Seconds that only ever grow, for measuring how long something took."""
        ...


_RUNS_ON = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Linux's CLOCK_MONOTONIC stands still while the machine sleeps, and whoever wakes would think that nothing has passed."""


BORN = datetime(2026, 1, 1, tzinfo=UTC)
"""No Newswire ran before: a clock that shows less was not set yet."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since an arbitrary moment, those included for which the machine slept."""
        return time.clock_gettime(_RUNS_ON)


@dataclass(slots=True)
class SetClock:
    """A clock that stands still until it is moved."""

    at: datetime
    off: timedelta = timedelta()

    def now(self) -> datetime:
        """The time it shows."""
        return self.at + self.off

    def monotonic(self) -> float:
        """The time that has really passed."""
        return self.at.timestamp()

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self.at += by

    def set_forth(self, by: timedelta) -> None:
        """Set the clock forth (or back): no time passes."""
        self.off += by


def reads(zone: ZoneInfo, at: datetime, now: datetime) -> str:
    """`18:30`; `tomorrow 08:30`; `18:30, 26 Nov` on any other day. In the newsroom's `zone`."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    return f"tomorrow {local:%H:%M}" if local.date() == today + _DAY else f"{local:%H:%M, %d %b}"
