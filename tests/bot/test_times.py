"""Times as people type them, in the newsroom's zone; the clocks change in autumn and in spring."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot import times
from bot.buttons import Data, Tap
from newswire.errors import UsageProblem

BAKU = ZoneInfo("Asia/Baku")  # four hours before UTC, all the year
NOW = datetime(2026, 11, 24, 12, 0, 30, tzinfo=UTC)  # a Tuesday, 16:00:30 in Baku


def _baku(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=BAKU)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("18:30", _baku(24, 18, 30)),
        ("18.30", _baku(24, 18, 30)),
        ("at 18:30", _baku(24, 18, 30)),
        (" 8:05 ", _baku(25, 8, 5)),
        ("16:00", _baku(25, 16)),
        ("9", _baku(25, 9)),
        ("9pm", _baku(24, 21)),
        ("12 am", _baku(25, 0)),
        ("12pm", _baku(25, 12)),
        ("0:00", _baku(25, 0)),
        ("today 18:30", _baku(24, 18, 30)),
        ("tomorrow 9", _baku(25, 9)),
        ("Tomorrow 9:00", _baku(25, 9)),
        ("tomorrow   18:30", _baku(25, 18, 30)),
        ("завтра 9:00", _baku(25, 9)),
        ("сегодня 18:30", _baku(24, 18, 30)),
        ("sabah 9", _baku(25, 9)),
        ("bu gün 18:30", _baku(24, 18, 30)),
        ("վաղը 9:00", _baku(25, 9)),
        ("fri 8:30", _baku(27, 8, 30)),
        ("Friday 8:30", _baku(27, 8, 30)),
        ("tue 18:30", _baku(24, 18, 30)),
        ("tuesday 9", datetime(2026, 12, 1, 9, tzinfo=BAKU)),
        ("+20m", NOW + timedelta(minutes=20)),
        ("+20 min", NOW + timedelta(minutes=20)),
        ("in 20 minutes", NOW + timedelta(minutes=20)),
        ("+2h", NOW + timedelta(hours=2)),
        ("in 1 hour", NOW + timedelta(hours=1)),
        ("+1d", NOW + timedelta(days=1)),
        ("now", NOW),
        ("Сейчас", NOW),
    ],
)
def test_a_typed_time_is_understood(text: str, at: datetime):
    assert times.typed(text, BAKU, NOW) == at


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "25:00",
        "18:60",
        "18:3",
        "183",
        "13pm",
        "0am",
        "tomorrow",
        "yesterday 9",
        "+m",
        "+1000m",
        "18:30 x",
        "-5m",
    ],
)
def test_what_is_no_time_is_answered_in_one_line(text: str):
    with pytest.raises(UsageProblem, match=r"^I do not understand '.*' as a time\.$"):
        times.typed(text, BAKU, NOW)


def test_a_long_text_is_quoted_in_short():
    with pytest.raises(UsageProblem) as no:
        times.typed("what\nshall I " * 100, BAKU, NOW)
    assert len(str(no.value)) < 70
    assert "\n" not in str(no.value)


def test_a_time_of_today_that_has_passed_is_not_taken_for_another():
    with pytest.raises(UsageProblem, match="15:00 has passed today"):
        times.typed("today 15:00", BAKU, NOW)


@pytest.mark.parametrize(("text", "slot"), [("next", True), (" Next slot", True), ("slot", True), ("18:30", False)])
def test_the_next_slot_can_be_asked_for(text: str, slot: bool):
    assert times.means_slot(text) is slot


def test_an_hour_that_the_clock_skips_in_spring_comes_after_the_jump():
    berlin, before = ZoneInfo("Europe/Berlin"), datetime(2026, 3, 28, 20, tzinfo=UTC)
    assert times.typed("tomorrow 2:30", berlin, before) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_an_hour_that_comes_twice_in_autumn_is_the_first_of_the_two():
    berlin, before = ZoneInfo("Europe/Berlin"), datetime(2026, 10, 24, 20, tzinfo=UTC)
    assert times.typed("2:30", berlin, before) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "end", "rest"),
    [
        ("1h wrong picture", NOW + timedelta(hours=1), "wrong picture"),
        ("for 30min", NOW + timedelta(minutes=30), ""),
        ("until 08:00", _baku(25, 8), ""),
        ("until 8", _baku(25, 8), ""),
        ("Until tomorrow 9 pm server move", _baku(25, 21), "server move"),
        ("till 17:00 storm", _baku(24, 17), "storm"),
        ("2h", NOW + timedelta(hours=2), ""),
        ("for 30 minutes: storm", NOW + timedelta(minutes=30), "storm"),
        ("in 2 hours storm", NOW + timedelta(hours=2), "storm"),
        ("на 2 часа шторм", NOW + timedelta(hours=2), "шторм"),
        ("tomorrow", _baku(25, 8, 30), ""),
        ("завтра", _baku(25, 8, 30), ""),
        ("sabah", _baku(25, 8, 30), ""),
        ("վաղը", _baku(25, 8, 30), ""),
        ("tomorrow 9:00 storm", _baku(25, 9), "storm"),
        ("до завтра", _baku(25, 8, 30), ""),
        ("18:00, storm", _baku(24, 18), "storm"),
        ("until fri", _baku(27, 8, 30), ""),
        ("wrong picture until 18:00", _baku(24, 18), "wrong picture"),
        ("storm for 30 minutes", NOW + timedelta(minutes=30), "storm"),
        ("wrong picture", None, "wrong picture"),
        ("9 wrong pictures", None, "9 wrong pictures"),
        ("wrong picture for tomorrow", None, "wrong picture for tomorrow"),
        ("now", None, "now"),
        ("friday edition", None, "friday edition"),
        ("", None, ""),
    ],
)
def test_the_end_of_a_pause_is_found_beside_its_reason(text: str, end: datetime | None, rest: str):
    assert times.until(text, BAKU, NOW) == (end, rest)


@pytest.mark.parametrize("text", ["until 25:00 storm", "until further notice", "until now", "99999999999d", "until"])
def test_an_end_that_nobody_understands_does_not_keep_a_channel_from_stopping(text: str):
    assert times.until(text, BAKU, NOW) == (None, text)


def test_a_button_of_a_time_that_has_passed_sets_nothing():
    hour_ago = int((NOW - timedelta(hours=1)).timestamp())
    assert times.chosen(Data(Tap.AT, 1, 1, str(hour_ago)), NOW) is None
    assert times.chosen(Data(Tap.AT, 1, 1, "x"), NOW) is None
    assert times.chosen(Data(Tap.AFTER, 1, 1, "15"), NOW) == NOW + timedelta(minutes=15)
