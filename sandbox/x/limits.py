"""What the stand-in allows: rates, prices and the rules X's docs leave open, all of which a test can set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType

QUARTER = 900
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Rate:
    """`calls` in each window of `seconds`."""

    calls: int
    seconds: int = QUARTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What one user, and one app with all its users, may do with one method."""

    user: Rate
    app: Rate | None = None


RATES: Mapping[str, Rates] = MappingProxyType(
    {  # https://docs.x.com/x-api/fundamentals/rate-limits
        "create": Rates(user=Rate(100), app=Rate(10_000, DAY)),
        "delete": Rates(user=Rate(50)),
        "post": Rates(user=Rate(900)),
        "lookup": Rates(user=Rate(5_000)),
        "me": Rates(user=Rate(75)),
        "posts": Rates(user=Rate(900), app=Rate(10_000)),
        "upload": Rates(user=Rate(500), app=Rate(50_000, DAY)),
        "status": Rates(user=Rate(1_000), app=Rate(100_000, DAY)),
        "initialize": Rates(user=Rate(1_875), app=Rate(180_000, DAY)),
        "append": Rates(user=Rate(1_875), app=Rate(180_000, DAY)),
        "finalize": Rates(user=Rate(1_875), app=Rate(180_000, DAY)),
        "metadata": Rates(user=Rate(500), app=Rate(50_000, DAY)),
    }
)


NO_RATES: Mapping[str, Rates] = MappingProxyType({method: Rates(user=Rate(10**9)) for method in RATES})
"""For runs that are about something else than X's pace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Dollars, as of 2026-04-20: https://docs.x.com/x-api/getting-started/pricing. Reads count once a day and post."""

    create: float = 0.015
    create_with_link: float = 0.200
    summoned_reply: float = 0.010
    delete: float = 0.010
    metadata: float = 0.005
    own_post: float = 0.001
    other_post: float = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The rules. Weights as X counts; times in seconds; sizes in bytes.

    `self_threads`  whether an app may reply to its own account's posts (X does not say)
    `quotes`        whether an app may quote others (not on the self-serve plans)
    `missing_delete_is_404`  whether deleting what is not there is an error (X's answer is `deleted: true`)
    `shown_after`  how long a new post takes to show in its account's timeline (X gives no figure)
    `loopback_links`  whether addresses of this machine are links: never on the real X, needed by a demo on loopback
    """

    text: int = 280
    long_text: int = 25_000
    duplicate_window: int = DAY
    self_threads: bool = False
    quotes: bool = False
    missing_delete_is_404: bool = False
    shown_after: float = 0.0
    loopback_links: bool = False
    edits: int = 5
    edit_window: int = 3_600
    media_life: int = DAY
    image: int = 5 * 2**20
    gif: int = 15 * 2**20
    video: int = 512 * 2**20
    video_wait: int = 2
    rates: Mapping[str, Rates] = field(default_factory=lambda: RATES)
    prices: Prices = field(default_factory=Prices)


@dataclass(slots=True)
class Window:
    """One running count of calls, and when it starts anew (seconds since 1970)."""

    rate: Rate
    ends: float = 0.0
    used: int = 0

    def take(self, now: float) -> bool:
        """Count one call. False when the window is full."""
        if now >= self.ends:
            self.ends, self.used = now + self.rate.seconds, 0
        self.used += 1
        return self.used <= self.rate.calls

    def headers(self, prefix: str) -> dict[str, str]:
        """The three headers X puts on its answers."""
        left = max(0, self.rate.calls - self.used)
        return {
            f"{prefix}-limit": str(self.rate.calls),
            f"{prefix}-remaining": str(left),
            f"{prefix}-reset": str(int(self.ends) + 1),
        }


@dataclass(slots=True)
class Meter:
    """Counts every call against the user's and the app's windows."""

    rates: Mapping[str, Rates]
    windows: dict[tuple[str, str], Window] = field(default_factory=dict)

    def take(self, method: str, user: str, app: str, now: float) -> tuple[bool, dict[str, str]]:
        """Whether the call may go on, and the headers of its answer."""
        rates = self.rates[method]
        window = self.windows.setdefault((method, f"user:{user}"), Window(rates.user))
        within = window.take(now)
        headers = window.headers("x-rate-limit")
        if rates.app is not None:
            window = self.windows.setdefault((method, f"app:{app}"), Window(rates.app))
            within = window.take(now) and within
            if rates.app.seconds == DAY:
                headers |= window.headers("x-app-limit-24hour")
        return within, headers


def day_of(now: float) -> str:
    """The UTC day in which reads of one post are charged once."""
    return datetime.fromtimestamp(now, UTC).date().isoformat()
