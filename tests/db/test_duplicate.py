"""A duplicate has what the ledger has, and what happens in it happens nowhere else; on both databases."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from db import articles, posts, schema
from db import sources as source_rows
from db.articles import Fate
from db.duplicate import duplicate
from db.store import Store
from newswire.article import Article, Image
from newswire.post import Message, PostState
from newswire.richtext import RichText
from newswire.source import Memory

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ARTICLE = Article(
    url="https://news.example/a",
    title="Порт открыт",
    source="site-en",
    edition="en",
    published_at=NOON,
    images=(Image(url="https://news.example/a.jpg", width=1200),),
)


async def filled(store: Store) -> Article:
    await schema.require_current(store, migrate=True)
    async with store.write() as connection:
        kept = await articles.add(connection, ARTICLE, ["url:a", "guid:1"], fate=Fate.ROUTED, reason="", now=NOON)
        draft = posts.Draft(
            article_id=kept.id,
            channel="tg-en",
            state=PostState.SCHEDULED,
            message=Message(text=RichText("Порт"), link=ARTICLE.url),
            due_at=NOON,
            priority=0,
            revision=1,
            reason="",
        )
        await posts.add(connection, draft, by="test", now=NOON)
        memory = Memory(etag="1", extra={"gap": 3})
        later = NOON + timedelta(minutes=1)
        await source_rows.succeeded(
            connection, "site-en", "https://news.example/rss", memory, now=NOON, next_at=later, first=True
        )
    return kept


async def test_a_duplicate_has_all_by_which_something_is_known_and_leaves_the_ledger_alone(
    store: Store, tmp_path: Path
):
    kept = await filled(store)
    copy = await duplicate(store, tmp_path / "copy.db")
    try:
        async with copy.write() as connection:
            found = await articles.find(connection, ["guid:1"])
            assert found is not None
            assert found.article == kept
            assert [post.channel for post in await posts.of_article(connection, kept.id)] == ["tg-en"]
            health = (await source_rows.all_of_them(connection))["site-en"]
            assert (health.memory.extra, health.first_seen_at) == ({"gap": 3}, NOON)
            more = await articles.add(connection, ARTICLE, ["url:b"], fate=Fate.ROUTED, reason="", now=NOON)
            assert more.id > kept.id
        async with store.read() as connection:
            assert await articles.find(connection, ["url:b"]) is None
    finally:
        await copy.close()
