"""Deliveries: the ledger of attempts. Each is open from before the call until its answer, or its carrier's end, is known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import channels, posts
from db.claims import Claim
from db.journal import Journal
from db.tables import articles, deliveries
from db.tables import posts as table
from newswire.delivery import Action, Delivery, Outcome, Receipt
from newswire.post import MOVES, Message, Post, PostState
from newswire.retry import FIRST_LOOK, Verdict

_DETAIL = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What came of a claim: the verdict, with the receipt or the reason, and what a corrected post now says."""

    claim: Claim
    verdict: Verdict
    reason: str = ""
    receipt: Receipt | None = None
    message: Message | None = None
    change: str | None = None
    """`edit` for a post that cannot be deleted any more and shall say `message` instead."""
    taken: bool = False
    """The platform says that it has this post already."""


async def settle(connection: AsyncConnection, batch: Sequence[Settlement], *, now: datetime) -> set[int]:
    """Write down what came of each claim; the ids of the deliveries that moved their post.

    The others were settled by someone else meanwhile: of them only the fact is kept, and nothing is done twice.
    """
    journal = Journal("newswire", now)
    moved = {one.claim.delivery_id for one in batch if await _settle_one(connection, journal, one)}
    await _finish(connection, batch, now)
    for name, at in _spoken(batch).items():
        await channels.sent(connection, name, at=at)
    await journal.write(connection)
    return moved


def _spoken(batch: Iterable[Settlement]) -> dict[str, datetime]:
    spoken: dict[str, datetime] = {}
    for one in batch:
        if one.receipt and one.claim.action is Action.PUBLISH:
            name = one.claim.post.channel
            spoken[name] = max(one.receipt.at, spoken.get(name, one.receipt.at))
    return spoken


_CHANGES = (Action.EDIT, Action.DELETE)
_OF_ACTION: dict[Action, Collection[PostState]] = {
    Action.PUBLISH: (PostState.PUBLISHING, PostState.UNCERTAIN),  # uncertain: the answer comes after all
    Action.EDIT: (PostState.CORRECTING,),
    Action.DELETE: (PostState.CORRECTING,),
    Action.FIND: (PostState.UNCERTAIN,),
}


async def _settle_one(connection: AsyncConnection, journal: Journal, one: Settlement) -> bool:
    """Move the post, if it is still at this attempt. A late answer that knows nothing moves nothing."""
    claim, verdict = one.claim, one.verdict
    sources = [at for at in _OF_ACTION[claim.action] if at is verdict.state or verdict.state in MOVES[at]]
    if claim.action is Action.PUBLISH and verdict.state is PostState.UNCERTAIN:
        sources = [PostState.PUBLISHING]
    attempt = table.c.attempt == claim.post.attempt
    fences = [attempt]
    if claim.action is Action.FIND:
        fences.append(table.c.looks == claim.post.looks)
    if claim.action in _CHANGES:
        fences.append(table.c.version == claim.post.version)
    moved = await posts.step(
        connection,
        journal,
        claim.post.id,
        verdict.state,
        why=one.reason,
        sources=sources,
        fences=fences,
        noted=verdict.state is not claim.post.state or verdict.asks,
        **_values(one),
    )
    if not moved and claim.action in _CHANGES:  # somebody wished something else meanwhile: that is next
        again = update(table).where(table.c.id == claim.post.id, attempt, table.c.state == PostState.CORRECTING)
        await connection.execute(again.values(due_at=journal.at, **posts.GROUNDED))
    return moved


def _values(one: Settlement) -> dict[str, Any]:
    """The columns that follow from what came of it, beside the state."""
    verdict, receipt = one.verdict, one.receipt
    values: dict[str, Any] = dict(posts.GROUNDED)
    if verdict.due_at is not None or verdict.state is PostState.UNCERTAIN:
        values["due_at"] = verdict.due_at
    if verdict.state is PostState.UNCERTAIN and one.claim.action is Action.PUBLISH:
        values["looks"] = 0
    if not verdict.counts:
        values["tries"] = table.c.tries - 1
    if receipt:
        out = verdict.state is PostState.PUBLISHED
        values["parts"] = list(receipt.parts if out else receipt.ids)  # of a thread that broke off, every id
        if out:
            values |= {"remote_id": receipt.remote_id, "remote_url": receipt.url}
    if receipt and one.claim.action in (Action.PUBLISH, Action.FIND) and verdict.state is PostState.PUBLISHED:
        values["published_at"] = receipt.at
    if one.claim.action in _CHANGES:
        values |= _changed(one)
    return values


def _changed(one: Settlement) -> dict[str, Any]:
    """A change that is through or given up leaves no wish; one that takes another form gets a new one."""
    if one.change is not None:
        return {"change": one.change, "wish": one.message.to_json() if one.message else None, "tries": 0}
    if one.verdict.state is PostState.CORRECTING:
        return {}
    done = {"message": one.message.to_json()} if one.message else {}
    return {"change": "", "wish": None, "tries": 0, **done}


async def _finish(connection: AsyncConnection, batch: Sequence[Settlement], now: datetime) -> None:
    rows = [
        {
            "delivery": one.claim.delivery_id,
            "at": now,
            "how": one.verdict.outcome,
            "says": one.reason[:_DETAIL],
            "remote": one.receipt.remote_id if one.receipt else "",
            "there": one.taken,
        }
        for one in batch
    ]
    await connection.execute(
        update(deliveries)
        .where(deliveries.c.id == bindparam("delivery"))
        .values(
            finished_at=bindparam("at"),
            outcome=bindparam("how"),
            detail=bindparam("says"),
            remote_id=bindparam("remote"),
            taken=bindparam("there"),
        ),
        rows,
    )


@dataclass(frozen=True, slots=True)
class Flight:
    """A post in the air, as another process sees it."""

    post_id: int
    attempt: int
    looks: int
    carrier: str


async def in_the_air(connection: AsyncConnection) -> list[Flight]:
    """Every post that somebody carries right now, or carried when he died."""
    rows = await connection.execute(
        select(table.c.id, table.c.attempt, table.c.looks, table.c.carrier).where(table.c.lease_until.is_not(None))
    )
    return [Flight(row.id, row.attempt, row.looks, row.carrier) for row in rows]


async def abandon(connection: AsyncConnection, flights: Iterable[Flight], *, now: datetime) -> list[Post]:
    """These posts' carriers are gone. What was being published is uncertain, and is looked for soon.

    A correction is simply made again (saying the same twice is saying it once), and so is a look.
    """
    journal = Journal("newswire", now)
    lost = []
    for flight in flights:
        fence = (
            table.c.id == flight.post_id,
            table.c.attempt == flight.attempt,
            table.c.looks == flight.looks,
            table.c.lease_until.is_not(None),
        )
        if await _uncertain(connection, journal, flight, now):
            row = (
                await connection.execute(
                    select(table, articles.c.seen_at)
                    .join(articles, articles.c.id == table.c.article_id)
                    .where(table.c.id == flight.post_id)
                )
            ).one()
            lost.append(posts.from_row(row))
        else:
            await connection.execute(update(table).where(*fence).values(due_at=now, **posts.GROUNDED))
        await _close_open(connection, flight.post_id, now)
    await journal.write(connection)
    return lost


_STOPPED = "Newswire stopped between the call and the answer"


async def _uncertain(connection: AsyncConnection, journal: Journal, flight: Flight, now: datetime) -> bool:
    return await posts.step(
        connection,
        journal,
        flight.post_id,
        PostState.UNCERTAIN,
        why=_STOPPED,
        sources=[PostState.PUBLISHING],
        fences=[table.c.attempt == flight.attempt],
        looks=0,
        due_at=now + FIRST_LOOK,
        **posts.GROUNDED,
    )


async def _close_open(connection: AsyncConnection, post_id: int, now: datetime) -> None:
    await connection.execute(
        update(deliveries)
        .where(deliveries.c.post_id == post_id, deliveries.c.outcome == Outcome.OPEN)
        .values(finished_at=now, outcome=Outcome.UNKNOWN, detail=_STOPPED)
    )


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
