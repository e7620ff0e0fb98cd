"""A step back is settled once, also when the database was away meanwhile; steps that undo each other are none."""

from datetime import timedelta

from support.desk import NOON, Site

from db import lanes
from scheduler.steps import Steps

BACK = -timedelta(minutes=10)


async def closed(newsroom) -> float:
    async with newsroom.store.read() as connection:
        return (await lanes.closed(connection, 0.0))["lane"]


async def test_steps_are_added_up_and_settled_once(make, site: Site):
    newsroom = await make(site)
    at = (NOON + timedelta(hours=2)).timestamp()
    async with newsroom.store.write() as connection:
        await lanes.close(connection, "lane", at)
    steps = Steps(newsroom)
    steps.note(timedelta(hours=1))
    await steps.settle()
    steps.note(timedelta(hours=1))
    steps.note(-timedelta(hours=1))
    await steps.settle()
    assert await closed(newsroom) == at
    steps.note(BACK)
    steps.note(BACK)
    for _ in range(3):
        await steps.settle()
    assert await closed(newsroom) == at - 1200
