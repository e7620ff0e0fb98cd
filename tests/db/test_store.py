"""The store's connections to PostgreSQL: whoever vanishes or freezes holds nobody else up for long."""

import pytest
from sqlalchemy import text

from db.link import Link
from db.store import Store

WANTED = {"tcp_keepalives_idle": "5", "idle_in_transaction_session_timeout": "20s"}


@pytest.fixture
async def store(postgresql):
    """A store on a server that is reached over TCP, where keep-alives count."""
    made = Store(postgresql)
    yield made
    await made.close()


async def test_postgresql_takes_the_locks_from_a_process_that_freezes_in_a_transaction(store):
    async with store.write() as connection:
        assert await connection.scalar(text("SHOW idle_in_transaction_session_timeout")) == "20s"
    async with store.read() as connection:  # the same connection again: it is no setting of one transaction
        assert await connection.scalar(text("SHOW idle_in_transaction_session_timeout")) == "20s"


async def test_a_line_that_goes_dead_is_noticed_at_both_ends_of_the_pool_and_of_links(store):
    async with store.read() as connection:
        raw = await connection.get_raw_connection()
        ours = raw.driver_connection.info.get_parameters()
    link = Link(store)
    theirs = (await link.driver()).info.get_parameters()
    await link.drop()
    for parameters in (ours, theirs):
        assert (parameters["tcp_user_timeout"], parameters["keepalives_idle"]) == ("10000", "5")
