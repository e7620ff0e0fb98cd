"""How often to come: what is asked for, what the articles tell, and what the settings allow."""

from datetime import UTC, datetime, timedelta

import pytest

from newswire.article import Article
from newswire.source import Memory, Source
from sources import feed
from sources._pace import closed_for, gap, kept_for, next_look, said_pause

TUESDAY = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


def source(**more):
    return Source(name="wire", url="https://news.example/rss", **{"poll_seconds": 60, "slowest_seconds": 3600} | more)


def every(minutes, count=10):
    return [
        Article(url=f"https://a.example/{n}", title="t", published_at=TUESDAY - timedelta(minutes=minutes * n))
        for n in range(count)
    ]


def minutes(headers=None, pace=None, usual_gap=0, **more):
    at = next_look(source(**more), headers or {}, pace or {}, usual_gap, TUESDAY)
    return (at - TUESDAY).total_seconds() / 60 if at else None


def test_the_gap_is_what_usually_lies_between_two_articles():
    assert gap(every(10)) == 600
    assert (
        gap(
            [*every(10), Article(url="https://a.example/old", title="t", published_at=datetime(2001, 1, 1, tzinfo=UTC))]
        )
        == 600
    )


@pytest.mark.parametrize("found", [[], every(10, 1), every(10, 2), every(0), [Article(url="https://a", title="t")] * 9])
def test_too_few_dates_tell_nothing(found):
    assert gap(found) == 0


def test_a_lively_source_is_looked_at_as_often_as_the_settings_want():
    assert minutes(usual_gap=600) is None


def test_a_slow_source_is_looked_at_less_often_but_not_never():
    assert minutes(usual_gap=5 * 3600) == 5
    assert minutes(usual_gap=10 * 86400) == 60


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "public, max-age=300"}, 300),
        ({"cache-control": "public, max-age=300", "age": "120"}, 180),
        ({"cache-control": "MAX-AGE = 300", "age": "900"}, 0),
        ({"cache-control": "no-cache, max-age=300"}, 0),
        ({"cache-control": "max-age=soon"}, 0),
        ({"expires": "Tue, 24 Nov 2026 12:40:00 GMT", "date": "Tue, 24 Nov 2026 12:30:00 GMT"}, 600),
        ({"expires": "Tue, 24 Nov 2026 12:40:00 GMT"}, 600),
        ({"expires": "0"}, 0),
        ({"expires": "-1", "date": "x"}, 0),
        ({"expires": "Mon, 01 Jan 1990 00:00:00 GMT"}, 0),
        ({}, 0),
    ],
)
def test_what_caches_may_keep_is_not_asked_for_sooner(headers, seconds):
    assert kept_for(headers, TUESDAY) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("pace", "hours"),
    [
        ({"ttl": "90"}, 1.5),
        ({"ttl": " 60 "}, 1),
        ({"ttl": "soon"}, 0),
        ({"ttl": "9" * 50}, 0),
        ({"sy:updateperiod": "\n\thourly\t", "sy:updatefrequency": "2"}, 0.5),
        ({"sy:updateperiod": "Daily"}, 24),
        ({"sy:updateperiod": "daily", "sy:updatefrequency": "0"}, 24),
        ({"sy:updateperiod": "often"}, 0),
    ],
)
def test_what_a_feed_says_of_its_pace(pace, hours):
    assert said_pause(pace) == timedelta(hours=hours)


def test_what_a_feed_says_counts_only_where_its_articles_do_not_say_otherwise():
    assert minutes(pace={"sy:updateperiod": "hourly"}, usual_gap=600) is None
    assert minutes(pace={"ttl": "30"}, usual_gap=2 * 3600) == 30
    assert minutes(pace={"ttl": "30"}) == 30


@pytest.mark.parametrize(
    ("pace", "end"),
    [
        ({"skiphours": "12 13"}, TUESDAY.replace(hour=14, minute=0)),
        ({"skiphours": "14"}, TUESDAY),
        ({"skipdays": "Tuesday"}, TUESDAY.replace(day=25, hour=0, minute=0)),
        ({"skiphours": " ".join(map(str, range(24)))}, TUESDAY),
        ({"skipdays": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"}, TUESDAY),
    ],
)
def test_closed_hours_and_days_end_sometime(pace, end):
    assert closed_for(pace, TUESDAY) == end - TUESDAY


def test_nothing_is_put_off_longer_than_the_settings_allow():
    assert minutes(pace={"skipdays": "Tuesday"}) == 60
    assert minutes({"cache-control": "max-age=999999999"}, slowest_seconds=300) == 5


async def test_a_look_says_when_the_next_one_is_due(site, fetcher):
    body = (
        "<rss version='2.0' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'><channel><title>W</title><ttl>20</ttl>"
        "<skipHours><hour>3</hour></skipHours><sy:updatePeriod>daily</sy:updatePeriod>"
        "<item><title>A</title><link>https://news.example/1</link></item></channel></rss>"
    )
    wire = Source(name="wire", url=site.put("/feed", body, Cache_Control="max-age=60"), slowest_seconds=3600)
    first = await feed.poll(fetcher, wire, Memory(), now=TUESDAY)
    assert first.next_at == TUESDAY + timedelta(minutes=20)
    again = await feed.poll(fetcher, wire, first.memory, now=TUESDAY)
    assert (again.articles, again.next_at) == (None, first.next_at)
