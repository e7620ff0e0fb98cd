"""Posts: the states and the moves between them, and messages through JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.post import MOVES, SETTLED, WAITING, Button, ButtonKind, Media, Message, PostState, Preview, Priority
from newswire.richtext import RichText, Style, styled

buttons = st.builds(Button, st.text(), st.text(), st.sampled_from(ButtonKind))
media = st.builds(
    Media, url=st.text(), alt=st.text(), path=st.text(), mime=st.text(), width=st.integers(0), height=st.integers(0)
)
messages = st.builds(
    Message,
    text=st.builds(styled, st.text(), st.sampled_from(Style), st.just("https://news.example/1")) | st.just(RichText()),
    link=st.text(),
    language=st.sampled_from(["", "en", "hy"]),
    media=st.lists(media, max_size=2).map(tuple),
    buttons=st.lists(st.lists(buttons, max_size=3).map(tuple), max_size=2).map(tuple),
    preview=st.none() | st.builds(Preview, url=st.text(), large=st.booleans(), above_text=st.booleans()),
    silent=st.booleans(),
    dropped=st.lists(st.sampled_from(["lead", "tags", "picture"]), max_size=3).map(tuple),
)


threads = st.builds(replace, messages, more=st.lists(messages, max_size=2).map(tuple))


@given(messages | threads)
def test_json_gives_back_the_same_message(message: Message):
    assert Message.from_json(json.loads(json.dumps(message.to_json()))) == message


@given(threads)
def test_a_thread_s_parts_are_the_first_alone_and_then_those_that_follow(message: Message):
    assert message.parts == (replace(message, more=()), *message.more)


def test_every_state_says_where_it_may_go():
    assert MOVES.keys() == set(PostState)


def test_only_what_is_on_its_way_can_become_published_or_what_a_person_saw():
    into = {state for state, moves in MOVES.items() if PostState.PUBLISHED in moves}
    assert into == {PostState.PUBLISHING, PostState.UNCERTAIN, PostState.FAILED, PostState.CORRECTING}


def test_only_what_is_scheduled_can_be_sent():
    assert [state for state, moves in MOVES.items() if PostState.PUBLISHING in moves] == [PostState.SCHEDULED]


@pytest.mark.parametrize("state", [PostState.PUBLISHED, PostState.RETRACTED, PostState.CORRECTING])
def test_what_is_out_is_never_scheduled_again(state: PostState):
    reached, new = set(), {state}
    while new:
        reached |= new
        new = {to for one in new for to in MOVES[one]} - reached
    assert PostState.SCHEDULED not in reached
    assert PostState.PUBLISHING not in reached


def test_no_state_moves_to_itself_and_waiting_is_not_settled():
    assert all(state not in moves for state, moves in MOVES.items())
    assert not WAITING & SETTLED


def test_every_state_can_be_reached_from_a_draft():
    reached, new = set(), {PostState.DRAFT}
    while new:
        reached |= new
        new = {to for one in new for to in MOVES[one]} - reached
    assert reached == set(PostState)


def test_breaking_goes_before_everything_and_the_backlog_after():
    assert min(Priority) is Priority.BREAKING
    assert max(Priority) is Priority.BACKLOG
    assert Priority.EDITOR < Priority.TIMED < Priority.DIGEST
