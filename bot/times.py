"""Times: what editors press and type when they want another time, in the newsroom's zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.buttons import Data, Key, Rows, Tap
from newswire.article import Article
from newswire.timetable import local
from newswire.units import clock_time, duration

TONIGHT = time(20, 0)
MORNING = time(8, 30)
_DAY = timedelta(days=1)
_UNTIL = re.compile(r"(?:until|till)\s+(\d{1,2}:\d\d)\b\s*", re.IGNORECASE)
_FOR = re.compile(r"(?:for\s+)?(\d+)\s*(m|min|h|d)\b\s*", re.IGNORECASE)


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
    return (soon, tuple(days), (key("◀ Back", Tap.BACK),))


def chosen(data: Data, now: datetime) -> datetime | None:
    """The time behind a button of the menu; None for one that has passed, or is none."""
    if not data.argument.isdecimal():
        return None
    if data.tap is Tap.AFTER:
        return now + timedelta(minutes=int(data.argument))
    at = datetime.fromtimestamp(int(data.argument), UTC)
    return at if at > now else None


def until(text: str, zone: ZoneInfo, now: datetime) -> tuple[datetime | None, str]:
    """`1h reason`, `until 08:00 reason`: when something ends (None: by hand), and what stands behind it."""
    if found := _UNTIL.match(text):
        return next_at(clock_time(found[1]), zone, now), text[found.end() :]
    if found := _FOR.match(text):
        return now + duration(found[1] + found[2][0].lower()), text[found.end() :]
    return None, text


def next_at(at: time, zone: ZoneInfo, now: datetime) -> datetime:
    """The next moment when the newsroom's clock shows `at`."""
    today = now.astimezone(zone).date()
    return next(moment for n in range(3) if (moment := local(today + n * _DAY, at, zone)) > now)
