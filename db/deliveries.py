"""Deliveries: the ledger of attempts. Each is open from before the call until its answer, or its carrier's end, is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import posts
from db.journal import Journal
from db.tables import articles, deliveries
from db.tables import posts as table
from newswire.delivery import Action, Delivery, Outcome
from newswire.post import Post, PostState
from newswire.retry import FIRST_LOOK


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


async def alike(connection: AsyncConnection, post: Post) -> tuple[str, ...]:
    """The ids, one for each part, of what the last look at `post` took for perhaps being it; none for nothing."""
    last = (
        await connection.execute(
            select(deliveries.c.action, deliveries.c.attempt, deliveries.c.outcome, deliveries.c.remote_id)
            .where(deliveries.c.post_id == post.id)
            .order_by(deliveries.c.id.desc())
            .limit(1)
        )
    ).first()
    looked = last is not None and last.action == Action.FIND and last.attempt == look(post.attempt, post.looks)
    return tuple(last.remote_id.split()) if last and looked and last.outcome == Outcome.UNKNOWN else ()


def look(attempt: int, looks: int) -> int:
    """The number of a look: made of the attempt that it looks for and its own."""
    return attempt * 1000 + looks


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
