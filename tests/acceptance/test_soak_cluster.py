"""The short soak of many processes: a clock and two workers are killed with -9 while posts flow."""

import random
from pathlib import Path

import pytest
from soak.battle import CLUSTER, Battle
from support.postgresql import Server

SEED = 482


@pytest.mark.timeout(300)
async def test_kills_of_a_clock_and_two_workers_on_postgresql_double_nothing_and_lose_nothing(
    tmp_path: Path, postgresql: Server
):
    battle = Battle("postgresql", tmp_path, postgresql.database("soak"), CLUSTER, random.Random(SEED))
    report = await battle.fight(15, 60)
    assert report.good, report.line()
