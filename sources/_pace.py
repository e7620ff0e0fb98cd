"""How often to come: what an answer and a feed ask for, and the source's own rhythm."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from statistics import median

from newswire.article import Article
from newswire.source import Source

# A source that brings something every hour is worth a look every minute.
LOOKS_A_GAP = 60
NEWEST = 20
LONGEST_FIGURE = 6
LONGEST = timedelta(days=400)
HOUR = timedelta(hours=1)
PERIODS = {"hourly": 1, "daily": 24, "weekly": 24 * 7, "monthly": 24 * 30, "yearly": 24 * 365}
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MAX_AGE = re.compile(r"\bmax-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
NOT_KEPT = re.compile(r"\bno-(?:cache|store)\b", re.IGNORECASE)


def gap(found: Sequence[Article]) -> int:
    """Seconds that usually lie between two of the newest articles; 0 where their dates do not tell."""
    dates = sorted({article.published_at for article in found if article.published_at}, reverse=True)[:NEWEST]
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(dates)]
    return round(median(gaps)) if len(gaps) > 1 else 0


def next_look(
    source: Source, headers: Mapping[str, str], pace: Mapping[str, str], usual_gap: int, now: datetime
) -> datetime | None:
    """When to look again; None: as soon as the settings want it, and never later than they allow.

    An answer that caches keep is not asked for sooner than they would ask. What a feed says of its own pace counts only
    where its articles do not tell another story: blog software says "hourly" of everything.
    """
    wanted = timedelta(seconds=usual_gap / LOOKS_A_GAP)
    wanted = max(wanted, kept_for(headers, now))
    asked = said_pause(pace)
    if not usual_gap or asked <= timedelta(seconds=usual_gap):
        wanted = max(wanted, asked)
    wanted = min(max(wanted, closed_for(pace, now)), timedelta(seconds=source.slowest_seconds))
    return now + wanted if wanted.total_seconds() > source.poll_seconds else None


def kept_for(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How long caches may still give this answer out (Cache-Control, Age, Expires)."""
    control = headers.get("cache-control", "")
    if NOT_KEPT.search(control):
        return timedelta()
    if found := MAX_AGE.search(control):
        return timedelta(seconds=max(0, int(found[1]) - _figure(headers.get("age", ""))))
    try:
        expires = parsedate_to_datetime(headers["expires"])
        sent = parsedate_to_datetime(headers["date"]) if "date" in headers else now
        return min(max(timedelta(), expires - sent), LONGEST)
    except (KeyError, ValueError, TypeError, OverflowError):
        return timedelta()


def said_pause(pace: Mapping[str, str]) -> timedelta:
    """The pause between two looks that a feed asks for: `<ttl>` in minutes, or the syndication module's period."""
    if minutes := _figure(pace.get("ttl", "")):
        return timedelta(minutes=minutes)
    hours = PERIODS.get(pace.get("sy:updateperiod", "").strip().lower(), 0)
    return hours * HOUR / (_figure(pace.get("sy:updatefrequency", "")) or 1)


def _figure(text: str) -> int:
    """A number below a million, 0 for what is none: a million minutes is two years."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_FIGURE else 0


def closed_for(pace: Mapping[str, str], now: datetime) -> timedelta:
    """How long from `now` on the feed wants no visitor: `<skipHours>` and `<skipDays>`, in UTC."""
    hours = {int(hour) % 24 for hour in re.findall(r"\d{1,2}", pace.get("skiphours", ""))}
    days = {DAYS.index(day) for day in re.findall(r"[a-z]+", pace.get("skipdays", "").lower()) if day in DAYS}
    if len(hours) == 24 or len(days) == len(DAYS):  # noqa: PLR2004 - never is not meant
        return timedelta()
    at = now
    while at.hour in hours or at.weekday() in days:
        at = at.replace(minute=0, second=0, microsecond=0) + HOUR
    return at - now
