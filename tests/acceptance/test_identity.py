"""A real WordPress whose editor moves, renames and trashes: nothing is posted again, and what is gone is noticed."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from support.desk import CHANNELS
from support.wordpress import WordPress

from db import articles, posts, schema, sources
from desk.newsroom import opened
from desk.watching import changes, watch
from newswire.clock import SetClock
from newswire.configuration import parse
from newswire.post import PostState
from newswire.source import Source
from sources import feed as feeds


@pytest.fixture
def site(wordpress_site: WordPress) -> WordPress:
    return wordpress_site


@pytest.fixture
async def newsroom(tmp_path):
    settings = parse(
        f"fetch = {{ allow_loopback = true }}\n{CHANNELS}",
        environ={"DATABASE_URL": f"sqlite:///{tmp_path / 'newswire.db'}"},
    )
    async with opened(settings, folder=tmp_path, clock=SetClock(datetime.now(UTC))) as made:
        await schema.require_current(made.store, migrate=False)
        yield made


def feed(site, kind="feed", path="/feed/"):
    return Source(name="wp", url=f"{site.address}{path}", kind=kind, any_port=True)


async def posted(newsroom):
    async with newsroom.store.read() as connection:
        rows = await posts.in_states(connection, list(PostState))
        stored = await articles.some(connection, {row.article_id for row in rows})
    return sorted({stored[row.article_id].article.title for row in rows}), len(rows)


async def look(newsroom, source):
    """A look, more than a second after the last deed: WordPress tells its feeds apart by the second."""
    await asyncio.sleep(1.1)
    newsroom.clock.at = datetime.now(UTC) + timedelta(seconds=2)
    return (await watch.look(newsroom, source)).new


async def test_slugs_and_headlines_change_and_the_feed_is_switched_three_times(newsroom, site):
    for n in range(3):
        site.publish(f"Older story {n}", date_gmt=f"2026-11-0{n + 1}T10:00:00")
    await look(newsroom, feed(site))
    first = site.publish("Harbour opens its second berth")
    assert await look(newsroom, feed(site)) == 1

    site.rest("POST", f"posts/{first['id']}", slug="another-slug", title="Harbour opens a second, longer berth")
    site.publish("Ferry sails again")
    assert await look(newsroom, feed(site)) == 1
    assert await look(newsroom, feed(site)) == 0

    for number, (kind, path) in enumerate(
        (("wordpress", "/"), ("sitemap", "/wp-sitemap.xml"), ("feed", "/feed/atom/"))
    ):
        site.publish(f"Pilot boat number {number} arrives")
        assert await look(newsroom, feed(site, kind, path)) == 1, kind
        assert await look(newsroom, feed(site, kind, path)) == 0, kind

    titles, count = await posted(newsroom)
    assert titles == [
        "Ferry sails again",
        "Harbour opens a second, longer berth",
        *(f"Pilot boat number {number} arrives" for number in range(3)),
    ]
    assert count == 10


async def test_a_post_put_into_the_trash_is_noticed_though_the_feed_says_that_nothing_changed(newsroom, site):
    source = feed(site)
    await look(newsroom, source)
    site.publish("Stays")
    trashed = site.publish("Goes")
    assert await look(newsroom, source) == 2
    async with newsroom.store.read() as connection:
        memory = (await sources.all_of_them(connection))["wp"].memory
    site.rest("DELETE", f"posts/{trashed['id']}")
    sight = await feeds.poll(newsroom.fetcher, source, memory, now=newsroom.clock.now())
    assert sight.articles is None, "a conditional request hides it"
    for _ in range(13):
        newsroom.clock.move(timedelta(minutes=1))
        await changes.tick(newsroom)
    async with newsroom.store.read() as connection:
        gone = {
            stored.article.title: stored.gone_at is not None for stored in await articles.recent(connection, limit=2)
        }
        rows = await posts.in_states(connection, [PostState.CANCELLED])
    assert gone == {"Stays": False, "Goes": True}
    assert len(rows) == 2
