"""After the clock was set back: what was due stays due, pauses stay as long as they are, times of day stay times of day."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from db import articles, lanes, posts, schema, steps
from db.articles import Fate
from db.posts import Draft
from db.tables import posts as table
from newswire.article import Article
from newswire.platform import Lane
from newswire.post import Message, PostState, Priority, rank
from newswire.richtext import RichText

OLD = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BACK = timedelta(minutes=10)
NOW = OLD - BACK


@pytest.fixture
async def write(store):
    await schema.upgrade(store)

    async def one(due_at: datetime, **values: object) -> int:
        async with store.write() as connection:
            url = f"https://lantern.example/{due_at.timestamp()}/{len(values)}"
            article = Article(url=url, title="Talks", edition="en")
            stored = await articles.add(connection, article, [url], fate=Fate.ROUTED, reason="", now=OLD)
            draft = Draft(
                article_id=stored.id,
                channel="tg",
                state=PostState.SCHEDULED,
                message=Message(text=RichText("Talks"), link=url),
                due_at=due_at,
                priority=Priority.TIMED,
                revision=1,
            )
            post_id = await posts.add(connection, draft, by="test", now=OLD)
            if values:
                await connection.execute(update(table).where(table.c.id == post_id).values(**values))
            return post_id

    return one


async def due(store, post_id: int) -> tuple[datetime, int]:
    async with store.read() as connection:
        row = (await connection.execute(select(table.c.due_at, table.c.rank).where(table.c.id == post_id))).one()
    return row.due_at, row.rank


async def set_back(store) -> int:
    async with store.write() as connection:
        return await steps.set_back(connection, BACK, now=NOW)


async def test_what_was_due_is_due_still_in_the_same_order(store, write):
    late, just = await write(OLD - timedelta(seconds=90)), await write(OLD)
    assert await set_back(store) == 2
    assert await due(store, just) == (NOW, rank(Priority.TIMED, NOW))
    assert (await due(store, late))[0] == NOW - timedelta(seconds=90)
    assert (await due(store, late))[1] < (await due(store, just))[1]


async def test_a_time_of_day_to_come_stays(store, write):
    noon = OLD + timedelta(minutes=1)
    timed = await write(noon)
    assert await set_back(store) == 0
    assert await due(store, timed) == (noon, rank(Priority.TIMED, noon))


@pytest.mark.parametrize(
    "values", [{"attempt": 1}, {"state": PostState.UNCERTAIN}, {"state": PostState.CORRECTING}], ids=str
)
async def test_a_pause_before_the_next_try_stays_as_long_as_it_is(store, write, values):
    again = await write(OLD + timedelta(seconds=5), **values)
    assert await set_back(store) == 1
    assert (await due(store, again))[0] == NOW + timedelta(seconds=5)


async def test_what_was_being_written_when_the_clock_was_set_is_due_too_and_what_is_written_afterwards_keeps_its_time(
    store, write
):
    straggler = await write(OLD)
    later = await write(NOW + timedelta(minutes=5), created_at=NOW)
    async with store.write() as connection:
        assert await steps.stragglers(connection, now=NOW) == 1
    assert await due(store, straggler) == (NOW, rank(Priority.TIMED, NOW))
    assert (await due(store, later))[0] == NOW + timedelta(minutes=5)


async def test_what_is_over_is_left_alone(store, write):
    out = await write(OLD, state=PostState.PUBLISHED)
    assert await set_back(store) == 0
    assert (await due(store, out))[0] == OLD


async def test_a_closed_lane_opens_when_its_platform_said(store, write):
    async with store.write() as connection:
        await lanes.close(connection, "telegram:1:-100", (OLD + timedelta(seconds=30)).timestamp())
    await set_back(store)
    async with store.read() as connection:
        closed = await lanes.closed(connection, NOW.timestamp())
    assert closed == {"telegram:1:-100": (NOW + timedelta(seconds=30)).timestamp()}


LANE = Lane("telegram:1", 10.0, 2)


async def test_a_lane_keeps_its_pace_over_the_step(store, write):
    async with store.write() as connection:
        for _ in range(2):
            assert await lanes.take(connection, [LANE], OLD.timestamp()) == 0
    await set_back(store)
    async with store.write() as connection:
        assert await lanes.take(connection, [LANE], NOW.timestamp()) == pytest.approx(10)
        assert await lanes.take(connection, [LANE], NOW.timestamp() + 10) == 0


async def test_a_lane_that_a_machine_with_a_wrong_clock_has_used_holds_nobody_up(store, write):
    async with store.write() as connection:
        for _ in range(2):
            assert await lanes.take(connection, [LANE], OLD.timestamp()) == 0
        assert await lanes.take(connection, [LANE], NOW.timestamp()) == 0


async def test_clocks_that_differ_a_little_give_no_place_away(store, write):
    async with store.write() as connection:
        for _ in range(2):
            assert await lanes.take(connection, [LANE], OLD.timestamp() + 1) == 0
        assert await lanes.take(connection, [LANE], OLD.timestamp()) == pytest.approx(11)
