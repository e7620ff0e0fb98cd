"""Withdrawal: the site has taken an article away. What waits is called off; people hear once what is out, and where."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import alerts, articles, audit, checks, posts
from db.articles import Stored
from desk.newsroom import Newsroom
from newswire import log
from newswire.article import Article
from newswire.post import WAITING, PostState
from sources._identity import identity

logger = log.get("newswire.desk.watching.withdrawal")

ONCE_MORE = timedelta(seconds=75)
"""How long after a page was first not there it is looked for again."""
WHY = "the site has taken the article away"
"""What a post says that was called off with its article."""

_OUT = (PostState.PUBLISHED, PostState.CORRECTING)
_PERHAPS = (PostState.PUBLISHING, PostState.UNCERTAIN)


async def withdrawn(newsroom: Newsroom, url: str) -> None:
    """The source itself says that an article is out no more."""
    async with newsroom.store.read() as connection:
        stored = await articles.find(connection, identity(Article(url=url, title="")))
    if stored is not None and stored.gone_at is None:
        await gone(newsroom, stored)


async def missing(newsroom: Newsroom, stored: Stored) -> None:
    """An article's page is not there: it is looked for once more before anybody believes it."""
    now = newsroom.clock.now()
    async with newsroom.store.write() as connection:
        await checks.missed(connection, stored.article.id, now=now, again_at=now + ONCE_MORE)


async def gone(newsroom: Newsroom, stored: Stored) -> None:
    """The article is out no more, for certain."""
    now = newsroom.clock.now()
    async with newsroom.store.write() as connection:
        current = await articles.get(connection, stored.article.id)
        if current is None or current.gone_at is not None:
            return
        await articles.gone(connection, stored.article.id, now=now)
        await checks.end(connection, stored.article.id)
        await _tell(newsroom, connection, stored, now)
        await posts.redraw(connection, stored.article.id)
    newsroom.bell.ring("cards")
    logger.info("article gone", article=stored.article.id, url=stored.article.url)


async def back(newsroom: Newsroom, stored: Stored) -> None:
    """The article is there again. What was called off stays so: an editor may send it with /post."""
    now = newsroom.clock.now()
    async with newsroom.store.write() as connection:
        await articles.back(connection, stored.article.id)
        await alerts.close(connection, f"article {stored.article.id}", "gone", now=now)
        await audit.record(connection, at=now, by="newswire", act="back on the site", article_id=stored.article.id)
        await posts.redraw(connection, stored.article.id)
    newsroom.bell.ring("cards")


async def _tell(newsroom: Newsroom, connection: AsyncConnection, stored: Stored, now: datetime) -> None:
    """Posts that wait are called off; people are told about those that are out."""
    out = []
    for post in await posts.of_article(connection, stored.article.id):
        if post.state in WAITING:
            await posts.move(
                connection,
                post.id,
                PostState.CANCELLED,
                by="newswire",
                now=now,
                why=WHY,
            )
        elif post.state in _OUT:
            out.append(f"{post.channel} ({post.remote_url})" if post.remote_url else post.channel)
        elif post.state in _PERHAPS:
            out.append(f"{post.channel} (perhaps)")
    await audit.record(connection, at=now, by="newswire", act="gone", article_id=stored.article.id)
    if out:
        back = newsroom.order("retract", f"#{stored.article.id}")
        text = (
            f"The site has taken #{stored.article.id} away: {stored.article.title}\n"
            f"It is still out in {', '.join(out)}. {back} takes it back; otherwise it stays."
        )
        await alerts.raise_(connection, f"article {stored.article.id}", "gone", text, now=now)
