"""Many processes on one PostgreSQL: whoever is killed or frozen, everything goes out, once, and somebody takes over."""

import asyncio
import signal
import time

import pytest
from sqlalchemy import text
from support.crew import Hand, crew
from support.live import until

from newswire.post import PostState

FULL = {
    "worker_a": "worker",
    "worker_b": "worker",
    "clock_a": "clock",
    "clock_b": "clock",
    "bot_a": "bot",
    "bot_b": "bot",
    "web": "web",
}
WAITS = "standing by: another process has the role"
HAS = "has the role now"


@pytest.fixture
async def live(staged, postgresql, tmp_path):
    """A stage with an empty database on the server; posts whose answer was lost are looked for in the editors' chat."""
    made = await staged(delivery={"timeout": "2s"})
    telegram = {"ops_chat": made.stage.where["editors_chat"]}
    made.stage.overrides["platform"] = {"telegram": {**made.stage.overrides["platform"]["telegram"], **telegram}}
    made.configure(DATABASE_URL=postgresql.database(tmp_path.name[:40]))
    return made


async def pair(hands: dict[str, Hand], role: str) -> tuple[Hand, Hand]:
    """Who has the role, and who stands by."""
    two = [hands[f"{role}_a"], hands[f"{role}_b"]]

    async def known() -> bool:
        return any(HAS in hand.log for hand in two) and any(WAITS in hand.log for hand in two)

    await until(known, lambda: f"nobody is the {role}: {two[0].log} {two[1].log}", seconds=30)
    return (two[0], two[1]) if HAS in two[0].log else (two[1], two[0])


async def flow(live, stories: list[dict], stop: asyncio.Event) -> None:
    """An article every now and then."""
    editions = ("en", "ru", "hy")
    while not stop.is_set():
        stories += await live.publish(editions[len(stories) % 3])
        await asyncio.sleep(0.4)


@pytest.mark.timeout(300)
async def test_each_is_killed_in_turn_and_the_database_twice_and_everything_goes_out_once(live, postgresql):
    async with crew(live, **FULL) as hands:
        first_clock, second_clock = await pair(hands, "clock")
        first_bot, second_bot = await pair(hands, "bot")
        assert WAITS not in first_clock.log
        stories, stop = [], asyncio.Event()
        flowing = asyncio.create_task(flow(live, stories, stop))
        takeovers = []
        for first, second in ((first_clock, second_clock), (first_bot, second_bot)):
            began = time.monotonic()
            await first.send(signal.SIGKILL)
            await second.says(HAS)
            takeovers.append(time.monotonic() - began)
            assert second.log.count(WAITS) == 1
            await first.start()
        for name in ("worker_a", "worker_b", "web"):
            await hands[name].send(signal.SIGKILL)
            await asyncio.sleep(1)
            await hands[name].start()
        for name in ("worker_a", "worker_b", "web"):
            await hands[name].says("newswire is running")
        for how in ("fast", "immediate"):
            await asyncio.to_thread(postgresql.stop, how)
            await asyncio.sleep(4)
            await asyncio.to_thread(postgresql.start)
            await asyncio.sleep(1)
        stop.set()
        await flowing
        stories += await live.publish("en", "ru", "hy")
        await live.settled(stories, seconds=40)
        assert [hand.name for hand in hands.values() if not hand.alive] == []
        ends = await asyncio.gather(*(hand.send(signal.SIGTERM) for hand in hands.values()))
        assert set(ends) == {0}
    assert max(takeovers) < 5
    for hand in hands.values():
        assert "Traceback" not in hand.log, hand.log


async def _states(live) -> list[PostState]:
    return [post.state for post in await live.posts()]


async def _in_the_air(live) -> bool:
    return PostState.PUBLISHING in await _states(live)


@pytest.mark.timeout(300)
async def test_posts_of_a_worker_that_is_killed_or_frozen_are_settled_by_others_and_its_late_answer_only_recorded(live):
    async with crew(live, clock="clock", lost="worker") as hands:
        lost = hands["lost"]
        await live.fault("telegram", "delay", method="*", seconds=3.0, times=None)
        stories = await live.publish("ru", "hy")
        await until(lambda: _in_the_air(live), "nothing is in the air")
        began = time.monotonic()
        await lost.send(signal.SIGKILL)
        await live.mended()
        await lost.start()
        await hands["clock"].says("post uncertain", seconds=15)
        missed = time.monotonic() - began
        await live.settled(stories, seconds=30)

        await live.fault("telegram", "delay", method="*", seconds=1.0, times=1)
        (story,) = await live.publish("ru")
        await until(lambda: _in_the_air(live), "nothing is in the air")
        await asyncio.sleep(0.3)  # the request is on its way, and answered in a second
        await lost.send(signal.SIGSTOP)
        hands["other"] = Hand(live, "other", ("worker",))
        await hands["other"].start()
        await live.settled(
            [story], seconds=40
        )  # it is given up 17 s after it was first seen: 2 s for a call, and a margin
        await lost.send(signal.SIGCONT)
        stories += [story, *await live.publish("ru", "hy")]
        await live.settled(stories)
        said = [line for line in lost.log.splitlines() if "late answer recorded" in line or "not published" in line]
        assert len(said) == 1
    assert missed < 10
    for hand in hands.values():
        assert "Traceback" not in hand.log, hand.log


async def displaced(live) -> None:
    """Whoever is clock and bot loses the locks with his connection, and somebody else has them for a while."""
    held = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1852143475"
    async with live._store() as store, store.read() as connection:
        await connection.execute(text(held))
        await connection.scalar(text("SELECT pg_advisory_lock(1852143475, 1)"))
        await asyncio.sleep(3)


async def test_workers_may_help_an_all_in_one_but_a_second_is_refused_and_so_are_roles_on_sqlite(live):
    async with crew(live, whole=(), helper="worker") as hands:
        await live.settled(await live.publish("en", "ru"))
        code, _, err = await live.run("run")
        assert (code, err) == (75, "another Newswire is running on this database; stop it first\n")
        whole = hands["whole"]
        await displaced(live)
        assert whole.process is not None
        assert await asyncio.wait_for(whole.process.wait(), 20) == 75
        assert whole.log.splitlines()[-1] == (
            "the database was away, and another process has become the clock and bot meanwhile; this one ends"
        )
        assert hands["helper"].alive
    lite = f"sqlite:///{live.folder / 'newswire.db'}"
    code, out, err = await live.run("run", "--role", "worker", DATABASE_URL=lite)
    assert (code, out) == (78, "")
    assert err == (
        "--role is for many processes on one PostgreSQL, and DATABASE_URL names SQLite: leave --role out, or write "
        "DATABASE_URL=postgresql://user@host/name into .env\n"
    )
