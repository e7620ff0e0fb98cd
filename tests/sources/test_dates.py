"""Dates as sites write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from babel.dates import get_month_names
from hypothesis import given
from hypothesis import strategies as st

from sources._dates import LOCALES, _key, months, read_date

BAKU = ZoneInfo("Asia/Baku")
MOMENT = datetime(2024, 9, 24, 16, 34, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 24 Sep 2024 16:34:00 GMT",
        "Tue, 24 Sep 2024 20:34:00 +0400",
        "Tue, 24 Sep 2024 11:34:00 -0500",
        "Tue, 24 Sep 2024 12:34:00 EDT",
        "Tue, 24 Sep 24 11:34 EST",
        "24 Sep 2024 19:34 MSK",
        "Tue, 24 Sep 2024 20:34:00 +0400 (AZT)",
        "Tue, 24 Sep 2024 20:34:00 GMT+4",
        "Tue, 24 Sep 2024 20:34:00 UTC+04:00",
        "Tue Sep 24 16:34:00 UTC 2024",
        "2024-09-24T16:34:00Z",
        "2024-09-24T20:34:00+04:00",
        "2024-09-24T11:34:00-0500",
        "2024-09-24 20:34:00 +04",
        "20240924T163400Z",
        "Вт, 24 сент. 2024 19:34:00 +0300",
        "2024-9-24T16:34:00Z",
        "2024-09-24T20:34:0+04:00",
        "Tue, 24 Sep 2024 20:34:00 +040",
        "Tue, 24 Sep 2024 12:34:00 ET",
        "Tue, 24 Sep 2024 9:34 PT",
        "martes, 24 de septiembre de 2024, 20:34",
        "24 de setembro de 2024 20:34",
    ],
)
def test_a_date_with_a_zone_is_that_moment(text):
    assert read_date(text, BAKU) == MOMENT


@pytest.mark.parametrize(
    "text",
    [
        "24 September 2024 20:34",
        "24 Сентября 2024 20:34",
        "24 сентябрь 2024, 20:34",
        "24 Սեպտեմբերի 2024 20:34",
        "24 Սեպտեմբեր, 2024, 20:34",
        "2024թ. սեպտեմբերի 24, 20:34",
        "24 sentyabr 2024 20:34",
        "24 SENTYABR 2024, 20:34",
        "24 Eylül 2024 20:34",
        "24 вересня 2024 20:34",
        "24 სექტემბერი 2024 20:34",
        "September 24, 2024 8:34 PM",
        "Sept. 24, 2024 at 8:34 p.m.",
        "20:34, 24 September 2024",
        "24.09.2024 20:34",
        "09/24/2024 8:34 PM",
        "24/09/2024 - 20:34",
        "2024/09/24 20:34",
        "2024-09-24T20:34:00",
        "Tue, 24 Sep 2024 20:34:00 XYZ",
        "Tue Sep 24 20:34:00 2024",
    ],
)
def test_a_date_without_a_zone_is_the_newsrooms(text):
    assert read_date(text, BAKU) == MOMENT


def test_the_forms_of_the_clients_site_are_read():
    assert read_date("25 Июня 2026 17:24", BAKU) == datetime(2026, 6, 25, 13, 24, tzinfo=UTC)
    assert read_date("1 Հունվարի 2026 00:05", BAKU) == datetime(2025, 12, 31, 20, 5, tzinfo=UTC)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("context", ["format", "stand-alone"])
@pytest.mark.parametrize("width", ["wide", "abbreviated"])
def test_every_month_of_every_language_is_known_in_all_its_forms(locale, context, width):
    for number, name in get_month_names(width, context, locale).items():
        for written in (name, name.upper(), name.title()):
            assert months()[_key(written)] == number


def test_a_date_without_a_time_is_its_midnight():
    assert read_date("24 September 2024", BAKU) == datetime(2024, 9, 23, 20, 0, tzinfo=UTC)
    assert read_date("2024-09-24", BAKU) == datetime(2024, 9, 23, 20, 0, tzinfo=UTC)


def test_the_last_moment_of_a_day_may_be_written_as_24_hours():
    assert read_date("Tue, 24 Sep 2024 24:00:00 GMT", BAKU) == datetime(2024, 9, 25, tzinfo=UTC)
    assert read_date("2016-12-31T23:59:60Z", BAKU) == datetime(2017, 1, 1, tzinfo=UTC)


def test_fractions_of_a_second_are_kept():
    assert read_date("2024-09-24T16:34:00.25Z", BAKU) == MOMENT.replace(microsecond=250_000)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "31 February 2024",
        "2024-13-01",
        "0001-01-01T00:00:00Z",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "9999-99-99",
        "24 Nonsense 2024 20:34",
        "Tue, 24 Sep 2024 20:34:00 +9999",
        "24 September 2024 20:34" + " " * 200 + "x",
    ],
)
def test_what_is_no_date_of_an_article_is_none(text):
    assert read_date(text, BAKU) is None


@given(st.datetimes(min_value=datetime(1991, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001 - wall clock
def test_what_the_standard_forms_write_is_read_back(moment):
    moment = moment.replace(tzinfo=UTC)
    assert read_date(moment.isoformat(), BAKU) == moment
    assert read_date(moment.strftime("%a, %d %b %Y %H:%M:%S +0000"), BAKU) == moment.replace(microsecond=0)


@given(st.text(max_size=120))
def test_any_text_is_a_date_or_none(text):
    found = read_date(text, BAKU)
    assert found is None or found.tzinfo is UTC


@given(st.from_regex(r"[0-9]{1,4}[./ -][0-9A-Za-z]{1,9}[./ -][0-9]{1,4}[ T][0-9]{1,3}:[0-9]{1,3}[ +Z-]?[0-9A-Z:]{0,6}"))
def test_nearly_a_date_is_a_date_or_none(text):
    found = read_date(text, BAKU)
    assert found is None or found.tzinfo is UTC
