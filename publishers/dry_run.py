"""Dry run: a channel that reaches nobody. It takes what Telegram takes and keeps what it was given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any

from formatting.measure import length
from newswire.delivery import Receipt
from newswire.errors import Rejected
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
    can = Can(edit=True, delete=True, own_key=True)
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

    async def publish(self, message: Message, *, key: str) -> Receipt:
        """Keep it. The same key twice is the same post."""
        self._check(message)
        remote_id = self.keys.setdefault(key, str(next(self._ids)))
        self.shown[remote_id] = message
        for kept in (self.keys, self.shown):
            if len(kept) > _KEPT:
                kept.pop(next(iter(kept)))
        return Receipt(remote_id=remote_id, at=self.clock.now())

    def _check(self, message: Message) -> None:
        room = self.limits.caption if message.media else self.limits.text
        if (long := length(message.text.text, self.limits.unit)) > room:
            raise Rejected(f"Dry run: {long} characters are too long, {room} is the limit")

    async def edit(self, receipt: Receipt, message: Message) -> Receipt:
        """Keep the new text."""
        if receipt.remote_id not in self.shown:
            raise Rejected("the post is not there any more")
        self._check(message)
        self.shown[receipt.remote_id] = message
        return receipt

    async def delete(self, receipt: Receipt) -> None:
        """Forget it."""
        self.shown.pop(receipt.remote_id, None)

    async def find(self, message: Message, *, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002 - the key is enough
        """It remembers every key."""
        remote_id = self.keys.get(key, "")
        return Receipt(remote_id=remote_id, at=self.clock.now()) if remote_id in self.shown else None


PUBLISHER = DryRun
