"""Vanished: articles that left their source's list before their time; their pages tell whether they are gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from db import articles
from db.articles import Stored
from desk.newsroom import Newsroom
from desk.watching import withdrawal
from desk.watching.sameness import Asked
from newswire.article import Article
from newswire.errors import SourceError
from newswire.source import Source

WINDOW = timedelta(hours=48)
"""What was noticed longer ago is looked after no more when it leaves a list."""
_AT_ONCE = 5


async def missing(
    newsroom: Newsroom, source: Source, found: Sequence[Article], known: Sequence[int], window: timedelta
) -> list[Stored]:
    """Articles of the source that its list does not show, the latest first, those that merely grew old not among them.

    In a list without dates nobody can tell which those are.
    """
    dates = [article.published_at for article in found if article.published_at]
    since = newsroom.clock.now() - window
    async with newsroom.store.read() as connection:
        return await articles.vanished(
            connection, source.name, listed=known, since=since, published_since=min(dates, default=None)
        )


async def examine(newsroom: Newsroom, asked: Asked, found: Sequence[Article], left: Sequence[Stored]) -> None:
    """Of articles that left the list before their time, the pages tell whether they are gone; once is not enough."""
    if not any(article.published_at for article in found):
        return
    since = newsroom.clock.now() - WINDOW
    for stored in [one for one in left if one.seen_at > since][:_AT_ONCE]:
        try:
            await asked.page(stored)
        except SourceError as error:
            if error.gone:
                await withdrawal.missing(newsroom, stored)
