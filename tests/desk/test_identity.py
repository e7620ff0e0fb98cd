"""Identity that holds: whatever a site does to its addresses, ids and dates, nothing is posted again, and what is new is."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from support.desk import CHANNELS, NOON
from support.shifty import Item, Site
from support.wire import serving

from db import alerts, articles, posts
from db.articles import Fate
from desk.deciding import by_hand
from desk.watching import changes, intake, watch
from newswire.article import Article
from newswire.post import PostState


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    async with serving(made.answer) as address:
        made.port = int(address.rpartition(":")[2])
        for n in range(6):
            made.publish(n, at=NOON - timedelta(hours=6 - n), guid=f"g-{n}")
        yield made


@pytest.fixture
async def watched(newsroom, site):
    """The site, watched: a baseline of six articles, and a seventh that is posted."""
    await watch.look(newsroom, site.source())
    site.publish(6, at=NOON - timedelta(minutes=30), guid="g-6")
    assert (await watch.look(newsroom, site.source())).new == 1
    return site


async def posted(newsroom):
    """The titles of all articles that have posts, each as often as it has channels."""
    async with newsroom.store.read() as connection:
        rows = await posts.in_states(connection, list(PostState))
        stored = await articles.some(connection, {row.article_id for row in rows})
    return sorted(stored[row.article_id].article.title for row in rows)


async def only_the_new_one(newsroom, site, source=None):
    """After a look in which one truly new article stands among what the site did: it is posted, and nothing else."""
    site.pages.clear()
    look = await watch.look(newsroom, source or site.source())
    assert look.new == 1
    assert await posted(newsroom) == sorted(["School of town 6"] * 2 + ["Bridge of town 7"] * 2)
    assert (await watch.look(newsroom, source or site.source())).new == 0


async def test_all_guids_issued_anew(newsroom, watched):
    for item in watched.items:
        item.guid = f"new-{item.guid}"
    watched.publish(7, at=NOON, guid="new-g-7")
    await only_the_new_one(newsroom, watched)


async def test_guids_that_are_places_in_the_list(newsroom, watched):
    for n, item in enumerate(watched.items):
        item.guid = str(n)
    await watch.look(newsroom, watched.source())
    watched.publish(7, at=NOON)
    for n, item in enumerate(watched.items):
        item.guid = str(n)
    await only_the_new_one(newsroom, watched)


async def test_a_guid_that_a_new_story_took_over_makes_it_no_old_one(newsroom, watched):
    watched.items[0].guid = "other"
    watched.publish(7, at=NOON, guid="g-6")
    await only_the_new_one(newsroom, watched)


async def test_a_slug_changed_with_a_redirect(newsroom, watched):
    old = watched.items[0]
    watched.moved[old.path], old.path = "/news/a-better-slug", "/news/a-better-slug"
    old.guid = "its new address"
    watched.publish(7, at=NOON, guid="g-7")
    await only_the_new_one(newsroom, watched)
    async with newsroom.store.read() as connection:
        stored = next(s for s in await articles.recent(connection, limit=9) if s.article.title.startswith("School"))
    assert stored.article.url.endswith("/news/a-better-slug"), "what is posted from now on links there"


async def test_slug_and_headline_changed_with_a_redirect_is_a_change_of_the_same_article(newsroom, watched):
    old = watched.items[0]
    watched.moved[old.path] = old.path = "/news/quite-another"
    old.title, old.guid = "Teachers walk out", "new"
    watched.publish(7, at=NOON, guid="g-7")
    assert (await watch.look(newsroom, watched.source())).new == 1
    assert await posted(newsroom) == ["Bridge of town 7"] * 2 + ["Teachers walk out"] * 2


async def test_a_slug_changed_with_a_redirect_when_all_guids_and_dates_are_others_too(newsroom, watched):
    old = watched.items[0]
    watched.moved[old.path] = old.path = "/news/a-better-slug"
    for n, item in enumerate(watched.items):
        item.at, item.guid = NOON - timedelta(minutes=n), f"new {n}"
    watched.publish(7, at=NOON, guid="new g-7")
    await only_the_new_one(newsroom, watched)


async def test_another_story_under_an_old_headline_is_a_new_one(newsroom, watched):
    old = watched.items[0]
    watched.listed = watched.items[:1]
    again = watched.publish(7, at=NOON, guid="g-7")
    again.title, watched.listed = old.title, [again]
    assert (await watch.look(newsroom, watched.source())).new == 1


async def test_a_slug_changed_without_a_redirect(newsroom, watched):
    watched.items[0].path = "/news/elsewhere"
    watched.items[0].guid = "its new address"
    watched.publish(7, at=NOON, guid="g-7")
    await only_the_new_one(newsroom, watched)


@pytest.mark.parametrize("change", ["https", "slash", "www", "tracking", "port", "case"])
async def test_the_same_address_written_otherwise(newsroom, watched, change):
    def written(item):
        address = f"{watched.address}{item.path}"
        return {
            "https": address.replace("http://", "https://"),
            "slash": f"{address}/",
            "www": address.replace("://", "://www."),
            "tracking": f"{address}?utm_source=rss&fbclid=1",
            "port": f"{address}#comments",
            "case": address.replace("http", "HTTP"),
        }[change]

    for item in watched.items:
        item.link, item.guid = written(item), f"new {item.guid}"
    watched.publish(7, at=NOON, guid="g-7")
    await only_the_new_one(newsroom, watched)


async def test_the_same_article_in_three_section_feeds(newsroom, watched):
    sections = [
        replace(watched.source(), name=f"site#{n}", url=f"http://127.0.0.1:{watched.port}/section-{n}.xml")
        for n in (2, 3)
    ]
    for section in sections:
        assert (await watch.look(newsroom, section)).new == 0
    new = watched.publish(7, at=NOON, guid="g-7")
    news = []
    for n, source in enumerate((*sections, watched.source())):
        new.link = f"{watched.address}{new.path}?section={n}"  # its page names one address for all
        news.append((await watch.look(newsroom, source)).new)
    assert news == [1, 0, 0]
    assert await posted(newsroom) == sorted(["School of town 6"] * 2 + ["Bridge of town 7"] * 2)


async def test_a_feed_that_shrinks_and_then_grows_back(newsroom, watched):
    everything = list(watched.items)
    watched.listed = everything[:1]
    assert (await watch.look(newsroom, watched.source())).new == 0
    watched.listed = everything[4:]
    assert (await watch.look(newsroom, watched.source())).new == 0
    watched.listed = None
    watched.publish(7, at=NOON, guid="g-7")
    await only_the_new_one(newsroom, watched)


async def test_the_item_seen_last_vanishes(newsroom, watched):
    watched.items[0].status = 404
    watched.publish(7, at=NOON, guid="g-7")
    await only_the_new_one(newsroom, watched)


async def test_all_dates_rewritten(newsroom, watched):
    for item in watched.items:
        item.at = item.updated = NOON - timedelta(minutes=1)
    watched.publish(7, at=NOON, guid="g-7", updated=NOON)
    await only_the_new_one(newsroom, watched)
    assert watched.pages == ["/news/7"], "dates alone are no reason to read everything again"


async def test_a_feed_reset_to_an_old_copy_and_back(newsroom, watched):
    now = list(watched.items)
    watched.listed = now[3:]
    assert (await watch.look(newsroom, watched.source())).new == 0
    watched.listed = None
    watched.publish(7, at=NOON, guid="g-7")
    await only_the_new_one(newsroom, watched)
    async with newsroom.store.read() as connection:
        assert all(stored.gone_at is None for stored in await articles.recent(connection, limit=20))


async def test_a_restart(newsroom, watched, make):
    watched.publish(7, at=NOON, guid="g-7")
    await only_the_new_one(await make(), watched)


async def test_a_domain_moved_with_redirects(newsroom, watched):
    watched.host = "localhost"
    watched.publish(7, at=NOON)
    for item in watched.items:
        item.guid = f"{watched.address}{item.path}"
    await only_the_new_one(newsroom, watched)


async def test_a_domain_moved_with_redirects_and_the_source_s_address_with_it(newsroom, watched):
    watched.host = "localhost"
    watched.publish(7, at=NOON)
    for item in watched.items:
        item.guid = f"{watched.address}{item.path}"
    await only_the_new_one(newsroom, watched, watched.source(url=f"{watched.address}/rss.xml"))


async def test_a_domain_moved_and_the_old_one_is_dead(newsroom, watched):
    watched.host, watched.former_redirects = "localhost", False
    watched.publish(7, at=NOON)
    for item in watched.items:
        item.guid = f"{watched.address}{item.path}"
    await only_the_new_one(newsroom, watched)


async def test_two_editions_with_the_same_numbers_on_two_hosts_are_not_one(newsroom, watched):
    """`localhost/news/7` beside `127.0.0.1/news/7`: both are there, and say different things."""
    watched.publish(7, at=NOON, guid="g-7")
    other = await by_hand.read(newsroom, f"{watched.address}/news/7")
    await intake.take_in(newsroom, replace(other, edition="en"), by="test")
    elsewhere = Article(url=f"http://localhost:{watched.port}/news/7", title="Something else", edition="en")
    assert (await intake.take_in(newsroom, elsewhere, by="test")).change == "new"


@pytest.mark.parametrize("kind", ["feed", "sitemap"])
async def test_a_feed_switched_to_another_address_or_kind_of_the_same_site(newsroom, watched, kind):
    """The other list has older articles, too, that the first one never showed: they were there before."""
    watched.items.append(Item(path="/news/old", title="Older than all", lead="", at=NOON - timedelta(hours=20)))
    watched.publish(7, at=NOON)
    for item in watched.items:
        item.guid = ""
    place = "/all.xml" if kind == "feed" else "/map.xml"
    source = watched.source(url=f"http://127.0.0.1:{watched.port}{place}", kind=kind)
    await only_the_new_one(newsroom, watched, source)
    async with newsroom.store.read() as connection:
        old = next(s for s in await articles.recent(connection, limit=20) if s.article.url.endswith("/old"))
    assert old.fate is Fate.BASELINE
    assert "another address" in old.reason


async def test_an_address_of_another_site_is_another_source(newsroom, watched):
    source = watched.source(url=f"http://localhost:{watched.port}/rss.xml")
    watched.host = "localhost"
    watched.items = [Item(path=f"/x/{n}", title=f"Elsewhere {n}", at=NOON) for n in range(3)]
    watched.former_redirects = False
    assert (await watch.look(newsroom, source)).new == 0


async def test_the_number_a_page_gives_its_article_tells_it_by_hand_too(newsroom, site):
    await watch.look(newsroom, site.source())
    new = site.publish(6, at=NOON, guid="g-6", shortlink="?p=66")
    assert (await watch.look(newsroom, site.source())).new == 1
    site.moved[new.path] = new.path = "/2026/another-slug"
    given = await by_hand.post(newsroom, f"{site.address}/2026/another-slug", by="Leyla")
    assert given.known
    assert len(given.posts) == 2


async def test_a_new_date_alone_has_the_page_read_again(newsroom, site):
    source = site.source(url=f"http://127.0.0.1:{site.port}/map.xml", kind="sitemap")
    await watch.look(newsroom, source)
    new = site.publish(6, at=NOON - timedelta(minutes=1))
    assert (await watch.look(newsroom, source)).new == 1
    new.title, new.updated = "School of town 6 reopens", NOON
    await watch.look(newsroom, source)
    assert await posted(newsroom) == ["School of town 6 reopens"] * 2


async def test_a_page_that_refuses_us_for_ever_is_tried_less_and_less_often_and_told_once(make, site):
    toml = f'[[source]]\nname = "site"\nkind = "sitemap"\nfeeds = "http://127.0.0.1:{site.port}/map.xml"\n'
    newsroom = await make(f"{CHANNELS}\n{toml}")
    [source] = newsroom.settings.sources()
    await watch.look(newsroom, source)
    closed = site.publish(6, at=NOON)
    closed.status = 403
    site.listed = [replace(item, status=200) for item in site.items]
    site.pages.clear()
    for _ in range(40):
        await watch.look(newsroom, source)
        await changes.tick(newsroom)
        newsroom.clock.move(timedelta(minutes=1))
    assert site.pages.count(closed.path) == 4, "at once, at the next look, after ten minutes, after twenty more"
    async with newsroom.store.read() as connection:
        [alert] = await alerts.open_ones(connection)
    assert (alert.cause, alert.count) == ("pages", 1)
    assert "refuses us (403)" in alert.text
    closed.status = 200
    newsroom.clock.move(timedelta(hours=1))
    await changes.tick(newsroom)
    assert await posted(newsroom) == ["School of town 6"] * 2
    async with newsroom.store.read() as connection:
        assert await alerts.open_ones(connection) == []
