"""kill -9 of the daemon at random moments: nothing doubled, nothing lost; what was in the air is uncertain and shown."""

import asyncio
import random
import signal
from pathlib import Path

import pytest

from cli import _count
from cli._stage import Stage
from db import alerts
from db.store import Store
from newswire.post import PostState

KILLS = 50


@pytest.mark.timeout(400)
async def test_fifty_kills_double_nothing_and_lose_nothing(tmp_path: Path):
    rng = random.Random(482)
    pace = {"telegram": {"per_second": 0, "per_minute": 0}, "x": {"per_15_minutes": 0}}
    async with Stage(tmp_path, every=0, unlimited=True, overrides={"web": {"enabled": False}, "editors": {}}) as stage:
        for platform, options in pace.items():
            stage.overrides.setdefault("platform", {})[platform] = {"api": stage.where[f"{platform}_api"], **options}
        stage.write_configuration()
        await stage.start_daemon()
        await _count.baseline(stage, 30)
        for platform, method in (("telegram", "sendMessage"), ("x", "create")):
            fault = {"platform": platform, "method": method, "kind": "delay", "seconds": 0.15, "times": None}
            await stage.post("/control/faults", fault)
        stories = []
        for _ in range(KILLS):
            stories.append(await stage.post("/control/site/publish", {"edition": rng.choice(["en", "ru", "hy"])}))
            await asyncio.sleep(rng.uniform(0.2, 1.6))
            assert stage.daemon is None or stage.daemon.returncode is None, "the daemon died by itself"
            await stage.end_daemon(signal.SIGKILL)
            await stage.start_daemon()
        before = (tmp_path / "daemon.log").stat().st_size
        await stage.end_daemon(signal.SIGKILL)
        await stage.start_daemon()
        await _running(tmp_path, before)
        calm = [await stage.post("/control/site/publish", {"edition": edition}) for edition in ("en", "ru", "hy")]
        after = await _settled(stage, calm)
        rows = await _settled(stage, stories)
        assert await stage.end_daemon() == 0

    doubled = [row for row in rows if row.seen > 1]
    lost = [row for row in rows if row.seen == 0 and row.state != "uncertain"]
    uncertain = [row for row in rows if row.state == "uncertain"]
    assert doubled == []
    assert lost == []
    assert {row.state for row in rows} <= {"published", "uncertain"}
    assert {(row.state, row.seen) for row in after} == {("published", 1)}, (
        "what comes after the last kill just goes out"
    )
    assert any(row.state == "published" for row in rows)
    assert uncertain, "no kill met a post in the air, so this run has shown nothing"
    await _assert_shown(tmp_path)


async def _running(folder: Path, before: int):
    """Wait until the last daemon is up: only then does it take SIGTERM as a wish to finish."""
    log = folder / "daemon.log"
    for _ in range(200):
        if b"newswire is running" in log.read_bytes()[before:]:
            return
        await asyncio.sleep(0.1)


async def _settled(stage: Stage, stories: list[dict]) -> list[_count.Row]:
    """The rows once nothing moves any more."""
    waiting = {PostState.SCHEDULED, PostState.PUBLISHING, "missing"}
    for _ in range(300):
        rows = await _count.rows_of(stage, stories)
        if not any(row.state in waiting for row in rows):
            return rows
        await asyncio.sleep(0.2)
    return rows


async def _assert_shown(folder: Path):
    store = Store(f"sqlite:///{folder / 'newswire.db'}")
    async with store.read() as connection:
        open_ones = await alerts.open_ones(connection)
    await store.close()
    assert any("will not be sent twice" in alert.text for alert in open_ones)
