"""Is it alive, does it work, how does it stand."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from support.desk import NOON
from support.web_face import Part

from db import channels, lanes
from db import sources as source_rows
from desk.carrying import deliver
from desk.watching import intake
from newswire.article import Article
from newswire.delivery import Outcome
from newswire.platform import Lane
from newswire.post import PostState
from newswire.source import Memory

STORY = Article(url="https://news.example/en/1", title="Talks begin", edition="en", source="site-en", published_at=NOON)


async def metrics(served) -> dict[tuple[str, ...], float]:
    """Sample name and label values -> value."""
    status, page = await served.get("/metrics")
    assert status == 200
    families = text_string_to_metric_families(page)
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


async def ready(served) -> tuple[int, dict]:
    status, page = await served.get("/readyz")
    return status, json.loads(page)


async def test_alive_is_ok(serve):
    assert await (await serve()).get("/healthz") == (200, "ok\n")


async def test_a_newsroom_where_all_is_well_is_ready(serve):
    served = await serve(checks=[Part("telegram")])
    status, said = await ready(served)
    assert (status, said["ready"], said["troubles"]) == (200, True, [])
    assert said["sources"] == {"site-en": {"last_success": None, "failures": 0}}
    assert said["channels"]["tg-en"] == {"state": "on", "last_success": None, "overdue_seconds": 0}


async def test_a_part_that_does_not_work_is_named(serve):
    served = await serve(checks=[Part("telegram", well=False)])
    status, said = await ready(served)
    assert (status, said["troubles"]) == (503, ["telegram is not working"])


async def test_a_post_late_by_more_than_five_minutes_is_named(serve):
    served = await serve()
    await intake.take_in(served.newsroom, STORY, by="test")
    served.clock.move(timedelta(minutes=5))
    assert (await ready(served))[0] == 200
    served.clock.move(timedelta(minutes=2))
    status, said = await ready(served)
    assert status == 503
    assert said["troubles"] == ["tg-en: a post is 7 min past its time", "x-en: a post is 7 min past its time"]
    assert said["channels"]["tg-en"]["overdue_seconds"] == 420


async def test_a_paused_channels_queue_is_no_trouble_of_the_process(serve):
    served = await serve()
    await intake.take_in(served.newsroom, STORY, by="test")
    served.clock.move(timedelta(hours=1))
    async with served.newsroom.store.write() as connection:
        for name in ("tg-en", "x-en"):
            await channels.pause(connection, name, by="Leyla", why="quiet day", now=NOON)
    assert (await ready(served))[0] == 200
    assert (await metrics(served))["newswire_channel_up", "tg-en"] == 0


async def test_a_schema_from_a_newer_version_is_not_ready(serve):
    served = await serve()
    async with served.newsroom.store.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    status, said = await ready(served)
    assert status == 503
    assert said["troubles"][0].startswith("the database has schema 9999, this Newswire wants")


async def test_a_database_that_lost_its_tables_is_not_ready(serve):
    served = await serve()
    async with served.newsroom.store.write() as connection:
        await connection.execute(text("DROP TABLE channels"))
    status, said = await ready(served)
    assert status == 503
    assert "does not answer: no such table: channels" in said["troubles"][0]
    assert (await metrics(served))["newswire_db_errors_total",] >= 1


async def test_a_clock_that_stopped_is_not_ready(serve):
    served = await serve()
    served.newsroom.metrics.ticked(served.clock.monotonic())
    served.clock.move(timedelta(seconds=5))
    assert (await ready(served))[0] == 200
    served.clock.move(timedelta(seconds=7))
    status, said = await ready(served)
    assert (status, said["troubles"]) == (503, ["the clock has not ticked for 12 s"])


async def test_metrics_of_an_idle_newsroom_name_every_channel_and_state(serve):
    found = await metrics(await serve())
    for channel in ("tg-en", "x-en"):
        assert found["newswire_channel_up", channel] == 1
        assert found["newswire_queue_oldest_overdue_seconds", channel] == 0
        for state in ("in_review", "scheduled", "publishing", "uncertain", "failed"):
            assert found["newswire_queue_posts", channel, state] == 0
    assert found["newswire_approvals_pending",] == 0
    assert found["newswire_db_errors_total",] == 0
    assert [key for key in found if key[0] == "newswire_build_info"]


async def test_an_articles_way_is_counted_from_sight_to_post(serve):
    served = await serve()
    newsroom = served.newsroom
    await intake.take_in(newsroom, STORY, by="test")
    found = await metrics(served)
    assert found["newswire_articles_total", "site-en"] == 1
    assert found["newswire_queue_posts", "tg-en", "scheduled"] == 1
    served.clock.move(timedelta(seconds=2))
    for claim in (await deliver.claim(newsroom, 10)).claims:
        await deliver.deliver(newsroom, claim)
    found = await metrics(served)
    assert found["newswire_deliveries_total", "sent"] == 2
    assert found["newswire_posts_total", "tg-en", "published"] == 1
    assert found["newswire_queue_posts", "tg-en", "scheduled"] == 0
    assert found["newswire_post_delay_seconds_count",] == 2
    assert found["newswire_post_delay_seconds_sum",] == pytest.approx(4)
    assert found["newswire_publish_duration_seconds_count", "tg-en"] == 1
    assert found["newswire_channel_last_success_timestamp_seconds", "tg-en"] == served.clock.now().timestamp()


async def test_a_look_at_a_source_is_shown_with_its_time(serve):
    served = await serve()
    async with served.newsroom.store.write() as connection:
        await source_rows.succeeded(
            connection, "site-en", "https://news.example/rss", Memory(), now=NOON, next_at=NOON, first=True
        )
    assert (await metrics(served))["newswire_source_last_success_timestamp_seconds", "site-en"] == NOON.timestamp()
    assert (await ready(served))[1]["sources"]["site-en"]["last_success"] == NOON.isoformat()


async def test_a_lane_its_platform_closed_shows_the_channel_down(serve):
    served = await serve()
    lane = "slow"
    served.newsroom.publishers["tg-en"].lanes = lambda: [Lane(lane, 1.0)]
    async with served.newsroom.store.write() as connection:
        await lanes.close(connection, lane, NOON.timestamp() + 60)
    assert (await metrics(served))["newswire_channel_up", "tg-en"] == 0
    served.clock.move(timedelta(seconds=61))
    assert (await metrics(served))["newswire_channel_up", "tg-en"] == 1


async def test_answers_are_counted_by_what_they_were(serve):
    served = await serve()
    counted = served.newsroom.metrics
    counted.settled("tg-en", Outcome.RETRY, PostState.SCHEDULED, limited=True)
    counted.settled("tg-en", Outcome.UNKNOWN, PostState.UNCERTAIN)
    counted.fetched("site-en", "failed")
    found = await metrics(served)
    assert found["newswire_deliveries_total", "retry"] == 1
    assert found["newswire_rate_limited_total", "tg-en"] == 1
    assert found["newswire_posts_total", "tg-en", "uncertain"] == 1
    assert ("newswire_posts_total", "tg-en", "scheduled") not in found
    assert found["newswire_source_fetches_total", "failed", "site-en"] == 1
