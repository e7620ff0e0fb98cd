"""The lookout over what others carry: when a carrier is dead, and when he only seems to be."""

from datetime import timedelta

import pytest
from support.desk import NOON

from db import deliveries
from desk.carrying import deliver
from desk.carrying.recover import Lookout
from desk.watching import intake
from newswire.article import Article


@pytest.fixture
async def flying(newsroom):
    """A newsroom with posts in the air from a carrier of whom no lock is seen (SQLite shows none)."""
    article = Article(url="https://news.example/1", title="Talks begin", edition="en", published_at=NOON)
    await intake.take_in(newsroom, article, by="test")
    newsroom.carrier = "4711"
    assert (await deliver.claim(newsroom, 10)).claims
    return newsroom


async def looked(newsroom, lookout: Lookout, after: float) -> int:
    newsroom.clock.move(timedelta(seconds=after))
    return await lookout.sweep()


async def test_a_carrier_missed_for_three_seconds_is_dead(flying):
    lookout = Lookout(flying)
    assert [await looked(flying, lookout, 2) for _ in range(4)] == [0, 0, 2, 0]
    async with flying.store.read() as connection:
        assert await deliveries.in_the_air(connection) == []


async def test_a_carrier_missed_before_the_database_was_away_is_missed_anew_when_it_is_back(flying):
    lookout = Lookout(flying)
    assert await looked(flying, lookout, 2) == 0
    assert await looked(flying, lookout, 10) == 0
    assert await looked(flying, lookout, 2) == 0
    assert await looked(flying, lookout, 2) == 2


async def test_what_this_very_process_has_in_hand_is_not_lost(flying):
    lookout = Lookout(flying)
    async with flying.store.read() as connection:
        ours = {flight.post_id for flight in await deliveries.in_the_air(connection)}
    for _ in range(4):
        flying.clock.move(timedelta(seconds=2))
        assert await lookout.sweep(ours) == 0


async def test_a_call_that_lasts_longer_than_any_may_is_lost_whoever_lives(flying):
    lookout = Lookout(flying)
    await looked(flying, lookout, 0)
    assert await looked(flying, lookout, deliver.lease(flying).total_seconds()) == 2
