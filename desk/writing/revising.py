"""Revising: the site has changed an article, and the posts that still wait are written anew from it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import articles, audit, posts, revisions
from desk.newsroom import Newsroom
from desk.writing.drafting import Written, sectioned, write
from newswire import log
from newswire.article import Article
from newswire.difference import Difference, Weight, compare
from newswire.post import Post, PostState

logger = log.get("newswire.desk.writing.revising")

SETTLED_WITHIN = timedelta(minutes=10)
"""When an article that changes too often is looked at again."""

_LATELY = timedelta(hours=1)
_AT_MOST, _HEADLINES_AT_MOST = 3, 6
_STILL_HERE = (PostState.DRAFT, PostState.IN_REVIEW, PostState.SCHEDULED)


async def changed(newsroom: Newsroom, old: Article, new: Article, *, by: str) -> Article:
    """The site has changed an article: its next revision. Posts that still wait are written anew from it.

    A post that a person approved goes back to review: what goes out is what was approved. Posts that are out
    already keep their text here; following the article there is the corrections' work. Other typography is stored
    where it is, without a revision: nothing is written anew, and nobody is asked. So is nobody of an article that
    changes too often: what it is then waits until it changes less, and `old` itself is returned.
    """
    new = sectioned(newsroom.settings, new)
    difference = await asyncio.to_thread(compare, old, new)
    if difference.weight is Weight.SILENT:
        async with newsroom.store.write() as connection:
            return await revisions.retouch(connection, old, new)
    async with newsroom.store.read() as connection:
        if await _unsettled(newsroom, connection, old, new, difference):
            logger.info("change waits, for the article changes too often", article=old.id, url=old.url)
            return old
        waiting = [p for p in await posts.of_article(connection, old.id) if p.state in _STILL_HERE]
    written = await _written(newsroom, new, waiting)
    async with newsroom.store.write() as connection:
        current = await articles.get(connection, old.id)
        if current is None or current.article.revision != old.revision:
            return old  # somebody else has stored a change just now; the next look compares with that
        stored = await revisions.change(connection, old, new, now=newsroom.clock.now(), difference=difference)
        at, said = newsroom.clock.now(), difference.said()
        await audit.record(connection, at=at, by=by, act="changed", detail=said, article_id=old.id)
        for post in waiting:
            if post.channel in written:
                await _rewrite(newsroom, connection, post, written[post.channel], stored, by=by)
        await posts.redraw(connection, old.id)
    newsroom.bell.ring("posts", "cards")
    logger.info(
        "article changed",
        article=stored.id,
        revision=stored.revision,
        weight=difference.weight.value,
        change=said,
        url=stored.url,
    )
    return stored


async def _unsettled(
    newsroom: Newsroom, connection: AsyncConnection, old: Article, new: Article, difference: Difference
) -> bool:
    """Whether an article has changed so often in an hour that one more change tells nobody anything.

    A live blog's text changes with each entry; a site with two caches shows now one text and now the other. A new
    headline is told a little longer.
    """
    since = newsroom.clock.now() - _LATELY
    before = await revisions.lately(connection, old.id, since)
    told = {part.name for part in difference.parts if part.weight is not Weight.SILENT}
    again = new.content_hash() in {one.content_hash() for one in before}
    return len(before) >= (_AT_MOST if again or told.isdisjoint(("title", "section")) else _HEADLINES_AT_MOST)


async def renew(newsroom: Newsroom, post_id: int) -> None:
    """A post whose article changed while it was in the air is written anew, before it goes out after all.

    Where nothing can be written of it, people decide. Nothing happens to a post that moves meanwhile.
    """
    async with newsroom.store.read() as connection:
        post = await posts.get(connection, post_id)
        stored = await articles.get(connection, post.article_id) if post else None
    if post is None or stored is None or post.state is not PostState.SCHEDULED:
        return
    article = stored.article
    written = await _written(newsroom, article, [post])
    async with newsroom.store.write() as connection:
        if one := written.get(post.channel):
            await _rewrite(newsroom, connection, post, one, article, by="newswire")
        else:
            why, now = "the site has changed the article, and its new text does not fit", newsroom.clock.now()
            await posts.move(connection, post.id, PostState.IN_REVIEW, by="newswire", now=now, why=why)
    newsroom.bell.ring("posts", "cards")
    logger.info("post written anew", post=post.id, article=article.id, channel=post.channel, revision=article.revision)


async def _written(newsroom: Newsroom, article: Article, waiting: Sequence[Post]) -> dict[str, Written]:
    """By channel, what the posts that wait will say; a channel where it cannot be written keeps what it has."""
    names = {post.channel for post in waiting}
    channels = [channel for channel in newsroom.settings.channel if channel.name in names]
    return {one.channel.name: one for one in await write(newsroom, article, channels) if not one.trouble}


async def _rewrite(
    newsroom: Newsroom, connection: AsyncConnection, post: Post, one: Written, article: Article, *, by: str
) -> None:
    await posts.rewrite(connection, post.id, one.message, revision=article.revision, version=post.version)
    if post.state is PostState.SCHEDULED and newsroom.settings.needs_review(one.channel, article.section):
        why, now = "the site has changed the article", newsroom.clock.now()
        await posts.move(connection, post.id, PostState.IN_REVIEW, by=by, now=now, why=why)
