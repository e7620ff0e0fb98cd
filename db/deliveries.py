"""Deliveries: the ledger. A post is claimed and its attempt written before the platform is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import channels, lanes, posts
from db.tables import articles, deliveries
from db.tables import posts as post_table
from newswire.channel import ChannelState
from newswire.delivery import Action, Delivery, Outcome, Receipt
from newswire.platform import Lane
from newswire.post import Post, PostState
from newswire.retry import Verdict


@dataclass(frozen=True, slots=True)
class Claim:
    """A post that is ours to publish, in its `attempt`; `delivery_id` is the row written for it."""

    post: Post
    delivery_id: int
    tries: int


async def due_channels(connection: AsyncConnection, now: datetime) -> list[str]:
    """Channels with something to send, that are not paused."""
    rows = await connection.execute(
        select(post_table.c.channel)
        .distinct()
        .where(post_table.c.state == PostState.SCHEDULED, post_table.c.due_at <= now)
    )
    paused = {name for name, at in (await channels.states(connection)).items() if at.state is not ChannelState.ON}
    return sorted(row[0] for row in rows if row[0] not in paused)


async def claim(
    connection: AsyncConnection,
    paces: Mapping[str, Sequence[Lane]],
    *,
    now: datetime,
    limit: int,
    lease: timedelta,
) -> list[Claim]:
    """Take up to `limit` due posts, as far as their channels' lanes allow, and write an open delivery for each.

    `paces` gives the lanes of every channel that this process can publish to. Who claims twice gets nothing twice:
    the guarded UPDATE decides.
    """
    claimed: list[Claim] = []
    for channel in await due_channels(connection, now):
        if channel in paces:
            room = limit - len(claimed)
            claimed += await _claim_in(connection, channel, paces[channel], now=now, limit=room, lease=lease)
    return claimed


async def _claim_in(
    connection: AsyncConnection, channel: str, pace: Sequence[Lane], *, now: datetime, limit: int, lease: timedelta
) -> list[Claim]:
    due = (
        select(post_table.c.id)
        .where(post_table.c.channel == channel, post_table.c.state == PostState.SCHEDULED, post_table.c.due_at <= now)
        .order_by(post_table.c.priority, post_table.c.due_at, post_table.c.id)
        .limit(max(limit, 0))
        .with_for_update(skip_locked=True)
    )
    claimed: list[Claim] = []
    for post_id in (await connection.execute(due)).scalars().all():
        if await lanes.take(connection, pace, now.timestamp()) > 0:
            break
        claimed.append(await _take(connection, post_id, now=now, lease=lease))
    return claimed


async def _take(connection: AsyncConnection, post_id: int, *, now: datetime, lease: timedelta) -> Claim:
    row = (
        await connection.execute(
            update(post_table)
            .where(post_table.c.id == post_id, post_table.c.state == PostState.SCHEDULED)
            .values(
                state=PostState.PUBLISHING,
                attempt=post_table.c.attempt + 1,
                tries=post_table.c.tries + 1,
                version=post_table.c.version + 1,
                lease_until=now + lease,
            )
            .returning(post_table)
        )
    ).one()
    made = await connection.execute(
        insert(deliveries)
        .values(post_id=post_id, action=Action.PUBLISH, attempt=row.attempt, started_at=now, outcome=Outcome.OPEN)
        .returning(deliveries.c.id)
    )
    return Claim(posts.from_row(row), made.scalar_one(), row.tries)


async def settle_sent(connection: AsyncConnection, claim: Claim, receipt: Receipt, *, now: datetime) -> bool:
    """The platform took it. False when the post was settled by someone else meanwhile: then only the fact is kept."""
    await _finish(connection, claim.delivery_id, Outcome.SENT, "", now=now, remote_id=receipt.remote_id)
    await channels.sent(connection, claim.post.channel, at=receipt.at)
    return await posts.move(
        connection,
        claim.post.id,
        PostState.PUBLISHED,
        by="newswire",
        now=now,
        sources=[PostState.PUBLISHING, PostState.UNCERTAIN],
        attempt=claim.post.attempt,
        remote_id=receipt.remote_id,
        remote_url=receipt.url,
        published_at=receipt.at,
        lease_until=None,
    )


async def settle_failed(
    connection: AsyncConnection, claim: Claim, verdict: Verdict, reason: str, *, now: datetime
) -> bool:
    """The platform did not take it, or nobody knows: what `verdict` says becomes of the post."""
    await _finish(connection, claim.delivery_id, verdict.outcome, reason, now=now)
    values: dict[str, Any] = {"lease_until": None}
    if verdict.due_at is not None:
        values["due_at"] = verdict.due_at
    if not verdict.counts:
        values["tries"] = post_table.c.tries - 1
    return await posts.move(
        connection,
        claim.post.id,
        verdict.state,
        by="newswire",
        now=now,
        why=reason,
        sources=[PostState.PUBLISHING],
        attempt=claim.post.attempt,
        **values,
    )


async def _finish(
    connection: AsyncConnection, delivery_id: int, outcome: Outcome, detail: str, *, now: datetime, remote_id: str = ""
) -> None:
    await connection.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id)
        .values(finished_at=now, outcome=outcome, detail=detail, remote_id=remote_id)
    )


async def abandon(connection: AsyncConnection, *, now: datetime, all_of_them: bool) -> list[Post]:
    """Posts whose carrier is gone become uncertain: all that are in the air (at start), or those past their lease."""
    query = select(post_table, articles.c.seen_at).join(articles, articles.c.id == post_table.c.article_id)
    query = query.where(post_table.c.state == PostState.PUBLISHING)
    if not all_of_them:
        query = query.where(or_(post_table.c.lease_until.is_(None), post_table.c.lease_until < now))
    lost = []
    why = "Newswire stopped between the call and the answer"
    for row in (await connection.execute(query)).all():
        if await posts.move(
            connection, row.id, PostState.UNCERTAIN, by="newswire", now=now, why=why, attempt=row.attempt
        ):
            await connection.execute(
                update(deliveries)
                .where(deliveries.c.post_id == row.id, deliveries.c.outcome == Outcome.OPEN)
                .values(finished_at=now, outcome=Outcome.UNKNOWN, detail=why)
            )
            lost.append(posts.from_row(row))
    return lost


async def of_post(connection: AsyncConnection, post_id: int) -> list[Delivery]:
    """Every attempt of a post, oldest first."""
    rows = await connection.execute(select(deliveries).where(deliveries.c.post_id == post_id).order_by(deliveries.c.id))
    return [
        Delivery(
            id=row.id,
            post_id=row.post_id,
            action=Action(row.action),
            attempt=row.attempt,
            started_at=row.started_at,
            finished_at=row.finished_at,
            outcome=Outcome(row.outcome),
            detail=row.detail,
        )
        for row in rows
    ]


async def next_due(connection: AsyncConnection, *, after: datetime) -> datetime | None:
    """When the next post is due that is not due yet."""
    due: datetime | None = await connection.scalar(
        select(func.min(post_table.c.due_at)).where(
            post_table.c.state == PostState.SCHEDULED, post_table.c.due_at > after
        )
    )
    return due
