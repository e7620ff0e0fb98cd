"""What all stand-ins of one sandbox share: the time, the faults to play, and the record of what the public saw."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.faults import Faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened on a platform: a post appeared, was edited, a button was pressed.

    `number` grows by one in a sandbox; `place` is the chat, timeline or edition; `detail` is JSON-ready.
    """

    number: int
    at: float
    platform: str
    kind: str
    place: str
    detail: dict[str, Any]


@dataclass(slots=True)
class World:
    """One sandbox. Stand-ins read its time and tell it what happened; the page and the tests read that record."""

    faults: Faults = field(default_factory=Faults)
    events: list[Event] = field(default_factory=list)
    offset: float = 0.0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def now(self) -> float:
        """Seconds since 1970, moved by `offset`, so that a test can make a message 48 hours old."""
        return time.time() + self.offset

    def tell(self, platform: str, kind: str, place: str, **detail: Any) -> None:
        """Record an event and wake everyone who follows."""
        self.events.append(
            Event(number=len(self.events) + 1, at=self.now(), platform=platform, kind=kind, place=place, detail=detail)
        )
        self._news.set()
        self._news = asyncio.Event()

    async def follow(self, after: int = 0) -> AsyncIterator[Event]:
        """Every event numbered above `after`, the recorded ones first, then as they come."""
        while True:
            news = self._news
            for event in self.events[after:]:
                after = event.number
                yield event
            await news.wait()
