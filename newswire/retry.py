"""Retry: what an answer means for the post, as one decision. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from newswire.delivery import Outcome
from newswire.errors import (
    DeliveryError,
    OutOfBudget,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
)
from newswire.post import PostState

WAITS = (5, 15, 60, 300, 900)
"""Seconds before the second, third … try after `Unavailable`; after the last one a person decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of the post: its next state, when it is due again, and whether its channel or lane must wait.

    `counts` says whether this try uses up one of the tries a post has.
    """

    outcome: Outcome
    state: PostState
    due_at: datetime | None = None
    lane_closed_until: datetime | None = None
    pause_channel: bool = False
    pause_until: datetime | None = None
    counts: bool = True


def judge(error: DeliveryError, *, tries: int, now: datetime) -> Verdict:
    """The verdict on `error` after `tries` tries that counted, this one included."""
    match error:
        case RateLimited(retry_at=at):
            return Verdict(
                outcome=Outcome.RETRY, state=PostState.SCHEDULED, due_at=at, lane_closed_until=at, counts=False
            )
        case Unavailable() if tries <= len(WAITS):
            at = now + timedelta(seconds=WAITS[tries - 1])
            return Verdict(outcome=Outcome.RETRY, state=PostState.SCHEDULED, due_at=at)
        case Unauthorized() | OutOfBudget():
            return Verdict(
                outcome=Outcome.PAUSED,
                state=PostState.SCHEDULED,
                due_at=now,
                pause_channel=True,
                pause_until=getattr(error, "retry_at", None),
                counts=False,
            )
        case Rejected() | Unavailable():
            return Verdict(outcome=Outcome.REJECTED, state=PostState.FAILED)
        case _:  # OutcomeUnknown, and whatever a later platform may add: the careful way
            return Verdict(outcome=Outcome.UNKNOWN, state=PostState.UNCERTAIN)
