"""/post: an article by its address, read from its page, and what became of it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from support.editors import EDITOR, Office

from sandbox.faults import Fault

PAGE = """<html><head><meta property="og:title" content="Talks on water begin"></head>
<body><article><h1>Talks on water begin</h1><p>Talks have begun. More follows.</p></article></body></html>"""


SECTION = """<html><head><meta property="og:title" content="Politics"><meta property="og:type" content="website">{}</head>
<body><h1>Politics</h1><p>Talks have begun.</p><p>A bridge is open.</p></body></html>"""
COLLECTION = (
    """<script type="application/ld+json">{"@graph": [{"@type": "CollectionPage", "name": "Politics"}]}</script>"""
)
DATED = '<meta property="article:published_time" content="2026-11-24T10:00:00Z">'
TOLD = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Politics"}</script>'
PAGES = {"/section": "", "/collection": COLLECTION, "/dated": DATED, "/told": TOLD}


@dataclass
class Site:
    """A site of articles; each page comes when `ready` is set."""

    address: str = ""
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    async def page(self, request: web.Request) -> web.Response:
        await self.ready.wait()
        if "none" in request.path:
            return web.Response(status=404)
        more = PAGES.get(request.path)
        return web.Response(text=PAGE if more is None else SECTION.replace("{}", more), content_type="text/html")


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    site.ready.set()
    app = web.Application()
    app.router.add_get("/{path:.*}", site.page)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    site.address = str(server.make_url("")).rstrip("/")
    yield site
    await server.close()


async def test_an_article_is_posted_by_its_address_and_has_its_card(office: Office, site: Site):
    told = await office.ask(EDITOR, f"/post {site.address}/en/1", "Waits for approval; its card comes now.")
    assert told["text"].startswith("#1 Talks on water begin\n")
    await office.until("🆕 #1 new")


async def test_the_same_address_again_sends_nothing_and_says_when_it_went_out(office: Office, site: Site):
    await office.ask(EDITOR, f"/post {site.address}/en/1", "Waits for approval")
    await office.ask(EDITOR, f"/post {site.address}/en/1", "It is here already. Nothing was changed.")
    card = await office.until("🆕 #1 new")
    await office.press(EDITOR, card, "Now")
    await office.deliver()
    again = await office.ask(EDITOR, f"/post {site.address}/en/1", "It is here already: went out ")
    assert "ago to 2 channels. Nothing was sent again." in again["text"]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/post", "Which article? Write its address, for example:\n/post https://news.example/en/482"),
        ("/post nonsense", "❌ Not posted: 'nonsense' is no address; write it whole, with https://"),
        ("/post file:///etc/passwd", "❌ Not posted: 'file:///etc/passwd' is no address"),
    ],
)
async def test_what_cannot_be_posted_is_answered_with_the_reason(office: Office, text: str, answer: str):
    await office.ask(EDITOR, text, answer)


async def test_a_page_that_is_not_there_is_told_in_one_line(office: Office, site: Site):
    told = await office.ask(EDITOR, f"/post {site.address}/en/none", "❌ Not posted: ")
    assert "404" in told["text"]
    assert "\n" not in told["text"]


async def test_a_page_that_takes_its_time_is_announced_and_the_announcement_becomes_the_answer(
    office: Office, site: Site
):
    site.ready.clear()
    first = await office.ask(EDITOR, f"/post {site.address}/en/1", "Reading 127.0.0.1")
    site.ready.set()
    told = await office.until("Waits for approval")
    assert told["message_id"] == first["message_id"]


async def test_an_article_that_no_channel_takes_is_noted_with_the_reasons(office: Office):
    article = await office.article(edition="ka")
    told = await office.ask(EDITOR, f"/post {article.url}", "It is noted, but no channel takes it.")
    assert "tg-en: " in told["text"]


async def test_an_answer_that_is_lost_is_not_given_twice(office: Office):
    office.telegram.world.faults.add(Fault(platform="telegram", kind="drop", method="sendMessage"))
    await office.ask(EDITOR, "/post", "Which article?")
    await office.ask(EDITOR, "/help", "You are editor here.")
    assert len(office.said()) == 2


@pytest.mark.parametrize("path", ["/section", "/collection"])
async def test_a_page_of_many_articles_is_not_posted_unless_an_editor_is_sure(office: Office, site: Site, path: str):
    url = f"{site.address}{path}"
    told = await office.ask(EDITOR, f"/post {url}", "❌ Not posted")
    assert told["text"] == (
        f"❌ Not posted: {url} looks like a page of many articles; give the address of one article\n"
        f"If it is one article all the same: /post {url} anyway"
    )
    await office.ask(EDITOR, f"/post {url} anyway", "Waits for approval")


@pytest.mark.parametrize("path", ["/dated", "/told"])
async def test_an_article_that_calls_itself_a_website_is_posted(office: Office, site: Site, path: str):
    await office.ask(EDITOR, f"/post {site.address}{path}", "Waits for approval")
