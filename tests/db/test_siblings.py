"""Stories, likenesses, waits and rhythms in the ledger, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from db import articles, held, posts, readiness, rhythms, schema, siblings
from db.articles import Fate
from db.readiness import Unready
from newswire.article import Article
from newswire.post import Message, PostState
from newswire.richtext import RichText

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def ids(store):
    """Four articles, one a minute, in en, ru, az and hy."""
    await schema.upgrade(store)
    async with store.write() as connection:
        return [
            (
                await articles.add(
                    connection,
                    Article(url=f"https://n/{edition}", title=edition, edition=edition, source="site"),
                    [f"url:{edition}"],
                    fate=Fate.HELD if edition == "hy" else Fate.ROUTED,
                    reason="why" if edition == "hy" else "",
                    now=NOW + n * MINUTE,
                )
            ).id
            for n, edition in enumerate(("en", "ru", "az", "hy"))
        ]


async def test_two_stories_become_one_when_an_article_belongs_to_both(store, ids):
    en, ru, az, hy = ids
    async with store.write() as connection:
        await siblings.link(connection, [en, ru], "named", now=NOW)
        await siblings.link(connection, [az, hy], "named", now=NOW)
        assert [one.edition for one in await siblings.of(connection, en)] == ["ru"]
        await siblings.link(connection, [ru, az], "alike", now=NOW)
        assert [one.edition for one in await siblings.of(connection, en)] == ["ru", "az", "hy"]
        assert set((await siblings.linked(connection, ids)).values()) == {en}


async def test_an_article_that_is_gone_from_the_site_is_no_sibling_any_more(store, ids):
    async with store.write() as connection:
        await siblings.link(connection, ids[:2], "named", now=NOW)
        await articles.gone(connection, ids[1], now=NOW)
        assert await siblings.of(connection, ids[0]) == []


async def test_the_last_likeness_counts(store, ids):
    async with store.write() as connection:
        await siblings.flag(connection, ids[1], ids[0], 71)
        await siblings.flag(connection, ids[1], ids[2], 93)
        assert await siblings.alike(connection, ids[1]) == siblings.Alike(ids[2], "az", 93)
        assert await siblings.alike(connection, ids[0]) is None


async def test_a_wait_ends_once_and_gives_the_posts_their_own_time_back(store, ids):
    until = NOW + 5 * MINUTE
    async with store.write() as connection:
        draft = posts.Draft(
            article_id=ids[0],
            channel="tg",
            state=PostState.SCHEDULED,
            message=Message(text=RichText("T"), link="https://n/en"),
            due_at=NOW + 2 * MINUTE,
            priority=20,
            revision=1,
        )
        post = await posts.add(connection, draft, by="test", now=NOW)
        one = Unready(article_id=ids[0], until=until, next_at=NOW + MINUTE, reason="404", due={post: NOW + 2 * MINUTE})
        await readiness.hold(connection, one)
        assert (await posts.get(connection, post)).due_at == until
        assert await readiness.due(connection, NOW) == []
        assert await readiness.due(connection, NOW + MINUTE) == [one]
        assert await readiness.end(connection, one, now=NOW + MINUTE, ready=True)
        assert not await readiness.end(connection, one, now=NOW + MINUTE, ready=True)
        assert (await posts.get(connection, post)).due_at == NOW + 2 * MINUTE


async def test_when_articles_came_and_which_are_held(store, ids):
    async with store.write() as connection:
        assert await rhythms.times(connection, ["site"], since=NOW + MINUTE) == [NOW + n * MINUTE for n in (1, 2, 3)]
        assert await rhythms.last(connection, since=NOW) == {"site": NOW + 3 * MINUTE}
        assert [one.id for one in await siblings.recent(connection, since=NOW, limit=2)] == [ids[3], ids[2]]
        assert await held.ids(connection, "site", "why") == [ids[3]]
