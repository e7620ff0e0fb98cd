"""What the site lists and the ledger does not know is taken in late and told; nothing else is."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from support.desk import CHANNELS, NOON, Site, Story

from db import alerts, articles, marks, posts
from db.articles import Fate
from desk.watching import intake, inventory, watch
from newswire.article import Article
from newswire.post import PostState
from scheduler.watcher import Watcher

HOUR = timedelta(hours=1)


@dataclass
class Mapped(Site):
    """A site with a sitemap beside its feed; `off_feed` are only there. Its pages have dates.

    `pages`: what the older pages of its feed list; the second page is the first of them.
    """

    off_feed: list[Story] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    mapped: bool = True
    map_status: int = 200
    lists_articles: bool = True
    pages: list[list[Story]] = field(default_factory=list)
    page_status: dict[int, int] = field(default_factory=dict)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[int] = field(default_factory=list)

    async def feed(self, request: web.Request) -> web.Response:
        number = int(request.query.get("page", "1"))
        self.asked.append(number)
        if not self.pages:
            return await super().feed(request)
        if number in self.page_status:
            return web.Response(status=self.page_status[number])
        shown = self.stories if number == 1 else self.pages[number - 2]
        items = "".join(
            f"<item><title>{s.title}</title><link>{self.address}{s.path}</link><pubDate>{format_datetime(s.at)}</pubDate></item>"
            for s in shown
        )
        goes_on = number <= len(self.pages) or number + 1 in self.page_status
        link = f'<a:link rel="next" href="/rss.xml?page={number + 1}"/>' if goes_on else ""
        text = f'<rss xmlns:a="http://www.w3.org/2005/Atom"><channel><title>Site</title>{link}{items}</channel></rss>'
        return web.Response(text=text, content_type="application/rss+xml")

    async def page(self, request: web.Request) -> web.Response:
        self.requests.append(request.path)
        if request.path == "/robots.txt":
            return web.Response(text=f"Sitemap: {self.address}/news-map.xml" if self.mapped else "")
        if request.path == "/news-map.xml":
            await self.gate.wait()
            if self.map_status != 200:
                return web.Response(status=self.map_status)
            listed = (*self.stories, *self.off_feed) if self.lists_articles else ()
            pages = [(s.path, s.at) for s in listed] + [(p, NOON + HOUR) for p in self.sections]
            urls = "".join(
                f"<url><loc>{self.address}{p}</loc><lastmod>{at.isoformat()}</lastmod></url>" for p, at in pages
            )
            text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
            return web.Response(text=text, content_type="application/xml")
        story = next((s for s in (*self.stories, *self.off_feed) if s.path == request.path), None)
        if story is None and request.path not in (*self.sections, "/"):
            return web.Response(status=404)
        date = f'<meta property="article:published_time" content="{story.at.isoformat()}">' if story else ""
        title = story.title if story else "All about sport"
        page = f"<html><head><title>{title}</title>{date}</head><body><h1>{title}</h1><p>Words.</p></body></html>"
        return web.Response(text=page, content_type="text/html")


@pytest.fixture
async def site():
    made = Mapped()
    made.gate.set()
    app = web.Application()
    app.router.add_get("/rss.xml", made.feed)
    app.router.add_get("/{path:.*}", made.page)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    made.stories = [Story("/old", title="What was there before")]
    yield made
    made.gate.set()
    await runner.cleanup()


async def _watched(make, site):
    """A newsroom two hours after its first look at the site."""
    newsroom = await make(f'[[source]]\nname = "site-en"\nfeeds = ["{site.address}/rss.xml"]\n{CHANNELS}')
    await watch.look(newsroom, newsroom.settings.sources()[0])
    newsroom.clock.move(2 * HOUR)
    return newsroom


async def _stock(newsroom) -> int:
    return await inventory.take_stock(newsroom, newsroom.settings.sources()[0])


async def _open(newsroom):
    async with newsroom.store.read() as connection:
        return [a.text for a in await alerts.open_ones(connection) if a.cause == "gap"]


async def _known(newsroom):
    async with newsroom.store.read() as connection:
        return {one.article.title: one.fate for one in await articles.recent(connection, limit=20)}


def _missed(title: str = "Missed by the watch", *, minutes: int = 60) -> Story:
    return Story(f"/{title.lower().replace(' ', '-')}", title=title, at=NOON + timedelta(minutes=minutes))


async def test_what_the_feed_lists_and_nobody_knows_is_posted_late_and_told_once(make, site):
    newsroom = await _watched(make, site)
    site.stories.insert(0, _missed())
    assert await _stock(newsroom) == 1
    async with newsroom.store.read() as connection:
        [number] = {p.article_id for p in await posts.in_states(connection, [PostState.SCHEDULED])}
    [text] = await _open(newsroom)
    assert text.startswith("The site of site-en lists 1 article that was not noticed in time.")
    assert f"Taken in now: #{number}. /why tells" in text
    newsroom.clock.move(HOUR)
    assert await _stock(newsroom) == 0
    assert await _open(newsroom) == [], "the gap is closed"


async def test_what_only_the_sitemap_lists_is_found_too(make, site):
    newsroom = await _watched(make, site)
    site.off_feed.append(_missed())
    assert await _stock(newsroom) == 1
    assert (await _known(newsroom))["Missed by the watch"] is Fate.ROUTED


async def test_pages_that_are_no_articles_are_none_and_read_once(make, site):
    newsroom = await _watched(make, site)
    site.sections += ["/sport", "/tags/talks"]
    for _ in range(2):
        assert await _stock(newsroom) == 0
        newsroom.clock.move(HOUR)
    assert site.requests.count("/sport") == 1
    assert await _open(newsroom) == []


@pytest.mark.parametrize(
    ("minutes", "why"), [(118, "the next look brings it"), (-60, "was there before the first look"), (-4000, "is old")]
)
async def test_what_is_too_young_or_too_old_is_no_gap(make, site, minutes, why):
    newsroom = await _watched(make, site)
    site.stories.insert(0, _missed(minutes=minutes))
    assert await _stock(newsroom) == 0, why


async def test_an_old_article_that_was_changed_today_is_no_gap(make, site):
    newsroom = await _watched(make, site)
    site.sections.append("/from-2019")  # a page without a date of its own, changed an hour ago
    assert await _stock(newsroom) == 0


async def test_a_site_without_a_sitemap_is_compared_by_its_feed(make, site):
    site.mapped = False
    newsroom = await _watched(make, site)
    site.stories.insert(0, _missed())
    assert await _stock(newsroom) == 1


async def test_a_source_in_trouble_or_never_looked_at_is_left_alone(make, site):
    newsroom = await _watched(make, site)
    site.stories.insert(0, _missed())
    site.feed_status = 503
    assert await _stock(newsroom) == 0
    await watch.look(newsroom, newsroom.settings.sources()[0])
    site.feed_status = 200
    assert await _stock(newsroom) == 0, "its failure is told by itself"


async def test_no_channel_takes_what_is_too_old_for_all_and_the_alert_says_so(make, site):
    newsroom = await _watched(make, site)
    newsroom.clock.move(30 * HOUR)
    site.stories.insert(0, _missed())
    assert await _stock(newsroom) == 1
    assert "(no channel takes it)" in (await _open(newsroom))[0]


async def test_each_source_has_its_turn_once_an_hour(make, site):
    newsroom = await _watched(make, site)
    site.requests.clear()
    for _ in range(3 * 12):
        await inventory.tick(newsroom)
        newsroom.clock.move(timedelta(minutes=5))
    assert site.requests.count("/rss.xml") in (2, 3)


async def _rounds(newsroom, watcher, number: int) -> None:
    """So many minutes of the clock's work: looks, and stocks of those whose turn it is."""
    for _ in range(number):
        watcher.tick()
        await watcher.idle()
        await inventory.tick(newsroom)
        newsroom.clock.move(timedelta(minutes=1))


async def test_what_rolled_out_of_a_list_before_anybody_saw_it_is_found_by_the_look_that_shows_it(make, site):
    newsroom = await _watched(make, site)
    watcher = Watcher(newsroom)
    site.stories = [_missed("The newest", minutes=119)]
    site.off_feed += [_missed("Too fast for the feed", minutes=118), _missed("And this one", minutes=117)]
    watcher.tick()
    await watcher.idle()
    assert {"The newest", "Too fast for the feed", "And this one"} <= (await _known(newsroom)).keys()
    await watcher.stop()


async def test_more_pages_than_are_read_at_once_are_read_at_the_next_ticks(make, site):
    newsroom = await _watched(make, site)
    watcher = Watcher(newsroom)
    site.stories = [_missed("The newest", minutes=119)]
    site.off_feed += [_missed(f"Number {n}", minutes=60 + n) for n in range(45)]
    await _rounds(newsroom, watcher, 4)
    async with newsroom.store.read() as connection:
        known = {one.article.title for one in await articles.recent(connection, limit=100)}
    assert {f"Number {n}" for n in range(45)} <= known
    await watcher.stop()


async def test_a_look_that_was_killed_half_way_does_not_hide_that_the_list_rolled_over(make, site):
    newsroom = await _watched(make, site)
    watcher = Watcher(newsroom)
    site.stories = [_missed("The newest", minutes=119), _missed("Half way", minutes=118)]
    site.off_feed += [_missed("Too fast for the feed", minutes=117)]
    source = newsroom.settings.sources()[0]
    half = Article(url=f"{site.address}/half-way", title="Half way", source=source.name)
    await intake.take_in(newsroom, half, by="a look that was killed")
    await _rounds(newsroom, watcher, 2)
    assert "Too fast for the feed" in await _known(newsroom)
    await watcher.stop()


async def test_a_list_that_rolled_over_is_remembered_by_the_next_process(make, site):
    newsroom = await _watched(make, site)
    watcher = Watcher(newsroom)
    site.stories = [_missed("The newest", minutes=119)]
    site.off_feed += [_missed("Too fast for the feed", minutes=118)]
    site.map_status = 503
    watcher.tick()
    await watcher.idle()
    await watcher.stop()
    inventory._shelves.clear()  # the process is killed: what it had in mind is gone
    site.map_status = 200
    await inventory.tick(newsroom)
    assert "Too fast for the feed" in await _known(newsroom)
    async with newsroom.store.read() as connection:
        assert await marks.beginning(connection, "rolled ") == []


async def test_a_list_that_always_rolls_over_is_no_reason_to_take_stock_each_time(make, site):
    newsroom = await _watched(make, site)
    watcher = Watcher(newsroom)
    for n in range(10):
        site.stories = [_missed(f"Number {n}", minutes=119 + n)]
        await _rounds(newsroom, watcher, 1)
    assert site.requests.count("/news-map.xml") == 1
    await watcher.stop()


async def test_a_list_that_goes_on_rolling_over_is_looked_behind_each_minute_as_long_as_that_brings_something(
    make, site
):
    newsroom = await _watched(make, site)
    watcher = Watcher(newsroom)
    for n in range(4):
        site.stories = [_missed(f"Shown {n}", minutes=119 + n)]
        site.off_feed += [_missed(f"Too fast {n}", minutes=118 + n)]
        await _rounds(newsroom, watcher, 1)
        newsroom.clock.move(timedelta(seconds=5))
    assert {f"Too fast {n}" for n in range(4)} <= (await _known(newsroom)).keys()
    await watcher.stop()


async def test_a_list_with_something_known_in_it_has_not_rolled_over(make, site):
    newsroom = await _watched(make, site)
    watcher = Watcher(newsroom)
    site.stories.insert(0, _missed("The newest", minutes=119))
    await _rounds(newsroom, watcher, 2)
    assert site.requests.count("/news-map.xml") == 0
    await watcher.stop()


async def _mark(newsroom) -> str:
    async with newsroom.store.read() as connection:
        return await marks.get(connection, "rolled site-en")


async def _lost(newsroom) -> list[str]:
    async with newsroom.store.read() as connection:
        return [a.text for a in await alerts.open_ones(connection) if a.cause == "rolled"]


async def test_a_sitemap_that_cannot_be_read_is_asked_again_until_it_has_brought_what_was_missed(make, site):
    newsroom = await _watched(make, site)
    watcher = Watcher(newsroom)
    site.map_status = 503
    site.stories = [_missed("The newest", minutes=121)]
    site.off_feed += [_missed("Too fast for the feed", minutes=118)]
    await _rounds(newsroom, watcher, 2)
    assert await _mark(newsroom), "what rolled out is still to be looked for"
    site.map_status = 200
    await _rounds(newsroom, watcher, 3)
    assert "Too fast for the feed" in await _known(newsroom)
    assert not await _mark(newsroom)
    await watcher.stop()


async def test_a_sitemap_that_is_broken_for_good_is_asked_less_and_less_often_and_people_are_told(make, site):
    newsroom = await _watched(make, site)
    watcher = Watcher(newsroom)
    site.map_status = 503
    newsroom.clock.move(timedelta(minutes=20))
    site.stories = [_missed("The newest", minutes=139)]
    await _rounds(newsroom, watcher, 58)
    assert site.requests.count("/news-map.xml") <= 8
    assert [text.partition(".")[0] for text in await _lost(newsroom)] == [
        "site-en: between 12:00 and 14:19 articles may have been published that its list of 1 no longer shows"
    ]
    async with newsroom.store.read() as connection:
        assert "news-map.xml" in await marks.get(connection, f"{inventory.UNMAPPED}site-en")
        assert [a.count for a in await alerts.open_ones(connection) if a.cause == "rolled"] == [1], "told once"
    newsroom.clock.move(timedelta(hours=50))
    for _ in range(3):
        await inventory.tick(newsroom)
        newsroom.clock.move(HOUR)
    assert not await _mark(newsroom), "what it may bring now is too old for everybody"
    await watcher.stop()


async def test_what_rolled_out_of_a_list_without_a_sitemap_is_told_with_the_span_of_time_once(make, site):
    site.mapped = False
    newsroom = await _watched(make, site)
    watcher = Watcher(newsroom)
    site.stories = [_missed("The newest", minutes=119), _missed("The second", minutes=95)]
    await _rounds(newsroom, watcher, 3)
    [text] = await _lost(newsroom)
    assert text == (
        "site-en: between 12:00 and 13:35 articles may have been published that its list of 2 no longer shows. Look at "
        "the site: /post and the address sends one."
    )
    assert not await _mark(newsroom)
    newsroom.clock.move(25 * HOUR)
    await inventory.tick(newsroom)
    assert await _lost(newsroom) == []
    await watcher.stop()


async def test_a_sitemap_of_other_pages_proves_nothing(make, site):
    newsroom = await _watched(make, site)
    watcher = Watcher(newsroom)
    site.lists_articles, site.sections = False, ["/about"]
    site.stories = [_missed("The newest", minutes=119)]
    await _rounds(newsroom, watcher, 2)
    assert len(await _lost(newsroom)) == 1
    await watcher.stop()


async def test_a_list_that_reaches_back_to_the_last_look_has_lost_nothing(make, site):
    site.mapped = False
    newsroom = await _watched(make, site)
    watcher = Watcher(newsroom)
    site.stories = [_missed("Under a new address", minutes=-30), _missed("This one too", minutes=-10)]
    await _rounds(newsroom, watcher, 2)
    assert await _lost(newsroom) == []
    await watcher.stop()


async def test_a_list_that_is_begun_anew_at_midnight_has_lost_nothing(make, site):
    site.mapped = False
    site.stories = [_missed(f"Of today {n}", minutes=60 + n) for n in range(3)]
    newsroom = await _watched(make, site)
    watcher = Watcher(newsroom)
    await _rounds(newsroom, watcher, 2)
    site.stories = [_missed("The first of the day", minutes=123)]
    await _rounds(newsroom, watcher, 3)
    assert "The first of the day" in await _known(newsroom)
    assert await _lost(newsroom) == []
    await watcher.stop()


@pytest.mark.parametrize("reaches_back", [True, False])
async def test_older_pages_of_a_feed_are_followed_until_they_reach_what_was_known(make, site, reaches_back):
    site.mapped = False
    newsroom = await _watched(make, site)
    watcher = Watcher(newsroom)
    site.stories = [_missed("The newest", minutes=119)]
    site.pages = [[_missed("Too fast for the feed", minutes=118)], [_missed("And this one", minutes=117)]]
    if reaches_back:
        site.pages += [[_missed("Before the last look", minutes=-20)], [_missed("Never asked for", minutes=-30)]]
    else:
        site.page_status = {4: 503}
    await _rounds(newsroom, watcher, 2)
    assert {"Too fast for the feed", "And this one"} <= (await _known(newsroom)).keys()
    assert len(await _lost(newsroom)) == (0 if reaches_back else 1)
    assert site.asked.count(5) == 0, "further than the last look nobody need go"
    await watcher.stop()


async def _asked(site, path: str, times: int) -> None:
    async with asyncio.timeout(10):
        while site.requests.count(path) < times:  # noqa: ASYNC110 - the other side is a counter of the test
            await asyncio.sleep(0.01)


async def test_a_site_that_is_slow_to_say_what_rolled_out_is_looked_at_meanwhile_and_asked_once(make, site):
    newsroom = await _watched(make, site)
    watcher = Watcher(newsroom)
    site.gate.clear()
    site.stories = [_missed("The newest", minutes=119)]
    site.off_feed += [_missed("Too fast for the feed", minutes=118)]
    watcher.tick()
    await _asked(site, "/news-map.xml", 1)
    newsroom.clock.move(timedelta(minutes=2))
    looks = site.requests.count("/rss.xml")
    site.stories.insert(0, _missed("Newer still", minutes=121))
    await inventory.tick(newsroom)
    watcher.tick()
    await _asked(site, "/rss.xml", looks + 1)
    assert site.requests.count("/news-map.xml") == 1
    site.gate.set()
    await watcher.idle()
    assert {"Newer still", "Too fast for the feed"} <= (await _known(newsroom)).keys()
    assert not await _mark(newsroom)
    await watcher.stop()


async def test_a_process_that_ends_while_it_searches_leaves_the_search_to_the_next(make, site):
    newsroom = await _watched(make, site)
    watcher = Watcher(newsroom)
    site.gate.clear()
    site.stories = [_missed("The newest", minutes=119)]
    site.off_feed += [_missed("Too fast for the feed", minutes=118)]
    watcher.tick()
    await _asked(site, "/news-map.xml", 1)
    await watcher.stop()
    assert await _mark(newsroom)
    site.gate.set()
    newsroom.clock.move(timedelta(minutes=1))
    await inventory.tick(newsroom)
    assert "Too fast for the feed" in await _known(newsroom)


async def test_a_source_whose_stock_cannot_be_taken_hinders_nothing_else(make, site, monkeypatch):
    site.mapped = False
    newsroom = await _watched(make, site)
    watcher = Watcher(newsroom)
    site.stories = [_missed("The newest", minutes=119)]
    await _rounds(newsroom, watcher, 1)
    assert await _lost(newsroom)

    async def breaks(*_):
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(inventory, "_taken", breaks)
    site.stories = [_missed("The next", minutes=122)]
    newsroom.clock.move(25 * HOUR)
    watcher.tick()
    await watcher.idle()
    assert "The next" in await _known(newsroom)
    newsroom.clock.move(2 * HOUR)
    with pytest.raises(RuntimeError):
        await inventory.tick(newsroom)
    assert await _lost(newsroom) == [], "what was told a day ago is over"
    await watcher.stop()
