"""A delivery: one attempt to publish, edit or delete, written down before the call and settled by its answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Action(StrEnum):
    """What is asked of the platform."""

    PUBLISH = "publish"
    EDIT = "edit"
    DELETE = "delete"
    FIND = "find"


class Outcome(StrEnum):
    """The five ways an attempt ends, and `open` for one that has not."""

    OPEN = "open"
    SENT = "sent"
    RETRY = "retry"
    REJECTED = "rejected"
    PAUSED = "paused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the platform said: its id for the post, where people see it, and when.

    `parts` holds the ids of a thread, the first of them `remote_id`; it is empty for a post of one part.
    """

    remote_id: str
    at: datetime
    url: str = ""
    parts: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id there is, in order."""
        return self.parts or (self.remote_id,)

    def followed_by(self, remote_id: str) -> Receipt:
        """The same post, one part longer."""
        return replace(self, parts=(*self.ids, remote_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is known of a post whose answer was lost, so that its publisher can look for it.

    `key` is the one it was published with. The calls began at `since`, and the last of them was given up, or found
    abandoned, at `until`. `after` is the remote id of a post of this channel that was out before `since`; empty: none
    is known. `known` holds the remote ids of the channel's other posts since then: they are not the one. `done` is what
    is known to be out of a thread. `taken`: the platform has said that it has the post, so not seeing it proves nothing.
    """

    key: str
    since: datetime
    until: datetime
    after: str = ""
    known: frozenset[str] = frozenset()
    done: Receipt | None = None
    taken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One attempt. `attempt` fences it: only the attempt a post is at may settle that post."""

    id: int
    post_id: int
    action: Action
    attempt: int
    started_at: datetime
    finished_at: datetime | None = None
    outcome: Outcome = Outcome.OPEN
    detail: str = ""
