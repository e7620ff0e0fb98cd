"""Settlements: what came of each claim, written down together: a busy minute costs a few statements and not hundreds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import channels, posts, wishes
from db.claims import Claim
from db.journal import Journal
from db.tables import deliveries
from db.tables import posts as table
from newswire.delivery import Action, Receipt
from newswire.post import MOVES, Message, PostState
from newswire.retry import Verdict

_DETAIL = 2000
_CHANGES = (Action.EDIT, Action.DELETE)


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
    alike: Receipt | None = None
    """What a look has seen that may be the post, for a person to say."""
    taken: bool = False
    """The platform says that it has this post already."""


async def settle(connection: AsyncConnection, batch: Sequence[Settlement], *, now: datetime) -> set[int]:
    """Write down what came of each claim; the ids of the deliveries that moved their post.

    The others were settled by someone else meanwhile: of them only the fact is kept, and nothing is done twice.
    """
    journal = Journal("newswire", now)
    rows = await _standing(connection, batch)
    moved: set[int] = set()
    for one in batch:
        row = rows[one.claim.post.id]
        if _fits(one, row):
            if row["state"] is not one.verdict.state or one.verdict.asks:
                about = {"article_id": row["article_id"], "channel": row["channel"]}
                journal.note(one.verdict.state, post_id=row["id"], detail=one.reason, **about)
            row.update(_values(one, row), moved=True)
            if one.claim.action not in _CHANGES:
                wishes.fulfil(row, journal)
            moved.add(one.claim.delivery_id)
        elif row["state"] is PostState.CORRECTING and row["attempt"] == one.claim.post.attempt:
            row.update(posts.GROUNDED, due_at=now, moved=True)  # something else is wished meanwhile: that is next
    await _write(connection, [row for row in rows.values() if row.get("moved")])
    await _finish(connection, batch, now)
    await channels.sent(connection, _spoken(batch))
    await journal.write(connection)
    return moved


_COLUMNS = (
    *("state", "reason", "version", "lease_until", "carrier", "due_at", "looks", "tries", "parts"),
    *("remote_id", "remote_url", "published_at", "change"),
)


async def _standing(connection: AsyncConnection, batch: Iterable[Settlement]) -> dict[int, dict[str, Any]]:
    """The posts as they stand, locked."""
    ids = sorted({one.claim.post.id for one in batch})
    columns = (table.c.id, table.c.article_id, table.c.channel, table.c.attempt, *(table.c[name] for name in _COLUMNS))
    rows = await connection.execute(select(*columns).where(table.c.id.in_(ids)).order_by(table.c.id).with_for_update())
    return {row["id"]: {**row, "state": PostState(row["state"]), "was": row["state"]} for row in rows.mappings()}


def _fits(one: Settlement, row: dict[str, Any]) -> bool:
    """Whether the post is still at this attempt. A late answer that knows nothing moves nothing."""
    claim, to, at = one.claim, one.verdict.state, row["state"]
    if row["attempt"] != claim.post.attempt or not (at is to or to in MOVES[at]):
        return False
    match claim.action:
        case Action.PUBLISH:  # uncertain: the answer comes after all
            late = at is PostState.UNCERTAIN and to is not PostState.UNCERTAIN
            return at is PostState.PUBLISHING or late
        case Action.FIND:
            return at is PostState.UNCERTAIN and bool(row["looks"] == claim.post.looks)
        case _:
            return at is PostState.CORRECTING and bool(row["version"] == claim.post.version)


def _values(one: Settlement, row: dict[str, Any]) -> dict[str, Any]:
    """The columns that follow from what came of it."""
    verdict, receipt, action = one.verdict, one.receipt, one.claim.action
    values: dict[str, Any] = {"state": verdict.state, "reason": one.reason, "version": row["version"] + 1}
    values |= posts.GROUNDED
    if verdict.due_at is not None or verdict.state is PostState.UNCERTAIN:
        values["due_at"] = verdict.due_at
    if verdict.state is PostState.UNCERTAIN and action is Action.PUBLISH:
        values["looks"] = 0
    if not verdict.counts:
        values["tries"] = row["tries"] - 1
    out = verdict.state is PostState.PUBLISHED
    if receipt:
        values["parts"] = list(receipt.parts if out else receipt.ids)  # of a thread that broke off, every id
        values["remote_url"] = receipt.url
    if one.alike:
        values["remote_url"] = one.alike.url
    if receipt and out:
        values["remote_id"] = receipt.remote_id
        values |= {"published_at": receipt.at} if action not in _CHANGES else {}
    return values | (_changed(one) if action in _CHANGES else {})


def _changed(one: Settlement) -> dict[str, Any]:
    """A change that is through or given up leaves no wish; one that takes another form gets a new one."""
    message = one.message.to_json() if one.message else None
    if one.change is not None:
        return {"change": one.change, "wish": message, "tries": 0}
    if one.verdict.state is PostState.CORRECTING:
        return {}
    return {"change": "", "wish": None, "tries": 0} | ({"message": message} if message else {})


async def _write(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """The guarded UPDATE: each row as it was read, at its attempt, becomes what was decided."""
    plain = [{f"to_{name}": row[name] for name in (*_COLUMNS, "id", "attempt", "was")} for row in rows]
    if plain:
        await connection.execute(_SETTLE, plain)
    for row in rows:
        long = {name: row[name] for name in ("wish", "message") if name in row}
        if long:
            await connection.execute(update(table).where(table.c.id == row["id"]).values(**long))


_SETTLE = (
    update(table)
    .where(
        table.c.id == bindparam("to_id"),
        table.c.attempt == bindparam("to_attempt"),
        table.c.state == bindparam("to_was"),
    )
    .values({table.c[name]: bindparam(f"to_{name}") for name in _COLUMNS})
)
_FINISH = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("delivery"))
    .values(
        finished_at=bindparam("at"),
        outcome=bindparam("how"),
        detail=bindparam("says"),
        remote_id=bindparam("remote"),
        taken=bindparam("there"),
    )
)


async def _finish(connection: AsyncConnection, batch: Sequence[Settlement], now: datetime) -> None:
    rows = [
        {
            "delivery": one.claim.delivery_id,
            "at": now,
            "how": one.verdict.outcome,
            "says": one.reason[:_DETAIL],
            "remote": _remote(one),
            "there": one.taken,
        }
        for one in batch
    ]
    await connection.execute(_FINISH, rows)


def _remote(one: Settlement) -> str:
    """The platform's id; of what a look has seen and a person is asked about, the ids of all parts, apart by blanks."""
    if one.claim.action is Action.FIND and one.verdict.state is PostState.UNCERTAIN:
        return " ".join(one.alike.ids) if one.alike else ""
    return one.receipt.remote_id if one.receipt else ""


def _spoken(batch: Iterable[Settlement]) -> dict[str, datetime]:
    """The channels that have spoken, and when."""
    spoken: dict[str, datetime] = {}
    for one in batch:
        if one.receipt and one.claim.action not in _CHANGES:  # answered, or found by a look
            name = one.claim.post.channel
            spoken[name] = max(one.receipt.at, spoken.get(name, one.receipt.at))
    return spoken
