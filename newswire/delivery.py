"""A delivery: one attempt to publish, edit or delete, written down before the call and settled by its answer."""

from __future__ import annotations

from dataclasses import dataclass
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
    """What the platform said: its id for the post, where people see it, and when. `parts` holds every id of a thread."""

    remote_id: str
    at: datetime
    url: str = ""
    parts: tuple[str, ...] = ()


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
