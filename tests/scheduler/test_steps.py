"""A step back is settled once, also when the database was away meanwhile; steps that undo each other are none."""

from datetime import timedelta

from support.desk import NOON, Site

from db import lanes
from desk.carrying import deliver
from desk.watching import intake
from newswire.article import Article
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


async def test_a_post_written_while_the_clock_was_ahead_goes_once_it_is_back(make, site: Site):
    newsroom = await make(site)
    steps = Steps(newsroom)
    for step in (timedelta(hours=1), BACK):
        newsroom.clock.set_forth(step)
        steps.note(step)
        if step > BACK:
            article = Article(url="https://news.example/1", title="Talks", edition="en", published_at=NOON)
            await intake.take_in(newsroom, article, by="test")
    assert await deliver.next_look(newsroom) == 600
    await steps.settle()
    assert await deliver.next_look(newsroom) == 0
