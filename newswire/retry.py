"""Retry: what an answer means for the post, as one decision. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from newswire.delivery import Action, Outcome
from newswire.errors import (
    DeliveryError,
    Gone,
    OutcomeUnknown,
    OutOfBudget,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
)
from newswire.post import PostState

WAITS = (5, 15, 60, 300, 900)
"""Seconds before the second, third … try after `Unavailable`; after the last one a person decides."""
FIRST_LOOK = timedelta(seconds=2)
"""How long after an answer was lost is first looked whether the post is there."""
LOOKS = 12
"""Looks at an uncertain post, before a person is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of the post: its next state, when it is due again, and whether its channel or lane must wait.

    `counts` says whether this try uses up one of the tries a post has. An uncertain post without `due_at` is one that
    a person is asked about.
    """

    outcome: Outcome
    state: PostState
    due_at: datetime | None = None
    lane_closed_until: datetime | None = None
    pause_channel: bool = False
    pause_until: datetime | None = None
    counts: bool = True

    @property
    def asks(self) -> bool:
        """Whether nobody but a person can tell what became of the post."""
        return self.state is PostState.UNCERTAIN and self.due_at is None


def judge(error: DeliveryError, *, tries: int, now: datetime, action: Action = Action.PUBLISH) -> Verdict:
    """The verdict on `error` after `tries` tries that counted, this one included."""
    match action:
        case Action.PUBLISH:
            return _published(error, tries, now)
        case Action.FIND:
            return _looked(error, tries, now)
        case _:
            return _changed(error, tries, now)


def _published(error: DeliveryError, tries: int, now: datetime) -> Verdict:
    match error:
        case RateLimited() | Unauthorized() | OutOfBudget():
            return _waits(error, PostState.SCHEDULED, now)
        case Unavailable() if tries <= len(WAITS):
            return _again(PostState.SCHEDULED, tries, now)
        case Rejected() | Unavailable():
            return Verdict(outcome=Outcome.REJECTED, state=PostState.FAILED)
        case _:  # OutcomeUnknown, and whatever a later platform may add: the careful way
            return Verdict(outcome=Outcome.UNKNOWN, state=PostState.UNCERTAIN, due_at=now + FIRST_LOOK)


def _changed(error: DeliveryError, tries: int, now: datetime) -> Verdict:
    """An edit or a deletion: doing it twice is doing it once, so an answer that was lost is asked for again."""
    match error:
        case RateLimited() | Unauthorized() | OutOfBudget():
            return _waits(error, PostState.CORRECTING, now)
        case Gone():
            return Verdict(outcome=Outcome.SENT, state=PostState.RETRACTED)
        case Unavailable() | OutcomeUnknown() if tries <= len(WAITS):
            return _again(PostState.CORRECTING, tries, now)
        case _:
            return Verdict(outcome=Outcome.REJECTED, state=PostState.PUBLISHED)


def _looked(error: DeliveryError, looks: int, now: datetime) -> Verdict:
    """A look whether the post is there that could not tell."""
    match error:
        case RateLimited(retry_at=at):
            return Verdict(outcome=Outcome.RETRY, state=PostState.UNCERTAIN, due_at=at, lane_closed_until=at)
        case Unavailable() if looks < LOOKS:
            wait = timedelta(seconds=WAITS[min(looks, len(WAITS)) - 1])
            return Verdict(outcome=Outcome.RETRY, state=PostState.UNCERTAIN, due_at=now + wait)
        case OutcomeUnknown(retry_at=at) if at is not None and looks < LOOKS:
            return Verdict(outcome=Outcome.RETRY, state=PostState.UNCERTAIN, due_at=at)
        case _:
            return Verdict(outcome=Outcome.UNKNOWN, state=PostState.UNCERTAIN)


def _again(state: PostState, tries: int, now: datetime) -> Verdict:
    return Verdict(outcome=Outcome.RETRY, state=state, due_at=now + timedelta(seconds=WAITS[tries - 1]))


def _waits(error: DeliveryError, state: PostState, now: datetime) -> Verdict:
    """Not this post's fault: it keeps its place, and its lane or its channel waits."""
    if isinstance(error, RateLimited):
        at = error.retry_at
        return Verdict(outcome=Outcome.RETRY, state=state, due_at=at, lane_closed_until=at, counts=False)
    until = error.retry_at if isinstance(error, OutOfBudget) else None
    return Verdict(outcome=Outcome.PAUSED, state=state, due_at=now, pause_channel=True, pause_until=until, counts=False)
