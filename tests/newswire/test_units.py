"""Units as people write them."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.units import clock_time, duration, quiet_hours, written


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("45m", 2700), ("2h", 7200), ("1d", 86_400), ("1.5h", 5400), (" 8 m ", 480), ("0s", 0)],
)
def test_lengths_of_time(text: str, seconds: float):
    assert duration(text) == timedelta(seconds=seconds)
    assert duration(timedelta(seconds=seconds)) == timedelta(seconds=seconds)


@pytest.mark.parametrize("wrong", ["", "90", "m", "-5m", "5 minutes", "1w", "5m 3s", 90, 1.5, None, True])
def test_what_is_no_length_of_time_says_how_to_write_one(wrong: object):
    with pytest.raises(ValueError, match="is no length of time; write 90s, 45m, 2h or 1d"):
        duration(wrong)


@given(st.times())
def test_times_of_day(at: time):
    at = at.replace(second=0, microsecond=0)
    assert clock_time(f"{at:%H:%M}") == at
    assert clock_time(f"{at.hour}:{at:%M}") == at
    assert clock_time(at) == at


@pytest.mark.parametrize("wrong", ["", "24:00", "7", "7:5", "07:60", "07:00:00", 7.5, 730, None])
def test_what_is_no_time_of_day_says_how_to_write_one(wrong: object):
    with pytest.raises(ValueError, match='is no time of day; write "08:30" in quotes'):
        clock_time(wrong)


def test_quiet_hours_may_pass_midnight():
    assert quiet_hours("23:30-07:00") == (time(23, 30), time(7))
    assert quiet_hours("13:00 - 14:00".replace(" ", "")) == (time(13), time(14))
    assert quiet_hours((time(1), time(2))) == (time(1), time(2))


@pytest.mark.parametrize("wrong", ["", "23:30", "23:30-", "23:30-07:00-08:00", "07:00-07:00", "23:30–07:00", 5, None])
def test_what_are_no_quiet_hours_says_how_to_write_them(wrong: object):
    with pytest.raises(ValueError, match=r'write "(23:30-07:00|08:30)"'):
        quiet_hours(wrong)


@given(st.integers(0, 10**6).map(lambda n: timedelta(seconds=n / 2)))
def test_a_length_of_time_is_written_as_it_is_read(length: timedelta):
    assert duration(written(length)) == length


def test_a_length_of_time_is_written_in_its_largest_unit():
    lengths = (timedelta(), timedelta(seconds=90), timedelta(minutes=45), timedelta(hours=24), timedelta(seconds=0.5))
    assert [written(length) for length in lengths] == ["0s", "90s", "45m", "1d", "0.5s"]
