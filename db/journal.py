"""A journal: the audit rows and stale cards of one transaction, gathered and written together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import audit, cards


@dataclass(slots=True)
class Journal:
    """What was done, `by` whom and when, until `write` puts it down in two statements, however much it is."""

    by: str
    at: datetime
    rows: list[dict[str, Any]] = field(default_factory=list)

    def note(self, act: str, *, article_id: int, post_id: int, channel: str, detail: str = "") -> None:
        """One deed on one post."""
        about = {"article_id": article_id, "post_id": post_id, "channel": channel}
        self.rows.append({"at": self.at, "by": self.by, "act": act, "detail": detail, **about})

    async def write(self, connection: AsyncConnection) -> None:
        """Put it down, and mark the articles' cards as no longer showing the truth."""
        if not self.rows:
            return
        await connection.execute(insert(audit), self.rows)
        touched = sorted({row["article_id"] for row in self.rows})
        await connection.execute(update(cards).where(cards.c.article_id.in_(touched)).values(dirty=True))
        self.rows.clear()
