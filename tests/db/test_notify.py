"""Notices between processes: heard at once, gathered, not by who said them, and again after the ear was cut off."""

import asyncio
import time
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from db.notify import Wire
from db.store import Store


@pytest.fixture
async def store(postgresql):
    made = Store(postgresql)
    yield made
    await made.close()


@asynccontextmanager
async def two(store: Store):
    """Two wires, what each hears, and how often each may have missed something."""
    wires = [Wire(store), Wire(store)]
    heard: list[list[str]] = [[], []]
    async with (
        wires[0].heard(heard[0].append, lambda: heard[0].append("*")),
        wires[1].heard(heard[1].append, lambda: heard[1].append("*")),
    ):
        await _until(lambda: heard == [["*"], ["*"]])
        yield wires, heard
    for wire in wires:
        await wire.close()


async def _until(what, seconds: float = 5.0) -> float:
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < seconds
        await asyncio.sleep(0.005)
    return time.monotonic() - began


async def test_what_one_process_rings_the_other_hears_at_once_and_he_himself_not_again(store):
    async with two(store) as (wires, heard):
        wires[0].say(["posts"])  # the first opens the connection
        await _until(lambda: heard[1] == ["*", "posts"])
        wires[0].say(["cards"])
        assert await _until(lambda: heard[1] == ["*", "posts", "cards"]) < 0.5
        assert heard[0] == ["*"]


async def test_a_thousand_rings_are_a_few_notices_and_none_is_lost(store):
    async with two(store) as (wires, heard):
        for n in range(1000):
            wires[0].say(["posts"])
            if n % 100 == 0:
                await asyncio.sleep(0.01)
        wires[0].say(["last"])
        await _until(lambda: "last" in heard[1])
        assert heard[1].count("posts") < 20


async def test_what_is_said_while_the_database_ends_connections_arrives_afterwards(store):
    async with two(store) as (wires, heard):
        wires[0].say(["posts"])
        await _until(lambda: "posts" in heard[1])
        async with store.write() as connection:
            await connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        wires[0].say(["cards"])
        await _until(lambda: heard[0].count("*") == 2 and heard[1].count("*") == 2)
        wires[1].say(["sources"])
        await _until(lambda: "sources" in heard[0])


async def test_what_was_said_last_is_out_when_the_wire_is_closed(store):
    async with two(store) as (_, heard):
        short = Wire(store)
        short.say(["posts"])
        await short.close()
        await _until(lambda: "posts" in heard[0] and "posts" in heard[1])
