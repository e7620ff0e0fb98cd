"""Dates as feeds and pages write them, in words and figures of several languages, to aware UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel.dates import get_month_names

LOCALES = tuple("en ru az hy tr uk ka de fr es it pt pl nl ro el hu bg kk sv cs sr uz".split())  # noqa: SIM905 - a code a word
LONGEST = 100
OLDEST = 1990
PIVOT = 70

ISO = re.compile(
    r"(\d{4})-?(\d\d|(?<=-)\d(?=-))-?(\d\d|(?<=-)\d(?!\d))"
    r"(?:[Tt\s]+(\d\d?):?(\d\d)(?::?(\d\d?)(?:[.,](\d{1,9}))?)?)?\s*([Zz]|[+-]\d\d(?::?\d\d)?)?$"
)
# Rarer writings of ISO 8601: a month alone, the day's number in the year; seconds or milliseconds since 1970.
MONTH = re.compile(r"(\d{4})-(\d\d)")
ORDINAL = re.compile(r"(\d{4})-(\d{3})")
EPOCH = re.compile(r"(\d{10})(?:\d{3})?")
ZONE_NAME = re.compile(r"\[[\w/+-]+\]$")
EAST_ASIAN = re.compile(r"(\d{4})[年년]\s*(\d{1,2})[月월]\s*(\d{1,2})[日일]")
AFTERNOON = re.compile(r"(?:오후|下午|午後)\s*(\d{1,2}:\d\d(?::\d\d)?)")
TIME = re.compile(r"(?<!\d)(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?\s*(?:([ap])\.?m\b\.?)?", re.IGNORECASE)
OFFSET = re.compile(r"(?:\b(?:GMT|UTC|UT))?\s*([+\u2212-])(\d{1,2})(?::?(\d\d?))?\s*(?:\(.*\))?$")
NAMED = re.compile(r"\b([A-Z]{1,5})\s*(?:\(.*\))?$")
WORDED = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th|er|º)?[\s.,-]+(?:de\s+)?([^\W\d_]{3,})[\s.,-]+(?:(?:of|de|del)\s+)?(\d{4}|\d\d)\b"
)
MONTH_FIRST = re.compile(r"\b([^\W\d_]{3,})[\s.]+(\d{1,2})(?:st|nd|rd|th)?[\s,]+(\d{4})\b")
YEAR_FIRST = re.compile(r"\b(\d{4})\S{0,3}[\s.,-]+([^\W\d_]{3,})[\s.,-]+(\d{1,2})(?!\d)")
FIGURES = re.compile(r"\b(\d{1,2})[./-](\d{1,2})[./-](\d{4})\b")
FIGURES_YEAR_FIRST = re.compile(r"\b(\d{4})[./-](\d{1,2})[./-](\d{1,2})\b")

ASCTIME = re.compile(r"(?:[A-Za-z]+,?\s+)?([A-Za-z]{3})\s+(\d{1,2})\s+([\d:]+)\s+(?:([A-Z]{1,5})\s+)?(\d{4})$")

# What nearly all feeds write, read without looking further.
USUAL = re.compile(r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) (GMT|UTC|[+-]\d{4})")
ENGLISH = {name: number for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}  # noqa: SIM905 - twelve quoted words read worse

# Hours from UTC of the zone names that feeds use. What is not here means the newsroom's own zone.
ZONES = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2,
    "EET": 2, "EEST": 3, "TRT": 3, "MSK": 3, "MSD": 4, "AZT": 4, "GET": 4, "AMT": 4, "GST": 4, "JST": 9, "KST": 9,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "AKST": -9, "AKDT": -8, "HST": -10,
}  # fmt: skip
# Zones whose summer and winter have one name.
ALL_YEAR = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}


def read_date(text: str, zone: tzinfo) -> datetime | None:
    """The moment that `text` names, in UTC, or None where it names none that an article could have.

    Reads ISO 8601, RFC 822 in all its wear, "24 September 2024 20:34" and "25 Июня 2026 17:24" with the months of
    `LOCALES`, and figures (day before month, if it can be). A time without a zone is `zone`'s; a date without a time is its midnight.
    """
    text = text.strip()
    if not text or len(text) > LONGEST:
        return None
    try:
        found = _usual(text) or _iso(text, zone) or _rare(text, zone) or _written(_westernised(text), zone)
        if found is None or found.year < OLDEST:
            return None
        return found if found.tzinfo is UTC else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _usual(text: str) -> datetime | None:
    match = USUAL.fullmatch(text)
    if match is None or match[2] not in ENGLISH:
        return None
    day, _, year, hour, minute, second, zone = match.groups()
    date = (int(year), ENGLISH[match[2]], int(day))
    return _moment(date, int(hour), int(minute), int(second), _offset(zone) if zone[0] in "+-" else UTC)


def _rare(text: str, zone: tzinfo) -> datetime | None:
    if found := MONTH.fullmatch(text):
        return datetime(int(found[1]), int(found[2]), 1, tzinfo=zone)
    if found := ORDINAL.fullmatch(text):
        return datetime(int(found[1]), 1, 1, tzinfo=zone) + timedelta(days=int(found[2]) - 1)
    if found := EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(found[1]), UTC)
    if found := ZONE_NAME.search(text):
        return _iso(text[: found.start()], zone)
    return None


def _westernised(text: str) -> str:
    """Chinese, Japanese and Korean dates in the writing that the patterns know."""
    if text.isascii():
        return text
    return AFTERNOON.sub(r"\1 pm", EAST_ASIAN.sub(r"\1-\2-\3", text))


def _moment(date: tuple[int, int, int], hour: int, minute: int, second: int, zone: tzinfo) -> datetime:
    """A reading of the wall clock; 24:00:00 and the leap second are the next moment there is."""
    if hour < 24 and second < 60:  # noqa: PLR2004 - the clock's own figures
        return datetime(*date, hour, minute, second, tzinfo=zone)
    return datetime(*date, tzinfo=zone) + timedelta(hours=hour, minutes=minute, seconds=second)


def _iso(text: str, zone: tzinfo) -> datetime | None:
    match = ISO.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    date = (int(year), int(month), int(day))
    zone = _offset(offset) if offset else zone
    at = _moment(date, int(hour or 0), int(minute or 0), int(second or 0), zone)
    return at.replace(microsecond=int(fraction.ljust(6, "0")[:6])) if fraction else at


@lru_cache(maxsize=256)
def _offset(text: str) -> tzinfo:
    if text in "Zz" or not text[1:].strip("0:"):
        return UTC
    figures = text[1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=int(figures[:2]), minutes=int(figures[2:]))
    return timezone(-ahead if text[0] in "-\u2212" else ahead)


def _written(text: str, zone: tzinfo) -> datetime | None:
    if asctime := ASCTIME.match(text):
        text = "{1} {0} {4} {2} {3}".format(*(part or "" for part in asctime.groups()))
    day = _day(text)
    if day is None:
        return None
    year, month, date, rest = day
    clock = TIME.search(rest)
    behind = rest[clock.end() :] if clock else ""
    zone = _zone(behind.strip(), zone)
    if clock is None:
        return datetime(year, month, date, tzinfo=zone)
    hour, half = int(clock[1]), (clock[4] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return _moment((year, month, date), hour, int(clock[2]), int(clock[3] or 0), zone)


def _zone(text: str, zone: tzinfo) -> tzinfo:
    """The zone that stands behind a time."""
    if not text:
        return zone
    if offset := OFFSET.search(text):
        return _offset(f"{offset[1]}{offset[2]:0>2}{offset[3] or '00'}")
    if named := NAMED.search(text):
        if region := ALL_YEAR.get(named[1]):
            return ZoneInfo(region)
        if named[1] in ZONES:
            return timezone(timedelta(hours=ZONES[named[1]]))
    return zone


def _day(text: str) -> tuple[int, int, int, str] | None:
    """Year, month, day, and the text without them."""
    for pattern, (y, m, d) in ((WORDED, (3, 2, 1)), (MONTH_FIRST, (3, 1, 2)), (YEAR_FIRST, (1, 2, 3))):
        for match in pattern.finditer(text):
            if month := months().get(_key(match[m])):
                return _year(match[y]), month, int(match[d]), text[: match.start()] + " " + text[match.end() :]
    for pattern, (y, m, d) in ((FIGURES, (3, 2, 1)), (FIGURES_YEAR_FIRST, (1, 2, 3))):
        if figures := pattern.search(text):
            rest = text[: figures.start()] + " " + text[figures.end() :]
            month, date = int(figures[m]), int(figures[d])
            if month > 12 >= date:  # noqa: PLR2004 - as Americans write: the month before the day
                month, date = date, month
            return int(figures[y]), month, date, rest
    return None


def _year(text: str) -> int:
    year = int(text)
    return year if year > 99 else year + (1900 if year >= PIVOT else 2000)  # noqa: PLR2004 - two figures or four


def _key(word: str) -> str:
    """A month's name as written anywhere: one case, and one i for the Turkic two."""
    return word.casefold().replace("\u0307", "").replace("\u0131", "i").rstrip(".")


@cache
def months() -> dict[str, int]:
    """Month names, long and short, as they stand alone and as they stand behind a day (the genitive), to numbers."""
    return {
        _key(name): number
        for locale in LOCALES
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, context, locale).items()
    } | {"sept": 9}
