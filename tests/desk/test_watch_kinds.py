"""Sources that tell less than a feed, or more: articles without a title yet, and articles that are withdrawn."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from aiohttp import web
from support.desk import NOON
from support.wire import serving

from db import alerts, articles, posts, sources
from desk.watching import listing, watch
from newswire.article import Article
from newswire.post import PostState
from newswire.source import FirstRun, Memory, Sight, Source


@dataclass
class Site:
    """A site with a sitemap: paths of its pages, and the titles of those that can be read."""

    address: str = ""
    titles: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)

    def source(self, **more: object) -> Source:
        return Source(name="site-en", url=f"{self.address}/map.xml", kind="sitemap", **more)

    async def answer(self, request: web.Request) -> web.Response:
        if request.path == "/map.xml":
            urls = "".join(
                f"<url><loc>{self.address}{path}</loc><lastmod>2026-11-24</lastmod></url>" for path in self.titles
            )
            return web.Response(text=f"<urlset>{urls}</urlset>", content_type="application/xml")
        if request.path not in self.titles or request.path in self.statuses:
            return web.Response(status=self.statuses.get(request.path, 404))
        return web.Response(
            text=f"<h1>{self.titles[request.path]}</h1><article><p>Text.</p></article>", content_type="text/html"
        )


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    async with serving(made.answer) as address:
        made.address = address
        yield made


async def titles(newsroom):
    async with newsroom.store.read() as connection:
        return sorted(stored.article.title for stored in await articles.recent(connection, limit=100))


async def states(newsroom):
    async with newsroom.store.read() as connection:
        return [post.state for post in await posts.in_states(connection, list(PostState))]


async def test_an_article_of_which_only_the_address_is_known_gets_its_title_from_its_page(newsroom, site):
    site.titles = {"/a-1": "First"}
    assert (await watch.look(newsroom, site.source(first_run=FirstRun.QUEUE))).new == 1
    assert await titles(newsroom) == ["First"]
    site.titles["/a-2"] = "Second"
    assert (await watch.look(newsroom, site.source())).new == 1
    assert (await watch.look(newsroom, site.source())).new == 0


async def test_one_whose_page_cannot_be_read_says_nothing_yet_and_is_tried_at_the_next_look(newsroom, site):
    await watch.look(newsroom, site.source())
    site.titles = {"/a-1": "First", "/a-2": "Second"}
    site.statuses = {"/a-2": 503}
    assert (await watch.look(newsroom, site.source())).new == 1
    assert await titles(newsroom) == ["First"]
    site.statuses = {}
    assert (await watch.look(newsroom, site.source())).new == 1
    assert await titles(newsroom) == ["First", "Second"]


async def test_a_first_look_that_leaves_one_is_a_first_look_all_the_same(newsroom, site):
    site.titles, site.statuses = {"/a-1": "First"}, {"/a-1": 503}
    assert (await watch.look(newsroom, site.source(first_run=FirstRun.QUEUE))).new == 0
    async with newsroom.store.read() as connection:
        assert (await sources.all_of_them(connection))["site-en"].first_seen_at is not None
    site.statuses = {}
    assert (await watch.look(newsroom, site.source(first_run=FirstRun.QUEUE))).new == 1


async def test_one_that_leads_nowhere_is_passed_over(newsroom, site):
    await watch.look(newsroom, site.source())
    site.titles, site.statuses = {"/a-1": "First"}, {"/a-1": 404}
    await watch.look(newsroom, site.source())
    assert await titles(newsroom) == []
    async with newsroom.store.read() as connection:
        assert (await sources.all_of_them(connection))["site-en"].memory.extra


async def test_what_the_source_says_is_withdrawn_is_called_off_and_told(newsroom, site):
    source = site.source()
    article = Article(url=f"{site.address}/a-1", title="First", edition="en", published_at=NOON - timedelta(minutes=1))
    sight = Sight(memory=Memory(), articles=(article,))
    assert await listing.take(newsroom, replace(source, read_page=False), sight) == (1, False)
    assert await states(newsroom) == ["scheduled", "scheduled"]
    for _ in range(2):
        await listing.take(newsroom, source, Sight(memory=Memory(), gone=(f"{site.address}/a-1/?utm_source=x",)))
    assert await states(newsroom) == ["cancelled", "cancelled"]
    async with newsroom.store.read() as connection:
        (stored,) = await articles.recent(connection, limit=10)
        assert stored.gone_at == NOON
        assert await alerts.open_ones(connection) == []
    await listing.take(newsroom, source, Sight(memory=Memory(), gone=("https://nobody.example/knows",)))
