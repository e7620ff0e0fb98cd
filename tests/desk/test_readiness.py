"""First posts wait for the page and its picture, not for long, and not for a site that is never ready."""

from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from time import perf_counter

import pytest
from aiohttp import web
from support.desk import CHANNELS, NOON

from db import alerts, audit, posts
from desk.carrying import deliver
from desk.deciding import why
from desk.watching import intake, watch
from desk.writing import readiness
from newswire.article import Article, Image
from newswire.post import PostState, Priority
from newswire.source import Source

_TEXT = "The talks on water have begun in the old town hall, and both sides hope for an end before the week is out."
PNG = b"\x89PNG\r\n\x1a\n" + bytes(2000)


@dataclass
class Pages:
    """A server whose pages are as a test wants them."""

    address: str = ""
    status: int = 200
    canonical: str = ""
    picture: bytes = PNG
    agents: list[str] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)

    async def give(self, request: web.Request) -> web.Response:
        if request.path == "/rss.xml":
            date = f"<pubDate>{format_datetime(NOON)}</pubDate>"
            items = "".join(
                f"<item><title>Talks</title><link>{self.address}{p}</link>{date}</item>" for p in self.listed
            )
            return web.Response(text=f'<rss version="2.0"><channel>{items}</channel></rss>', content_type="text/xml")
        if request.path.endswith(".png"):
            return web.Response(body=self.picture, status=200 if self.picture else 404, content_type="image/png")
        self.agents.append(request.headers["User-Agent"])
        link = f'<link rel="canonical" href="{self.canonical or self.address + request.path}">'
        page = f"<html><head><title>Talks</title>{link}</head><body><article><h1>Talks begin</h1><p>{_TEXT}</p></article></body></html>"
        return web.Response(text=page, status=self.status, content_type="text/html")

    def article(self, path: str = "/1", **more) -> Article:
        images = (Image(url=f"{self.address}/1.png"),)
        given = {"title": "Talks begin", "edition": "en", "source": "site-en", "published_at": NOON, "images": images}
        return Article(url=f"{self.address}{path}", **given | more)


@pytest.fixture
async def pages():
    made = Pages()
    app = web.Application()
    app.router.add_get("/{path:.*}", made.give)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


async def _stored(newsroom, article: Article, *, priority: int = Priority.TIMED) -> Article:
    """Take it in as a source's article whose own page was not read."""
    trouble = await readiness.look(newsroom, article, page_read=False, priority=priority)
    stored = (await intake.take_in(newsroom, article, by="test", priority=priority)).article
    async with newsroom.store.write() as connection:
        await readiness.gate(newsroom, connection, stored, trouble)
    return stored


async def _due(newsroom, article: Article):
    async with newsroom.store.read() as connection:
        return {post.channel: post.due_at - NOON for post in await posts.of_article(connection, article.id)}


async def _told(newsroom, article: Article):
    async with newsroom.store.read() as connection:
        return [(e.act, e.detail) for e in await audit.of_article(connection, article.id) if "ready" in e.act]


async def _wait(newsroom, seconds: float):
    newsroom.clock.move(timedelta(seconds=seconds))
    await readiness.tick(newsroom)


async def test_a_page_that_is_there_lets_the_posts_go_at_once(newsroom, pages):
    stored = await _stored(newsroom, pages.article())
    assert await _due(newsroom, stored) == {"tg-en": timedelta(), "x-en": timedelta()}
    assert await _told(newsroom, stored) == []
    assert pages.agents == ["TelegramBot (like TwitterBot)"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"status": 404}, "404"),
        ({"status": 503}, "503"),
        ({"canonical": "/soon"}, "calls itself"),
        ({"picture": b""}, "404"),
        ({"picture": b"<html>soon</html>"}, "is not a picture we know"),
    ],
)
async def test_what_is_not_ready_waits_and_goes_as_soon_as_it_is(newsroom, pages, wrong, said):
    vars(pages).update(wrong)
    stored = await _stored(newsroom, pages.article())
    assert await _due(newsroom, stored) == {"tg-en": timedelta(minutes=5), "x-en": timedelta(minutes=5)}
    assert (await deliver.claim(newsroom, 10)).claims == []
    [(act, detail)] = await _told(newsroom, stored)
    assert act == "not_ready"
    assert said in detail
    assert detail.endswith("its posts wait up to 5 min")
    await _wait(newsroom, 20)
    assert await _due(newsroom, stored) == {"tg-en": timedelta(minutes=5), "x-en": timedelta(minutes=5)}
    vars(pages).update(status=200, canonical="", picture=PNG)
    await _wait(newsroom, 20)
    assert await _due(newsroom, stored) == {"tg-en": timedelta(seconds=40), "x-en": timedelta(seconds=40)}
    assert (await _told(newsroom, stored))[-1] == ("ready", "after 40 s")
    assert {c.post.channel for c in (await deliver.claim(newsroom, 10)).claims} == {"tg-en", "x-en"}


async def test_what_is_never_ready_goes_out_after_the_limit_with_a_note(newsroom, pages):
    pages.status = 404
    stored = await _stored(newsroom, pages.article())
    for _ in range(15):
        await _wait(newsroom, 20)
    assert len((await deliver.claim(newsroom, 10)).claims) == 2
    assert (await _told(newsroom, stored))[-1][1].endswith("its posts go out all the same")
    lines = why.lines(await why.story(newsroom, stored.id), newsroom)
    assert [line for line in lines if "not ready by newswire" in line]


async def test_the_posts_go_after_the_limit_even_if_nobody_looks_any_more(newsroom, pages):
    pages.status = 404
    await _stored(newsroom, pages.article())
    newsroom.clock.move(timedelta(minutes=5))
    assert len((await deliver.claim(newsroom, 10)).claims) == 2


async def test_the_limit_is_a_setting_and_none_means_that_nobody_looks(make, pages):
    pages.status = 404
    newsroom = await make(f'[site]\nready_within = "0s"\n{CHANNELS}')
    stored = await _stored(newsroom, pages.article())
    assert await _due(newsroom, stored) == {"tg-en": timedelta(), "x-en": timedelta()}
    assert pages.agents == []


async def test_what_an_editor_sends_does_not_wait(newsroom, pages):
    pages.status = 404
    stored = await _stored(newsroom, pages.article(), priority=Priority.EDITOR)
    assert await _due(newsroom, stored) == {"tg-en": timedelta(), "x-en": timedelta()}


async def test_a_time_that_an_editor_gave_meanwhile_stays(newsroom, pages):
    pages.status = 404
    stored = await _stored(newsroom, pages.article())
    at = NOON + timedelta(hours=3)
    async with newsroom.store.write() as connection:
        post = (await posts.of_article(connection, stored.id))[0]
        await posts.reschedule(connection, post.id, at, priority=Priority.TIMED, by="Leyla", now=NOON)
    pages.status = 200
    await _wait(newsroom, 20)
    assert await _due(newsroom, stored) == {"tg-en": timedelta(hours=3), "x-en": timedelta(seconds=20)}


async def test_a_post_in_review_waits_too_when_it_is_approved_early(make, pages):
    newsroom = await make(CHANNELS.replace("default = 0", "default = 1"))
    pages.status = 404
    stored = await _stored(newsroom, pages.article())
    async with newsroom.store.read() as connection:
        assert {p.state for p in await posts.of_article(connection, stored.id)} == {PostState.IN_REVIEW}
    assert await _due(newsroom, stored) == {"tg-en": timedelta(minutes=5), "x-en": timedelta(minutes=5)}


async def test_a_slot_later_than_the_limit_is_left_alone(make, pages):
    newsroom = await make(CHANNELS.replace('name = "x-en"', 'name = "x-en"\nslots = ["18:30"]'))
    pages.status = 404
    stored = await _stored(newsroom, pages.article())
    pages.status = 200
    await _wait(newsroom, 20)
    assert await _due(newsroom, stored) == {"tg-en": timedelta(seconds=20), "x-en": timedelta(hours=6.5)}


async def test_a_page_that_was_just_read_is_not_asked_for_again(newsroom, pages):
    assert await readiness.look(newsroom, pages.article(), page_read=True) == ""
    assert pages.agents == []
    pages.picture = b""
    assert "404" in await readiness.look(newsroom, pages.article(), page_read=True)


async def _open(newsroom):
    async with newsroom.store.read() as connection:
        return {a.place: a.text for a in await alerts.open_ones(connection) if a.cause == "previews"}


async def test_nobody_waits_for_a_site_that_is_never_ready_until_it_is(newsroom, pages):
    pages.status = 403
    for n in range(3):
        await _stored(newsroom, pages.article(f"/{n}"))
        assert await _open(newsroom) == {}
        await _wait(newsroom, 300)
    assert "403" in (await _open(newsroom))["source site-en"]
    assert await readiness.look(newsroom, pages.article("/4"), page_read=False) == ""
    pages.status = 200
    assert await readiness.look(newsroom, pages.article("/5"), page_read=False) == ""
    assert await _open(newsroom) == {}
    pages.status = 404
    assert "404" in await readiness.look(newsroom, pages.article("/6"), page_read=False), "and it is waited for again"


async def test_that_nobody_waits_outlives_a_restart(make, pages):
    newsroom = await make()
    async with newsroom.store.write() as connection:
        await alerts.raise_(connection, "source site-en", "previews", "never ready", now=NOON)
    pages.status = 404
    assert await readiness.look(await make(), pages.article(), page_read=False) == ""


async def test_a_look_at_what_is_ready_takes_little_time(newsroom, pages):
    times = []
    for n in range(15):
        started = perf_counter()
        assert await readiness.look(newsroom, pages.article(f"/{n}"), page_read=bool(n % 2)) == ""
        times.append(perf_counter() - started)
    assert sorted(times)[7] < 0.05


async def test_an_article_that_is_in_the_feed_before_its_page_is_there_waits_for_it(newsroom, pages):
    source = Source(name="site-en", url=f"{pages.address}/rss.xml")
    await watch.look(newsroom, source)
    pages.listed, pages.status = ["/early"], 404
    assert (await watch.look(newsroom, source)).new == 1
    assert (await deliver.claim(newsroom, 10)).claims == []
    pages.status = 200
    await _wait(newsroom, 20)
    claims = (await deliver.claim(newsroom, 10)).claims
    assert len(claims) == 2
    for claim in claims:
        await deliver.deliver(newsroom, claim)
    pages.listed = ["/ready", "/early"]
    newsroom.clock.move(timedelta(minutes=1))
    agents = len(pages.agents)
    await watch.look(newsroom, source)
    assert {c.post.article_id for c in (await deliver.claim(newsroom, 10)).claims} == {2}
    assert not any("TelegramBot" in agent for agent in pages.agents[agents:]), "its page was read a moment ago"
