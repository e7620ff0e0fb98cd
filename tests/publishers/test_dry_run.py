"""The dry run keeps what it is given, and reaches nobody."""

from typing import ClassVar

import pytest
from support.publisher_contract import PublisherContract, picture, post

from newswire.errors import Rejected


class TestContract(PublisherContract):
    golden = "telegram"
    letters: ClassVar = {"a": 1, "好": 1, "😀": 1}

    @pytest.fixture
    def place(self, dry_run):
        return dry_run


async def test_the_same_key_twice_is_one_post(dry_run):
    publisher = await dry_run.publisher()
    first = await publisher.publish(post("Talks begin"), key="a")
    again = await publisher.publish(post("Talks go on"), key="a")
    assert again.remote_id == first.remote_id
    assert [seen.text.split("\n")[0] for seen in dry_run.seen()] == ["Talks go on"]


async def test_a_rehearsal_refuses_what_telegram_would_refuse(dry_run, tmp_path):
    publisher = await dry_run.publisher()
    with pytest.raises(Rejected, match=r"caption is too long, \d+ of 1024"):
        await publisher.publish(post("a" * 1024, media=(picture(tmp_path),)), key="a")


async def test_a_long_rehearsal_keeps_the_last_thousand_and_no_more(dry_run):
    publisher = await dry_run.publisher()
    for n in range(1100):
        await publisher.publish(post(f"Story {n}"), key=str(n))
    assert len(publisher.shown) == len(publisher.keys) == 1000
    assert dry_run.seen()[0].text.startswith("Story 100\n")


async def test_it_cannot_reach_the_public(dry_run):
    assert (await dry_run.publisher()).public is False
