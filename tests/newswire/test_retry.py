"""What an answer means for the post."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

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
from newswire.post import MOVES, PostState
from newswire.retry import FIRST_LOOK, LOOKS, WAITS, judge

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
LATER = NOW + timedelta(seconds=43_837)


def test_a_pause_the_platform_asked_for_closes_its_lane_and_uses_up_no_try():
    verdict = judge(RateLimited("slow down", retry_at=LATER), tries=6, now=NOW)
    assert (verdict.state, verdict.outcome) == (PostState.SCHEDULED, Outcome.RETRY)
    assert verdict.due_at == verdict.lane_closed_until == LATER
    assert not verdict.counts
    assert not verdict.pause_channel


@pytest.mark.parametrize(("tries", "seconds"), list(enumerate(WAITS, start=1)))
def test_what_was_certainly_not_taken_is_tried_again_each_time_later(tries: int, seconds: int):
    verdict = judge(Unavailable("no route"), tries=tries, now=NOW)
    assert (verdict.state, verdict.due_at) == (PostState.SCHEDULED, NOW + timedelta(seconds=seconds))
    assert verdict.counts


def test_after_the_last_try_a_person_decides():
    verdict = judge(Unavailable("no route"), tries=len(WAITS) + 1, now=NOW)
    assert (verdict.state, verdict.outcome, verdict.due_at) == (PostState.FAILED, Outcome.REJECTED, None)


def test_what_was_perhaps_taken_is_never_sent_again():
    verdict = judge(OutcomeUnknown("no answer"), tries=1, now=NOW)
    assert (verdict.state, verdict.outcome, verdict.due_at) == (PostState.UNCERTAIN, Outcome.UNKNOWN, NOW + FIRST_LOOK)
    assert not verdict.asks


def test_an_error_nobody_thought_of_is_treated_as_perhaps_taken():
    assert judge(DeliveryError("?"), tries=1, now=NOW).state is PostState.UNCERTAIN


def test_what_is_refused_for_what_it_says_fails_at_once():
    assert judge(Rejected("too long"), tries=1, now=NOW).state is PostState.FAILED


def test_lost_rights_pause_the_channel_and_keep_the_post():
    verdict = judge(Unauthorized("kicked"), tries=1, now=NOW)
    assert (verdict.state, verdict.outcome) == (PostState.SCHEDULED, Outcome.PAUSED)
    assert (verdict.pause_channel, verdict.pause_until, verdict.counts) == (True, None, False)


@pytest.mark.parametrize("until", [None, LATER])
def test_an_empty_purse_pauses_the_channel_until_it_is_filled(until: datetime | None):
    verdict = judge(OutOfBudget("402", retry_at=until), tries=1, now=NOW)
    assert (verdict.pause_channel, verdict.pause_until) == (True, until)


@pytest.mark.parametrize(
    "error",
    [
        RateLimited("", retry_at=LATER),
        Unavailable(""),
        OutcomeUnknown(""),
        Rejected(""),
        Unauthorized(""),
        OutOfBudget(""),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_verdict_is_a_move_that_a_post_in_the_air_may_make(error: DeliveryError):
    assert judge(error, tries=1, now=NOW).state in MOVES[PostState.PUBLISHING]


@pytest.mark.parametrize("error", [OutcomeUnknown("no answer"), Unavailable("no route")])
@pytest.mark.parametrize("action", [Action.EDIT, Action.DELETE])
def test_a_change_whose_answer_was_lost_is_simply_made_again(error: DeliveryError, action: Action):
    verdict = judge(error, tries=1, now=NOW, action=action)
    assert (verdict.state, verdict.due_at) == (PostState.CORRECTING, NOW + timedelta(seconds=WAITS[0]))


def test_a_change_that_is_refused_leaves_the_post_as_it_is():
    verdict = judge(Rejected("no"), tries=1, now=NOW, action=Action.EDIT)
    assert (verdict.state, verdict.outcome) == (PostState.PUBLISHED, Outcome.REJECTED)


def test_a_post_somebody_took_away_needs_no_change():
    assert judge(Gone("not there"), tries=1, now=NOW, action=Action.DELETE).state is PostState.RETRACTED


def test_a_look_that_could_not_tell_yet_is_repeated_when_it_says():
    verdict = judge(OutcomeUnknown("not yet", retry_at=LATER), tries=1, now=NOW, action=Action.FIND)
    assert (verdict.state, verdict.due_at) == (PostState.UNCERTAIN, LATER)


@pytest.mark.parametrize(
    ("error", "looks"),
    [
        (OutcomeUnknown("never"), 1),
        (OutcomeUnknown("not yet", retry_at=LATER), LOOKS),
        (Unavailable("no route"), LOOKS),
        (Unauthorized("kicked"), 1),
    ],
)
def test_a_look_that_will_never_tell_ends_with_a_question(error: DeliveryError, looks: int):
    assert judge(error, tries=looks, now=NOW, action=Action.FIND).asks
