"""Posts: the rows that are the jobs. Every move is one guarded UPDATE with its audit row beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import audit
from db.journal import Journal
from db.tables import articles, cards, posts
from newswire.post import MOVES, Message, Post, PostState, rank


def from_row(row: Row[Any], *, seen_at: datetime | None = None) -> Post:
    """A post from a row of `posts`, joined with `articles.seen_at` where the query has it."""
    return Post(
        id=row.id,
        article_id=row.article_id,
        channel=row.channel,
        state=PostState(row.state),
        message=Message.from_json(row.message),
        due_at=row.due_at,
        priority=row.priority,
        revision=row.revision,
        version=row.version,
        attempt=row.attempt,
        serial=row.serial,
        reason=row.reason,
        remote_id=row.remote_id,
        remote_url=row.remote_url,
        parts=tuple(row.parts),
        change=row.change,
        wish=Message.from_json(row.wish) if row.wish else None,
        looks=row.looks,
        seen_at=seen_at or getattr(row, "seen_at", None),
        published_at=row.published_at,
    )


def line(priority: int, due_at: datetime | None) -> dict[str, Any]:
    """The columns that give a post its place in the line."""
    return {"priority": priority, "due_at": due_at, "rank": rank(priority, due_at) if due_at else 0}


GROUNDED: dict[str, Any] = {"lease_until": None, "carrier": ""}
"""The columns of a post that nobody carries."""
WITH_SEEN = select(posts, articles.c.seen_at).join(articles, articles.c.id == posts.c.article_id)
"""What `from_row` takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A post that is about to be stored."""

    article_id: int
    channel: str
    state: PostState
    message: Message
    due_at: datetime | None
    priority: int
    revision: int
    reason: str = ""
    serial: int = 1


async def add(connection: AsyncConnection, draft: Draft, *, by: str, now: datetime) -> int:
    """Store a new post; its number. The unique key (article, channel, serial) refuses a second one."""
    row = await connection.execute(
        insert(posts)
        .values(
            article_id=draft.article_id,
            channel=draft.channel,
            state=draft.state,
            message=draft.message.to_json(),
            revision=draft.revision,
            reason=draft.reason,
            serial=draft.serial,
            created_at=now,
            **line(draft.priority, draft.due_at),
        )
        .returning(posts.c.id)
    )
    post_id: int = row.scalar_one()
    await audit.record(
        connection,
        at=now,
        by=by,
        act=draft.state,
        detail=draft.reason,
        article_id=draft.article_id,
        post_id=post_id,
        channel=draft.channel,
    )
    return post_id


async def move(
    connection: AsyncConnection,
    post_id: int,
    to: PostState,
    *,
    by: str,
    now: datetime,
    why: str = "",
    sources: Collection[PostState] | None = None,
    attempt: int | None = None,
    version: int | None = None,
    in_the_air: bool = False,
    **values: Any,
) -> bool:
    """Move a post to state `to`, if it is in one of `sources` (all states that may move there, when not given).

    Where `sources` name `to` itself, it stays there, with other `values`: of a post that is being changed another change
    is wished.
    `attempt` fences the answer of a delivery, `version` a button drawn earlier. False when the post was elsewhere:
    then nothing has happened. A move ends whatever was in the air, unless `in_the_air` says that it goes on. The audit
    row is written, and the article's card marked for drawing, in the same transaction.
    """
    if not in_the_air:
        values |= GROUNDED
    journal = Journal(by, now)
    given = MOVES if sources is None else sources
    allowed = [state for state in given if to in MOVES[state] or (state is to and sources is not None)]
    fences = [
        getattr(posts.c, name) == at for name, at in (("attempt", attempt), ("version", version)) if at is not None
    ]
    moved = await step(connection, journal, post_id, to, why=why, sources=allowed, fences=fences, **values)
    await journal.write(connection)
    return moved


async def step(
    connection: AsyncConnection,
    journal: Journal,
    post_id: int,
    to: PostState,
    *,
    why: str,
    sources: Collection[PostState],
    fences: Iterable[ColumnElement[bool]] = (),
    noted: bool = True,
    **values: Any,
) -> bool:
    """`move`, told from where and with the writing down left to the caller's journal (not `noted`: nothing to say)."""
    row = (
        await connection.execute(
            update(posts)
            .where(posts.c.id == post_id, posts.c.state.in_(sources), *fences)
            .values(state=to, reason=why, version=posts.c.version + 1, **values)
            .returning(posts.c.article_id, posts.c.channel)
        )
    ).first()
    if row is None:
        return False
    if noted:
        journal.note(to, article_id=row.article_id, post_id=post_id, channel=row.channel, detail=why)
    return True


async def redraw(connection: AsyncConnection, article_id: int) -> None:
    """The article's card no longer shows the truth."""
    await connection.execute(update(cards).where(cards.c.article_id == article_id).values(dirty=True))


async def reschedule(
    connection: AsyncConnection, post_id: int, due_at: datetime, *, priority: int, by: str, now: datetime
) -> bool:
    """Another time for a post that waits."""
    row = (
        await connection.execute(
            update(posts)
            .where(posts.c.id == post_id, posts.c.state.in_([PostState.SCHEDULED, PostState.IN_REVIEW]))
            .values(version=posts.c.version + 1, **line(priority, due_at))
            .returning(posts.c.article_id, posts.c.channel)
        )
    ).first()
    if row is None:
        return False
    detail = f"due {due_at:%Y-%m-%d %H:%M} UTC"
    await audit.record(
        connection,
        at=now,
        by=by,
        act="rescheduled",
        detail=detail,
        article_id=row.article_id,
        post_id=post_id,
        channel=row.channel,
    )
    await redraw(connection, row.article_id)
    return True


async def rewrite(connection: AsyncConnection, post_id: int, message: Message, *, revision: int, version: int) -> bool:
    """A new text for a post that waits, written from the article's `revision`."""
    done = await connection.execute(
        update(posts)
        .where(posts.c.id == post_id, posts.c.version == version)
        .where(posts.c.state.in_([PostState.SCHEDULED, PostState.IN_REVIEW, PostState.DRAFT]))
        .values(message=message.to_json(), revision=revision, version=posts.c.version + 1)
    )
    return done.rowcount == 1


async def get(connection: AsyncConnection, post_id: int) -> Post | None:
    """One post by its number."""
    row = (await connection.execute(WITH_SEEN.where(posts.c.id == post_id))).first()
    return from_row(row) if row else None


async def of_article(connection: AsyncConnection, article_id: int) -> list[Post]:
    """Every post of an article, in the order they were written."""
    rows = await connection.execute(WITH_SEEN.where(posts.c.article_id == article_id).order_by(posts.c.id))
    return [from_row(row) for row in rows]


async def in_states(
    connection: AsyncConnection, states: Iterable[PostState], *, channel: str = "", limit: int = 500
) -> list[Post]:
    """Posts in any of `states`, the first due first."""
    query = WITH_SEEN.where(posts.c.state.in_(list(states))).order_by(posts.c.due_at, posts.c.id).limit(limit)
    rows = await connection.execute(query.where(posts.c.channel == channel) if channel else query)
    return [from_row(row) for row in rows]


async def troubled(connection: AsyncConnection, channel: str, state: PostState) -> bool:
    """Whether a post of the channel is in trouble that people must see to: failed, or uncertain with nobody looking."""
    query = select(posts.c.id).where(posts.c.channel == channel, posts.c.state == state).limit(1)
    if state is PostState.UNCERTAIN:
        query = query.where(posts.c.due_at.is_(None))
    return (await connection.execute(query)).first() is not None


async def times_taken(connection: AsyncConnection, channel: str, *, since: datetime) -> list[datetime]:
    """When the channel has spoken or will speak, from `since` on: what a timetable must keep clear of."""
    taken = func.coalesce(posts.c.published_at, posts.c.due_at)
    rows = await connection.execute(
        select(taken.label("at"))
        .where(posts.c.channel == channel, taken > since)
        .where(
            posts.c.state.in_(
                [
                    PostState.SCHEDULED,
                    PostState.IN_REVIEW,
                    PostState.PUBLISHING,
                    PostState.UNCERTAIN,
                    PostState.PUBLISHED,
                ]
            )
        )
    )
    return [row.at for row in rows]
