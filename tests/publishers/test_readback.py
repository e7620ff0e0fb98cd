"""What a post must show to be the one that is looked for."""

from datetime import UTC, datetime

from newswire.delivery import Receipt
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
