"""What a kind of source is: one file whose `poll` looks at a place once and says what is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from newswire.source import Memory, Sight, Source
from sources._fetch import Fetcher

SLOWER = 10
SLOWEST = timedelta(hours=1)
LEAST = timedelta(minutes=10)


class Kind(Protocol):
    """A module of this folder without a leading underscore that has `poll`. Its name is the kind's name."""

    async def poll(self, fetcher: Fetcher, source: Source, memory: Memory, *, now: datetime) -> Sight:
        """One look at `source`. Raises `SourceError` and nothing else; `memory` is what the last `Sight` held.

        An article without a title is one whose page must be read before anything is said of it.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a call at a source's door means: the caller's answer, what it brought, and whether to look at the source now.

    A call that is not believed has its status and brings nothing.
    """

    status: int
    sight: Sight | None = None
    look: bool = False


@runtime_checkable
class Listening(Kind, Protocol):
    """A kind that is also called when there is something new."""

    def receive(
        self, source: Source, memory: Memory, body: bytes, headers: Mapping[str, str], *, secret: str, now: datetime
    ) -> Heard:
        """A call at the source's door. `headers` take names in any case; `secret` is what callers sign with."""
        ...


def slower(sight: Sight, source: Source, now: datetime) -> Sight:
    """The same look with the next one put off: somebody calls when there is something new, so looks are a fall-back."""
    pause = min(max(timedelta(seconds=source.poll_seconds) * SLOWER, LEAST), SLOWEST)
    return replace(sight, next_at=max(sight.next_at or now, now + pause))
