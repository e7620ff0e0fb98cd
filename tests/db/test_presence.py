"""Who is at work on a database, as its locks tell it."""

import asyncio
import fcntl
import os
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db import lock, presence
from db.link import Link
from db.presence import Hand
from db.store import Store


def me(role: str, machine: str = socket.gethostname()) -> Hand:
    return Hand(role=role, process=str(os.getpid()), machine=machine)


def standby(role: str) -> Hand:
    return replace(me(role), stands_by=True)


@pytest.fixture
async def shared(postgresql: str):
    made = Store(postgresql)
    yield made
    await made.close()


async def nobody(store: Store) -> bool:
    """The database takes a moment to see that a connection is gone."""
    for _ in range(100):
        if not await presence.at_work(store):
            return True
        await asyncio.sleep(0.02)
    return False


async def test_among_many_each_role_is_somebodys_and_workers_are_counted(shared: Store):
    stop = asyncio.Event()
    assert await nobody(shared)
    async with lock.in_turn(shared, "clock", stop, lambda: None), lock.carrying(shared), lock.carrying(shared):
        assert sorted(hand.role for hand in await presence.at_work(shared)) == ["clock", "worker", "worker"]
        assert set(await presence.at_work(shared)) == {me("clock"), me("worker")}
    assert await nobody(shared)


async def test_who_stands_by_is_here_but_not_at_work_and_who_looks_after_the_schema_is_neither(shared: Store):
    stop, before = asyncio.Event(), datetime.now(UTC) - timedelta(seconds=1)
    assert await nobody(shared)
    async with lock.in_turn(shared, "bot", stop, lambda: None), lock.one_after_the_other(shared):
        waiting = [asyncio.create_task(_has(shared, "bot", stop)) for _ in range(2)]
        await _until_here(shared, me("bot"), *[standby("bot")] * 2)
        assert await presence.at_work(shared) == (me("bot"),)
        assert all(hand.since and before < hand.since < datetime.now(UTC) for hand in await presence.here(shared))
        stop.set()
        assert await asyncio.gather(*waiting) == [False, False]


async def test_a_standby_stays_one_while_it_asks_again_and_is_at_work_once_its_turn_has_come(shared: Store):
    assert await nobody(shared)
    stop, first_stop = asyncio.Event(), asyncio.Event()
    first = asyncio.create_task(_holds(shared, "clock", first_stop))
    await _until_here(shared, me("clock"))
    second = asyncio.create_task(_holds(shared, "clock", stop))
    await _until_here(shared, me("clock"), standby("clock"))
    await asyncio.sleep(2.2)  # it has asked twice more
    assert await presence.here(shared) == (me("clock"), standby("clock"))
    first_stop.set()
    await first
    await _until_here(shared, me("clock"))
    stop.set()
    await second


async def _until_here(store: Store, *hands: Hand) -> None:
    for _ in range(200):
        if await presence.here(store) == hands:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(await presence.here(store))


async def _holds(store: Store, role: str, stop: asyncio.Event) -> None:
    async with lock.in_turn(store, role, stop, lambda: None) as kept:
        assert kept is not None
        await kept(stop)


async def _has(store: Store, role: str, stop: asyncio.Event) -> bool:
    async with lock.in_turn(store, role, stop, lambda: None) as kept:
        return kept is not None


async def test_one_that_is_alone_is_all_of_it(shared: Store):
    async with lock.alone(shared), lock.carrying(shared):
        assert set(await presence.at_work(shared)) == {me("clock"), me("bot"), me("worker")}


async def test_another_database_on_the_same_server_is_not_ours(shared: Store, postgresql: str):
    link = Link(shared)
    await link.ask("CREATE DATABASE elsewhere")
    await link.drop()
    assert await nobody(shared)
    other = Store(postgresql.replace("/postgres?", "/elsewhere?"))
    async with lock.alone(other):
        assert await presence.at_work(shared) == ()
    await other.close()


async def test_on_sqlite_the_one_daemon_is_all_of_it(tmp_path: Path):
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    assert await presence.at_work(store) == ()
    async with lock.alone(store):
        hands = await presence.here(store)
        assert set(hands) == {me(role, "") for role in ("clock", "bot", "worker")}
        assert all(hand.since and datetime.now(UTC) - hand.since < timedelta(minutes=1) for hand in hands)
    assert await presence.at_work(store) == ()
    await store.close()


async def test_whoever_looks_who_is_at_work_keeps_no_daemon_from_starting(tmp_path: Path):
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    with (tmp_path / "a.db.lock").open("w") as looked_at:
        fcntl.flock(looked_at, fcntl.LOCK_SH)
        asyncio.get_running_loop().call_later(0.06, fcntl.flock, looked_at, fcntl.LOCK_UN)
        async with lock.alone(store):
            pass
    await store.close()
