"""Drafting: an article as each channel will show it, and the posts that wait for their time with it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

import publishers
from db import cards, checks, posts
from db.checks import Check
from desk.newsroom import Newsroom
from desk.writing import pictures, siblings
from desk.writing.compose import compose
from newswire.article import Article
from newswire.channel import Channel
from newswire.errors import NewswireError
from newswire.post import Message, PostState
from newswire.richtext import RichText
from newswire.route import refusal
from newswire.settings import Settings
from newswire.timetable import HOUR, next_time

FIRST_CHECK = timedelta(minutes=10)
"""How long after an article was taken in its page is looked at for the first time."""


@dataclass(frozen=True, slots=True)
class Written:
    """A message for a channel, or why there can be none."""

    channel: Channel
    message: Message
    trouble: str = ""


async def write(newsroom: Newsroom, article: Article, channels: Sequence[Channel]) -> list[Written]:
    """The article as each of `channels` will show it, pictures at hand."""
    article = await siblings.with_editions(newsroom, article)

    async def one(channel: Channel) -> Written:
        try:
            message = compose(newsroom.settings, channel, article, newsroom.folder)
        except NewswireError as error:
            return Written(channel, Message(text=RichText(article.url), link=article.url), str(error))
        limits = publishers.load(channel.platform).limits
        return Written(channel, await pictures.with_local_copy(newsroom, message, limits))

    return list(await asyncio.gather(*(one(channel) for channel in channels)))


def sectioned(settings: Settings, article: Article) -> Article:
    """The article under the newsroom's short name for its section; a page gives the site's own word for it."""
    return replace(article, section=settings.section_of((article.section, *article.categories)))


async def add_posts(
    newsroom: Newsroom,
    connection: AsyncConnection,
    article: Article,
    written: Sequence[Written],
    *,
    by: str,
    priority: int,
    serial: int = 1,
    listed: Article | None = None,
) -> None:
    """A post for each message, at the channel's next time; a card when editors are there to see it."""
    settings, now = newsroom.settings, newsroom.clock.now()
    waits = False
    for one in written:
        review = settings.needs_review(one.channel, article.section)
        state = PostState.FAILED if one.trouble else PostState.IN_REVIEW if review else PostState.SCHEDULED
        waits = waits or state is PostState.IN_REVIEW
        draft = posts.Draft(
            article_id=article.id,
            channel=one.channel.name,
            state=state,
            message=one.message,
            due_at=await free_time(newsroom, connection, one.channel),
            priority=priority,
            revision=article.revision,
            reason=one.trouble,
            serial=serial,
        )
        await posts.add(connection, draft, by=by, now=now)
    if written:
        await checks.add(connection, Check(article_id=article.id, at=now + FIRST_CHECK, listed=listed))
    if written and settings.editors.chat is not None and await cards.get(connection, article.id) is None:
        await cards.add(connection, article.id, answer_by=now + settings.editors.approve.timeout if waits else None)


async def free_time(newsroom: Newsroom, connection: AsyncConnection, channel: Channel) -> datetime:
    """The next time the channel's timetable has for a post."""
    now = newsroom.clock.now()
    table = newsroom.settings.timetable(channel)
    if not (table.slots or table.quiet or table.min_gap or table.per_hour):
        return now
    reach = max(HOUR, table.min_gap)
    return next_time(now, table, await posts.times_taken(connection, channel.name, since=now - reach))


def refusals(newsroom: Newsroom, article: Article) -> dict[str, str]:
    """For each channel that does not take the article: why."""
    now = newsroom.clock.now()
    return {c.name: why for c in newsroom.settings.channel if (why := refusal(article, c, now))}
