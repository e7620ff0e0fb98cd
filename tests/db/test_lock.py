"""Locks between processes on PostgreSQL: one at a time, in turn, and what becomes of them when the database was away."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import text

from db import lock
from db.store import Store
from newswire.errors import AlreadyRunning

ROLES, CARRIERS = 0x6E657773, 0x77697265


@pytest.fixture
async def store(postgresql):
    made = Store(postgresql)
    yield made
    await made.close()


def nobody() -> None:
    raise AssertionError("it had to wait")


async def cut(store: Store, kind: int) -> None:
    """End the connections that hold a lock of that kind."""
    held = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = :kind"
    async with store.write() as connection:
        await connection.execute(text(held), {"kind": kind})


async def cut_all(store: Store) -> None:
    """End every connection, as a restart of the database does."""
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    async with store.write() as connection:
        await connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))


async def test_an_all_in_one_is_alone_and_refuses_beside_a_clock_or_a_bot(store):
    stop = asyncio.Event()
    async with lock.alone(store):
        with pytest.raises(AlreadyRunning, match="another Newswire is running on this database; stop it first"):
            async with lock.alone(store):
                pass
    for role in ("clock", "bot"):
        async with lock.in_turn(store, role, stop, nobody):
            with pytest.raises(AlreadyRunning):
                async with lock.alone(store):
                    pass
    async with lock.alone(store), lock.carrying(store), lock.carrying(store):
        pass


async def test_tables_change_while_nobody_is_at_work(store):
    async with lock.at_rest(store):
        with pytest.raises(AlreadyRunning):
            async with lock.alone(store):
                pass
    async with lock.carrying(store):
        with pytest.raises(AlreadyRunning) as refused:
            async with lock.at_rest(store):
                pass
    assert str(refused.value) == "workers of Newswire (1) are running on this database; stop them first"


async def test_who_stands_by_says_so_once_and_has_the_role_as_soon_as_it_is_free(store):
    said: list[str] = []
    stop = asyncio.Event()
    async with AsyncExitStack() as first:
        assert await first.enter_async_context(lock.in_turn(store, "clock", stop, nobody))
        async with lock.in_turn(store, "bot", stop, nobody):
            pass

        async def second() -> bool:
            async with lock.in_turn(store, "clock", stop, lambda: said.append("waits")) as kept:
                return kept is not None

        waiting = asyncio.create_task(second())
        await asyncio.sleep(2.2)
        assert not waiting.done()
    assert await asyncio.wait_for(waiting, 3)
    assert said == ["waits"]


async def test_who_stands_by_can_be_stopped(store):
    stop = asyncio.Event()
    async with lock.in_turn(store, "bot", stop, nobody):
        asyncio.get_running_loop().call_later(0.1, stop.set)
        async with lock.in_turn(store, "bot", stop, lambda: None) as kept:
            assert kept is None


async def test_who_had_the_role_has_it_again_when_the_database_is_back_and_who_stands_by_lets_him(store):
    stop = asyncio.Event()
    async with lock.in_turn(store, "clock", stop, nobody) as kept:

        async def second() -> bool:
            async with lock.in_turn(store, "clock", stop, lambda: None) as other:
                return other is not None

        waiting = asyncio.create_task(second())
        await asyncio.sleep(0.6)  # so that the one who stands by looks first
        keeping = asyncio.create_task(kept(stop))
        await asyncio.sleep(0.2)
        await cut_all(store)
        await asyncio.sleep(5)
        assert not waiting.done()
        assert not keeping.done()
        stop.set()
        await keeping
        assert await waiting is False


async def test_who_lost_the_role_to_another_ends_with_75_and_one_clear_line(store):
    stop = asyncio.Event()
    async with lock.in_turn(store, "clock", stop, nobody) as kept:
        await cut(store, ROLES)
        async with lock.in_turn(store, "clock", stop, nobody):
            with pytest.raises(AlreadyRunning) as ended:
                await kept(stop)
    assert str(ended.value) == (
        "the database was away, and another process has become the clock meanwhile; this one ends"
    )
    assert ended.value.exit_code == 75


async def test_a_carrier_is_living_while_it_lives_and_again_soon_after_its_connection_broke(store):
    async def shows(*names: str) -> bool:
        """The database takes a moment to see that a connection is gone, and the carrier to notice."""
        for _ in range(200):
            async with store.read() as connection:
                if await lock.living(connection) == set(names):
                    return True
            await asyncio.sleep(0.02)
        return False

    async with lock.carrying(store) as name:
        assert await shows(name)
        await cut(store, CARRIERS)
        assert await shows()
        assert await shows(name)
    assert await shows()


async def test_the_schema_is_looked_after_by_one_after_the_other(store):
    order: list[str] = []

    async def look(name: str) -> None:
        async with lock.one_after_the_other(store):
            order.append(f"{name} in")
            await asyncio.sleep(0.1)
            order.append(f"{name} out")

    await asyncio.gather(look("a"), look("b"), look("c"))
    assert [order[n][0] for n in (0, 2, 4)] == [order[n][0] for n in (1, 3, 5)]


async def test_on_sqlite_there_are_no_roles_and_no_carriers(tmp_path):
    made = Store(f"sqlite:///{tmp_path / 'a.db'}")
    async with lock.alone(made) as kept, lock.one_after_the_other(made), lock.carrying(made) as name:
        assert name == ""
        with pytest.raises(AlreadyRunning, match="another Newswire"):
            async with lock.alone(made):
                pass
        stop = asyncio.Event()
        stop.set()
        await kept(stop)
    await made.close()
