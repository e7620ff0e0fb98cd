"""Intake: an article that was noticed becomes rows: itself, its posts, its card. In one transaction, once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

import publishers
from db import articles, audit, cards, checks, posts, revisions, sights
from db.articles import Change, Fate
from db.checks import Check
from desk import pictures, readiness, sameness, siblings
from desk.compose import compose
from desk.newsroom import Newsroom
from desk.sameness import Asked, Rival
from newswire import log
from newswire.article import Article
from newswire.channel import Channel
from newswire.difference import Weight, compare
from newswire.errors import NewswireError
from newswire.post import Message, PostState, Priority
from newswire.richtext import RichText
from newswire.route import refusal, route
from newswire.settings import Settings
from newswire.timetable import HOUR, next_time
from sources._identity import identity

logger = log.get("newswire.desk.intake")


@dataclass(frozen=True, slots=True)
class Taken:
    """What intake made of an article: whether it was new, and how many channels take it."""

    change: Change
    article: Article
    posts: int = 0


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


FIRST_CHECK = timedelta(minutes=10)
"""How long after an article was taken in its page is looked at for the first time."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Known articles that a new one may be, and the means to find out."""

    asked: Asked
    rivals: Sequence[Rival]
    patient: bool = True


async def take_in(
    newsroom: Newsroom,
    article: Article,
    *,
    by: str,
    known_by: Sequence[str] = (),
    listed: Article | None = None,
    doubt: Doubt | None = None,
    hold: str = "",
    priority: int = Priority.TIMED,
) -> Taken:
    """A new article goes to its channels. One that is known stays as it is.

    `known_by` are further keys that it has, of which addresses say that it is known. `listed` is the
    article as its source shows it, before its page completed it. Where the article may be one that is known under
    another address (`doubt`), the site is asked; SourceError when it gives no answer. `hold` says why the editors decide
    about it first.
    """
    address, *hints = identity(article)
    keys = tuple(dict.fromkeys((address, *known_by, *hints)))
    known_by = tuple(key for key in (address, *known_by) if key.startswith("url:"))
    doubt = doubt or Doubt(Asked(newsroom), await sameness.of_page(newsroom, article))
    if known := await _known(newsroom, article, known_by, keys, doubt):
        return Taken(Change.SAME, known)
    settings, now = newsroom.settings, newsroom.clock.now()
    page_read = None if listed is None else article != listed
    kin = await siblings.meet(newsroom, sectioned(settings, article))
    article = kin.article
    channels = [] if hold else route(article, settings.channel, now)
    written, unready = await asyncio.gather(
        write(newsroom, article, channels),
        readiness.look(newsroom, article, page_read=page_read, priority=priority),
    )
    sight = sights.sight_of(listed) if listed else ""
    try:
        async with newsroom.store.write() as connection:
            if stored_before := await articles.find(connection, known_by):
                await articles.add_keys(connection, stored_before.article.id, keys)
                return Taken(Change.SAME, stored_before.article)
            fate, reason = (Fate.ROUTED, "") if channels else (Fate.UNROUTED, "no channel takes it")
            fate, reason = (Fate.HELD, hold) if hold else (fate, reason)
            stored = await articles.add(connection, article, keys, fate=fate, reason=reason, now=now, sight_hash=sight)
            bare = Article(url=article.url, title="", source=article.source, edition=article.edition)
            await _add_posts(newsroom, connection, stored, written, by=by, priority=priority, listed=listed or bare)
            await siblings.settle(newsroom, connection, stored, kin)
            await readiness.gate(newsroom, connection, stored, unready)
    except IntegrityError:  # another process took the same article in at this very moment
        return await take_in(
            newsroom, article, by=by, known_by=known_by, listed=listed, doubt=doubt, hold=hold, priority=priority
        )
    newsroom.bell.ring("posts", "cards")
    newsroom.metrics.taken_in(stored.source)
    logger.info("article taken in", article=stored.id, edition=stored.edition, channels=len(channels), url=stored.url)
    return Taken(Change.NEW, stored, len(channels))


async def _known(
    newsroom: Newsroom, article: Article, known_by: Sequence[str], keys: Sequence[str], doubt: Doubt
) -> Article | None:
    """The article as it is known: by a key that decides, else because the site says so."""
    async with newsroom.store.read() as connection:
        known = await articles.find(connection, known_by)
    if known is not None:
        async with newsroom.store.write() as connection:
            await articles.add_keys(connection, known.article.id, keys)
        return known.article
    if not doubt.rivals:
        return None
    addresses = [key.removeprefix("url:") for key in known_by if key.startswith("url:")]
    same = await sameness.same(doubt.asked, article, doubt.rivals, addresses=addresses, patient=doubt.patient)
    if same is None:
        return None
    logger.info("known article at a new address", article=same.article.id, url=article.url)
    return (await sameness.remember(newsroom, same, article, keys)).article


async def _add_posts(
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


async def release(newsroom: Newsroom, article_id: int, *, by: str) -> Taken | None:
    """A held or unrouted article goes to its channels after all; None when it has posts already."""
    async with newsroom.store.read() as connection:
        stored = await articles.get(connection, article_id)
        if stored is None or await posts.of_article(connection, article_id):
            return None
    article = stored.article
    channels = route(article, newsroom.settings.channel, newsroom.clock.now())
    written = await write(newsroom, article, channels)
    async with newsroom.store.write() as connection:
        if await posts.of_article(connection, article_id):
            return None
        await articles.set_fate(connection, article_id, Fate.ROUTED, "")
        await _add_posts(newsroom, connection, article, written, by=by, priority=Priority.EDITOR)
    newsroom.bell.ring("posts", "cards")
    return Taken(Change.NEW, article, len(channels))


async def changed(newsroom: Newsroom, old: Article, new: Article, *, by: str) -> Article:
    """The site has changed an article: its next revision. Posts that still wait are written anew from it.

    A post that a person approved goes back to review: what goes out is what was approved. Posts that are out
    already keep their text here; following the article there is the corrections' work. Other typography is stored
    where it is, without a revision: nothing is written anew, and nobody is asked.
    """
    settings, now = newsroom.settings, newsroom.clock.now()
    new = sectioned(settings, new)
    difference = await asyncio.to_thread(compare, old, new)
    if difference.weight is Weight.SILENT:
        async with newsroom.store.write() as connection:
            return await revisions.retouch(connection, old, new)
    wanted = {c.name: c for c in settings.channel}
    async with newsroom.store.read() as connection:
        waiting = [p for p in await posts.of_article(connection, old.id) if p.state in _STILL_HERE]
    written = {
        w.channel.name: w
        for w in await write(newsroom, new, [wanted[p.channel] for p in waiting if p.channel in wanted])
    }
    async with newsroom.store.write() as connection:
        current = await articles.get(connection, old.id)
        if current is None or current.article.revision != old.revision:
            return old  # somebody else has stored a change just now; the next look compares with that
        stored = await revisions.change(connection, old, new, now=now, difference=difference)
        await audit.record(connection, at=now, by=by, act="changed", detail=difference.said(), article_id=old.id)
        for post in waiting:
            one = written.get(post.channel)
            if one is None or one.trouble:
                continue
            await posts.rewrite(connection, post.id, one.message, revision=stored.revision, version=post.version)
            if post.state is PostState.SCHEDULED and settings.needs_review(one.channel, stored.section):
                await posts.move(
                    connection, post.id, PostState.IN_REVIEW, by=by, now=now, why="the site has changed the article"
                )
        await posts.redraw(connection, old.id)
    newsroom.bell.ring("posts", "cards")
    logger.info(
        "article changed",
        article=stored.id,
        revision=stored.revision,
        weight=difference.weight.value,
        change=difference.said(),
        url=stored.url,
    )
    return stored


_STILL_HERE = (PostState.DRAFT, PostState.IN_REVIEW, PostState.SCHEDULED)


def refusals(newsroom: Newsroom, article: Article) -> dict[str, str]:
    """For each channel that does not take the article: why."""
    now = newsroom.clock.now()
    return {c.name: why for c in newsroom.settings.channel if (why := refusal(article, c, now))}
