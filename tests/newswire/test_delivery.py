"""Receipts of threads."""

from datetime import UTC, datetime

from newswire.delivery import Receipt

ALONE = Receipt(remote_id="7", at=datetime(2026, 11, 24, tzinfo=UTC), url="https://t.me/wire/7")


def test_a_post_of_one_part_has_one_id():
    assert ALONE.ids == ("7",)
    assert ALONE.parts == ()


def test_a_thread_keeps_the_ids_of_all_its_parts_and_leads_to_the_first():
    thread = ALONE.followed_by("8").followed_by("9")
    assert thread.ids == thread.parts == ("7", "8", "9")
    assert (thread.remote_id, thread.url, thread.at) == ("7", ALONE.url, ALONE.at)
