"""Checks: when the page of an article that is posted is looked at again, and what it said the last time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import checks
from db.upsert import insert_missing
from newswire.article import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The next look at an article's page. `step` counts the looks that worked.

    `misses` counts those in a row that did not, `missing_since` is when the page was first not there. `listed` is the
    article as its source shows it, for the page completes that.
    """

    article_id: int
    at: datetime
    step: int = 0
    misses: int = 0
    missing_since: datetime | None = None
    etag: str = ""
    last_modified: str = ""
    digest: str = ""
    listed: Article | None = None


def _row(check: Check) -> dict[str, Any]:
    return {
        "article_id": check.article_id,
        "at": check.at,
        "step": check.step,
        "misses": check.misses,
        "missing_since": check.missing_since,
        "etag": check.etag,
        "last_modified": check.last_modified,
        "digest": check.digest,
        "listed": check.listed.to_json() if check.listed else None,
    }


async def add(connection: AsyncConnection, check: Check) -> None:
    """From now on the article's page is looked at; nothing changes if it is already."""
    await insert_missing(connection, checks, [_row(check)])


async def due(connection: AsyncConnection, now: datetime, *, limit: int) -> list[Check]:
    """The looks that are due, the longest due first."""
    rows = await connection.execute(select(checks).where(checks.c.at <= now).order_by(checks.c.at).limit(limit))
    return [
        Check(
            article_id=row.article_id,
            at=row.at,
            step=row.step,
            misses=row.misses,
            missing_since=row.missing_since,
            etag=row.etag,
            last_modified=row.last_modified,
            digest=row.digest,
            listed=Article.from_json(row.listed) if row.listed else None,
        )
        for row in rows
    ]


async def put(connection: AsyncConnection, check: Check) -> None:
    """How a look ended, and when the next one is; nothing if the article is looked at no more."""
    row = _row(check)
    del row["listed"]
    await connection.execute(update(checks).where(checks.c.article_id == row.pop("article_id")).values(**row))


async def relist(connection: AsyncConnection, article_id: int, listed: Article) -> None:
    """The source shows the article otherwise now."""
    await connection.execute(
        update(checks)
        .where(checks.c.article_id == article_id)
        .values(listed=listed.to_json(), digest="", etag="", last_modified="")
    )


async def sooner(connection: AsyncConnection, article_id: int, at: datetime) -> None:
    """The article is looked at by then, if it is looked at at all."""
    await connection.execute(update(checks).where(checks.c.article_id == article_id, checks.c.at > at).values(at=at))


async def missed(connection: AsyncConnection, article_id: int, *, now: datetime, again_at: datetime) -> None:
    """The page was not there just now: it is looked for once more, soon."""
    check = Check(article_id=article_id, at=again_at, misses=1, missing_since=now)
    await insert_missing(connection, checks, [_row(check)])
    await connection.execute(
        update(checks)
        .where(checks.c.article_id == article_id, checks.c.missing_since.is_(None))
        .values(at=again_at, missing_since=now)
    )


async def end(connection: AsyncConnection, article_id: int) -> None:
    """The article is looked at no more."""
    await connection.execute(delete(checks).where(checks.c.article_id == article_id))
