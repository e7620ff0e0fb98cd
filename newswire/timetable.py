"""The timetable of a channel: when the next post may go. Pure: times in, a time out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_FAR = 400  # candidates looked at before giving up: more than a year of daily slots


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """When a channel may speak. All clock times are in the newsroom's `zone`.

    No slots: at once, as far as `min_gap`, `per_hour` and `quiet` allow. With slots: one post a slot.
    `quiet` is (from, to) and may pass midnight. `per_hour` 0 means no cap.
    """

    zone: ZoneInfo
    slots: tuple[time, ...] = ()
    quiet: tuple[time, time] | None = None
    min_gap: timedelta = timedelta()
    per_hour: int = 0


def local(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, when the wall clock of `zone` shows `at` on `day`.

    A time that the clock skips in spring is the same number of minutes after the jump; one that comes twice in
    autumn is the first of the two, so a slot happens exactly once on every day.
    """
    return datetime.combine(day, at, tzinfo=zone).replace(fold=0).astimezone(UTC)


def _both(day: date, at: time, zone: ZoneInfo) -> list[datetime]:
    """The one or two moments when the wall clock shows `at` on `day`: in autumn an hour comes twice."""
    return sorted({datetime.combine(day, at, tzinfo=zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1)})


def is_quiet(moment: datetime, table: Timetable) -> bool:
    """Whether `moment` lies in the quiet hours."""
    if table.quiet is None:
        return False
    start, end = table.quiet
    wall = moment.astimezone(table.zone).time()
    return start <= wall < end if start <= end else wall >= start or wall < end


def _quiet_end(moment: datetime, table: Timetable) -> datetime:
    """The first moment after `moment` that is not quiet, given that `moment` is."""
    assert table.quiet is not None  # noqa: S101 - callers asked is_quiet first
    day = moment.astimezone(table.zone).date()
    ends = (end for n in range(3) for end in _both(day + n * DAY, table.quiet[1], table.zone))
    return next(end for end in ends if end > moment and not is_quiet(end, table))


def _slots_from(moment: datetime, table: Timetable) -> Iterable[datetime]:
    day = moment.astimezone(table.zone).date()
    for n in range(-1, _FAR):  # the day before, too: its last slot may have been pushed past midnight in spring
        slots = sorted(local(day + n * DAY, at, table.zone) for at in table.slots)
        yield from (slot for slot in slots if slot >= moment)


def _after_gap(moment: datetime, table: Timetable, taken: Sequence[datetime]) -> datetime:
    """`moment`, moved behind every post that stands closer than the gap, before or after it."""
    for other in taken:
        if other - table.min_gap < moment < other + table.min_gap:
            moment = other + table.min_gap
    return moment


def _after_cap(moment: datetime, table: Timetable, taken: Sequence[datetime]) -> datetime:
    """`moment`, moved so far that no window of an hour holds more than the cap."""
    if not table.per_hour:
        return moment
    starts = [other for other in taken if moment - HOUR < other < moment]
    for start in (*starts, moment):
        inside = [other for other in taken if start <= other < start + HOUR]
        if len(inside) >= table.per_hour:
            return inside[0] + HOUR
    return moment


def next_time(now: datetime, table: Timetable, taken: Iterable[datetime] = ()) -> datetime:
    """The earliest moment from `now` on when a post may go.

    `taken` are the times of the channel's other posts, gone or waiting, of the last hour and later. Aware UTC
    in and out.
    """
    others = sorted(taken)
    if table.slots:
        return _next_slot(now, table, others)
    moment = now
    for _ in range(_FAR + 4 * len(others)):
        if is_quiet(moment, table):
            moment = _quiet_end(moment, table)
        moved = _after_cap(_after_gap(moment, table, others), table, others)
        if moved == moment:
            return moment
        moment = moved
    return moment


def _next_slot(now: datetime, table: Timetable, others: Sequence[datetime]) -> datetime:
    """The first free slot that quiet hours, gap and cap allow; the first free one if they rule out every slot."""
    first: datetime | None = None
    for slot in _slots_from(now, table):
        if slot in others:
            continue
        first = first or slot
        if not is_quiet(slot, table) and _after_cap(_after_gap(slot, table, others), table, others) == slot:
            return slot
    return first or now
