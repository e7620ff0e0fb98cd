"""What a source's rhythm tells: weeks of a newsroom are played through, with nights, weekends, quiet days and dumps."""

import math
import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswire.rhythm import MISSES, Rhythm, learn

BAKU = ZoneInfo("Asia/Baku")
START = datetime(2026, 1, 5, tzinfo=UTC)
WEEK = timedelta(weeks=1)
_DAY = ((7, 0.02), (9, 0.6), (13, 1.0), (14, 0.7), (20, 1.0), (23, 0.4), (24, 0.1))


def _articles(seed: int, weeks: int, an_hour: float) -> list[datetime]:
    """A newsroom's articles: by the clock of Baku, fewer at weekends, some days quiet, often several at once."""
    chance, at, mood, out = random.Random(seed), START, 1.0, []
    while at < START + weeks * WEEK:
        local = at.astimezone(BAKU)
        if local.hour == local.minute == 0:
            mood = math.exp(chance.gauss(0, 0.25))
        level = next(share for until, share in _DAY if local.hour < until) * (0.4 if local.weekday() > 4 else 1)
        if chance.random() < level * mood * an_hour / 12 * 0.6:
            out += [at + timedelta(minutes=n + chance.random() * 5) for n in range(chance.choice((1, 1, 1, 2, 2, 3)))]
        at += timedelta(minutes=5)
    return sorted(out)


def _rhythm(times: list[datetime], until: datetime) -> Rhythm | None:
    return learn([at for at in times if at <= until], since=START, until=until, zone=BAKU)


@pytest.mark.parametrize("an_hour", [0.3, 1.0, 3.0])
def test_a_newsroom_that_goes_on_raises_less_than_one_false_alarm_a_month(an_hour):
    alarms = months = 0
    for seed in range(4):
        times = _articles(seed, 16, an_hour)
        for week in range(3, 16):
            rhythm = _rhythm(times, START + week * WEEK)
            here = [at for at in times if START + week * WEEK <= at < START + (week + 1) * WEEK]
            alarms += sum(rhythm.misses(last, following) >= MISSES for last, following in pairwise(here))
            months += 7 / 30
    assert alarms / months < 1


@pytest.mark.parametrize(("an_hour", "hours"), [(1.0, 40), (3.0, 12), (8.0, 6)])
def test_a_stop_on_a_workday_morning_is_noticed(an_hour, hours):
    times = _articles(1, 6, an_hour)
    stop = START + 5 * WEEK + timedelta(days=1, hours=6)  # a Tuesday, 10:00 in Baku
    rhythm = _rhythm(times, stop)
    noticed = rhythm.due(max(at for at in times if at <= stop))
    assert timedelta(minutes=30) < noticed - stop < timedelta(hours=hours)
    assert rhythm.misses(stop, noticed + timedelta(minutes=40)) >= MISSES


def test_a_night_and_the_morning_after_are_no_silence():
    times = _articles(2, 6, 3.0)
    rhythm = _rhythm(times, START + 5 * WEEK)
    evening = START + 5 * WEEK + timedelta(hours=19)  # 23:00 in Baku
    assert rhythm.misses(evening, evening + timedelta(hours=9)) == 0


@pytest.mark.parametrize(
    ("weeks", "number"), [(1, 200), (6, 10), (0, 0)], ids=["a week", "too few articles", "nothing at all"]
)
def test_little_history_tells_nothing(weeks, number):
    times = _articles(3, max(weeks, 1), 3.0)[:number]
    assert _rhythm(times, START + weeks * WEEK) is None


def test_one_stop_in_the_past_does_not_make_the_next_one_usual():
    times = _articles(4, 8, 3.0)
    before = _rhythm(times, START + 8 * WEEK).patience
    gap = START + 6 * WEEK
    broken = [at for at in times if not gap < at < gap + timedelta(days=3)]
    assert _rhythm(broken, START + 8 * WEEK).patience < 1.5 * before


def test_a_source_with_one_article_each_workday_is_missed_after_days_of_work_not_at_the_weekend():
    times = [START + timedelta(days=n, hours=5) for n in range(28) if n % 7 < 5]
    rhythm = learn(times, since=START, until=START + 4 * WEEK, zone=BAKU)
    friday = START + 4 * WEEK - timedelta(days=3) + timedelta(hours=5)
    assert rhythm.misses(friday, friday + timedelta(days=3)) < MISSES
    assert rhythm.misses(friday, friday + timedelta(days=24)) >= MISSES


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
def test_the_hours_are_those_of_the_newsrooms_clock_across_its_changes(day):
    berlin = ZoneInfo("Europe/Berlin")
    at_nine = [datetime(2026, 3, 1, 9, 10, tzinfo=berlin) + timedelta(days=n) for n in range(250)]
    rhythm = learn(at_nine, since=day - 3 * WEEK, until=day, zone=berlin)
    after = datetime(day.year, day.month, day.day, 9, 30, tzinfo=berlin) + timedelta(days=2)
    assert rhythm.rate(after) > 0.3
    assert rhythm.rate(after + timedelta(hours=4)) == 0


@settings(max_examples=30)
@given(st.lists(st.integers(0, 40_000), min_size=20, max_size=120), st.integers(0, 30_000), st.integers(0, 20_000))
def test_what_is_expected_adds_up_and_misses_only_grow(minutes, start, long):
    times = [START + timedelta(minutes=n) for n in minutes]
    rhythm = learn(times, since=START, until=START + timedelta(minutes=40_000), zone=BAKU)
    first = START + timedelta(minutes=start)
    middle, last = first + timedelta(minutes=long / 3), first + timedelta(minutes=long)
    whole = rhythm.expected(first, last)
    assert whole == pytest.approx(rhythm.expected(first, middle) + rhythm.expected(middle, last))
    assert 0 <= rhythm.misses(first, middle) <= rhythm.misses(first, last)
    assert rhythm.patience > 0
