"""What waits for a bot, and the long poll that fetches it.

https://core.telegram.org/bots/api#getting-updates
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.telegram.refusal import Refused

KINDS = frozenset(
    [
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
        "managed_bot",
        "guest_message",
    ]
)
USUAL = KINDS - {"chat_member", "message_reaction", "message_reaction_count"}
KEPT_SECONDS = 86_400
LOOK_SECONDS = 0.25


def conflict(words: str) -> Refused:
    """409: two fetch the updates of one bot."""
    return Refused(409, f"Conflict: {words}")


@dataclass(slots=True)
class Updates:
    """The updates of one bot, oldest first. `allowed` is remembered from the last call that named it."""

    pending: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    next_id: int = 100_000_001
    allowed: frozenset[str] = USUAL
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _poll: asyncio.Future[None] | None = None

    def add(self, now: float, kind: str, body: dict[str, Any]) -> None:
        """Something happened; who waits is woken. Kinds the bot did not ask for are lost."""
        if kind not in self.allowed:
            return
        self.pending.append((now, {"update_id": self.next_id, kind: body}))
        self.next_id += 1
        self.arrived.set()
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    def allow(self, kinds: Any) -> None:
        """Take `allowed_updates`: an empty list, or one without a known name, is the usual set."""
        if isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds):
            self.allowed = frozenset(kinds) & KINDS or USUAL

    def confirm(self, offset: int) -> None:
        """Forget what lies before `offset`; a negative one keeps that many from the end."""
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset > 0:
            self.pending = [item for item in self.pending if item[1]["update_id"] >= offset]

    def ready(self, now: float, limit: int = 100) -> list[dict[str, Any]]:
        """The oldest updates, not older than a day."""
        self.pending = [item for item in self.pending if now - item[0] < KEPT_SECONDS]
        return [update for _, update in self.pending[:limit]]

    def interrupt(self, words: str) -> None:
        """End the poll that waits, if one does, with a conflict."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(conflict(words))

    def stop(self) -> None:
        """End the poll that waits as if its time were up."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    async def wait(self, seconds: float, connected: Callable[[], bool]) -> None:
        """Wait until something arrives, `seconds` are over, or nobody listens any more."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        poll = self._poll = loop.create_future()
        try:
            while not poll.done() and loop.time() < until and connected():
                await asyncio.wait({poll}, timeout=min(LOOK_SECONDS, until - loop.time()))
            if poll.done():
                poll.result()
        finally:
            if self._poll is poll:
                self._poll = None
            poll.cancel()
