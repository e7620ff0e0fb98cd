"""The wall clock set forth and back under a real daemon (libfaketime): nothing doubled, nothing lost, posts go on at once.

On Telegram only: X and whoever else signs with the time refuses a clock that is minutes off, and rightly so.
"""

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest
from support.crew import Hand, crew
from support.live import until

STEPS = ("+3600", "-600", "-30")


@pytest.fixture
def wall(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A file with the seconds by which the daemon's wall is off, and what makes it look there.

    Missing library: skipped on a laptop, failed in CI.
    """
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    if not found:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            "no libfaketime here; it is in Debian's package faketime"
        )
    file = tmp_path / "wall"
    file.write_text("+0")
    return file, {
        "LD_PRELOAD": str(found[0]),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",  # which makes Python's threads wait ten times as long for each other
    }


async def test_clocks_set_forth_and_back_while_posts_flow_double_nothing_and_hold_nothing_up(staged, wall):
    file, environment = wall
    live = await staged(editors={}, web={"enabled": False})
    # Posts of a picture that a busy sandbox draws in more than two seconds wait for twenty, whatever the clock does.
    live.stage.overrides["site"] = {"name": "Lantern", "url": live.stage.where["site"], "ready_within": "0s"}
    live.configure()
    async with crew(live, environment, whole=()) as hands:
        stories, off = [], 0
        for step in STEPS:
            stories += await live.publish("hy", "ru")
            off += int(step)
            file.write_text(f"{off:+d}")
            stories += await live.publish("ru", "hy")
            await hands["whole"].says("the clock was set", seconds=10)
            await live.settled(stories, seconds=15)
            more = await live.publish("hy")
            await live.settled(more, seconds=15)
            stories += more
        await live.settled(stories)
        log = hands["whole"].log
    assert log.count("the clock was set forward") == 1
    assert log.count("the clock was set back") == 2
    assert "Traceback" not in log


async def test_a_machine_that_starts_in_1970_waits_until_its_clock_is_set_and_everything_goes_out(staged, wall):
    file, environment = wall
    file.write_text(f"{timedelta(days=1).total_seconds() - time.time():+.0f}")
    live = await staged(editors={}, web={"enabled": False})
    whole = Hand(live, "daemon", (), environment)
    await whole.start()
    try:
        await whole.says("waiting until this machine's clock is set", seconds=10)
        assert "newswire is running" not in whole.log
        file.write_text("+0")
        await whole.says("newswire is running", seconds=10)
        await until(live._watches, "the sources have not been looked at")
        await live.settled(await live.publish("en", "ru"))
    finally:
        assert await whole.send(signal.SIGTERM) == 0
