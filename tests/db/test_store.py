"""The store's connections to PostgreSQL: whoever vanishes or freezes holds nobody else up for long."""

import asyncio
import socket

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from db.link import Link
from db.store import Store
from newswire.errors import DependencyDown

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


async def test_whatever_keeps_postgresql_from_working_is_the_database_and_no_mistake_of_ours(store, postgresql):
    async with store.write() as connection:
        await connection.execute(text("CREATE TABLE IF NOT EXISTS pairs (id int PRIMARY KEY, n int)"))
        await connection.execute(text("INSERT INTO pairs VALUES (1, 0), (2, 0) ON CONFLICT DO NOTHING"))

    async def both(first: int, second: int) -> None:
        async with store.write() as connection:
            for number in (first, second):
                await connection.execute(text("UPDATE pairs SET n = n + 1 WHERE id = :id"), {"id": number})
                await asyncio.sleep(0.3)

    ends = await asyncio.gather(both(1, 2), both(2, 1), return_exceptions=True)
    assert sorted(type(end) for end in ends if end) == [DependencyDown], (
        "one of two that wait for each other is asked again"
    )
    with pytest.raises(DependencyDown, match="read-only transaction"):  # a standby that is not promoted yet
        await _asked(store, "SET TRANSACTION READ ONLY; UPDATE pairs SET n = 0")
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        silent = Store(f"postgresql://postgres@127.0.0.1:{deaf.getsockname()[1]}/news?connect_timeout=1")
        with pytest.raises(DependencyDown, match="does not answer"):
            await _asked(silent, "SELECT 1")
        await silent.close()
    with pytest.raises(ProgrammingError):
        await _asked(store, "SELECT 1 FROM nowhere")


async def _asked(store: Store, statement: str) -> None:
    async with store.read() as connection:
        await connection.execute(text(statement))
