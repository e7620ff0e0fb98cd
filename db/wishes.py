"""Wishes: a post that perhaps is out shall be taken back; that is kept until it is known whether it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.journal import Journal
from db.tables import posts as table
from newswire.delivery import Action
from newswire.post import PostState

IN_DOUBT = (PostState.PUBLISHING, PostState.UNCERTAIN)
"""Where nobody knows yet whether a post is out."""


async def take_back(connection: AsyncConnection, post_id: int, *, by: str, now: datetime, why: str) -> bool:
    """Let a post that perhaps is out be taken back once that is known. False: it is not in doubt, or wished already."""
    row = (
        await connection.execute(
            update(table)
            .where(table.c.id == post_id, table.c.state.in_(IN_DOUBT), table.c.change != Action.DELETE)
            .values(change=Action.DELETE, version=table.c.version + 1)
            .returning(table.c.article_id, table.c.channel)
        )
    ).first()
    if row is None:
        return False
    journal = Journal(by, now)
    journal.note("to_be_taken_back", article_id=row.article_id, post_id=post_id, channel=row.channel, detail=why)
    await journal.write(connection)
    return True


def fulfil(row: dict[str, Any], journal: Journal) -> None:
    """What becomes of a post, as it stands after an answer, whose end was wished while it was in doubt.

    What is out, be it a part, is deleted by a delivery of its own; what is not is called off; in doubt it waits on.
    """
    if row["change"] != Action.DELETE or row["state"] in IN_DOUBT:
        return
    if row["state"] is PostState.PUBLISHED or row["parts"]:
        row.update(state=PostState.CORRECTING, due_at=journal.at, tries=0)
        row["remote_id"] = row["remote_id"] or row["parts"][0]
        row["published_at"] = row["published_at"] or journal.at
        why = "it is out, and was to be taken back"
    else:
        row.update(state=PostState.CANCELLED, change="", reason="it is not out, and was to be taken back")
        why = row["reason"]
    about = {"article_id": row["article_id"], "channel": row["channel"]}
    journal.note(row["state"], post_id=row["id"], detail=why, **about)
