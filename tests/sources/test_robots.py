"""robots.txt: what a site asks of us, and that it is heard."""

from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from newswire.errors import SourceError
from newswire.source import Memory, Source
from sources import article_page, page
from sources._fetch import Fetcher
from sources._robots import read_robots, robots_of

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SITE = "https://news.example"
AGENT = "Newswire/0.1 (+https://newsroom.example)"


@pytest.mark.parametrize(
    ("rules", "allowed", "refused"),
    [
        ("User-agent: *\nDisallow: /admin", ["/", "/a", "/Admin"], ["/admin", "/admin/x", "/administration"]),
        ("User-agent: *\nDisallow:", ["/", "/a"], []),
        ("User-agent: *\nDisallow: /\nAllow: /news/", ["/news/1"], ["/", "/a", "/news"]),
        ("User-agent: *\nAllow: /a\nDisallow: /a", ["/a"], []),
        ("User-agent: *\nDisallow: /*?print=", ["/a", "/a?p=1"], ["/a?print=1", "/b/c?print=x"]),
        ("User-agent: *\nDisallow: /*.pdf$", ["/a.pdf?x", "/a.pdfs"], ["/a.pdf", "/b/c.pdf"]),
        ("User-agent: *\nDisallow: /a$", ["/ab", "/a/"], ["/a"]),
        ("User-agent: *\nDisallow: /a*b*c", ["/ab", "/acb"], ["/abc", "/a-b-c-d"]),
        ("User-agent: *\nDisallow: /новости", ["/x"], ["/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/1", "/новости"]),
        ("User-agent: other\nDisallow: /", ["/"], []),
        ("User-agent: *\nDisallow: /\n\nUser-agent: NEWSWIRE\nDisallow: /x", ["/"], ["/x"]),
        ("User-agent: a\nUser-agent: newswire\nDisallow: /x\nUser-agent: b\nDisallow: /y", ["/y"], ["/x"]),
        ("User-agent: newswire\nDisallow: /x\n\nUser-agent: newswire\nDisallow: /y", ["/"], ["/x", "/y"]),
        ("# nothing\nDisallow: /\nnonsense\n\0: /", ["/"], []),
        ("User-agent: * # all\r\nCrawl-delay: 10\r\nDisallow: /x # why", ["/"], ["/x"]),
        ("", ["/"], []),
    ],
)
def test_the_rule_that_says_most_decides(rules, allowed, refused):
    robots = read_robots(rules, AGENT, SITE)
    assert [path for path in (*allowed, *refused) if robots.allows(SITE + path)] == allowed


def test_sitemaps_are_told_whoever_asks():
    text = "Sitemap: https://news.example/a.xml\nUser-agent: *\nDisallow: /\nsitemap:/b.xml\nSitemap: javascript:x"
    assert read_robots(text, AGENT, SITE).sitemaps == ("https://news.example/a.xml", "https://news.example/b.xml")


def test_hostile_files_take_no_time(timed):
    text = "User-agent: *\n" + "Disallow: /" + "*a" * 200 + "$\n" + ("Disallow: /" + "a*" * 100 + "\n") * 5_000
    with timed(1):
        robots = read_robots(text, AGENT, SITE)
        for _ in range(5):
            robots.allows(SITE + "/" + "a" * 2_000)


async def test_the_file_is_asked_for_twice_a_day(site, fetcher):
    site.put("/robots.txt", "User-agent: *\nDisallow: /no", "text/plain")
    for later, asked in ((0, 1), (11, 1), (13, 2)):
        robots = await robots_of(fetcher, site.base + "/a?b#c", NOW + timedelta(hours=later))
        assert not robots.allows(site.base + "/no")
        assert len(site.seen) == asked


async def test_pages_that_a_site_keeps_from_us_are_not_read(site, fetcher):
    site.put("/robots.txt", "User-agent: newswire\nDisallow: /private/", "text/plain")
    url = site.put("/private/a", "<h1>Title</h1>", "text/html")
    source = Source(name="w", url=url, kind="page")
    with pytest.raises(SourceError, match=r"not to be read by us: its site's robots\.txt says so"):
        await article_page.read(fetcher, url, source, now=NOW)
    with pytest.raises(SourceError, match="not to be read by us"):
        await page.poll(fetcher, source, Memory(), now=NOW)
    assert [request.path for request in site.seen] == ["/robots.txt"]


async def test_a_newsroom_may_say_that_its_own_site_need_not_be_asked(site):
    url = site.put("/a", "<h1>Title</h1>", "text/html")
    site.put("/robots.txt", "User-agent: *\nDisallow: /", "text/plain")
    async with Fetcher("Newswire test", allow_loopback=True, robots=False) as fetcher:
        assert (await article_page.read(fetcher, url, Source(name="w", url=url), now=NOW)).title == "Title"


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (500, False), (503, False)])
async def test_no_file_forbids_nothing_and_a_site_in_trouble_is_left_alone_for_a_while(site, fetcher, status, allowed):
    async def answer(request):
        return web.Response(status=status)

    url = site.on("/robots.txt", answer)
    assert (await robots_of(fetcher, url, NOW)).allows(url) is allowed
    site.put("/robots.txt", "", "text/plain")
    assert (await robots_of(fetcher, url, NOW + timedelta(minutes=11))).allows(url)


async def test_a_site_that_did_not_answer_is_asked_for_its_sitemaps_again_soon(fetcher, site):
    silent = await robots_of(fetcher, "http://127.0.0.1:1/a", NOW)
    assert silent.silent
    assert silent.allows("http://127.0.0.1:1/a")

    async def torn(request):
        request.transport.abort()

    url = site.on("/robots.txt", torn)
    assert (await robots_of(fetcher, url, NOW)).silent
    site.put("/robots.txt", f"Sitemap: {site.base}/news.xml", "text/plain")
    assert (await robots_of(fetcher, url, NOW + timedelta(minutes=11))).sitemaps == (f"{site.base}/news.xml",)


async def test_the_reason_is_told_apart(site, fetcher):
    async def answer(request):
        return web.Response(status=500)

    url = site.on("/robots.txt", answer)
    with pytest.raises(SourceError, match=r"robots\.txt cannot be asked for just now"):
        await article_page.read(fetcher, site.base + "/a", Source(name="w", url=url), now=NOW)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://[oops", "is not an address"),
        ("ftp://news.example/a", "is not an http"),
        ("http://127.0.0.1:1/a", "refused"),
    ],
)
async def test_what_cannot_be_reached_is_told_of_the_page_itself(fetcher, url, words):
    with pytest.raises(SourceError, match=rf"^\S*(?<!robots\.txt) {words}"):
        await article_page.read(fetcher, url, Source(name="w", url=url), now=NOW)
