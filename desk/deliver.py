"""Deliver: the one path a post takes to its platform, and back with an answer."""

from __future__ import annotations

import asyncio
import math
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import alerts, articles, channels, deliveries, lanes, posts
from db.deliveries import Claim
from desk.newsroom import Newsroom
from newswire import log
from newswire.delivery import Outcome, Receipt
from newswire.errors import DeliveryError, OutcomeUnknown
from newswire.post import Post, PostState
from newswire.retry import Verdict, judge

logger = log.get("newswire.desk.deliver")

_GRACE = timedelta(seconds=30)
_TROUBLES: dict[str, PostState] = {Outcome.UNKNOWN: PostState.UNCERTAIN, Outcome.REJECTED: PostState.FAILED}


async def claim(newsroom: Newsroom, limit: int) -> list[Claim]:
    """Take up to `limit` due posts: from here on they are ours, and written down as being on their way."""
    lease = newsroom.settings.delivery.timeout + _GRACE
    async with newsroom.store.write() as connection:
        return await deliveries.claim(connection, newsroom.lanes(), now=newsroom.clock.now(), limit=limit, lease=lease)


async def next_look(newsroom: Newsroom) -> float:
    """Seconds until a post can go: 0 when one can go now, infinity when nothing waits."""
    now = newsroom.clock.now()
    paces = newsroom.lanes()
    async with newsroom.store.read() as connection:
        waits = [
            await lanes.waits(connection, paces[name], now.timestamp())
            for name in await deliveries.due_channels(connection, now)
            if name in paces
        ]
        later = await deliveries.next_due(connection, after=now)
    if later is not None:
        waits.append((later - now).total_seconds())
    return max(min(waits, default=math.inf), 0.0)


def key_of(post: Post) -> str:
    """The same for every try of one post, on every platform that takes a key of ours."""
    return f"nw-{post.article_id}-{post.channel}-{post.serial}"


async def deliver(newsroom: Newsroom, claim: Claim) -> None:
    """Call the platform once, and let its answer settle the post. Whatever happens, nothing is sent twice here."""
    post = claim.post
    timeout = newsroom.settings.delivery.timeout.total_seconds()
    try:
        with newsroom.metrics.publishing(post.channel):
            async with asyncio.timeout(timeout):
                receipt = await newsroom.publishers[post.channel].publish(post.message, key=key_of(post))
    except DeliveryError as error:
        await _settle_failed(newsroom, claim, error)
    except TimeoutError:
        await _settle_failed(newsroom, claim, OutcomeUnknown(f"no answer in {timeout:.0f} s"))
    except Exception as error:  # a mistake of ours or of a library's, at a moment when the post may be out already
        logger.exception("publisher failed", post=post.id, channel=post.channel)
        await _settle_failed(newsroom, claim, OutcomeUnknown(f"Newswire stumbled: {type(error).__name__}"))
    else:
        await _settle_sent(newsroom, claim, receipt)
    newsroom.bell.ring("posts", "cards")


async def _settle_sent(newsroom: Newsroom, claim: Claim, receipt: Receipt) -> None:
    now = newsroom.clock.now()
    post = claim.post
    async with newsroom.store.write() as connection:
        ours = await deliveries.settle_sent(connection, claim, receipt, now=now)
        await end_alerts(newsroom, connection, post.channel)
        stored = await articles.get(connection, post.article_id)
    delay = (receipt.at - stored.seen_at).total_seconds() if stored else 0.0
    newsroom.metrics.settled(post.channel, Outcome.SENT, PostState.PUBLISHED if ours else post.state, delay=delay)
    logger.info(
        "post published" if ours else "late answer recorded",
        post=post.id,
        article=post.article_id,
        channel=post.channel,
        remote=receipt.remote_id,
        seconds=round(delay, 3),
    )


async def end_alerts(newsroom: Newsroom, connection: AsyncConnection, channel: str) -> None:
    """Trouble of a channel's posts is over when none of them is in that trouble any more."""
    place = f"channel {channel}"
    for cause in await alerts.open_at(connection, place):
        state = _TROUBLES.get(cause)
        if state and not await posts.in_states(connection, [state], channel=channel, limit=1):
            await alerts.close(connection, place, cause, now=newsroom.clock.now())


async def _settle_failed(newsroom: Newsroom, claim: Claim, error: DeliveryError) -> None:
    now = newsroom.clock.now()
    post = claim.post
    verdict = judge(error, tries=claim.tries, now=now)
    async with newsroom.store.write() as connection:
        await deliveries.settle_failed(connection, claim, verdict, str(error), now=now)
        if verdict.lane_closed_until:
            lane = newsroom.publishers[post.channel].lanes()[0].name
            await lanes.close(connection, lane, verdict.lane_closed_until.timestamp())
        if verdict.pause_channel:
            await channels.pause(
                connection, post.channel, by="newswire", why=str(error), now=now, until=verdict.pause_until
            )
        if text := _alert(post, error, verdict):
            await alerts.raise_(connection, f"channel {post.channel}", verdict.outcome, text, now=now)
    limited = verdict.lane_closed_until is not None
    newsroom.metrics.settled(post.channel, verdict.outcome, verdict.state, limited=limited)
    logger.warning(
        "post not published",
        post=post.id,
        article=post.article_id,
        channel=post.channel,
        outcome=verdict.outcome,
        error=str(error),
    )


def _alert(post: Post, error: DeliveryError, verdict: Verdict) -> str:
    """What people are told: what, what is affected, what happens next. Empty for what mends itself."""
    if verdict.pause_channel:
        return f"{post.channel} is paused: {error}\nIts queue stays. When it is mended: /resume {post.channel}"
    if verdict.state == "failed":
        return f"{post.channel} did not take #{post.article_id}: {error}\nOther channels are not affected."
    if verdict.state == "uncertain":
        return (
            f"{post.channel}: nobody knows whether #{post.article_id} is out ({error}). It will not be sent twice. "
            "Please look, then press on its card."
        )
    return ""


async def recover(newsroom: Newsroom, *, at_start: bool) -> int:
    """Posts whose carrier is gone become uncertain and are shown: all in the air at start, later those past their lease."""
    now = newsroom.clock.now()
    async with newsroom.store.write() as connection:
        lost = await deliveries.abandon(connection, now=now, all_of_them=at_start)
        for post in lost:
            text = (
                f"{post.channel}: Newswire stopped while #{post.article_id} was on its way. It will not be sent twice. "
                "Please look whether it is there, then press on its card."
            )
            await alerts.raise_(connection, f"channel {post.channel}", Outcome.UNKNOWN, text, now=now)
    for post in lost:
        logger.warning("post uncertain", post=post.id, article=post.article_id, channel=post.channel)
    if lost:
        newsroom.bell.ring("cards")
    return len(lost)
