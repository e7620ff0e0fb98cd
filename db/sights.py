"""Sights: what a source showed of an article last, which is the little that tells whether an item of its list is new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import article_keys, articles
from newswire.article import Article

# Keys in one statement: SQLite takes 32,766 values.
_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Known:
    """The little that tells whether an item of a feed is new: who saw it first, and what it looked like there."""

    id: int
    source: str
    sight: str
    gone: bool


async def known(connection: AsyncConnection, keys: Iterable[str]) -> dict[str, Known]:
    """What is known under each of `keys`; a key that is missing in the answer is new."""
    wanted = list(keys)
    found: dict[str, Known] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        rows = await connection.execute(
            select(article_keys.c.key, articles.c.id, articles.c.source, articles.c.sight_hash, articles.c.gone_at)
            .join(articles, articles.c.id == article_keys.c.article_id)
            .where(article_keys.c.key.in_(wanted[start : start + _AT_ONCE]))
        )
        found |= {row.key: Known(row.id, row.source, row.sight_hash, row.gone_at is not None) for row in rows}
    return found


def sight_of(article: Article) -> str:
    """What a source shows of an article, as a short text: what readers see, and the date of its last change.

    The date stands for itself behind the `@`, for sites exist that date everything anew every day.
    """
    return sight(article.content_hash(), article.modified_at)


def sight(content_hash: str, at: datetime | None) -> str:
    """`sight_of` where the article's hash is known already."""
    return f"{content_hash}@{at.isoformat(timespec='seconds') if at else ''}"


async def set_sights(connection: AsyncConnection, sights: Mapping[int, str]) -> None:
    """What sources show of articles by now, by the articles' numbers."""
    if sights:
        rows = [{"article": article_id, "sight": sight} for article_id, sight in sights.items()]
        of_one = update(articles).where(articles.c.id == bindparam("article"))
        await connection.execute(of_one.values(sight_hash=bindparam("sight")), rows)
