"""Dry run: a channel that reaches nobody. It takes what Telegram takes and keeps what it was given."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import count

from newswire.delivery import Receipt
from newswire.errors import Rejected
from newswire.platform import Account, Can, Lane, Limits
from newswire.post import Message
from publishers._base import Config
from publishers._base import Publisher as Base


class DryRunConfig(Config):
    """Nothing to set."""


class DryRun(Base):
    """Keeps the last thousand messages in memory, for rehearsals and tests."""

    name = "dry_run"
    title = "Dry run"
    public = False
    limits = Limits(text=4096, caption=1024, styles=True, buttons=True, preview=True)
    can = Can(edit=True, delete=True, own_key=True)
    Config = DryRunConfig

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type] # passed on as they came
        self.shown: dict[str, Message] = {}
        self.keys: dict[str, str] = {}
        self._order: deque[str] = deque(maxlen=1000)
        self._ids = count(1)

    def lanes(self) -> Sequence[Lane]:
        """As fast as it goes."""
        return ()

    async def verify(self) -> Account:
        """Always there."""
        return Account(id="dry-run", name="nobody sees this")

    async def publish(self, message: Message, *, key: str) -> Receipt:
        """Keep it. The same key twice is the same post."""
        remote_id = self.keys.setdefault(key, str(next(self._ids)))
        if len(self._order) == self._order.maxlen:
            self.shown.pop(self._order[0], None)
        if remote_id not in self.shown:
            self._order.append(remote_id)
        self.shown[remote_id] = message
        return Receipt(remote_id=remote_id, at=self.clock.now())

    async def edit(self, receipt: Receipt, message: Message) -> Receipt:
        """Keep the new text."""
        if receipt.remote_id not in self.shown:
            raise Rejected("the post is not there any more")
        self.shown[receipt.remote_id] = message
        return receipt

    async def delete(self, receipt: Receipt) -> None:
        """Forget it."""
        self.shown.pop(receipt.remote_id, None)


PUBLISHER = DryRun
