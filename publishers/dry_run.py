"""Dry run: a channel that reaches nobody. It takes what Telegram takes and keeps what it was given."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, takewhile
from typing import Any

from newswire.delivery import Receipt, Search
from newswire.errors import Gone
from newswire.platform import Account, Can, Lane, Limits
from newswire.post import Message
from publishers._base import Config
from publishers._base import Publisher as Base

_KEPT = 1000


class DryRunConfig(Config):
    """Nothing to set."""


class DryRun(Base):
    """Keeps the last thousand messages in memory, for rehearsals and tests: `shown` by id, `keys` to the same ids."""

    name = "dry_run"
    title = "Dry run"
    public = False
    limits = Limits(text=4096, caption=1024, styles=True, buttons=True, preview=True)
    can = Can(edit=True, delete=True, thread=True, own_key=True)
    Config = DryRunConfig

    def __init__(self, config: Any, **more: Any) -> None:
        super().__init__(config, **more)
        self.shown: dict[str, Message] = {}
        self.keys: dict[str, str] = {}
        self._ids = count(1)

    def lanes(self) -> Sequence[Lane]:
        """As fast as it goes."""
        return ()

    async def verify(self) -> Account:
        """Always there."""
        return Account(id="dry-run", name="nobody sees this")

    async def _put(self, part: Message, *, key: str, after: str) -> Receipt:  # noqa: ARG002 - nobody sees what follows what
        """Keep it. The same key twice is the same post."""
        remote_id = self.keys.setdefault(key, str(next(self._ids)))
        self.shown[remote_id] = part
        for kept in (self.keys, self.shown):
            if len(kept) > _KEPT:
                kept.pop(next(iter(kept)))
        return Receipt(remote_id=remote_id, at=self.clock.now())

    async def _change(self, remote_id: str, part: Message) -> None:
        """Keep the new text."""
        if remote_id not in self.shown:
            raise Gone("the post is not there any more")
        self.shown[remote_id] = part

    async def _remove(self, remote_id: str, receipt: Receipt) -> None:  # noqa: ARG002 - it goes at any age
        """Forget it."""
        self.shown.pop(remote_id, None)

    async def _look(self, parts: Sequence[Message], search: Search) -> Sequence[Receipt]:
        """It remembers every key."""
        first = len(search.done.ids) if search.done else 0
        numbers = range(first, first + len(parts))
        kept = [self.keys.get(f"{search.key}.{n}" if n else search.key, "") for n in numbers]
        return [Receipt(remote_id=i, at=self.clock.now()) for i in takewhile(self.shown.__contains__, kept)]


PUBLISHER = DryRun
