"""An article that changes all the time is told a few times an hour, and is right when it has settled."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web
from support.desk import CHANNELS, NOON, Site, Story
from support.wire import serving

from db import articles, audit, posts
from desk.watching import changes, watch
from newswire.post import PostState

MINUTE = timedelta(minutes=1)


class Talkative(Site):
    """A site whose pages have a headline."""

    async def page(self, request: web.Request) -> web.Response:
        story = next((s for s in self.stories if s.path == request.path), None)
        if story is None:
            return web.Response(status=404)
        text = f"<title>{story.title}</title><article><h1>{story.title}</h1><p>{story.lead}</p></article>"
        return web.Response(text=text, content_type="text/html")


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Talkative()

    async def answer(request: web.Request) -> web.Response:
        return await (made.feed if request.path == "/rss.xml" else made.page)(request)

    async with serving(answer) as made.address:
        yield made


@pytest.fixture
async def blog(newsroom, site: Site) -> Story:
    """A watched site with a live blog, which is waiting in its channels."""
    return await brought(newsroom, site)


async def brought(newsroom, site) -> Story:
    site.stories = [Story("/old", title="What was there before")]
    await watch.look(newsroom, site.source())
    site.stories.insert(
        0, Story("/live", title="Storm: as it happens", lead="It has begun to rain in the port.", at=NOON)
    )
    await watch.look(newsroom, site.source())
    return site.stories[0]


async def goes_by(newsroom, site, minutes, happens=lambda n: None, **source):
    for n in range(minutes):
        newsroom.clock.move(MINUTE)
        happens(n)
        await watch.look(newsroom, site.source(**source))
        await changes.tick(newsroom)


async def stored(newsroom):
    async with newsroom.store.read() as connection:
        found = next(s for s in await articles.recent(connection, limit=9) if s.article.url.endswith("/live"))
        said = [row for row in await audit.of_article(connection, found.article.id) if row.act == "changed"]
        return found.article, said, await posts.of_article(connection, found.article.id)


@pytest.mark.parametrize("read_page", [True, False])
async def test_each_entry_of_a_live_blog_is_not_told_and_the_last_one_is_there_in_the_end(make, site, read_page):
    page = "" if read_page else "read_page = false\n"
    newsroom = await make(f'[[source]]\nname = "site-en"\n{page}feeds = ["{site.address}/rss.xml"]\n{CHANNELS}')
    blog = await brought(newsroom, site)

    def another_lead(n):
        blog.lead = f"At {n} minutes past the hour another {n + 3} trees had fallen in the streets."

    await goes_by(newsroom, site, 50, another_lead, read_page=read_page)
    article, told, _ = await stored(newsroom)
    assert len(told) == 3
    assert "trees" in article.lead
    await goes_by(newsroom, site, 70, read_page=read_page)
    article, told, waiting = await stored(newsroom)
    assert article.lead == blog.lead
    assert len(told) == 4
    assert {post.revision for post in waiting} == {article.revision}


async def test_a_headline_of_each_entry_is_told_a_little_longer(newsroom, site, blog):
    def another_title(n):
        blog.title = f"Storm: {n + 3} trees have fallen"

    await goes_by(newsroom, site, 50, another_title)
    assert len((await stored(newsroom))[1]) == 6
    await goes_by(newsroom, site, 70)
    assert (await stored(newsroom))[0].title == blog.title


async def test_a_headline_is_put_right_at_once_though_the_text_changes_all_the_time(newsroom, site, blog):
    def changed(n):
        blog.lead = f"At {n} minutes past the hour another {n + 3} trees had fallen in the streets."
        if n == 20:
            blog.title = "Storm over Baku: as it happens"

    await goes_by(newsroom, site, 22, changed)
    assert (await stored(newsroom))[0].title == "Storm over Baku: as it happens"


async def test_two_caches_that_show_two_texts_in_turn_are_told_three_times(newsroom, site, blog):
    def flips(n):
        blog.title = ("Storm: as it happens", "Storm: two boats are missing")[n % 2]

    await goes_by(newsroom, site, 50, flips)
    assert len((await stored(newsroom))[1]) == 3
    await goes_by(newsroom, site, 70)
    assert (await stored(newsroom))[0].title == blog.title


async def test_what_people_approved_goes_out_while_the_text_goes_on_changing(make, site):
    newsroom = await make(CHANNELS.replace("approve = { default = 0 }", "approve = { default = 1 }"))
    blog = await brought(newsroom, site)

    def another_lead(n):
        blog.lead = f"At {n} minutes past the hour another {n + 3} trees had fallen in the streets."

    await goes_by(newsroom, site, 10, another_lead)
    async with newsroom.store.write() as connection:
        [post] = [p for p in (await stored(newsroom))[2] if p.channel == "tg-en"]
        assert post.state == PostState.IN_REVIEW
        await posts.move(connection, post.id, PostState.SCHEDULED, by="Leyla", now=newsroom.clock.now(), why="approved")
    await goes_by(newsroom, site, 30, another_lead)
    [post] = [p for p in (await stored(newsroom))[2] if p.channel == "tg-en"]
    assert post.state == PostState.SCHEDULED


async def test_an_article_that_is_changed_now_and_then_is_told_each_time(newsroom, site, blog):
    for n in range(6):
        blog.lead = f"The port counts {n + 2} boats that have not come back."
        await goes_by(newsroom, site, 25)
    assert len((await stored(newsroom))[1]) == 6
