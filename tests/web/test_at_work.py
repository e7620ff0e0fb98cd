"""Which processes are at work, as /readyz, /metrics and `newswire status` tell it, on a real PostgreSQL and on SQLite."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from support.desk import CHANNELS
from support.postgresql import Server, running
from support.web_face import Served

from db import lock

ME = {"process": str(os.getpid()), "machine": socket.gethostname(), "stands_by": False}
NO_CLOCK = "no clock is at work: start `newswire run --role clock`"
NO_BOT = "no editors' bot is at work: start `newswire run --role bot`"
NO_WORKER = "no worker is at work: start `newswire run --role worker`"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as there:
        yield there


@pytest.fixture(scope="module")
def database(server: Server) -> str:
    return server.database("newsroom")


@pytest.fixture
async def among_many(serve, database: str) -> Served:
    """The web of a newsroom of many processes, none of which is at work yet."""
    served: Served = await serve(database=database)
    await _until_roles(served, [])
    return served


@pytest.fixture
async def clock(among_many: Served) -> AsyncIterator[None]:
    async with lock.in_turn(among_many.newsroom.store, "clock", asyncio.Event(), lambda: None):
        yield


async def _ready(served: Served) -> tuple[int, dict]:
    status, page = await served.get("/readyz")
    return status, json.loads(page)


async def _processes(served: Served) -> list[dict]:
    """Without the times, which must be there."""
    hands = (await _ready(served))[1]["processes"]
    assert all(datetime.fromisoformat(hand.pop("since")) for hand in hands)
    return hands


async def _until_roles(served: Served, roles: list[str]) -> None:
    """The database takes a moment to see that a connection is gone."""
    for _ in range(100):
        if [hand["role"] for hand in await _processes(served)] == roles:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(await _ready(served))


async def test_ready_names_the_processes_at_work(among_many: Served, clock: None):
    async with lock.carrying(among_many.newsroom.store):
        assert await _processes(among_many) == [{"role": "clock", **ME}, {"role": "worker", **ME}]


async def test_a_role_that_nobody_has_for_long_is_trouble_with_the_way_out(among_many: Served, clock: None):
    assert (await _ready(among_many))[0] == 200, "a standby may be coming"
    among_many.clock.move(timedelta(seconds=31))
    status, said = await _ready(among_many)
    assert (status, said["troubles"]) == (503, [NO_BOT, NO_WORKER])


async def test_a_role_that_somebody_had_meanwhile_was_not_away_for_long(among_many: Served):
    async with lock.carrying(among_many.newsroom.store):
        await _ready(among_many)
        among_many.clock.move(timedelta(seconds=20))
        async with lock.in_turn(among_many.newsroom.store, "clock", asyncio.Event(), lambda: None):
            await _ready(among_many)
        await _until_roles(among_many, ["worker"])
        among_many.clock.move(timedelta(seconds=20))
        assert (await _ready(among_many))[1]["troubles"] == [NO_BOT]
        among_many.clock.move(timedelta(seconds=20))
        assert (await _ready(among_many))[1]["troubles"] == [NO_CLOCK, NO_BOT]


async def test_a_frozen_database_is_said_in_two_seconds_and_asked_once(among_many: Served, server: Server):
    store = among_many.newsroom.store
    with server.frozen():
        for _ in range(3):
            began = monotonic()
            status, said = await _ready(among_many)
            assert monotonic() - began < 2.5
            trouble = f"the database {store.shown} does not answer: it has said nothing for 2 s"
            assert (status, said) == (503, {"ready": False, "troubles": [trouble]})
        assert store._writer.pool.checkedout() == 1, "one question is open"
        _, page = await among_many.get("/metrics")
        assert f"newswire_db_errors_total {store.failures:.1f}" in page
        assert store.failures == 4, "each that was not answered"
    assert (await _ready(among_many))[0] == 200


async def test_a_database_that_was_away_lets_everybody_come_back_to_his_role(among_many: Served, server: Server):
    await _ready(among_many)
    with server.frozen():
        among_many.clock.move(timedelta(seconds=60))
        assert (await _ready(among_many))[0] == 503
    assert (await _ready(among_many))[0] == 200, "a standby may be coming"
    among_many.clock.move(timedelta(seconds=31))
    assert (await _ready(among_many))[1]["troubles"] == ["nobody is at work: start `newswire run`"]


async def test_more_questions_than_connections_are_one_line_as_well(among_many: Served, server: Server, monkeypatch):
    store = among_many.newsroom.store
    monkeypatch.setattr(store._writer.pool, "_timeout", 0.2)
    async with AsyncExitStack() as held:
        for _ in range(15):
            await held.enter_async_context(store.read())
        _, said = await _ready(among_many)
        assert said["troubles"] == [f"the database {store.shown} does not answer: every connection waits for it"]


async def test_where_nobody_is_at_work_one_line_says_so(among_many: Served):
    among_many.clock.move(timedelta(seconds=31))
    assert (await _ready(among_many))[1]["troubles"] == ["nobody is at work: start `newswire run`"]


async def test_metrics_count_the_processes_of_each_role(among_many: Served, clock: None):
    async with lock.carrying(among_many.newsroom.store), lock.carrying(among_many.newsroom.store):
        _, page = await among_many.get("/metrics")
    counted = [line for line in page.splitlines() if line.startswith("newswire_processes_at_work{")]
    assert counted == [
        'newswire_processes_at_work{role="clock"} 1.0',
        'newswire_processes_at_work{role="bot"} 0.0',
        'newswire_processes_at_work{role="worker"} 2.0',
    ]


async def test_status_names_them_and_what_is_missing_in_words_and_for_programs(
    among_many: Served, clock: None, database: str, tmp_path: Path
):
    words = await _status(tmp_path, database)
    assert (
        f"Processes\nrole\tstands\tprocess\tmachine\tsince\nclock\tat work\t{ME['process']}\t{ME['machine']}\t20"
        in words
    )
    assert words.endswith(f"! {NO_BOT}\n! {NO_WORKER}\n")
    told = json.loads(await _status(tmp_path, database, "--json"))
    assert [hand["role"] for hand in told["processes"]] == ["clock"]
    assert told["absent"] == [NO_BOT, NO_WORKER]


async def test_status_names_who_stands_by_which_is_no_reason_to_call_a_role_taken(
    among_many: Served, clock: None, database: str, tmp_path: Path
):
    stop = asyncio.Event()
    second = asyncio.create_task(_wait_for_clock(among_many, stop))
    await _until_roles(among_many, ["clock", "clock"])
    words = await _status(tmp_path, database)
    assert f"\nclock\tstands by\t{ME['process']}\t{ME['machine']}\t20" in words
    assert (await _processes(among_many))[1] == {"role": "clock", **ME, "stands_by": True}
    _, page = await among_many.get("/metrics")
    assert 'newswire_processes_at_work{role="clock"} 1.0' in page
    stop.set()
    await second


async def _wait_for_clock(served: Served, stop: asyncio.Event) -> None:
    async with lock.in_turn(served.newsroom.store, "clock", stop, lambda: None):
        pass


async def test_status_on_sqlite_names_the_one_process_or_says_that_none_runs(serve, tmp_path: Path):
    served: Served = await serve()
    file = f"sqlite:///{tmp_path / 'newswire.db'}"
    assert (await _status(tmp_path, file)).endswith("! nobody is at work: start `newswire run`\n")
    async with lock.alone(served.newsroom.store):
        told = json.loads(await _status(tmp_path, file, "--json"))
    assert {(one["role"], one["process"]) for one in told["processes"]} == {
        (role, ME["process"]) for role in ("clock", "bot", "worker")
    }
    assert told["absent"] == []


async def _status(folder: Path, database: str, *words: str) -> str:
    file = folder / "newswire.toml"
    file.write_text(CHANNELS)
    command = [sys.executable, "-m", "cli", "--config", str(file), "status", *words]
    process = await asyncio.create_subprocess_exec(
        *command, env=os.environ | {"DATABASE_URL": database}, stdout=PIPE, stderr=PIPE
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert (process.returncode, err) == (0, b"")
    return out.decode()
