"""A source that falls silent is told once and forgotten when it is back; weeks of a newsroom pass by the clock."""

from datetime import timedelta

from support.desk import CHANNELS, NOON

from db import alerts, articles
from db import sources as source_rows
from db.articles import Fate
from desk.watching import silence
from newswire.article import Article
from newswire.source import Memory

SOURCE = f"""
[[source]]
name = "site-en"
feeds = ["https://news.example/rss", "https://news.example/more/rss"]
{CHANNELS}"""
START = NOON - timedelta(weeks=4)
HOURS = range(6, 20)


def _every_half_hour(start, end):
    """Articles at :10 and :40 of every hour from 6 to 20."""
    at = start.replace(minute=10)
    while at < end:
        if at.hour in HOURS:
            yield at
        at += timedelta(minutes=30)


async def _came(newsroom, times, *, name: str = "site-en", fate: Fate = Fate.ROUTED):
    async with newsroom.store.write() as connection:
        for at in times:
            url = f"https://news.example/{name}/{at:%d%H%M}"
            article = Article(url=url, title="Talks", source=name, published_at=at)
            await articles.add(connection, article, [f"url:{url}"], fate=fate, reason="", now=at)


async def _looked(newsroom, *, first: bool = False, name: str = "site-en"):
    now = newsroom.clock.now()
    async with newsroom.store.write() as connection:
        await source_rows.succeeded(
            connection, name, "https://news.example/rss", Memory(), now=now, next_at=now, first=first
        )


async def _goes_by(newsroom, hours: float):
    """Time passes, with a look and a tick every ten minutes."""
    for _ in range(round(hours * 6)):
        newsroom.clock.move(timedelta(minutes=10))
        await _looked(newsroom)
        await silence.tick(newsroom)


async def _open(newsroom):
    async with newsroom.store.read() as connection:
        return [(a.place, a.text, a.count) for a in await alerts.open_ones(connection) if a.cause == "quiet"]


async def _four_weeks_old(make):
    newsroom = await make(SOURCE, at=START)
    await _looked(newsroom, first=True)
    await _came(newsroom, _every_half_hour(START, NOON))
    newsroom.clock.move(NOON - START)
    await _looked(newsroom)
    await silence.tick(newsroom)
    return newsroom


async def test_a_source_that_falls_silent_is_told_once_and_over_when_it_is_back(make):
    newsroom = await _four_weeks_old(make)
    assert await _open(newsroom) == []
    await _goes_by(newsroom, 1)
    assert await _open(newsroom) == [], "one missed article is no alarm"
    await _goes_by(newsroom, 7)
    [(place, text, count)] = await _open(newsroom)
    assert (place, count) == ("source site-en", 1)
    assert "nothing new since 11:40" in text
    await _came(newsroom, [newsroom.clock.now()])
    await silence.tick(newsroom)
    assert await _open(newsroom) == []


async def test_nights_raise_no_alarm(make):
    newsroom = await _four_weeks_old(make)
    await _came(newsroom, _every_half_hour(NOON, NOON + timedelta(hours=8)))
    await _goes_by(newsroom, 18.5)
    assert await _open(newsroom) == []


async def test_a_young_source_is_left_alone(make):
    newsroom = await make(SOURCE, at=NOON - timedelta(days=9))
    await _looked(newsroom, first=True)
    await _came(newsroom, _every_half_hour(newsroom.clock.now(), NOON))
    newsroom.clock.move(timedelta(days=9))
    await _goes_by(newsroom, 24)
    assert await _open(newsroom) == []


async def test_a_source_that_does_not_answer_is_told_elsewhere(make):
    newsroom = await _four_weeks_old(make)
    newsroom.clock.move(timedelta(hours=30))
    await silence.tick(newsroom)
    assert await _open(newsroom) == []


async def test_a_second_feed_of_the_source_that_goes_on_is_no_silence(make):
    newsroom = await _four_weeks_old(make)
    await _looked(newsroom, first=True, name="site-en#2")
    await _came(newsroom, _every_half_hour(NOON, NOON + timedelta(hours=8)), name="site-en#2")
    await _goes_by(newsroom, 7.5)
    assert await _open(newsroom) == []


async def test_an_alarm_outlives_a_restart_and_ends_after_it(make):
    newsroom = await _four_weeks_old(make)
    await _goes_by(newsroom, 8)
    again = await make(SOURCE, at=newsroom.clock.now())
    await silence.tick(again)
    assert [count for _, _, count in await _open(again)] == [1], "told once"
    await _came(again, [again.clock.now()])
    await silence.tick(again)
    assert await _open(again) == []


async def test_a_source_that_was_taken_out_of_the_file_is_not_silent(make):
    newsroom = await _four_weeks_old(make)
    await _goes_by(newsroom, 8)
    again = await make(CHANNELS, at=newsroom.clock.now())
    await silence.tick(again)
    assert await _open(again) == []


async def test_what_was_there_at_the_first_look_counts_by_its_own_date_only(make):
    newsroom = await make(SOURCE, at=NOON - timedelta(days=1))
    await _looked(newsroom, first=True)
    async with newsroom.store.write() as connection:
        for n in range(40):
            one = Article(url=f"https://news.example/{n}", title="Talks", source="site-en")
            await articles.add(connection, one, [f"url:{n}"], fate=Fate.BASELINE, reason="", now=newsroom.clock.now())
    newsroom.clock.move(timedelta(days=15))
    await _goes_by(newsroom, 1)
    assert await _open(newsroom) == []
