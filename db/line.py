"""The line: what is due, in which order, and who must wait because of whom in the same channel."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, TextualSelect, bindparam, func, literal, select, text, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import articles
from db.tables import posts as table
from newswire.delivery import Action
from newswire.post import PostState, Priority, rank

_CARRIED = (PostState.SCHEDULED, PostState.CORRECTING, PostState.UNCERTAIN)
_TOGETHER = 100  # channels in one statement


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post that is due, and what says whether it may still go.

    `stale`: its text is older than its article, which changed while the post was in the air. `gone`: the site has taken
    the article away.
    """

    id: int
    channel: str
    action: Action
    rank: int
    priority: int
    published_at: datetime | None
    seen_at: datetime
    stale: bool = False
    gone: bool = False


async def next_due(connection: AsyncConnection) -> datetime | None:
    """When the first post is due, or was; what is in the air does not count. Three seeks, however many wait."""
    due: datetime | None = await connection.scalar(_NEXT)
    return due


_FIRST_OF_EACH = [
    select(func.min(table.c.due_at).label("at")).where(table.c.state == state, table.c.due_at.is_not(None))
    for state in _CARRIED
]
_NEXT = select(func.min(union_all(*_FIRST_OF_EACH).subquery().c.at))  # made once: it is asked every second


async def due(connection: AsyncConnection, names: Sequence[str], now: datetime, limit: int) -> list[Candidate]:
    """The first of each channel, and what else is due of corrections and looks, in the order of the line.

    A channel with a post in the air sends nothing but what is strict, and the strict come first in every line. No post
    beyond `last` can be due, so a long queue is not read to its end.
    """
    last = rank(Priority.BACKLOG, now + timedelta(minutes=1))  # the backlog is put in order by milliseconds
    rows = list(await connection.execute(_others(now, limit)))
    for at in range(0, len(names), _TOGETHER):
        some = names[at : at + _TOGETHER]
        rows += await connection.execute(_firsts(len(some)), _bound(some, last, now))
    busy = await _in_the_air(connection)  # after the posts: whoever takes one meanwhile is seen
    found = [one for one in map(_candidate, rows) if one.channel in names and _turn(one, busy)]
    return sorted(found, key=lambda c: (c.priority > Priority.EDITOR, c.rank, c.id))


def _turn(candidate: Candidate, busy: Collection[str]) -> bool:
    strict = candidate.priority <= Priority.EDITOR
    return strict or candidate.action is not Action.PUBLISH or candidate.channel not in busy


def _others(now: datetime, limit: int) -> Select[Any]:
    """Corrections and looks; there are never many."""
    return _OTHERS.where(table.c.due_at <= now).limit(4 * limit)


_OTHERS = (
    select(
        *(table.c.id, table.c.channel, table.c.state, table.c.change, table.c.rank, table.c.priority),
        *(articles.c.published_at, articles.c.seen_at),
        *(literal(value=False).label("stale"), literal(value=False).label("gone")),
    )
    .join(articles, articles.c.id == table.c.article_id)
    .where(table.c.state.in_([PostState.CORRECTING, PostState.UNCERTAIN]), table.c.lease_until.is_(None))
    .order_by(table.c.due_at)
)


@cache
def _firsts(number: int) -> TextualSelect:
    """The first post of each of so many channels, one seek each. As text: building it of parts took most of a claim."""
    names = ", ".join(f"(:name{n})" for n in range(number))
    return (
        text(
            f"WITH line(name) AS (VALUES {names}) "  # noqa: S608 - numbers of ours, nothing from outside
            "SELECT p.id, p.channel, p.state, p.change, p.rank, p.priority, a.published_at, a.seen_at, "
            "p.revision < a.revision AND CAST(p.parts AS TEXT) = '[]' AS stale, a.gone_at IS NOT NULL AS gone FROM line "
            "JOIN posts p ON p.id = (SELECT q.id FROM posts q WHERE q.channel = line.name AND q.state = 'scheduled' "
            "AND q.rank <= CAST(:last AS BIGINT) AND q.due_at <= :now AND q.lease_until IS NULL ORDER BY q.rank, q.id LIMIT 1) "
            "JOIN articles a ON a.id = p.article_id"
        )
        .bindparams(bindparam("now", type_=table.c.due_at.type))
        .columns(*_OTHERS.selected_columns)
    )


def _bound(names: Sequence[str], last: int, now: datetime) -> dict[str, Any]:
    return {"now": now, "last": last} | {f"name{n}": name for n, name in enumerate(names)}


def _candidate(row: Row[Any]) -> Candidate:
    action = {
        PostState.SCHEDULED: Action.PUBLISH,
        PostState.UNCERTAIN: Action.FIND,
        PostState.CORRECTING: Action(row.change or Action.EDIT),
    }[PostState(row.state)]
    return Candidate(
        *(row.id, row.channel, action, row.rank, row.priority, row.published_at, row.seen_at), row.stale, row.gone
    )


async def _in_the_air(connection: AsyncConnection) -> set[str]:
    """Channels with a post in the air."""
    return set((await connection.execute(_AIRBORNE)).scalars())


_AIRBORNE = select(table.c.channel).where(table.c.lease_until.is_not(None))
