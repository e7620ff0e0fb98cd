"""How fast a bot may go: in all, in one chat, and in one group or channel."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from sandbox.telegram.refusal import too_many


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Limits; None is no limit.

    Telegram gives rules of thumb, not figures: 30 a second in all, 1 a second in a chat (short bursts pass), 20 a
    minute in a group or channel. `burst` is ours: how many may follow each other in one chat before the 1 a second bites.
    """

    per_second: float | None = 30
    per_chat_second: float | None = 1
    per_group_minute: float | None = 20
    burst: int = 5


NO_LIMITS = Rates(per_second=None, per_chat_second=None, per_group_minute=None)


@dataclass(slots=True)
class Pace:
    """The buckets of one bot: for each, the moment from which it would be empty again."""

    rates: Rates
    _full_at: dict[str, float] = field(default_factory=dict)

    def spend(self, now: float, chat_id: int | None, *, group: bool, messages: int = 1) -> None:
        """Count `messages` to a chat (None: only in all), or refuse with the wait until they would fit."""
        buckets = self._buckets(chat_id, group=group)
        wait = 0.0
        for name, (every, size) in buckets.items():
            over = max(self._full_at.get(name, now), now) + every * min(messages, size) - now - every * size
            wait = max(wait, over)
        if wait > 1e-6:
            raise too_many(max(1, math.ceil(wait)))
        for name, (every, _) in buckets.items():
            self._full_at[name] = max(self._full_at.get(name, now), now) + every * messages

    def _buckets(self, chat_id: int | None, *, group: bool) -> dict[str, tuple[float, int]]:
        """For each bucket that counts: seconds a message, and how many at once."""
        found: dict[str, tuple[float, int]] = {}
        if self.rates.per_second:
            found["all"] = (1 / self.rates.per_second, max(1, int(self.rates.per_second)))
        if chat_id is not None and self.rates.per_chat_second:
            found[f"chat {chat_id}"] = (1 / self.rates.per_chat_second, max(1, self.rates.burst))
        if chat_id is not None and group and self.rates.per_group_minute:
            found[f"group {chat_id}"] = (60 / self.rates.per_group_minute, max(1, int(self.rates.per_group_minute)))
        return found
