"""What a post must show to be the one that is looked for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newswire.delivery import Receipt, Search
from newswire.errors import OutcomeUnknown
from newswire.post import Message
from newswire.richtext import RichText
from publishers._readback import Reading, Shown

LINK = "http://127.0.0.1:8000/site/1?utm_source=x"
RECEIPT = Receipt(remote_id="7", at=datetime(2026, 11, 24, tzinfo=UTC))


def test_an_address_that_the_platform_leaves_as_it_is_written_is_read_from_the_text():
    reading = Reading([Message(text=RichText(f"Talks begin\n\n{LINK}"), link=LINK)])
    assert reading.over(Shown(RECEIPT, f"Talks begin\n\n{LINK} https://t.co/abc"))
    assert reading.found == [RECEIPT]


def test_an_address_of_numbers_counts_as_a_link_on_both_sides():
    reading = Reading([Message(text=RichText(f"Talks begin\n\n{LINK}"), link=LINK)])
    assert reading.over(Shown(RECEIPT, "Talks begin\n\nhttps://t.co/abc", frozenset({LINK})))


def _asked(*seen: str, parts: tuple[str, ...] = ("Talks begin",)) -> OutcomeUnknown:
    """What the search says that has seen posts with the right link and these words."""
    reading = Reading([Message(text=RichText(part), link=LINK) for part in parts])
    for number, text in enumerate(seen):
        reading.over(Shown(replace(RECEIPT, remote_id=str(number)), text, frozenset({LINK})))
    at = RECEIPT.at
    search = Search(key="nw-1-tg-en-1", since=at, until=at)
    with pytest.raises(OutcomeUnknown, match="please look whether it is this one") as asked:
        reading.verdict("Telegram", search, now=at + timedelta(hours=1), settling=timedelta(minutes=1))
    return asked.value


def test_the_one_post_that_may_be_ours_goes_along_with_the_question():
    alike = _asked("Talks have begun").alike
    assert alike is not None
    assert alike.remote_id == "0"


@pytest.mark.parametrize(
    ("seen", "parts"),
    [(("Talks have begun", "Talks over"), ("Talks begin",)), (("Talks have begun",), ("Talks begin", "More"))],
    ids=["two that may be it", "a part of a thread"],
)
def test_where_it_cannot_be_said_which_one_is_the_whole_of_ours_none_goes_along(seen, parts):
    assert _asked(*seen, parts=parts).alike is None


def test_a_thread_of_which_a_part_was_changed_goes_along_whole_with_the_question():
    asked = _asked("Talks begin", "More, and a word put in", "The end", parts=("Talks begin", "More", "The end"))
    assert asked.alike is not None
    assert asked.alike.ids == ("0", "1", "2")
    assert asked.done is not None
    assert asked.done.ids == ("0",), "what is sure is sure also when the person says no"


def test_a_thread_whose_first_part_was_changed_goes_along_whole_when_the_rest_follows():
    asked = _asked("Talks have begun", "More", "The end", parts=("Talks begin", "More", "The end"))
    assert asked.alike is not None
    assert asked.alike.ids == ("0", "1", "2")
    assert asked.done is None


def test_of_a_thread_whose_part_may_be_either_of_two_none_goes_along():
    reading = Reading([Message(text=RichText(text), link="") for text in ("Talks begin", "More")])
    reading.alike = [[RECEIPT], [RECEIPT, replace(RECEIPT, remote_id="8")]]
    at = RECEIPT.at + timedelta(hours=1)
    with pytest.raises(OutcomeUnknown) as asked:
        reading.verdict("X", Search(key="", since=RECEIPT.at, until=RECEIPT.at), now=at, settling=timedelta())
    assert asked.value.alike is None


def test_parts_known_from_an_earlier_try_come_before_those_that_may_be_the_rest():
    reading = Reading([Message(text=RichText("More"), link=LINK)])
    reading.over(Shown(replace(RECEIPT, remote_id="9"), "More, and a word put in", frozenset({LINK})))
    search = Search(key="", since=RECEIPT.at, until=RECEIPT.at, done=RECEIPT)
    with pytest.raises(OutcomeUnknown) as asked:
        reading.verdict("X", search, now=RECEIPT.at + timedelta(hours=1), settling=timedelta())
    assert asked.value.alike is not None
    assert asked.value.alike.ids == ("7", "9")
