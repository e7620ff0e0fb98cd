"""The schema on SQLite and PostgreSQL: made by migrations, the same as the tables of the code."""

from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import DBAPIError

from db import articles, audit, claims, posts, schema, settlements
from db.articles import Fate
from db.claims import Terms
from db.settlements import Settlement
from db.tables import metadata
from newswire.article import Article
from newswire.delivery import Outcome, Receipt
from newswire.errors import ConfigError, DependencyDown
from newswire.post import Message, PostState
from newswire.retry import Verdict
from newswire.richtext import RichText

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TERMS = Terms(paces={"tg-en": ()}, timeout=timedelta(seconds=30), lease=timedelta(seconds=45))


async def test_the_migrations_make_exactly_the_tables_of_the_code(store):
    await schema.upgrade(store)
    async with store.read() as connection:
        found = await connection.run_sync(lambda c: compare_metadata(MigrationContext.configure(c), metadata))
    assert found == []


async def test_a_schema_from_a_newer_version_is_refused_in_one_line(store):
    await schema.upgrade(store)
    async with store.write() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ConfigError, match="made by a newer Newswire"):
        await schema.require_current(store, migrate=True)


async def test_a_database_of_another_program_is_left_alone(store):
    async with store.write() as connection:
        await connection.exec_driver_sql("CREATE TABLE theirs (id INTEGER)")
    with pytest.raises(ConfigError, match="belongs to another program"):
        await schema.require_current(store, migrate=True)


@pytest.mark.parametrize("deed", ["UPDATE audit SET act = 'x'", "DELETE FROM audit"])
async def test_audit_rows_are_never_changed(store, deed):
    await schema.upgrade(store)
    async with store.write() as connection:
        await audit.record(connection, at=NOW, by="Leyla", act="approved")
    with pytest.raises((DBAPIError, DependencyDown), match="audit rows are never changed"):
        async with store.write() as connection:
            await connection.exec_driver_sql(deed)


async def test_a_post_goes_its_way_once(store):
    await schema.upgrade(store)
    async with store.write() as connection:
        article = await articles.add(
            connection,
            Article(url="https://news.example/1", title="Talks"),
            ["url:1"],
            fate=Fate.ROUTED,
            reason="",
            now=NOW,
        )
        draft = posts.Draft(
            article_id=article.id,
            channel="tg-en",
            state=PostState.SCHEDULED,
            message=Message(text=RichText("Talks"), link="https://news.example/1"),
            due_at=NOW,
            priority=20,
            revision=1,
        )
        post_id = await posts.add(connection, draft, by="test", now=NOW)
    claimed = []
    for _ in range(2):
        async with store.write() as connection:
            claimed += (await claims.claim(connection, TERMS, now=NOW, limit=5)).claims
    [one] = claimed
    sent = Verdict(outcome=Outcome.SENT, state=PostState.PUBLISHED)
    answer = Settlement(claim=one, verdict=sent, receipt=Receipt(remote_id="7", at=NOW))
    async with store.write() as connection:
        assert await settlements.settle(connection, [answer], now=NOW) == {one.delivery_id}
    async with store.read() as connection:
        post = await posts.get(connection, post_id)
    assert (post.state, post.remote_id, post.published_at) == (PostState.PUBLISHED, "7", NOW)
