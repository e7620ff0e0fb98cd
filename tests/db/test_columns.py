"""What a column takes it gives back, on SQLite and PostgreSQL: times in UTC and in order, text of any alphabet."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import StatementError

from db import schema
from db.tables import alerts, articles

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TIMES = [NOON, NOON + timedelta(microseconds=1), NOON + timedelta(seconds=1), NOON + timedelta(days=9)]


async def _alert(connection, place, at) -> None:
    values = {"place": place, "cause": "test", "text": "", "count": 1, "opened_at": at, "dirty": False}
    await connection.execute(insert(alerts).values(values))


async def test_times_come_back_to_the_microsecond_in_utc_and_sort_as_they_follow_each_other(store):
    await schema.upgrade(store)
    baku = timezone(timedelta(hours=4))
    async with store.write() as connection:
        for at in reversed(TIMES):
            await _alert(connection, at.isoformat(), at.astimezone(baku))
        found = list(await connection.scalars(select(alerts.c.opened_at).order_by(alerts.c.opened_at)))
        assert found == TIMES
        assert {at.utcoffset() for at in found} == {timedelta()}
        assert await connection.scalar(select(func.min(alerts.c.opened_at))) == NOON
        late = select(func.count()).where(alerts.c.opened_at > NOON, alerts.c.opened_at <= TIMES[2])
        assert await connection.scalar(late) == 2


async def test_a_time_as_sqlite_s_dialect_writes_it_is_the_same_time(store):
    await schema.upgrade(store)
    async with store.write() as connection:
        await _alert(connection, "one", NOON)
        if store.sqlite:
            written = await connection.scalar(text("SELECT opened_at FROM alerts"))
            assert written == "2026-11-24 12:00:00.000000"


async def test_a_time_without_a_zone_is_refused(store):
    await schema.upgrade(store)
    async with store.write() as connection:
        with pytest.raises(StatementError, match="without a zone"):
            await _alert(connection, "one", NOON.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("given", "kept"), [("Թեյը շուտ է", "Թեյը շուտ է"), ("Чай 🍃", "Чай 🍃"), ("half \ud83d of it", "half ? of it")]
)
async def test_json_keeps_text_as_text_and_no_half_letters(store, given, kept):
    await schema.upgrade(store)
    values = {
        **dict.fromkeys(("url", "source", "edition", "section", "title", "content_hash", "fate", "reason"), "x"),
        "sight_hash": "",
        "seen_at": NOON,
        "last_seen_at": NOON,
        "content": {"title": given, "parts": [1, None]},
    }
    async with store.write() as connection:
        await connection.execute(insert(articles).values(values))
        assert await connection.scalar(select(articles.c.content)) == {"title": kept, "parts": [1, None]}
        assert kept in await connection.scalar(text("SELECT CAST(content AS TEXT) FROM articles"))


async def test_what_was_written_with_escapes_is_read_all_the_same(store):
    await schema.upgrade(store)
    async with store.write() as connection:
        values = (
            "'u','s','','','t','{\"title\": \"\\u0427\\u0430\\u0439\"}','h','','routed','','2026-11-24 12:00:00+00'"
        )
        names = "url,source,edition,section,title,content,content_hash,sight_hash,fate,reason,seen_at"
        await connection.exec_driver_sql(
            f"INSERT INTO articles ({names},last_seen_at) VALUES ({values},'2026-11-24 12:00:00')"
        )
        assert await connection.scalar(select(articles.c.content)) == {"title": "Чай"}
