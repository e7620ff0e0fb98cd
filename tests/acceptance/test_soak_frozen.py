"""The short soak of the frozen: a worker stands still in the middle of a call, is given up, and wakes again."""

import random
from pathlib import Path

import pytest
from soak.battle import CLUSTER
from soak.frozen import Frozen
from support.postgresql import Server

SEED = 482


@pytest.mark.timeout(200)
async def test_who_wakes_after_others_have_acted_doubles_nothing_and_loses_nothing(tmp_path: Path, postgresql: Server):
    battle = Frozen("postgresql frozen", tmp_path, postgresql.database("frozen"), CLUSTER, random.Random(SEED))
    report = await battle.fight(1, 4)
    assert report.good, report.line()
