"""Burst: more new articles at once than a source ever had are held, and the editors are asked before anything goes out.

What the site published while nobody could look, for an outage of ours or its own, is none: those articles are late
already, and how late ones go out is the backlog's work.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from db import alerts, held, marks
from db import sources as source_rows
from db.sources import Health
from desk.newsroom import Newsroom
from desk.watching import intake
from newswire import log
from newswire.article import Article
from newswire.source import Source

logger = log.get("newswire.desk.watching.burst")

LEAST = 10
"""Fewer new articles at once are no burst in any source."""

_CAUSE = "burst"
_ASKED_FOR = timedelta(hours=24)
_LOOKS_MISSED = 3
_MARGIN = timedelta(minutes=15)  # sites write their dates to the minute, and show articles some time after


def reason(name: str) -> str:
    """Why an article of a burst was held, for /why."""
    return f"came with more others at once than {name} ever had; the editors decide"


async def hold(newsroom: Newsroom, source: Source, fresh: Sequence[Article]) -> str:
    """Why the articles that a look shows for the first time are held; "" when they are not.

    A newsroom without an editors' chat has nobody to ask: there nothing is held; nor is what a first look queues.
    """
    if len(fresh) < LEAST:
        return ""
    async with newsroom.store.read() as connection:
        health = (await source_rows.some(connection, [source.name])).get(source.name)
    if health is None or health.first_seen_at is None or health.url != source.url:
        return ""
    since = _unwatched_since(source, health, newsroom.clock.now())
    number = sum(since is None or one.published_at is None or one.published_at < since for one in fresh)
    if number < LEAST or not await _most_ever(newsroom, source, number):
        return ""
    if newsroom.settings.editors.chat is None:
        logger.warning("more new articles at once than ever", source=source.name, articles=number)
        return ""
    return reason(source.name)


def _unwatched_since(source: Source, health: Health, now: datetime) -> datetime | None:
    """Since when nobody could look, when looks were missed; None where the last one was on time."""
    late = health.next_at is not None and now - health.next_at > _LOOKS_MISSED * timedelta(seconds=source.poll_seconds)
    return health.last_success_at - _MARGIN if health.last_success_at and (health.failures or late) else None


async def _most_ever(newsroom: Newsroom, source: Source, number: int) -> bool:
    """Whether it never had so many at once; from now on it had."""
    mark = f"burst {source.name}"
    async with newsroom.store.write() as connection:
        if number <= int(await marks.get(connection, mark) or LEAST - 1):
            return False
        await marks.put(connection, mark, str(number))
    return True


async def told(newsroom: Newsroom, source: Source, number: int) -> None:
    """So many new articles were held: the editors are asked."""
    if not number:
        return
    async with newsroom.store.write() as connection:
        waiting = await held.ids(connection, source.name, reason(source.name))
        text = (
            f"Source {source.name} had {number} new articles at once, more than ever before. They are held, "
            f"#{waiting[0]} to #{waiting[-1]}: /post #{waiting[-1]} sends the newest, nothing of them goes by itself. "
            "If the site has moved or its feed was made anew, leave them."
        )
        await alerts.raise_(connection, f"source {source.name}", _CAUSE, text, now=newsroom.clock.now())
    logger.warning("burst held", source=source.name, articles=number)
    newsroom.bell.ring("cards")


async def release(newsroom: Newsroom, name: str, *, by: str) -> int:
    """Let all that is held of a source go to its channels; how many articles went."""
    async with newsroom.store.read() as connection:
        waiting = await held.ids(connection, name, reason(name))
    gone = [await intake.release(newsroom, number, by=by) for number in waiting]
    await sweep(newsroom)
    return sum(one is not None for one in gone)


async def sweep(newsroom: Newsroom) -> None:
    """The question is over when every article was decided, or when they are a day old."""
    now = newsroom.clock.now()
    async with newsroom.store.read() as connection:
        asked = [alert for alert in await alerts.open_ones(connection) if alert.cause == _CAUSE]
        names = {alert.place: alert.place.removeprefix("source ") for alert in asked}
        left = {place: await held.ids(connection, name, reason(name)) for place, name in names.items()}
    over = [alert.place for alert in asked if not left[alert.place] or alert.opened_at < now - _ASKED_FOR]
    if over:
        async with newsroom.store.write() as connection:
            for place in over:
                await alerts.close(connection, place, _CAUSE, now=now)
        newsroom.bell.ring("cards")
