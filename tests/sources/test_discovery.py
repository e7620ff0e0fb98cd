"""The feeds that a page names."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from newswire.errors import SourceError
from sources import discovery
from sources._fetch import Fetcher

Page = Callable[[str], Awaitable[str]]


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """`await page(html)`: the address of a page with it."""
    runners = []

    async def serve(text: str) -> str:
        async def answer(_: web.Request) -> web.Response:
            return web.Response(text=text, content_type="text/html")

        app = web.Application()
        app.router.add_get("/en/", answer)
        runner = web.AppRunner(app, access_log=None)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}/en/"

    yield serve
    for runner in runners:
        await runner.cleanup()


async def found(address: str) -> list[str]:
    async with Fetcher("tests", allow_loopback=True) as fetcher:
        return await discovery.feeds(fetcher, address)


async def test_feeds_are_found_in_the_order_of_the_page_each_once(page: Page):
    address = await page(
        '<html><head><link rel="stylesheet" type="text/css" href="/site.css">'
        '<link rel="alternate" type="application/rss+xml" href="rss.xml">'
        "<LINK TYPE=application/atom+xml REL='Alternate home' HREF=/atom.xml>"
        '<link rel="alternate" type="application/rss+xml" href="rss.xml">'
        '<link rel="alternate" hreflang="ru" href="/ru/">'
    )
    assert await found(address) == [f"{address}rss.xml", address.replace("/en/", "/atom.xml")]


async def test_feeds_of_comments_and_addresses_that_lead_nowhere_are_left_out(page: Page):
    address = await page(
        '<link rel="alternate" type="application/rss+xml" title="News &raquo; Comments Feed" href="/c.xml">'
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed">'
        '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">'
        '<link rel="alternate" type="application/rss+xml">'
    )
    assert await found(address) == []


async def test_a_page_that_is_not_there_is_a_source_error(page: Page):
    address = await page("")
    with pytest.raises(SourceError, match="is not there"):
        await found(address.replace("/en/", "/nothing"))
