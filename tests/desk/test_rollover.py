"""A list that tells no dates, or has an old item pinned on top, is seen to roll over; no other list is taken for one."""

from datetime import timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from xml.sax.saxutils import escape

import pytest
from aiohttp import web
from support.desk import CHANNELS, NOON
from support.wire import serving

from db import alerts, articles
from scheduler.watcher import Watcher

HOUR = timedelta(hours=1)


def items(*names, at=None):
    """Items of a list by their names; dated `at`, a minute apart, the first the newest."""
    return [(name, at - n * timedelta(minutes=1) if at else None) for n, name in enumerate(names)]


def some(first, last):
    return [f"story-{n}" for n in range(first, last, -1 if last < first else 1)]


class Lists:
    """A site that lists `shown` in a feed and on a section page, and no sitemap."""

    def __init__(self) -> None:
        self.shown, self.polls = [], 0

    async def answer(self, request):
        if request.path == "/robots.txt":
            return web.Response(text="")
        self.polls += request.path in ("/section", "/rss.xml")
        if request.path == "/section":
            links = "".join(f'<li><a class="story" href="/{n}">{_title(n)}</a></li>' for n, _ in self.shown)
            return web.Response(text=f"<title>S</title><ul>{links}</ul>", content_type="text/html")
        if request.path == "/rss.xml":
            rows = "".join(
                f"<item><title>{_title(n)}</title><link>http://{request.host}/{n}</link>"
                + (f"<pubDate>{format_datetime(at)}</pubDate>" if at else "")
                + "</item>"
                for n, at in self.shown
            )
            return web.Response(
                text=f"<rss><channel><title>S</title>{rows}</channel></rss>", content_type="application/rss+xml"
            )
        name = request.path.strip("/")
        return web.Response(
            text=f"<title>{_title(name)}</title><article><h1>{_title(name)}</h1><p>What is said of {name}.</p></article>",
            content_type="text/html",
        )


def _title(name):
    return escape(f"What happened with the {name.replace('-', ' number ')} today")


FEED_ONLY = pytest.mark.parametrize("desk", ["/rss.xml"], indirect=True)


@pytest.fixture(params=["/rss.xml", "/section"])
async def desk(request, make):
    """`await desk.look(items, after=…)`: what is told to be lost after a look that long after the one before."""
    site = Lists()
    async with serving(site.answer) as address:
        page = 'kind = "page"\nselectors = { link = "a.story" }\n' if request.param == "/section" else ""
        newsroom = await make(f'[[source]]\nname = "site"\n{page}feeds = ["{address}{request.param}"]\n{CHANNELS}')
        watcher = Watcher(newsroom)

        async def look(shown, *, after=HOUR):
            newsroom.clock.move(after)
            site.shown = shown
            watcher.tick()
            await watcher.idle()
            async with newsroom.store.read() as connection:
                return [a.text for a in await alerts.open_ones(connection) if a.cause == "rolled"]

        yield SimpleNamespace(look=look, newsroom=newsroom, site=site)
        await watcher.stop()


async def test_a_list_without_dates_in_which_nothing_was_known_has_rolled_over(desk):
    assert not await desk.look(items(*some(8, 0)))
    [text] = await desk.look(items(*some(30, 22)))
    assert text.startswith(
        "site: between 13:00 and 14:00 articles may have been published that its list of 8 no longer"
    )
    assert await desk.look(items(*some(31, 23))) == [text], "told once"


@pytest.mark.parametrize("place", [0, 1, 4])
async def test_a_pinned_item_or_one_that_came_up_again_hides_nothing(desk, place):
    await desk.look(items("pinned", *some(7, 0)))
    now = some(30, 23)
    assert len(await desk.look(items(*now[:place], "pinned", *now[place:]))) == 1


@FEED_ONLY  # a page of links has no dates
async def test_an_old_item_on_top_of_a_list_with_dates_hides_nothing(desk):
    pinned = items("pinned", at=NOON - 90 * 24 * HOUR)
    await desk.look([*pinned, *items(*some(7, 0), at=NOON)])
    [text] = await desk.look([*pinned, *items(*some(30, 23), at=NOON + 2 * HOUR)])
    assert "between 13:00 and 13:54 articles" in text


FORMER = some(8, 0)
SILENT = {
    "one is new": ["new", *FORMER[:7]],
    "nearly all are new": [*some(30, 23), FORMER[0]],
    "it grew downwards": ["new", *FORMER, *some(200, 230)],
    "one was deleted, and an older one came up from below": [*FORMER[:3], *FORMER[4:], "older"],
    "it shrank": ["new", "newer"],
    "it shrank to what was known": FORMER[:2],
    "it is another way round": [*FORMER[::-1][1:], "new"],
    "the same in another order": FORMER[::-1],
}


@pytest.mark.parametrize("now", SILENT.values(), ids=SILENT)
async def test_what_is_no_rollover_is_not_told(desk, now):
    await desk.look(items(*FORMER))
    assert await desk.look(items(*now)) == []


async def test_a_list_that_shrinks_and_grows_back_has_lost_nothing(desk):
    await desk.look(items(*FORMER))
    await desk.look(items(*FORMER[:3]))
    assert await desk.look(items("new", *FORMER[:7])) == []


async def test_a_list_that_was_short_before_has_lost_nothing(desk):
    await desk.look(items("first"))
    assert await desk.look(items(*FORMER)) == []


async def test_another_list_for_a_moment_alarms_nobody_and_nor_does_the_way_back(desk):
    await desk.look(items(*FORMER))
    assert await desk.look(items(*some(200, 192)), after=timedelta(minutes=1)) == []
    assert await desk.look(items(*FORMER), after=timedelta(minutes=1)) == []


async def test_a_list_that_rolls_over_at_each_look_has_stock_taken_now_and_then(desk):
    await desk.look(items(*FORMER))
    desk.site.polls = 0
    for n in range(2, 12):
        await desk.look(items(*some(n * 10, n * 10 - 8)), after=timedelta(minutes=1))
    assert desk.site.polls == 10 + 1
    async with desk.newsroom.store.read() as connection:
        assert len(await articles.recent(connection, limit=200)) == 8 * 11, "nothing that it shows is missed"


@FEED_ONLY  # a page without links is refused
async def test_a_list_that_was_empty_has_lost_nothing(desk):
    await desk.look([])
    assert await desk.look(items("first", at=NOON + 90 * timedelta(minutes=1))) == []
