"""What of a site can be watched: the feeds that a page names, and everything else."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from urllib.parse import urljoin

import pytest
from aiohttp import web

from newswire.errors import SourceError
from sources import discovery
from sources._fetch import Fetcher
from sources._profiles import profiles

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


# Candidates of every kind

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
RSS = (
    '<rss xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>{title}</title>{more}<item><title>A</title>'
    "<link>https://news.example/a</link><pubDate>Tue, 24 Nov 2026 10:00:00 GMT</pubDate></item></channel></rss>"
)
CARDS = "".join(f'<h2><a href="/post/story-number-{n}">Headline of story {n}</a></h2>' for n in range(5))
HOME = f"<html><head><title>Site</title>{{head}}</head><body>{CARDS}</body></html>"
MAP = "<urlset><url><loc>https://news.example/post/1</loc><lastmod>2026-11-24</lastmod></url></urlset>"


@pytest.fixture
def seek(site, fetcher):
    async def seeking(path="/"):
        return await discovery.candidates(fetcher, site.base + path, now=NOW)

    return seeking


async def test_everything_there_is_to_watch_is_found_the_best_first(site, seek):
    head = (
        '<link rel="alternate" type="application/rss+xml" title="Site" href="/rss.xml" hreflang="ru">'
        '<link rel="alternate" type="application/rss+xml" href="/gone.xml">'
        '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments.xml">'
    )
    site.put("/", HOME.format(head=head), "text/html", Link='</wp-json/>; rel="https://api.w.org/"')
    site.put("/rss.xml", RSS.format(title="News of Site", more='<atom:link rel="hub" href="https://hub.example/"/>'))
    post = '{"id": 1, "link": "https://news.example/a", "date_gmt": "2026-11-24T10:00:00", "modified_gmt": "2026-11-24T10:00:00"}'
    site.put("/wp-json/wp/v2/posts", f"[{post}]", "application/json")
    site.put("/robots.txt", f"Sitemap: {site.base}/map.xml\nSitemap: {site.base}/news-map.xml", "text/plain")
    site.put("/map.xml", "<urlset/>")
    site.put("/news-map.xml", MAP)
    found = await seek()
    assert [(one.kind, one.url.removeprefix(site.base), one.articles) for one in found] == [
        ("feed", "/rss.xml", 1),
        ("wordpress", "/", 1),
        ("sitemap", "/news-map.xml", 1),
        ("page", "/", 5),
        ("sitemap", "/map.xml", 0),
    ]
    assert (found[0].title, found[0].language, found[0].hub) == ("News of Site", "ru", True)
    assert found[0].newest == datetime(2026, 11, 24, 10, tzinfo=UTC)


async def test_an_address_that_is_a_feed_or_a_sitemap_already_is_taken_as_it_is(site, seek):
    site.put("/rss.xml", RSS.format(title="T", more=""))
    site.put("/map.xml", MAP)
    assert [(one.kind, one.title) for one in await seek("/rss.xml")] == [("feed", "T")]
    assert [(one.kind, one.articles) for one in await seek("/map.xml")] == [("sitemap", 1)]


@pytest.mark.parametrize(
    ("path", "text", "language"),
    [
        ("/rss.xml", RSS.format(title="T", more="<language>en-GB</language>"), "en-gb"),
        ("/rss.xml", RSS.format(title="T", more="<dc:language xmlns:dc='d'> az </dc:language>"), "az"),
        (
            "/rss.xml",
            f"<?xml version='1.0'?>{RSS.format(title='T', more='')}".replace("<rss", "<rss xml:lang='hy'"),
            "hy",
        ),
        ("/feed.json", '{"version": "https://jsonfeed.org/version/1.1",\n"language": "tr", "items": []}', "tr"),
        ("/rss.xml", RSS.format(title="T", more=""), ""),
        ("/front", HOME.format(head="").replace("<html", "<html class=a lang=ru"), "ru"),
    ],
)
async def test_a_place_says_in_which_language_it_is(site, seek, *, path, text, language):
    site.put(path, text, "text/html" if path == "/front" else "application/xml")
    assert (await seek(path))[0].language == language


async def test_a_feed_that_no_page_names_is_found_at_the_usual_addresses(site, seek):
    site.put("/en/", HOME.format(head=""), "text/html")
    site.put("/feed/", RSS.format(title="T", more=""))
    found = await seek("/en/")
    assert [(one.kind, one.url.removeprefix(site.base)) for one in found] == [("feed", "/feed/"), ("page", "/en/")]
    assert site.seen[-1].path == "/feed/"


async def test_a_site_with_nothing_to_watch_gives_nothing(site, seek):
    site.put("/", "<html><body><p>Soon</p></body></html>", "text/html")
    assert await seek() == []


async def test_a_site_that_cannot_be_read_is_an_error(seek):
    with pytest.raises(SourceError, match="is not there"):
        await seek("/nothing")


def test_the_clients_feeds_are_known():
    (profile,) = [profile for profile in profiles() if profile.site]
    assert urljoin(profile.site, profile.feeds["ru"]) == "https://caliber.az/rss.xml"
