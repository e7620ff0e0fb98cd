"""Changes and withdrawals that no list shows: the pages of posted articles on their falling schedule."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiohttp import web
from support.desk import CHANNELS, NOON
from support.wire import serving
from support.wordpress import free_port

from db import alerts, articles, audit, cards, checks, posts, revisions
from desk.deciding import why
from desk.watching import changes, listing
from desk.writing import revising
from newswire.article import Article
from newswire.clock import SetClock
from newswire.difference import Weight
from newswire.post import PostState
from newswire.source import Memory, Sight, Source

MINUTE = timedelta(minutes=1)
REVIEWED = CHANNELS.replace("approve = { default = 0 }", "approve = { default = 1 }")


@dataclass
class Site:
    """Pages by path: their text, or the status they answer with. `front` is the status of the front page."""

    address: str = ""
    titles: dict[str, str] = field(default_factory=dict)
    text: str = "The bridge was built in 1904 and closed in May."
    statuses: dict[str, int] = field(default_factory=dict)
    front: int = 200
    asked: list[str] = field(default_factory=list)
    unchanged: int = 0
    robots: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        if request.path == "/robots.txt":
            return web.Response(text=self.robots)
        if request.path == "/":
            return web.Response(text="<h1>Front</h1>", content_type="text/html", status=self.front)
        self.asked.append(request.path)
        status = self.statuses.get(request.path, 200 if request.path in self.titles else 404)
        if status != 200:
            return web.Response(status=status)
        tag = f'"{hash((self.titles[request.path], self.text))}"'
        if request.headers.get("If-None-Match") == tag:
            self.unchanged += 1
            return web.Response(status=304, headers={"ETag": tag})
        return web.Response(
            text=f"<html><body><article><h1>{self.titles[request.path]}</h1><p>{self.text}</p></article></body></html>",
            content_type="text/html",
            headers={"ETag": tag},
        )

    def source(self) -> Source:
        return Source(name="site", url=f"{self.address}/rss.xml")


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    async with serving(made.answer) as address:
        made.address = address
        yield made


async def brought(newsroom, site, path="/1", title="Bridge reopens") -> int:
    """A new article, as a feed with titles alone brings it; its number."""
    site.titles[path] = title
    listed = Article(url=f"{site.address}{path}", title=title, edition="en", published_at=newsroom.clock.now())
    assert await listing.take(newsroom, site.source(), Sight(memory=Memory(), articles=(listed,))) == (1, False)
    async with newsroom.store.read() as connection:
        return (await articles.recent(connection, limit=1))[0].article.id


async def published(newsroom, number: int) -> None:
    """Its posts are out."""
    async with newsroom.store.write() as connection:
        for post in await posts.of_article(connection, number):
            for state in (PostState.PUBLISHING, PostState.PUBLISHED):
                await posts.move(connection, post.id, state, by="test", now=newsroom.clock.now())


async def passes(newsroom, time: timedelta, *, every: timedelta = MINUTE) -> None:
    """Time goes by, and the clock ticks."""
    end = newsroom.clock.now() + time
    while newsroom.clock.now() < end:
        newsroom.clock.move(min(every, end - newsroom.clock.now()))
        await changes.tick(newsroom)


async def stored(newsroom, number: int):
    async with newsroom.store.read() as connection:
        return await articles.get(connection, number)


async def states(newsroom, number: int) -> set[PostState]:
    async with newsroom.store.read() as connection:
        return {post.state for post in await posts.of_article(connection, number)}


async def opened(newsroom, cause: str):
    async with newsroom.store.read() as connection:
        return [alert for alert in await alerts.open_ones(connection) if alert.cause == cause]


# -- the schedule


async def test_a_page_is_looked_at_six_times_in_three_days_and_costs_a_304_each(newsroom, site):
    await brought(newsroom, site)
    site.asked.clear()
    times = []
    start = newsroom.clock.now()
    for _ in range(4 * 24 * 6):
        before = len(site.asked)
        await passes(newsroom, 10 * MINUTE, every=10 * MINUTE)
        if len(site.asked) > before:
            times.append((newsroom.clock.now() - start) // MINUTE)
    assert times == [10, 30, 120, 360, 1440, 4320]
    assert site.unchanged == 5


async def test_the_schedule_goes_on_after_a_restart_and_what_was_slept_through_counts_once(make, site):
    newsroom = await make()
    await brought(newsroom, site)
    again = await make(at=NOON + timedelta(hours=3))
    site.asked.clear()
    await changes.tick(again)
    await passes(again, timedelta(hours=2), every=30 * MINUTE)
    assert site.asked == ["/1"], "the next one is six hours after it came"
    await passes(again, timedelta(hours=2), every=30 * MINUTE)
    assert site.asked == ["/1", "/1"]


async def test_what_was_only_there_at_the_first_look_is_not_looked_at(newsroom, site):
    site.titles["/1"] = "Old"
    async with newsroom.store.write() as connection:
        old = articles.New(
            article=Article(url=f"{site.address}/1", title="Old"), keys=("url:1",), fate="baseline", reason=""
        )
        await articles.add_all(connection, [old], now=NOON)
    await passes(newsroom, timedelta(hours=1), every=5 * MINUTE)
    assert site.asked == []


async def test_what_robots_forbids_is_not_looked_at(newsroom, site):
    site.robots = "User-agent: *\nDisallow: /1\n"
    site.titles["/1"] = "Closed to us"
    listed = Article(url=f"{site.address}/1", title="Closed to us", edition="en", published_at=NOON)
    await listing.take(newsroom, site.source(), Sight(memory=Memory(), articles=(listed,)))
    site.asked.clear()
    await passes(newsroom, timedelta(days=1), every=30 * MINUTE)
    assert site.asked == []
    assert (await stored(newsroom, 1)).gone_at is None


# -- withdrawals


async def test_a_page_taken_away_is_seen_twice_then_what_waits_is_called_off(make, site):
    newsroom = await make(REVIEWED)
    number = await brought(newsroom, site)
    site.statuses["/1"] = 404
    await passes(newsroom, 10 * MINUTE)
    assert (await stored(newsroom, number)).gone_at is None, "once is not enough"
    assert await states(newsroom, number) == {PostState.IN_REVIEW}
    await passes(newsroom, 2 * MINUTE)
    assert (await stored(newsroom, number)).gone_at is not None
    assert await states(newsroom, number) == {PostState.CANCELLED}
    assert await opened(newsroom, "gone") == []
    site.asked.clear()
    await passes(newsroom, timedelta(hours=3), every=5 * MINUTE)
    assert site.asked == [], "what is gone is looked at no more"


async def test_editors_hear_once_what_is_out_and_where(newsroom, site):
    number = await brought(newsroom, site)
    await published(newsroom, number)
    site.statuses["/1"] = 410
    await passes(newsroom, 15 * MINUTE)
    await listing.take(newsroom, site.source(), Sight(memory=Memory(), gone=(f"{site.address}/1",)))
    [alert] = await opened(newsroom, "gone")
    assert alert.count == 1
    assert alert.text == (
        f"The site has taken #{number} away: Bridge reopens\n"
        f"It is still out in tg-en, x-en. /retract #{number} takes it back; otherwise it stays."
    )
    assert await states(newsroom, number) == {PostState.PUBLISHED}


async def test_without_editors_the_command_that_takes_it_back_is_named(make, site):
    newsroom = await make(CHANNELS[CHANNELS.index("[[channel]]") :])
    number = await brought(newsroom, site)
    await published(newsroom, number)
    site.statuses["/1"] = 410
    await passes(newsroom, 15 * MINUTE)
    [alert] = await opened(newsroom, "gone")
    assert f"newswire post retract {number} takes it back" in alert.text


@pytest.mark.parametrize("status", [403, 429, 500, 503])
async def test_a_site_in_trouble_retracts_nothing(newsroom, site, status):
    number = await brought(newsroom, site)
    site.statuses["/1"] = status
    await passes(newsroom, timedelta(days=5), every=20 * MINUTE)
    assert (await stored(newsroom, number)).gone_at is None
    assert len(site.asked) < 16


async def test_a_site_whose_front_page_does_not_answer_retracts_nothing(newsroom, site):
    number = await brought(newsroom, site)
    site.statuses["/1"], site.front = 404, 503
    await passes(newsroom, timedelta(hours=1))
    assert (await stored(newsroom, number)).gone_at is None
    site.front = 200
    await passes(newsroom, 11 * MINUTE)
    assert (await stored(newsroom, number)).gone_at is not None


async def test_a_site_that_answers_404_for_all_its_articles_retracts_nothing(newsroom, site):
    numbers = [await brought(newsroom, site, f"/{n}", f"Story {n}") for n in range(1, 4)]
    for n in range(1, 4):
        site.statuses[f"/{n}"] = 404
    await passes(newsroom, timedelta(hours=1))
    assert [(await stored(newsroom, number)).gone_at for number in numbers] == [None, None, None]
    del site.statuses["/2"], site.statuses["/3"]
    await passes(newsroom, timedelta(hours=1))
    assert [(await stored(newsroom, number)).gone_at is None for number in numbers] == [False, True, True]


async def test_a_page_that_is_back_within_the_minute_was_never_gone(newsroom, site):
    number = await brought(newsroom, site)
    site.statuses["/1"] = 404
    await passes(newsroom, 10 * MINUTE)
    site.statuses.clear()
    await passes(newsroom, 5 * MINUTE)
    site.statuses["/1"] = 404
    await passes(newsroom, 15 * MINUTE)
    assert (await stored(newsroom, number)).gone_at is None, "that is a first time again"


async def test_an_article_that_is_listed_and_there_again_is_back(newsroom, site):
    number = await brought(newsroom, site)
    await published(newsroom, number)
    await listing.take(newsroom, site.source(), Sight(memory=Memory(), gone=(f"{site.address}/1",)))
    assert len(await opened(newsroom, "gone")) == 1
    listed = Article(url=f"{site.address}/1", title="Bridge reopens", edition="en", published_at=NOON)
    site.statuses["/1"] = 404
    await listing.take(newsroom, site.source(), Sight(memory=Memory(), articles=(listed,)))
    assert (await stored(newsroom, number)).gone_at is not None, "the list was an old copy"
    site.statuses.clear()
    assert await listing.take(newsroom, site.source(), Sight(memory=Memory(), articles=(listed,))) == (0, False)
    assert (await stored(newsroom, number)).gone_at is None
    assert await opened(newsroom, "gone") == []


# -- changes


async def test_a_correction_in_the_text_that_no_feed_shows_is_found_on_the_page(newsroom, site):
    number = await brought(newsroom, site)
    await published(newsroom, number)
    async with newsroom.store.write() as connection:
        await cards.clean(connection, number)
    site.text = site.text.replace("1904", "1914")
    await passes(newsroom, 10 * MINUTE)
    now = await stored(newsroom, number)
    assert now.article.revision == 2
    assert "1914" in now.article.body
    async with newsroom.store.read() as connection:
        change = await revisions.last_change(connection, number)
        entries = [entry for entry in await audit.of_article(connection, number) if entry.act == "changed"]
        assert [card.article_id for card in await cards.to_draw(connection, 9)] == [number]
    assert change.weight is Weight.CORRECTION
    assert [entry.by for entry in entries] == ["newswire"]
    assert "text corrected: was built in 1904" in entries[0].detail
    assert await states(newsroom, number) == {PostState.PUBLISHED}, "what is out is not touched here"
    told = "\n".join(why.lines(await why.story(newsroom, number), newsroom))
    assert "article changed by newswire: " in told


async def test_a_page_that_stays_as_it_was_is_no_change(newsroom, site):
    number = await brought(newsroom, site)
    await passes(newsroom, timedelta(days=4), every=20 * MINUTE)
    assert (await stored(newsroom, number)).article.revision == 1


async def test_a_page_that_shows_something_else_for_a_while_changes_nothing(newsroom, site):
    number = await brought(newsroom, site)
    kept, site.text = site.text, "Please prove that you are no robot; then we let you in."
    site.titles["/1"] = "One moment"
    await passes(newsroom, 10 * MINUTE)
    assert (await stored(newsroom, number)).article.revision == 1
    site.titles["/1"], site.text = "Bridge reopens", kept
    await passes(newsroom, 20 * MINUTE)
    assert (await stored(newsroom, number)).article.revision == 1


async def test_where_nobody_is_at_home_one_knock_is_enough(newsroom, site):
    numbers = [await brought(newsroom, site, f"/{n}", f"Story {n}") for n in range(5)]
    dead = f"http://127.0.0.1:{free_port()}"
    async with newsroom.store.write() as connection:
        for number in numbers:
            await articles.move(connection, number, f"{dead}/{number}")
    newsroom.clock.move(10 * MINUTE)
    await changes.tick(newsroom)
    async with newsroom.store.read() as connection:
        assert await checks.due(connection, newsroom.clock.now(), limit=9) == []
        later = await checks.due(connection, newsroom.clock.now() + 10 * MINUTE, limit=9)
    assert [check.misses for check in later] == [1] * 5


async def test_other_typography_rewrites_nothing_and_asks_nobody(make, site):
    newsroom = await make(REVIEWED)
    number = await brought(newsroom, site, title='The "old" bridge - again')
    async with newsroom.store.write() as connection:
        before = await posts.of_article(connection, number)
        for post in before:
            await posts.move(connection, post.id, PostState.SCHEDULED, by="Leyla", now=NOON, why="approved")
        await cards.clean(connection, number)
    listed = Article(url=f"{site.address}/1", title="The “old” bridge — again", edition="en", published_at=NOON)
    await listing.take(newsroom, site.source(), Sight(memory=Memory(), articles=(listed,)))
    now = await stored(newsroom, number)
    assert (now.article.title, now.article.revision) == ("The “old” bridge — again", 1)
    async with newsroom.store.read() as connection:
        after = await posts.of_article(connection, number)
        assert await cards.to_draw(connection, 9) == []
    assert [post.message for post in after] == [post.message for post in before]
    assert {post.state for post in after} == {PostState.SCHEDULED}


async def test_other_words_are_written_anew_and_asked_about_again(make, site):
    newsroom = await make(REVIEWED)
    number = await brought(newsroom, site)
    async with newsroom.store.write() as connection:
        for post in await posts.of_article(connection, number):
            await posts.move(connection, post.id, PostState.SCHEDULED, by="Leyla", now=NOON, why="approved")
    listed = Article(url=f"{site.address}/1", title="Bridge stays closed", edition="en", published_at=NOON)
    await listing.take(newsroom, site.source(), Sight(memory=Memory(), articles=(listed,)))
    async with newsroom.store.read() as connection:
        after = await posts.of_article(connection, number)
    assert all("Bridge stays closed" in post.message.text.text for post in after)
    assert {(post.state, post.revision) for post in after} == {(PostState.IN_REVIEW, 2)}


async def test_two_who_find_the_same_change_make_one_revision(newsroom, site):
    number = await brought(newsroom, site)
    old = (await stored(newsroom, number)).article
    other = Article.from_json({**old.to_json(), "title": "Bridge closes"}, id=old.id, revision=old.revision)
    await revising.changed(newsroom, old, other, by="one")
    await revising.changed(newsroom, old, other, by="the other")
    assert (await stored(newsroom, number)).article.revision == 2


async def test_a_check_is_one_row_that_goes_with_the_schedule(newsroom, site):
    assert isinstance(newsroom.clock, SetClock)
    await brought(newsroom, site)
    async with newsroom.store.read() as connection:
        [check] = await checks.due(connection, NOON + timedelta(days=1), limit=9)
    assert (check.step, check.at) == (0, NOON + 10 * MINUTE)
    assert check.listed.title == "Bridge reopens"
    assert check.listed.body == ""
    await passes(newsroom, timedelta(days=4), every=30 * MINUTE)
    async with newsroom.store.read() as connection:
        assert await checks.due(connection, NOON + timedelta(days=90), limit=9) == []
