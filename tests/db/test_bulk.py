"""Many looks in one transaction, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from db import articles, revisions, schema, sights, sources
from db.articles import Fate, New
from db.sources import Success
from newswire.article import Article, Image
from newswire.source import Memory

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def new(n):
    article = Article(
        url=f"https://a.example/{n}",
        title=f"T{n}",
        body="x" * n,
        published_at=NOW,
        images=(Image(url="https://a.example/i"),),
    )
    return New(article=article, keys=(f"url:{n}", f"guid:{n}"), fate=Fate.BASELINE, reason="there")


async def test_many_articles_are_stored_in_one_go_each_under_its_keys(store):
    await schema.upgrade(store)
    async with store.write() as connection:
        await articles.add_all(connection, [new(n) for n in range(900)], now=NOW)
        await articles.add_all(connection, [new(899), new(900), new(900)], now=NOW)
        known = await sights.known(connection, [f"guid:{n}" for n in range(901)])
        assert len(known) == 901
        for n in (0, 399, 400, 900):
            stored = await articles.find(connection, [f"url:{n}"])
            assert stored.article == replace(new(n).article, id=stored.article.id, revision=1)
            assert known[f"guid:{n}"].id == stored.article.id


async def test_a_first_revision_is_written_down_when_there_is_a_second_one(store):
    await schema.upgrade(store)
    async with store.write() as connection:
        await articles.add_all(connection, [new(1)], now=NOW)
        for title in ("Second", "Third"):
            stored = await articles.find(connection, ["url:1"])
            await revisions.change(connection, stored.article, replace(stored.article, title=title), now=NOW)
        assert await revisions.former_title(connection, stored.article.id) == "Second"
        count = await connection.exec_driver_sql("SELECT count(*) FROM revisions")
        assert count.scalar_one() == 3


async def test_many_looks_are_written_in_one_go(store):
    await schema.upgrade(store)
    async with store.write() as connection:
        looks = [
            Success(name=f"s{n}", url="https://a.example", memory=Memory(etag=str(n)), next_at=NOW, first=n % 2 == 0)
            for n in range(600)
        ]
        await sources.all_succeeded(connection, looks, now=NOW)
        later = NOW + timedelta(minutes=1)
        await sources.all_succeeded(
            connection, [replace(look, memory=None, next_at=later) for look in looks], now=later
        )
        found = await sources.some(connection, [look.name for look in looks] + ["nobody"])
    assert len(found) == 600
    assert found["s7"].memory.etag == "7"
    assert found["s7"].first_seen_at is None
    assert found["s8"].first_seen_at == NOW
    assert {(one.last_success_at, one.next_at) for one in found.values()} == {(later, later)}
