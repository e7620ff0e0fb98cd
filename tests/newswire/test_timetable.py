"""When a channel may speak: gaps, caps, slots and quiet hours, on ordinary days and when the clocks change."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.timetable import HOUR, Timetable, is_quiet, local, next_time

BAKU, BERLIN, NEW_YORK, LORD_HOWE, NUUK = (
    ZoneInfo(name) for name in ("Asia/Baku", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Nuuk")
)
ZONES = (BAKU, BERLIN, NEW_YORK, LORD_HOWE)
NIGHT = (time(23, 30), time(7))
NOON = datetime(2026, 1, 15, 12, tzinfo=BAKU)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def test_without_rules_a_post_goes_at_once():
    assert next_time(NOON, Timetable(zone=BAKU)) == NOON


def test_a_gap_is_kept_from_the_last_post():
    table = Timetable(zone=BAKU, min_gap=minutes(8))
    assert next_time(NOON, table, [NOON - minutes(3)]) == NOON + minutes(5)


def test_a_gap_is_kept_from_posts_that_wait():
    table = Timetable(zone=BAKU, min_gap=minutes(8))
    assert next_time(NOON, table, [NOON + minutes(3)]) == NOON + minutes(11)


def test_a_hole_between_two_posts_is_used_when_it_is_wide_enough():
    table = Timetable(zone=BAKU, min_gap=minutes(8))
    waiting = [NOON, NOON + minutes(16), NOON + minutes(20)]
    assert next_time(NOON, table, waiting) == NOON + minutes(8)


def test_the_third_post_of_an_hour_waits_when_two_are_the_cap():
    table = Timetable(zone=BAKU, per_hour=2)
    taken = [NOON - minutes(50), NOON - minutes(20)]
    assert next_time(NOON, table, taken) == NOON + minutes(10)


def test_the_cap_counts_posts_that_wait_further_ahead():
    table = Timetable(zone=BAKU, per_hour=1)
    assert next_time(NOON, table, [NOON + minutes(30)]) == NOON + minutes(90)


def test_posts_exactly_an_hour_apart_are_within_a_cap_of_one():
    table = Timetable(zone=BAKU, per_hour=1)
    assert next_time(NOON, table, [NOON - HOUR]) == NOON


def test_an_hour_that_is_too_full_already_does_not_push_a_post_outside_of_it():
    table = Timetable(zone=BAKU, per_hour=2)
    crowd = [NOON + minutes(120 + n) for n in range(5)]
    assert next_time(NOON, table, crowd) == NOON


@pytest.mark.parametrize(
    ("at", "goes"),
    [
        ("2026-01-15 23:29", "2026-01-15 23:29"),
        ("2026-01-15 23:30", "2026-01-16 07:00"),
        ("2026-01-16 00:00", "2026-01-16 07:00"),
        ("2026-01-16 06:59", "2026-01-16 07:00"),
        ("2026-01-16 07:00", "2026-01-16 07:00"),
    ],
)
def test_quiet_hours_pass_midnight(at: str, goes: str):
    moment, wanted = (datetime.fromisoformat(text).replace(tzinfo=BAKU) for text in (at, goes))
    assert next_time(moment, Timetable(zone=BAKU, quiet=NIGHT)) == wanted


def test_quiet_hours_within_a_day():
    table = Timetable(zone=BAKU, quiet=(time(13), time(14)))
    assert next_time(NOON + minutes(90), table) == NOON + minutes(120)
    assert next_time(NOON, table) == NOON


def test_a_gap_that_ends_in_quiet_hours_is_waited_for_until_morning():
    table = Timetable(zone=BAKU, quiet=NIGHT, min_gap=minutes(20))
    evening = datetime(2026, 1, 15, 23, 20, tzinfo=BAKU)
    assert next_time(evening, table, [evening]) == datetime(2026, 1, 16, 7, tzinfo=BAKU)


def test_a_queue_takes_slot_after_slot():
    table = Timetable(zone=BAKU, slots=(time(18, 30), time(8, 30), time(12)))
    taken: list[datetime] = []
    for _ in range(4):
        taken.append(next_time(NOON, table, taken))
    assert [f"{t.astimezone(BAKU):%d %H:%M}" for t in taken] == ["15 12:00", "15 18:30", "16 08:30", "16 12:00"]


def test_a_slot_in_quiet_hours_is_passed_over():
    table = Timetable(zone=BAKU, slots=(time(6), time(9)), quiet=NIGHT)
    assert next_time(NOON, table) == datetime(2026, 1, 16, 9, tzinfo=BAKU)


def test_a_slot_closer_than_the_gap_is_passed_over():
    table = Timetable(zone=BAKU, slots=(time(12), time(12, 10), time(13)), min_gap=minutes(30))
    assert next_time(NOON, table, [NOON]) == NOON + HOUR


def test_when_quiet_hours_rule_out_every_slot_the_first_free_one_is_taken():
    table = Timetable(zone=BAKU, slots=(time(2),), quiet=NIGHT)
    assert next_time(NOON, table) == datetime(2026, 1, 16, 2, tzinfo=BAKU)


@pytest.mark.parametrize(
    ("zone", "day", "at", "utc"),
    [
        (BERLIN, "2026-03-29", "02:30", "2026-03-29T01:30"),  # never shown: half an hour after the jump
        (BERLIN, "2026-10-25", "02:30", "2026-10-25T00:30"),  # shown twice: the first
        (NEW_YORK, "2026-03-08", "02:30", "2026-03-08T07:30"),
        (NEW_YORK, "2026-11-01", "01:30", "2026-11-01T05:30"),
        (LORD_HOWE, "2026-10-04", "02:15", "2026-10-03T15:45"),  # half an hour is skipped there
        (LORD_HOWE, "2026-04-05", "01:45", "2026-04-04T14:45"),
        (BAKU, "2026-03-29", "02:30", "2026-03-28T22:30"),  # no change since 2016
        (BAKU, "2015-03-29", "04:30", "2015-03-29T00:30"),  # the last spring that had one
    ],
)
def test_clock_times_on_clock_change_days(zone: ZoneInfo, day: str, at: str, utc: str):
    moment = local(datetime.fromisoformat(day).date(), time.fromisoformat(at), zone)
    assert moment == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_quiet_hours_that_end_in_the_hour_shown_twice_end_in_it_and_not_a_day_later():
    table = Timetable(zone=BERLIN, quiet=(time(1), time(2, 30)))
    second_time_round = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)  # 02:15, for the second time
    assert is_quiet(second_time_round, table)
    assert next_time(second_time_round, table) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_quiet_hours_over_the_spring_change_end_by_the_wall_clock():
    table = Timetable(zone=NEW_YORK, quiet=NIGHT)
    assert next_time(datetime(2026, 3, 8, 5, tzinfo=UTC), table) == datetime(2026, 3, 8, 11, tzinfo=UTC)


def test_two_slots_around_the_skipped_hour_come_in_the_order_of_time():
    table = Timetable(zone=BERLIN, slots=(time(2, 30), time(3)))
    assert next_time(datetime(2026, 3, 29, tzinfo=UTC), table) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_slot_pushed_past_midnight_by_the_spring_change_is_not_lost():
    table = Timetable(zone=NUUK, slots=(time(23, 30),))  # 28 March 2026: from 23:00 straight to midnight
    assert next_time(datetime(2026, 3, 29, 1, 5, tzinfo=UTC), table) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("start", ["2026-03-01", "2026-03-20", "2026-09-25", "2026-10-20"])
def test_every_slot_happens_exactly_once_a_day(zone: ZoneInfo, start: str):
    slots = (time(0), time(1, 30), time(2, 15), time(2, 50), time(23, 59))
    first = datetime.fromisoformat(start).replace(tzinfo=zone)
    taken: list[datetime] = []
    for _ in range(16 * len(slots)):
        taken.append(next_time(first, Timetable(zone=zone, slots=slots), taken))
    assert taken == sorted(set(taken))
    assert set(Counter(t.astimezone(zone).date() for t in taken).values()) == {len(slots)}


clock_times = st.times().map(lambda t: t.replace(second=0, microsecond=0))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - as hypothesis wants it
change_days = st.sampled_from(
    ["2026-03-08", "2026-03-29", "2026-04-04", "2026-10-03", "2026-10-25", "2026-11-01", "2026-07-01"]
)
near_changes = st.builds(
    lambda day, offset: datetime.fromisoformat(day).replace(tzinfo=UTC) + offset,
    change_days,
    st.timedeltas(timedelta(), timedelta(days=1)),
)
quiets = st.none() | st.tuples(clock_times, clock_times).filter(lambda pair: pair[0] != pair[1])


@st.composite
def tables(draw: st.DrawFn) -> Timetable:
    return Timetable(
        zone=draw(st.sampled_from(ZONES)),
        quiet=draw(quiets),
        min_gap=minutes(draw(st.sampled_from([0, 0, 1, 8, 20, 90]))),
        per_hour=draw(st.integers(0, 5)),
    )


@given(tables(), moments | near_changes, st.lists(st.integers(-70, 150), max_size=12))
def test_no_post_is_ever_in_quiet_hours_too_close_or_over_the_cap(table: Timetable, now: datetime, offsets: list[int]):
    others = [now + minutes(offset) for offset in offsets]
    goes = next_time(now, table, others)
    assert goes >= now
    assert not is_quiet(goes, table)
    assert all(abs(goes - other) >= table.min_gap for other in others)
    if table.per_hour:
        starts = [t for t in (*others, goes) if goes - HOUR < t <= goes]
        assert all(sum(s <= t < s + HOUR for t in others) < table.per_hour for s in starts)


@given(tables(), moments | near_changes, st.integers(1, 25))
def test_a_queue_filled_one_by_one_keeps_every_rule_between_any_two_posts(table: Timetable, now: datetime, posts: int):
    taken: list[datetime] = []
    for _ in range(posts):
        taken.append(next_time(now, table, taken))
    assert not any(is_quiet(t, table) for t in taken)
    assert all(b - a >= table.min_gap for a, b in pairwise(taken))
    if table.per_hour:
        assert all(sum(a <= t < a + HOUR for t in taken) <= table.per_hour for a in taken)


@given(tables(), moments | near_changes)
def test_nothing_earlier_would_have_been_allowed(table: Timetable, now: datetime):
    now = now.replace(second=0, microsecond=0)
    goes = next_time(now, table)
    skipped = range(1, int((goes - now) / minutes(1)))
    jumped = table.zone.utcoffset(now.astimezone(table.zone)) != table.zone.utcoffset(goes.astimezone(table.zone))
    assert jumped or all(is_quiet(now + minutes(n), table) for n in skipped)
