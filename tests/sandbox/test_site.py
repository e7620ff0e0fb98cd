"""The site as its readers and its control see it."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientSession, ServerDisconnectedError
from lxml import html
from PIL import Image

from sandbox.faults import Fault
from sandbox.site import Site, Story, pictures
from sandbox.site.views import StoryView

HOSTILE = "Tea & \"bread\" <b>bold</b> <script>alert(1)</script> _d_ 'h'"


@pytest.fixture
async def site(world, serve):
    site = Site(world, seed=5)
    site.base_url = await serve(site)
    return site


async def tree(http: ClientSession, url: str, status: int = 200) -> html.HtmlElement:
    async with http.get(url) as answer:
        assert answer.status == status
        return html.fromstring(await answer.text())


async def page_of(http: ClientSession, site: Site, story: Story) -> html.HtmlElement:
    return await tree(http, site.base_url + site.path(story))


async def order(http: ClientSession, site: Site, path: str, **body: object) -> dict[str, object]:
    async with http.post(f"{site.base_url}/control/site/{path}", json=body) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


def text(page: html.HtmlElement, name: str) -> str:
    (found,) = page.find_class(name)
    return found.text_content().strip()


def meta(page: html.HtmlElement, name: str) -> list[str]:
    return page.xpath(f"//meta[@property='{name}']/@content")


# what a page carries


@pytest.mark.parametrize(
    ("edition", "path", "words"),
    [
        ("en", "/site/en/post/", ("24 September 2024 20:34", "By Ann", "Views: 92")),
        ("ru", "/site/post/", ("24 Сентября 2024 20:34", "Автор: Ann", "Просмотров: 92")),
        ("hy", "/site/hy/post/", ("24 Սեպտեմբերի 2024 20:34", "Հեղինակ՝ Ann", "Դիտումներ՝ 92")),
    ],
)
async def test_an_article_is_built_as_in_the_newsroom_we_serve(site, http, edition, path, words):
    at = datetime(2024, 9, 24, 16, 34, 7, tzinfo=UTC)
    story = site.publish(edition, published_at=at, author="Ann", views=91, section="sport")
    page = await page_of(http, site, story)
    assert site.path(story).startswith(path)
    assert text(page, "post_title") == story.title
    assert (text(page, "post_time"), text(page, "post_signature"), text(page, "post_hits")) == words
    section = site.editions[edition].sections["sport"]
    assert text(page, "post_category").split("\n")[0].startswith(section.name)
    assert section.description in text(page, "post_category")
    body = [p.text_content() for p in page.xpath("//*[@class='post_body']/p")]
    assert body == [story.lead, *story.body]
    assert text(page, "post_size") == "A+A−"
    assert text(page, "post_rule") == site.editions[edition].words["rule"]


async def test_an_article_tells_machines_where_it_belongs(site, http):
    story = site.publish("en", quirks=frozenset({"published_time", "json_ld"}), title=HOSTILE)
    page = await page_of(http, site, story)
    url = site.base_url + site.path(story)
    assert page.xpath("//link[@rel='canonical']/@href") == [url]
    assert meta(page, "og:title") == [HOSTILE]
    assert meta(page, "og:description") == [story.lead]
    assert meta(page, "og:url") == [url]
    assert meta(page, "og:image")[0].startswith(f"{site.base_url}/site/picture/")
    (published,) = meta(page, "article:published_time")
    assert datetime.fromisoformat(published) == story.published_at.replace(microsecond=0)
    (data,) = page.xpath("//script[@type='application/ld+json']/text()")
    assert json.loads(data)["headline"] == HOSTILE
    assert text(page, "post_title") == HOSTILE


async def test_some_articles_lack_the_metadata(site, http):
    page = await page_of(http, site, site.publish("en", quirks=frozenset()))
    assert meta(page, "article:published_time") == []
    assert page.xpath("//script[@type='application/ld+json']") == []


async def test_editions_of_one_story_name_each_other(site, http):
    first = next(story for story in site.stories if len(site.siblings(story)) == 3)
    siblings = site.siblings(first)
    page = await page_of(http, site, first)
    links = {a.get("hreflang"): a.get("href") for a in page.xpath("//link[@rel='alternate'][@hreflang]")}
    assert links == {story.edition: site.base_url + site.path(story) for story in siblings}
    assert {story.edition for story in siblings} == {"en", "ru", "hy"}


async def test_views_grow_with_each_reading_but_not_with_a_head_request(site, http):
    story = site.publish("en", views=7)
    url = site.base_url + site.path(story)
    assert text(await tree(http, url), "post_hits") == "Views: 8"
    async with http.head(url) as answer:
        assert answer.status == 200
    assert text(await tree(http, url), "post_hits") == "Views: 9"


async def test_pages_of_the_same_origin_may_frame_the_site(site, http):
    async with http.get(f"{site.base_url}/site/en/") as answer:
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in answer.headers


async def test_front_and_section_pages_list_the_newest_first(site, http):
    sport = site.publish("ru", section="sport")
    newest = site.publish("ru", section="culture")
    site.world.offset += 60
    front = await tree(http, f"{site.base_url}/site/")
    assert front.xpath("//h3/a")[0].get("href") == site.path(newest)
    section = await tree(http, f"{site.base_url}/site/section/sport")
    assert section.xpath("//h1")[0].text == "Спорт"
    assert section.xpath("//h3/a")[0].get("href") == site.path(sport)


# what the newsroom does


async def test_an_edit_shows_on_page_and_lists_and_is_told(site, http):
    story = site.publish("en")
    before = story.title
    await order(http, site, f"articles/{story.id}/edit", title="Corrected", lead="New lead.")
    page = await page_of(http, site, story)
    assert text(page, "post_title") == "Corrected"
    assert page.xpath("//*[@class='post_body']/p")[0].text == "New lead."
    event = site.world.events[-1]
    assert (event.platform, event.kind, event.place) == ("site", "edit", "en")
    assert (event.detail["title"], event.detail["before"]) == ("Corrected", before)
    assert event.detail["url"] == site.base_url + site.path(story)


@pytest.mark.parametrize("status", [404, 410])
async def test_a_removed_article_is_gone_everywhere(site, http, status):
    story = site.publish("en")
    await order(http, site, f"articles/{story.id}/remove", status=status)
    await tree(http, site.base_url + site.path(story), status)
    for path in ("site/en/", "site/en/rss.xml", "site/en/feed.json", "site/sitemap-news.xml"):
        async with http.get(f"{site.base_url}/{path}") as answer:
            assert story.slug not in await answer.text()
    assert site.world.events[-1].kind == "remove"


async def test_a_moved_article_redirects_from_its_old_address(site, http):
    story = site.publish("hy")
    old = site.path(story)
    truth = await order(http, site, f"articles/{story.id}/move", slug="elsewhere")
    async with http.get(site.base_url + old, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (301, "/site/hy/post/elsewhere")
    assert truth["url"] == f"{site.base_url}/site/hy/post/elsewhere"


async def test_a_redated_article_comes_first_again(site, http):
    oldest = site.latest("en")[-1]
    await order(http, site, f"articles/{oldest.id}/redate")
    assert site.latest("en")[0] is oldest
    await order(http, site, f"articles/{oldest.id}/redate", published_at="2024-01-02T03:04:05+04:00")
    assert oldest.published_at == datetime(2024, 1, 1, 23, 4, 5, tzinfo=UTC)


async def test_all_guids_can_change_at_once(site, http):
    before = {story.guid for story in site.stories}
    await order(http, site, "reguid")
    assert not before & {story.guid for story in site.stories}
    assert [event.kind for event in site.world.events[-3:]] == ["reguid"] * 3


async def test_control_publishes_what_it_is_given_and_lists_the_truth(site, http):
    given = {"edition": "ru", "title": "Заголовок", "published_at": "2026-06-25T13:24:00Z", "section": "economy"}
    await order(http, site, "publish", **given, quirks=["no_date"])
    async with http.get(f"{site.base_url}/control/site/articles?edition=ru&limit=1") as answer:
        (truth,) = await answer.json()
    assert truth["url"] == f"{site.base_url}/site/post/zagolovok"
    assert (truth["title"], truth["section"], truth["edition"]) == ("Заголовок", "economy", "ru")
    assert truth["published_at"] == "2026-06-25T13:24:00+00:00"
    assert site.world.events[-1].kind == "publish"


@pytest.mark.parametrize(
    ("path", "body", "answer"),
    [
        ("publish", {"edition": "az"}, (400, "no edition az; there are en, ru, hy")),
        ("publish", {"headline": "x"}, (400, "publish takes no headline")),
        ("publish", {"section": "gossip"}, (400, "no section gossip")),
        ("articles/1/edit", {"slug": "x"}, (400, "an edit cannot change slug")),
        ("articles/999/remove", {}, (404, "no article 999; there are 36")),
        ("articles/1/redate", {"published_at": "yesterday"}, (400, "yesterday")),
        ("publish", [1], (400, "an order is a JSON object")),
    ],
)
async def test_an_order_that_cannot_be_carried_out_says_why_and_changes_nothing(site, http, path, body, answer):
    status, says = answer
    async with http.post(f"{site.base_url}/control/site/{path}", json=body) as refusal:
        assert refusal.status == status
        assert says in (await refusal.json())["error"]
    assert len(site.stories) == 36
    assert site.world.events == []


async def test_the_ticker_publishes_in_every_edition_until_it_is_stopped(world):
    site = Site(world, every=0.001)
    ticker = asyncio.create_task(site.run())
    async for event in world.follow():
        if event.number == 12:
            break
    ticker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ticker
    assert {event.place for event in world.events} == {"en", "ru", "hy"}


def test_no_headline_and_no_address_comes_twice(world):
    site = Site(world)
    for _ in range(6000):
        site.publish()
    assert len({(story.edition, story.title) for story in site.stories}) == len(site.stories)
    assert len({site.path(story) for story in site.stories}) == len(site.stories)


def test_two_articles_with_one_headline_have_two_addresses(world):
    site = Site(world)
    one, other = (site.publish("en", title="Ferry resumes") for _ in range(2))
    assert site.path(one) == "/site/en/post/ferry-resumes"
    assert site.path(other) == "/site/en/post/ferry-resumes-2"


def test_every_plot_fills_its_gaps_in_each_of_its_editions(world):
    site = Site(world)
    for _ in range(400):
        story = site.publish()
        assert story.title
        assert len(story.body) >= 3
        assert "{" not in "".join((story.title, story.lead, *story.body))
        assert len(story.slug) > 10


def test_the_same_seed_invents_the_same_stories(world):
    one, same, other = Site(world, seed=8), Site(world, seed=8), Site(world, seed=9)
    titles = [[story.title for story in site.stories] for site in (one, same, other)]
    assert titles[0] == titles[1] != titles[2]


def test_editions_and_zone_can_be_chosen(world):
    site = Site(world, editions=("hy",), zone="Europe/Berlin", name="The Other")
    assert {story.edition for story in site.stories} == {"hy"}
    assert site.zone == ZoneInfo("Europe/Berlin")
    assert max(story.published_at for story in site.stories) < datetime.now(UTC) + timedelta(seconds=1)
    with pytest.raises(ValueError, match="no edition xx; there are ru, en, hy"):
        Site(world, editions=("en", "xx"))


# pictures and faults


@pytest.mark.parametrize("size", ["cover", "shared", "thumb", "inline"])
async def test_pictures_have_the_type_and_the_size_their_address_says(site, http, size):
    path = StoryView(site, site.publish("en"), "").picture(size)
    async with http.get(site.base_url + path) as answer:
        assert answer.status == 200
        picture = Image.open(BytesIO(await answer.read()))
    assert f"-{picture.width}x{picture.height}." in path
    assert answer.content_type == {"WEBP": "image/webp", "JPEG": "image/jpeg"}[picture.format]


@pytest.mark.parametrize("name", ["sport-1-9999x9999.webp", "gossip-1-480x270.webp", "sport-1-480x270.gif"])
async def test_a_picture_the_site_does_not_show_is_not_drawn(site, http, name):
    async with http.get(f"{site.base_url}/site/picture/{name}") as answer:
        assert answer.status == 404


def test_only_so_many_pictures_are_kept():
    kept = pictures.Pictures()
    for seed in range(pictures.KEPT + 5):
        kept.draw("analytics", seed, (16, 9), "webp")
    assert len(kept._kept) == pictures.KEPT


async def test_faults_are_played_for_the_kind_of_page_they_are_ordered_for(site, http):
    story = site.publish("en")
    site.world.faults.add(Fault(platform="site", method="feed", kind="error", status=503))
    site.world.faults.add(Fault(platform="site", method="post", kind="flood", seconds=7))
    site.world.faults.add(Fault(platform="site", method="home", kind="drop", times=2))
    async with http.get(f"{site.base_url}/site/en/rss.xml") as answer:
        assert answer.status == 503
    async with http.get(site.base_url + site.path(story)) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
    with pytest.raises(ServerDisconnectedError):
        await http.get(f"{site.base_url}/site/en/")
    async with http.get(f"{site.base_url}/site/en/rss.xml") as answer:
        assert answer.status == 200
