"""The site's feeds, read by feedparser as an oracle."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from time import struct_time

import feedparser
import pytest
from aiohttp import ClientSession
from lxml import etree

from sandbox.site import Site, Story

NEWS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "n": "http://www.google.com/schemas/sitemap-news/0.9"}
HOSTILE = "Tea & \"bread\" <b>bold</b> _d_ *e* [f](g) ]]> 'h'"


@pytest.fixture
async def site(world, serve):
    site = Site(world, seed=3)
    site.base_url = await serve(site)
    return site


async def fetch(http: ClientSession, url: str, **headers: str) -> tuple[int, bytes, Mapping[str, str]]:
    asked = {"Accept-Encoding": "identity", **headers}
    async with http.get(url, headers=asked, allow_redirects=False) as answer:
        return answer.status, await answer.read(), answer.headers


async def entries(http: ClientSession, url: str) -> list[feedparser.FeedParserDict]:
    _, body, headers = await fetch(http, url)
    parsed = feedparser.parse(body, response_headers={"content-type": headers["Content-Type"]})
    assert not parsed.bozo
    return parsed.entries


def utc(parts: struct_time) -> datetime:
    return datetime(*parts[:6], tzinfo=UTC)


def whole(site: Site, edition: str = "en", **overrides: object) -> Story:
    return site.publish(edition, **{"quirks": frozenset(), **overrides})


@pytest.mark.parametrize("form", ["rss.xml", "atom.xml"])
@pytest.mark.parametrize(("edition", "prefix"), [("ru", "/site"), ("en", "/site/en"), ("hy", "/site/hy")])
async def test_a_feed_tells_of_an_article_what_is_true(site, http, edition, prefix, form):
    story = whole(site, edition)
    newest = (await entries(http, f"{site.base_url}{prefix}/{form}"))[0]
    assert newest.title == story.title
    assert newest.summary == story.lead
    assert newest.link == f"{site.base_url}{prefix}/post/{story.slug}"
    assert newest.author == story.author
    assert utc(newest.published_parsed) == story.published_at.replace(microsecond=0)
    section = site.editions[edition].sections[story.section].name
    assert [tag.term for tag in newest.tags] == [section, *story.tags]


@pytest.mark.parametrize("quirks", [frozenset(), frozenset({"cdata", "content"})])
@pytest.mark.parametrize("form", ["rss.xml", "atom.xml"])
async def test_hostile_characters_in_a_title_come_through_as_they_are(site, http, form, quirks):
    whole(site, title=HOSTILE, quirks=quirks)
    _, body, _ = await fetch(http, f"{site.base_url}/site/en/{form}")
    title = etree.fromstring(body).find(".//{*}item/{*}title" if form == "rss.xml" else ".//{*}entry/{*}title")
    assert title.text == HOSTILE


async def test_a_json_feed_tells_the_same_as_the_rss(site, http):
    story = whole(site)
    _, body, _ = await fetch(http, f"{site.base_url}/site/en/feed.json")
    feed = json.loads(body)
    newest = feed["items"][0]
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (newest["title"], newest["summary"]) == (story.title, story.lead)
    assert newest["url"] == f"{site.base_url}/site/en/post/{story.slug}"
    assert datetime.fromisoformat(newest["date_published"]) == story.published_at.replace(microsecond=0)


@pytest.mark.parametrize(
    ("quirk", "field"), [("no_description", "summary"), ("no_author", "author"), ("no_date", "published")]
)
async def test_an_item_can_lack_what_real_feeds_lack(site, http, quirk, field):
    whole(site)
    whole(site, quirks=frozenset({quirk}))
    lacking, complete = (await entries(http, f"{site.base_url}/site/en/rss.xml"))[:2]
    assert field not in lacking
    assert field in complete


async def test_a_section_feed_holds_that_section_only(site, http):
    whole(site, section="sport")
    whole(site, section="economy")
    found = await entries(http, f"{site.base_url}/site/en/section/sport/rss.xml")
    assert {entry.tags[0].term for entry in found} == {"Sport"}


async def test_each_edition_starts_with_twelve_older_articles(site, http):
    for prefix in ("/site", "/site/en", "/site/hy"):
        found = await entries(http, f"{site.base_url}{prefix}/rss.xml")
        assert len(found) == 12
        assert all(utc(e.published_parsed) < datetime.now(UTC) for e in found if "published" in e)


async def test_a_feed_known_by_its_etag_is_not_sent_again_until_something_changes(site, http):
    url = f"{site.base_url}/site/en/rss.xml"
    _, _, first = await fetch(http, url)
    assert first["ETag"].startswith('"')
    status, body, again = await fetch(http, url, **{"If-None-Match": first["ETag"]})
    assert (status, body, again["ETag"]) == (304, b"", first["ETag"])
    site.edit(site.latest("en")[0].id, title="Another headline")
    status, body, _ = await fetch(http, url, **{"If-None-Match": first["ETag"]})
    assert status == 200
    assert b"Another headline" in body


async def test_a_feed_known_by_its_date_is_not_sent_again_until_something_changes(site, http):
    url = f"{site.base_url}/site/en/rss.xml"
    _, _, first = await fetch(http, url)
    since = {"If-Modified-Since": first["Last-Modified"]}
    assert (await fetch(http, url, **since))[0] == 304
    site.world.offset += 5
    site.publish("hy")
    assert (await fetch(http, url, **since))[0] == 304
    site.publish("en")
    assert (await fetch(http, url, **since))[0] == 200


async def test_the_etag_goes_before_the_date(site, http):
    url = f"{site.base_url}/site/en/rss.xml"
    _, _, first = await fetch(http, url)
    stale = {"If-None-Match": '"other"', "If-Modified-Since": first["Last-Modified"]}
    assert (await fetch(http, url, **stale))[0] == 200


async def test_a_feed_is_packed_for_those_who_take_it_so_with_a_tag_of_its_own(site, http):
    url = f"{site.base_url}/site/en/rss.xml"
    _, plain, first = await fetch(http, url)
    _, packed, headers = await fetch(http, url, **{"Accept-Encoding": "gzip"})
    assert headers["Content-Encoding"] == "gzip"
    assert packed == plain
    assert headers["ETag"] != first["ETag"]


async def test_addresses_follow_the_host_that_was_asked(site, http):
    port_url, site.base_url = site.base_url, ""
    _, body, _ = await fetch(http, f"{port_url}/site/en/rss.xml", Host="news.example:8080")
    assert b"<link>http://news.example:8080/site/en/post/" in body


async def test_the_sitemap_names_recent_articles_in_all_editions(site, http):
    story = whole(site, "hy", title=HOSTILE)
    old = site.publish("en", published_at=datetime(2024, 1, 2, tzinfo=UTC))
    _, body, _ = await fetch(http, f"{site.base_url}/site/sitemap-news.xml")
    tree = etree.fromstring(body)
    places = tree.xpath("//s:url/s:loc/text()", namespaces=NEWS)
    assert len(places) == 37
    assert site.base_url + site.path(story) in places
    assert site.base_url + site.path(old) not in places
    assert HOSTILE in tree.xpath("//n:title/text()", namespaces=NEWS)
    _, body, _ = await fetch(http, f"{site.base_url}/site/sitemap-news-ru.xml")
    assert set(etree.fromstring(body).xpath("//n:language/text()", namespaces=NEWS)) == {"ru"}


async def test_robots_txt_names_the_sitemaps(site, http):
    _, body, _ = await fetch(http, f"{site.base_url}/robots.txt")
    assert f"Sitemap: {site.base_url}/site/sitemap-news.xml" in body.decode()
