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
