"""The sandbox's news site, watched as a newsroom would watch a real one."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from newswire.errors import SourceError
from newswire.source import Memory, Source
from sandbox.app import World, build
from sandbox.site.site import Site
from sources import article_page, feed, page, sitemap
from sources._fetch import Fetcher
from sources._identity import identity
from sources._text import take_flags

BAKU = ZoneInfo("Asia/Baku")


@dataclass
class Watched:
    """The site and where it is."""

    site: Site
    base: str

    def source(self, path: str, edition: str = "en") -> Source:
        return Source(name="lantern", url=self.base + path, edition=edition, zone=BAKU)


@pytest.fixture
async def watched() -> AsyncIterator[Watched]:
    site = Site(World())
    runner = web.AppRunner(build([site]), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield Watched(site, f"http://127.0.0.1:{runner.addresses[0][1]}/site")
    await runner.cleanup()


@pytest.mark.parametrize("edition", ["en", "ru", "hy"])
async def test_every_page_says_what_the_newsroom_wrote(watched, fetcher, edition):
    room = watched.site.editions[edition]
    source = watched.source(f"{room.prefix}/rss.xml", edition)
    now = datetime.now(UTC)
    sight = await feed.poll(fetcher, source, Memory(), now=now)
    stories = {story.guid: story for story in watched.site.latest(edition, limit=100)}
    assert len(sight.articles) == len(stories)
    for item in sight.articles:
        story = stories[item.guid]
        article = item.completed_by(await article_page.read(fetcher, item.url, source, now=now))
        title, flags = take_flags(story.title)
        assert (article.title, article.flags) == (title, flags)
        assert (article.lead, article.author) == (story.lead, story.author)
        assert article.section == room.sections[story.section].name
        assert story.published_at - article.published_at < timedelta(minutes=1)
        assert "\n\n".join(story.body) in article.body
        assert article.images[0].width == 1200


@pytest.mark.parametrize("edition", ["en", "ru", "hy"])
async def test_page_and_feed_agree_on_the_text_and_nothing_more(watched, fetcher, edition):
    room = watched.site.editions[edition]
    source = watched.source(f"{room.prefix}/rss.xml", edition)
    for story in watched.site.latest(edition, limit=100):
        url = f"{watched.base}{room.prefix}/post/{story.slug}"
        article = await article_page.read(fetcher, url, source, now=datetime.now(UTC))
        assert article.body == "\n\n".join((story.lead, *story.body))


async def test_the_three_formats_tell_one_story(watched, fetcher):
    sights = [
        await feed.poll(fetcher, watched.source(f"/en/{form}"), Memory(), now=datetime.now(UTC))
        for form in ("rss.xml", "atom.xml", "feed.json")
    ]
    told = [[(identity(article)[0], article.title) for article in sight.articles] for sight in sights]
    assert told[0] == told[1] == told[2]


async def test_a_new_article_is_noticed_and_nothing_else_is_new(watched, fetcher):
    source = watched.source("/en/rss.xml")
    first = await feed.poll(fetcher, source, Memory(), now=datetime.now(UTC))
    assert (await feed.poll(fetcher, source, first.memory, now=datetime.now(UTC))).articles is None
    story = watched.site.publish("en")
    second = await feed.poll(fetcher, source, first.memory, now=datetime.now(UTC))
    known = {identity(article)[0] for article in first.articles}
    new = [article for article in second.articles if identity(article)[0] not in known]
    assert [article.guid for article in new] == [story.guid]


async def test_new_ids_for_all_articles_make_none_of_them_new(watched, fetcher):
    source = watched.source("/en/rss.xml")
    first = await feed.poll(fetcher, source, Memory(), now=datetime.now(UTC))
    watched.site.reguid()
    second = await feed.poll(fetcher, source, first.memory, now=datetime.now(UTC))
    assert [a.guid for a in first.articles] != [a.guid for a in second.articles]
    assert [identity(a)[0] for a in first.articles] == [identity(a)[0] for a in second.articles]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("huge.xml", "is larger than 5 MB"),
        ("gzip.xml", "is larger than 5 MB"),
        ("loop", "redirects more than 5 times"),
        ("html", "answers with a web page where a feed should be"),
        ("bomb.xml", "declares entities of its own"),
        ("outside.xml", "declares entities of its own"),
        ("nolinks.xml", "none of them has a link"),
        ("status/404", "is not there"),
        ("status/410", "is gone for good"),
        ("status/429", "asks us to come less often"),
        ("status/503", "is out of service"),
    ],
)
async def test_a_bad_feed_is_refused_with_its_reason(watched, fetcher, path, words):
    with pytest.raises(SourceError, match=words):
        await feed.poll(fetcher, watched.source(f"/bad/{path}"), Memory(), now=datetime.now(UTC))


@pytest.mark.parametrize(
    ("path", "count", "complete"),
    [
        ("charset.xml", 1, True),
        ("charset-header.xml", 1, True),
        ("nodates.xml", 12, True),
        ("futuredates.xml", 12, True),
        ("dupguid.xml", 12, True),
        ("emptytitles.xml", 12, True),
        ("relative.xml", 12, True),
    ],
)
async def test_a_feed_that_is_only_careless_is_read(watched, fetcher, path, count, complete):
    sight = await feed.poll(fetcher, watched.source(f"/bad/{path}"), Memory(), now=datetime.now(UTC))
    assert (len(sight.articles), sight.complete) == (count, complete)
    assert all(article.title and article.url.startswith("http") for article in sight.articles)


async def test_a_malformed_feed_gives_what_can_be_read_and_every_link_is_a_page(watched, fetcher):
    sight = await feed.poll(fetcher, watched.source("/bad/malformed.xml"), Memory(), now=datetime.now(UTC))
    assert sight.articles
    assert not sight.complete
    for article in sight.articles:
        assert (await fetcher.get(article.url)).status == 200


async def test_a_slow_feed_ends(watched):
    async with Fetcher("t", allow_loopback=True, total_seconds=0.5) as hasty:
        with pytest.raises(SourceError, match=r"did not finish in 0\.5 s"):
            await feed.poll(hasty, watched.source("/bad/slow"), Memory(), now=datetime.now(UTC))


async def test_a_front_page_and_a_sitemap_show_the_articles_of_the_feed(watched, fetcher):
    now = datetime.now(UTC)
    listed = await feed.poll(fetcher, watched.source("/en/rss.xml"), Memory(), now=now)
    keys = [identity(article)[0] for article in listed.articles]
    by_page = await page.poll(fetcher, watched.source("/en/"), Memory(), now=now)
    by_map = await sitemap.poll(fetcher, watched.source("/sitemap-news.xml"), Memory(), now=now)
    assert {identity(article)[0] for article in by_page.articles} >= set(keys[:5])
    assert set(keys) & {identity(article)[0] for article in by_map.articles}
    assert {article.edition for article in by_map.articles} == {"en"}
    assert all(article.title and article.published_at and article.alternates for article in by_map.articles[:1])
