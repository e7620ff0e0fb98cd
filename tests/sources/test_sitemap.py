"""Sitemaps: which of a site's pages are recent articles, and what a look costs the site."""

import gzip
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from newswire.article import Image
from newswire.errors import SourceError
from newswire.source import Memory, Source
from sources import sitemap
from sources._sitemapfile import LARGEST, read_sitemap

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BAKU = ZoneInfo("Asia/Baku")
SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:xhtml="http://www.w3.org/1999/xhtml" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)


def urls(*entries: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {SPACES}>{"".join(entries)}</urlset>'


def url(path: str, *, modified: str = "", more: str = "") -> str:
    return (
        f"<url><loc>https://news.example{path}</loc>{f'<lastmod>{modified}</lastmod>' if modified else ''}{more}</url>"
    )


def news(title: str, at: str = "2026-11-24T11:30:00+04:00", language: str = "en") -> str:
    return (
        f"<n:news><n:publication><n:name>Site</n:name><n:language>{language}</n:language></n:publication>"
        f"<n:publication_date>{at}</n:publication_date><n:title>{title}</n:title></n:news>"
    )


def index(site, *names: tuple[str, str]) -> str:
    maps = "".join(f"<sitemap><loc>{site.base}{name}</loc><lastmod>{at}</lastmod></sitemap>" for name, at in names)
    return f"<sitemapindex {SPACES}>{maps}</sitemapindex>"


@pytest.fixture
def look(fetcher):
    """One look at the map at an address."""

    async def looking(address, memory=None, **source):
        watched = Source(name="wire", url=address, kind="sitemap", zone=BAKU, **source)
        return await sitemap.poll(fetcher, watched, memory or Memory(), now=NOW)

    return looking


async def test_a_news_sitemap_gives_title_time_language_and_picture(site, look):
    entry = url(
        "/en/post/port",
        modified="2026-11-24T08:00:00Z",
        more=news("Port &amp; ships meet - VIDEO")
        + "<image:image><image:loc>/m/1.webp</image:loc><image:caption>A crane</image:caption></image:image>"
        + '<xhtml:link rel="alternate" hreflang="RU" href="https://news.example/post/port"/>',
    )
    sight = await look(site.put("/news.xml", urls(entry)))
    (article,) = sight.articles
    assert (article.url, article.title, article.flags) == (
        "https://news.example/en/post/port",
        "Port & ships meet",
        ("video",),
    )
    assert article.published_at == datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    assert article.modified_at == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert article.images == (Image(url=f"{site.base}/m/1.webp", caption="A crane"),)
    assert (article.language, article.alternates) == ("en", (("ru", "https://news.example/post/port"),))
    assert sight.complete


async def test_only_recent_pages_are_looked_at_the_newest_first(site, look):
    body = urls(
        url("/old", modified="2026-11-01"),
        url("/a", modified="2026-11-23T10:00:00Z"),
        url("/b", modified="2026-11-24T10:00:00Z"),
        url("/undated"),
        url("/"),
        url("/en/ahead", modified="2031-01-01"),
    )
    sight = await look(site.put("/map.xml", body))
    assert [a.url.removeprefix("https://news.example") for a in sight.articles] == ["/en/ahead", "/b", "/a", "/undated"]
    assert sight.articles[0].modified_at == NOW
    assert {a.title for a in sight.articles} == {""}


async def test_another_edition_and_another_path_are_left_out(site, look):
    body = urls(
        url("/en/post/1", more=news("One")),
        url("/post/1", more=news("Один", language="ru")),
        url("/en/video/1", more=news("Moving")),
        url("/en/post/2", more=news("Two", language="en-GB")),
    )
    sight = await look(site.put("/map.xml", body), edition="en", selectors={"path": "/en/post/"})
    assert [article.title for article in sight.articles] == ["One", "Two"]


async def test_an_index_leads_to_its_newest_maps_of_articles(site, look):
    for n in range(1, 9):
        site.put(f"/post-sitemap{n}.xml", urls(url(f"/{n}", modified="2026-11-24T00:00:00Z")))
    names = [(f"/post-sitemap{n}.xml", f"2026-11-{10 + n}") for n in range(1, 9)]
    names += [("/category-sitemap.xml", "2026-11-24"), ("/wp-sitemap-users-1.xml", "2026-11-24")]
    sight = await look(site.put("/sitemap.xml", index(site, *names)))
    assert sorted(article.url[-1] for article in sight.articles) == ["4", "5", "6", "7", "8"]
    assert not [request.path for request in site.seen if "category" in request.path or "users" in request.path]


async def test_a_map_whose_date_stays_is_not_fetched_again(site, look):
    site.put("/a.xml", urls(url("/1", modified="2026-11-24T00:00:00Z")))
    site.put("/b.xml", urls(url("/2", modified="2026-11-24T00:00:00Z")))
    address = site.put("/sitemap.xml", index(site, ("/a.xml", "2026-11-23"), ("/b.xml", "2026-11-24")))
    first = await look(address)
    assert len(first.articles) == 2
    site.put("/b.xml", urls(url("/3", modified="2026-11-24T01:00:00Z")))
    site.put("/sitemap.xml", index(site, ("/a.xml", "2026-11-23"), ("/b.xml", "2026-11-24T01:00:00Z")))
    site.seen.clear()
    second = await look(address, first.memory)
    assert [article.url[-1] for article in second.articles] == ["3"]
    assert not second.complete
    assert [request.path for request in site.seen] == ["/sitemap.xml", "/b.xml"]


async def test_an_index_that_stays_is_no_reason_not_to_look_at_its_maps(site, look):
    site.put("/a.xml", urls(url("/1", modified="2026-11-24T00:00:00Z")), ETag='"1"')
    address = site.put("/sitemap.xml", index(site, ("/a.xml", "")))
    first = await look(address)
    assert (await look(address, first.memory)).articles is None
    site.put("/a.xml", urls(url("/2", modified="2026-11-24T02:00:00Z")))
    assert [article.url[-1] for article in (await look(address, first.memory)).articles] == ["2"]


async def test_a_map_in_trouble_does_not_spoil_the_others_and_is_tried_again(site, look):
    site.put("/a.xml", urls(url("/1", modified="2026-11-24T00:00:00Z")))
    address = site.put("/sitemap.xml", index(site, ("/a.xml", ""), ("/b.xml", "")))
    first = await look(address)
    assert [article.url[-1] for article in first.articles] == ["1"]
    assert not first.complete, "nobody can tell what is missing from it"
    site.put("/b.xml", urls(url("/2", modified="2026-11-24T00:00:00Z")))
    assert [article.url[-1] for article in (await look(address, first.memory)).articles] == ["2"]


async def test_an_index_none_of_whose_maps_can_be_read_is_an_error(site, look):
    with pytest.raises(SourceError, match=r"/a\.xml is not there"):
        await look(site.put("/sitemap.xml", index(site, ("/a.xml", ""))))
    with pytest.raises(SourceError, match="none of them lists articles"):
        await look(site.put("/sitemap.xml", index(site, ("/tag-sitemap.xml", ""))))


async def test_a_packed_sitemap_and_a_list_of_addresses_are_read(site, look):
    packed = gzip.compress(urls(url("/1", modified="2026-11-24")).encode())
    assert len((await look(site.put("/sitemap.xml.gz", packed, "application/gzip"))).articles) == 1
    listed = "https://news.example/a\nhttps://news.example/b\nnonsense and more\n"
    assert len((await look(site.put("/sitemap.txt", listed, "text/plain"))).articles) >= 2


async def test_what_breaks_off_is_read_as_far_as_it_goes(site, look):
    body = urls(*(url(f"/{n}", modified="2026-11-24") for n in range(9)))
    sight = await look(site.put("/map.xml", body[: body.index("/8</loc>")]))
    assert [article.url[-1] for article in sight.articles] == list("01234567")
    assert not sight.complete
    assert sight.warnings


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<html><body>x</body></html>", r"no sitemap \(it begins with <html>"),
        ("", "no sitemap"),
        ("{}", "no sitemap"),
        ("\x1f\x8b\x08 broken", "the packing is broken"),
        ('<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><urlset/>', "XML bombs"),
    ],
)
async def test_what_is_no_sitemap_is_said(site, look, body, words):
    with pytest.raises(SourceError, match=words):
        await look(site.put("/map.xml", body.encode("latin-1")))


def test_a_gzip_bomb_is_given_up_early(timed):
    bomb = gzip.compress(b" " * (LARGEST + 64 * 2**20))
    with timed(2), pytest.raises(ValueError, match="larger than 20 MB unpacked"):
        read_sitemap(bomb, "", "https://news.example/map.xml.gz")


async def test_a_sitemap_of_tens_of_thousands_is_read_in_good_time(site, look, timed):
    days = (f"{NOW - timedelta(hours=n):%Y-%m-%dT%H:%M:%SZ}" for n in range(30_000))
    body = urls(*(url(f"/{n}", modified=at) for n, at in enumerate(days)))
    address = site.put("/map.xml", body)
    with timed(2):
        sight = await look(address)
    assert len(sight.articles) == 72
