"""The short soak: processes are killed with -9, and the net drops answers; nothing is doubled, nothing lost, nobody asked."""

import random
from pathlib import Path

import pytest
from soak.battle import ALONE, BAD_NET, Battle

SEED = 482


@pytest.mark.timeout(400)
async def test_fifty_kills_of_the_daemon_double_nothing_and_lose_nothing(tmp_path: Path):
    battle = Battle("sqlite", tmp_path, f"sqlite:///{tmp_path / 'newswire.db'}", ALONE, random.Random(SEED))
    report = await battle.fight(50, 50)
    assert report.good, report.line()


@pytest.mark.timeout(300)
async def test_a_net_that_drops_and_refuses_doubles_nothing_and_loses_nothing(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'newswire.db'}"
    report = await Battle("bad net", tmp_path, url, ALONE, random.Random(SEED), BAD_NET).fight(0, 40)
    assert report.good, report.line()
