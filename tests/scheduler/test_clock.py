"""The clock ticks, also when the wall is set back or forth under it."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from newswire.clock import SetClock
from newswire.errors import DependencyDown
from scheduler.clock import Clock

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


async def ticked(ticks: Counter[str], name: str, *, times: int = 1, seconds: float = 3.0) -> None:
    async with asyncio.timeout(seconds):
        while ticks[name] < times:  # noqa: ASYNC110 - a tick counts, it sets no event
            await asyncio.sleep(0.01)


def asleep(clock: Clock) -> None:
    """As after a step back of an hour: what is due next lies in the future. The scheduler has no clock to set."""
    for job in clock._scheduler.get_jobs():
        job.modify(next_run_time=datetime.now(UTC) + timedelta(hours=1))


@pytest.fixture
async def ticking():
    ticks: Counter[str] = Counter()
    steps: list[timedelta] = []
    wall = SetClock(NOON)
    clock = Clock(wall, steps.append)
    clock.every(0.05, "watch", lambda: ticks.update(["watch"]))
    clock.every(300, "rare", lambda: ticks.update(["rare"]))
    clock.start()
    yield clock, wall, ticks, steps
    await clock.stop()


async def test_a_clock_that_is_set_back_ticks_on_within_seconds_and_says_so_once(ticking):
    clock, wall, ticks, steps = ticking
    await ticked(ticks, "watch", times=2)
    asleep(clock)
    await asyncio.sleep(0.2)
    ticks.clear()
    await asyncio.sleep(0.2)
    assert not ticks
    with capture_logs() as said:
        wall.set_forth(-timedelta(minutes=10))
        await ticked(ticks, "watch", times=3)
    assert ticks["rare"] == 1
    assert steps == [-timedelta(minutes=10)]
    assert said == [{"event": "the clock was set back", "seconds": 600.0, "log_level": "warning"}]


async def test_a_clock_that_is_set_forth_makes_everything_due(ticking):
    _, wall, ticks, steps = ticking
    wall.set_forth(timedelta(hours=1))
    await ticked(ticks, "rare")
    assert steps == [timedelta(hours=1)]


async def test_a_small_correction_and_the_passing_of_time_are_no_step(ticking):
    _, wall, ticks, steps = ticking
    wall.set_forth(timedelta(seconds=1.5))
    wall.move(timedelta(minutes=5))
    await asyncio.sleep(1.3)
    assert ticks["watch"] > 3
    assert ticks["rare"] == 0
    assert steps == []


async def test_a_tick_at_work_is_not_started_again_and_one_that_fails_is_tried_again():
    ticks: Counter[str] = Counter()

    async def slow() -> None:
        ticks["slow"] += 1
        await asyncio.sleep(0.3)

    async def failing() -> None:
        ticks["failing"] += 1
        raise DependencyDown("no database") if ticks["failing"] % 2 else ValueError("a mistake of ours")

    clock = Clock()
    clock.every(0.05, "slow", slow)
    clock.every(0.05, "failing", failing)
    clock.start()
    await ticked(ticks, "failing", times=3)
    await clock.stop()
    assert ticks["slow"] <= 2
    assert not clock._working
