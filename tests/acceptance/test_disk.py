"""A disk that is full: the daemon says so and waits; once there is room, everything goes out, once."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.live import until

from newswire.post import PostState

SIZE = 2 * 2**20


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of two megabytes. No right to mount one: skipped on a laptop, failed in CI."""
    place = tmp_path / "disk"
    place.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)]
    mounted = subprocess.run(words, capture_output=True, text=True, check=False)
    if mounted.returncode:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no disk can be mounted: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path) -> Path:
    """Not a byte is free; removing the file that comes back makes room."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (65_536, 4096, 1):
            try:
                while file.write(b"\0" * size):
                    pass
            except OSError:
                continue
    return ballast


async def test_a_full_disk_is_said_in_plain_words_and_nothing_is_lost_or_doubled(staged, disk):
    live = await staged(editors={})
    live.configure(DATABASE_URL=f"sqlite:///{disk / 'newswire.db'}")
    await live.start()
    await live.settled(await live.publish("en"))
    ballast = fill(disk)
    stories = await live.publish("en", "ru", "hy")
    await live.says("database or disk is full")
    await asyncio.sleep(2)
    assert live.alive()
    assert [await live.seen(story) for story in stories] == [{}, {}, {}]
    assert (await live.asks("/healthz"))[0] == 200
    ballast.unlink()
    await live.settled(stories, seconds=40)
    assert (await live.ready())[0] == 200
    assert "Traceback" not in live.log()
    assert await live.stage.end_daemon() == 0


async def test_a_disk_that_fills_up_while_a_post_is_in_the_air_sends_it_once(staged, disk):
    live = await staged(editors={})
    live.configure(DATABASE_URL=f"sqlite:///{disk / 'newswire.db'}")
    await live.start()
    await live.fault("telegram", "delay", seconds=1.0, times=None)
    (story,) = await live.publish("ru")

    async def flying() -> bool:
        return any(post.state is PostState.PUBLISHING for post in await live.posts())

    await until(flying, "nothing is in the air")
    ballast = fill(disk)
    await live.out([story])
    await asyncio.sleep(2)
    assert live.alive()
    ballast.unlink()
    await live.settled([story], seconds=40)
    assert "Traceback" not in live.log()


async def test_nothing_goes_out_while_the_database_is_taken_away_and_all_of_it_once_it_is_back(staged):
    live = await staged(editors={})
    await live.start()
    await live.settled(await live.publish("en"))
    file, aside = live.folder / "newswire.db", live.folder / "aside.db"
    file.rename(aside)
    stories = await live.publish("en", "ru")
    await live.says("was taken away while Newswire runs: stop it, put it back")
    status, said = await live.ready()
    assert (status, "taken away" in said["troubles"][0]) == (503, True)
    assert [await live.seen(story) for story in stories] == [{}, {}]
    aside.rename(file)
    await live.settled(stories)
    assert "Traceback" not in live.log()
    assert await live.stage.end_daemon() == 0
