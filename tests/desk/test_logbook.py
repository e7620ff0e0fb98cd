import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from support.desk import NOON

from db import articles, revisions, sights, sources
from db.articles import Fate, New
from db.sources import Success
from desk.watching.logbook import Logbook
from newswire.article import Article
from newswire.source import Memory


def success(name, memory=None, **more):
    return Success(name=name, url=f"https://{name}.example", memory=memory, next_at=NOON, **more)


@pytest.fixture
def commits(newsroom):
    """How many transactions that write were committed."""
    count = []
    event.listen(newsroom.store._writer.sync_engine, "commit", lambda _: count.append(1))
    return count


async def test_looks_that_end_together_are_written_together(newsroom, commits):
    logbook = Logbook(newsroom.store, newsroom.clock)
    await asyncio.gather(*(logbook.succeeded(success(f"s{n}", Memory(etag=str(n)), first=True)) for n in range(100)))
    assert len(commits) <= 2
    healths = await asyncio.gather(*(logbook.health(f"s{n}") for n in range(100)))
    assert [health.memory.etag for health in healths] == [str(n) for n in range(100)]
    assert {health.first_seen_at for health in healths} == {NOON}


async def test_what_did_not_change_is_not_written_again(newsroom):
    logbook = Logbook(newsroom.store, newsroom.clock)
    await logbook.succeeded(success("a", Memory(etag="1"), first=True))
    newsroom.clock.move(timedelta(hours=1))
    await logbook.succeeded(success("a"))
    health = await logbook.health("a")
    assert (health.memory.etag, health.first_seen_at) == ("1", NOON)
    assert health.last_success_at == NOON + timedelta(hours=1)


async def test_a_success_ends_a_row_of_failures(newsroom):
    async with newsroom.store.write() as connection:
        await sources.failed(connection, "a", "https://a.example", "no", now=NOON, next_at=NOON)
    logbook = Logbook(newsroom.store, newsroom.clock)
    await logbook.succeeded(success("a", Memory(), first=True))
    assert (await logbook.health("a")).failures == 0


async def test_one_look_that_cannot_be_written_takes_no_other_with_it(newsroom):
    logbook = Logbook(newsroom.store, newsroom.clock)
    bad = New(article=Article(url="https://a.example/1", title=None), keys=("url:1",), fate=Fate.BASELINE, reason="")
    good, wrong = success("good", Memory(), first=True), success("wrong", Memory(), first=True)
    results = await asyncio.gather(logbook.succeeded(good), logbook.succeeded(wrong, [bad]), return_exceptions=True)
    assert results[0] is None
    assert isinstance(results[1], IntegrityError)
    assert await logbook.health("wrong") is None
    assert await logbook.health("good") is not None


async def test_a_baseline_is_found_by_its_keys(newsroom):
    logbook = Logbook(newsroom.store, newsroom.clock)
    new = [
        New(
            article=Article(url=f"https://a.example/{n}", title=f"T{n}"),
            keys=(f"url:{n}",),
            fate=Fate.BASELINE,
            reason="",
        )
        for n in range(900)
    ]
    await logbook.succeeded(success("a", Memory(), first=True), [*new, new[0]])
    async with newsroom.store.read() as connection:
        known = await sights.known(connection, [f"url:{n}" for n in range(900)])
        assert len(known) == 900
        for n in (0, 399, 400, 899):
            assert (await articles.get(connection, known[f"url:{n}"].id)).article.title == f"T{n}"


async def test_the_first_revision_of_a_baseline_is_kept_when_there_is_a_second_one(newsroom):
    old = Article(url="https://a.example/1", title="Before")
    new = New(article=old, keys=("url:1",), fate=Fate.BASELINE, reason="")
    await Logbook(newsroom.store, newsroom.clock).succeeded(success("a", Memory(), first=True), [new])
    async with newsroom.store.write() as connection:
        for title in ("After", "At last"):
            stored = await articles.find(connection, ["url:1"])
            await revisions.change(connection, stored.article, replace(old, title=title), now=NOON)
        assert await revisions.former_title(connection, stored.article.id) == "After"
        rows = await connection.exec_driver_sql("SELECT revision, content FROM revisions ORDER BY revision")
        assert [(n, json.loads(text)["title"]) for n, text in rows] == [(1, "Before"), (2, "After"), (3, "At last")]


async def test_a_look_that_was_called_off_stops_no_other(newsroom):
    logbook = Logbook(newsroom.store, newsroom.clock)
    first = asyncio.create_task(logbook.succeeded(success("a", Memory(), first=True)))
    second = asyncio.create_task(logbook.succeeded(success("b", Memory(), first=True)))
    await asyncio.sleep(0)
    first.cancel()
    await second
    assert await logbook.health("b") is not None
