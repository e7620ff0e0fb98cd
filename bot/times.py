"""Times: what editors press and type when they want another time, in the newsroom's zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.buttons import Data, Key, Rows, Tap
from newswire.article import Article
from newswire.errors import UsageProblem
from newswire.timetable import local
from newswire.units import duration

TONIGHT = time(20, 0)
MORNING = time(8, 30)
_DAY = timedelta(days=1)
EXAMPLES = "18:30, tomorrow 9, +20m, next or now"

_DAYS = {
    **dict.fromkeys(("", "at", "today", "сегодня", "bu gün", "այսօր"), 0),
    **dict.fromkeys(("tomorrow", "завтра", "sabah", "վաղը"), 1),
}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NOW = frozenset({"now", "сейчас", "indi", "հիմա"})
_NEXT = frozenset({"next", "slot", "next slot"})
_LATER = re.compile(r"(?:\+|in )\s*(\d{1,3})\s*(m|h|d)(?:in(?:utes?)?|ours?|ays?)?", re.IGNORECASE)
_AT = re.compile(r"(?P<day>[^\d]*?)\s*(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s*(?P<half>[ap]m)?", re.IGNORECASE)
_NOON = 12
_QUOTED = 30
_UNTIL = frozenset({"until", "till", "до", "մինչև"})
_FOR = frozenset({"for", "на"})
_ENDS = _UNTIL | _FOR
_MOST_WORDS = 3  # as in `tomorrow 9 pm`
_MARKS = " ,;:"
_LENGTHS = {
    "m": ("m", "min", "mins", "minute", "minutes", "мин", "минут", "минуты", "минуту", "dəq", "dəqiqə", "րոպե"),
    "h": ("h", "hr", "hrs", "hour", "hours", "ч", "час", "часа", "часов", "saat", "ժամ"),
    "d": ("d", "day", "days", "день", "дня", "дней", "gün", "օր"),
}
_LENGTH = re.compile(
    rf"(\d{{1,3}})\s*({'|'.join(word for words in _LENGTHS.values() for word in words)})", re.IGNORECASE
)


def menu(article: Article, zone: ZoneInfo, now: datetime) -> Rows:
    """The card's buttons while a time is chosen. `Tonight` is not offered once it has passed."""

    def key(label: str, tap: Tap, argument: object = "") -> Key:
        return Key(label, str(Data(tap, article.id, article.revision, str(argument))))

    today = now.astimezone(zone).date()
    tonight, morning = local(today, TONIGHT, zone), local(today + _DAY, MORNING, zone)
    days = [key(f"Tomorrow {MORNING:%H:%M}", Tap.AT, int(morning.timestamp()))]
    if tonight > now:
        days.insert(0, key(f"Tonight {TONIGHT:%H:%M}", Tap.AT, int(tonight.timestamp())))
    soon = (key("Next slot", Tap.NEXT_SLOT), key("+15 min", Tap.AFTER, 15), key("+1 h", Tap.AFTER, 60))
    return (soon, tuple(days), (key("◀ Back", Tap.BACK), key("Type…", Tap.TYPE)))


def chosen(data: Data, now: datetime) -> datetime | None:
    """The time behind a button of the menu; None for one that has passed, or is none."""
    if not data.argument.isdecimal():
        return None
    if data.tap is Tap.AFTER:
        return now + timedelta(minutes=int(data.argument))
    at = datetime.fromtimestamp(int(data.argument), UTC)
    return at if at > now else None


def means_slot(text: str) -> bool:
    """Whether somebody typed that a post shall go at its channel's own next time."""
    return _plain(text) in _NEXT


def typed(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """`18:30`, `9pm`, `tomorrow 9`, `fri 8:30`, `+20m`, `now` as a moment. UsageProblem for what is no time, or has passed."""
    plain = _plain(text)
    if plain in _NOW:
        return now
    if found := _LATER.fullmatch(plain):
        return now + duration(found[1] + found[2])
    found = _AT.fullmatch(plain)
    hours, day = _hours(found) if found else None, _day(found["day"], zone, now) if found else None
    if hours is None or day is None or found is None:
        raise UsageProblem(f"I do not understand '{_quoted(text)}' as a time.")
    if found["day"] in ("", "at"):
        return next_at(hours, zone, now)
    at = local(day, hours, zone)
    if at <= now and _weekday(found["day"]) is not None:
        at = local(day + 7 * _DAY, hours, zone)
    if at <= now:
        raise UsageProblem(f"{hours:%H:%M} has passed today.")
    return at


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _quoted(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _QUOTED else f"{words[:_QUOTED]}…"


def _hours(found: re.Match[str]) -> time | None:
    """`9`, `9:30`, `9pm` as a time of day; None for what no clock shows."""
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if found["half"] == "pm" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        return None


def _day(word: str, zone: ZoneInfo, now: datetime) -> date | None:
    """`tomorrow`, `fri` as the next such day, today included; None for any other word."""
    today, weekday = now.astimezone(zone).date(), _weekday(word)
    if weekday is not None:
        return today + (weekday - today.weekday()) % 7 * _DAY
    return today + _DAYS[word] * _DAY if word in _DAYS else None


def _weekday(word: str) -> int | None:
    """`fri` or `friday`; 0 is Monday."""
    known = word[:3] in _WEEKDAYS and (len(word) == len("mon") or word.endswith("day"))
    return _WEEKDAYS.index(word[:3]) if known else None


def until(text: str, zone: ZoneInfo, now: datetime) -> tuple[datetime | None, str]:
    """`2h storm`, `until 08:00 storm`, `tomorrow`, `storm until fri 9`: when something ends, and the words around that.

    A day alone means its MORNING. None, with the whole text, where no end is understood: it ends by hand, and a stop
    never waits for a better spelling.
    """
    words = text.split()
    for start, word in enumerate(words):
        sign = word.casefold() if word.casefold() in _ENDS else ""
        if start and not sign:
            continue
        first = start + bool(sign)
        for last in range(min(first + _MOST_WORDS, len(words)), first, -1):
            end = _end(" ".join(words[first:last]).rstrip(_MARKS), sign, zone, now)
            if end is not None and end > now:
                return end, " ".join((*words[:start], *words[last:])).strip(_MARKS)
    return None, text


def _end(text: str, sign: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The end that `text` names behind `sign`; behind none it must be plain: `9` may be the first word of a reason."""
    if found := _LENGTH.fullmatch(text):
        return now + duration(found[1] + next(unit for unit, words in _LENGTHS.items() if found[2].casefold() in words))
    if sign in _FOR or (not sign and text.isdecimal()):
        return None
    day = _plain(text)
    alone = _DAYS.get(day, 0) > 0 or (bool(sign) and _weekday(day) is not None)
    try:
        return typed(f"{day} {MORNING:%H:%M}" if alone else text, zone, now)
    except UsageProblem:
        return None


def next_at(at: time, zone: ZoneInfo, now: datetime) -> datetime:
    """The next moment when the newsroom's clock shows `at`."""
    today = now.astimezone(zone).date()
    return next(moment for n in range(3) if (moment := local(today + n * _DAY, at, zone)) > now)
