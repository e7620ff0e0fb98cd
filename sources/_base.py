"""What a kind of source is: one file whose `poll` looks at a place once and says what is there."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from newswire.source import Memory, Sight, Source
from sources._fetch import Fetcher


class Kind(Protocol):
    """A module of this folder without a leading underscore that has `poll`. Its name is the kind's name."""

    async def poll(self, fetcher: Fetcher, source: Source, memory: Memory, *, now: datetime) -> Sight:
        """One look at `source`. Raises `SourceError` and nothing else; `memory` is what the last `Sight` held."""
        ...
