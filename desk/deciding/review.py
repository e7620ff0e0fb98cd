"""Review: an editor's word on an article's posts. Each is one compare-and-set: the first press decides, the rest hear so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db import articles, audit, cards, posts
from desk.newsroom import Newsroom
from desk.settling import end_alerts
from desk.writing import drafting
from newswire.editor import Act, Editor
from newswire.post import Post, PostState, Priority

_UNDECIDED = (PostState.DRAFT, PostState.IN_REVIEW)
_WAITING = (*_UNDECIDED, PostState.SCHEDULED)
_IDLE = "Nothing is waiting."


@dataclass(frozen=True, slots=True)
class Said:
    """What became of a press: whether anything changed, and one short line for the person who pressed."""

    done: bool
    text: str


@dataclass(frozen=True, slots=True)
class Press:
    """Who decided, about which article, and the revision they saw (None: said by command, about whatever is current)."""

    editor: Editor
    article_id: int
    revision: int | None = None


Deed = Callable[[AsyncConnection, Post], Awaitable[bool]]


async def each(
    newsroom: Newsroom,
    press: Press,
    act: Act,
    deed: Deed,
    *,
    said: str,
    else_said: str,
) -> Said:
    """Do `deed` to every post of the article, if the editor may and saw the revision that is current."""
    article_id = press.article_id
    if not press.editor.may(act):
        return Said(False, f"Your role ({press.editor.role.name.lower()}) cannot do this.")
    async with newsroom.store.write() as connection:
        stored = await articles.get(connection, article_id)
        if stored is None:
            return Said(False, f"There is no #{article_id}.")
        if press.revision is not None and press.revision != stored.article.revision:
            await cards.dirty(connection, article_id)
            newsroom.bell.ring("cards")
            return Said(False, "The article has changed since this card was drawn. Please look again.")
        changed = [await deed(connection, post) for post in await posts.of_article(connection, article_id)]
        if act is not Act.RESCHEDULE:
            await cards.stop_waiting(connection, article_id)
        await cards.dirty(connection, article_id)
        text = said if any(changed) else await first_word(connection, article_id, else_said)
    newsroom.bell.ring("posts", "cards")
    return Said(any(changed), text)


async def first_word(connection: AsyncConnection, article_id: int, otherwise: str) -> str:
    """Who was first, for the one who came second."""
    by_people = [
        e
        for e in await audit.of_article(connection, article_id)
        if e.by != "newswire" and not e.by.startswith("source ")
    ]
    return f"Already {by_people[-1].detail or by_people[-1].act} by {by_people[-1].by}." if by_people else otherwise


@dataclass(frozen=True, slots=True)
class _Hand:
    """The editor's hand on single posts."""

    newsroom: Newsroom
    press: Press

    async def move(self, connection: AsyncConnection, post: Post, to: PostState, **more: Any) -> bool:
        """Into another state; `more` as `posts.move` takes it."""
        by, now = self.press.editor.name, self.newsroom.clock.now()
        return await posts.move(connection, post.id, to, by=by, now=now, **more)

    async def time(self, connection: AsyncConnection, post: Post, at: datetime, priority: Priority) -> bool:
        """To another time."""
        by, now = self.press.editor.name, self.newsroom.clock.now()
        return await posts.reschedule(connection, post.id, at, priority=priority, by=by, now=now)


async def approve(newsroom: Newsroom, press: Press) -> Said:
    """Every post that waits for a decision goes at its time; a time that has passed meanwhile is found anew."""
    hand = _Hand(newsroom, press)

    async def deed(connection: AsyncConnection, post: Post) -> bool:
        now, due = newsroom.clock.now(), post.due_at
        channel = newsroom.channel(post.channel)
        if due is None or (due < now and channel is not None):
            due = await drafting.free_time(newsroom, connection, channel) if channel else now
        line = posts.line(post.priority, due)
        return await hand.move(connection, post, PostState.SCHEDULED, why="approved", sources=_UNDECIDED, **line)

    return await each(newsroom, press, Act.APPROVE, deed, said="Approved.", else_said="There is nothing to approve.")


async def send_now(newsroom: Newsroom, press: Press) -> Said:
    """Every post that waits goes at once, before slots, gaps and quiet hours."""
    hand = _Hand(newsroom, press)

    async def deed(connection: AsyncConnection, post: Post) -> bool:
        now = newsroom.clock.now()
        if post.state is PostState.SCHEDULED:
            return await hand.time(connection, post, now, Priority.EDITOR)
        line = posts.line(Priority.EDITOR, now)
        return await hand.move(connection, post, PostState.SCHEDULED, why="approved, now", sources=_UNDECIDED, **line)

    return await each(newsroom, press, Act.SEND_NOW, deed, said="Going out now.", else_said=_IDLE)


async def skip(newsroom: Newsroom, press: Press) -> Said:
    """No post that waits goes out."""
    hand = _Hand(newsroom, press)

    async def deed(connection: AsyncConnection, post: Post) -> bool:
        return await hand.move(connection, post, PostState.SKIPPED, why="skipped", sources=_WAITING)

    return await each(newsroom, press, Act.SKIP, deed, said="Skipped.", else_said=_IDLE)


async def reschedule(newsroom: Newsroom, press: Press, due_at: datetime) -> Said:
    """Every post that waits gets another time; the decision whether it goes stays open."""
    hand = _Hand(newsroom, press)

    async def deed(connection: AsyncConnection, post: Post) -> bool:
        return await hand.time(connection, post, due_at, Priority.TIMED)

    said = f"Set to {due_at.astimezone(newsroom.settings.timezone):%H:%M, %d %b}."
    return await each(newsroom, press, Act.RESCHEDULE, deed, said=said, else_said=_IDLE)


async def next_slot(newsroom: Newsroom, press: Press) -> Said:
    """Every post that waits goes back to its channel's own next time."""
    hand = _Hand(newsroom, press)

    async def deed(connection: AsyncConnection, post: Post) -> bool:
        channel = newsroom.channel(post.channel)
        if channel is None:
            return False
        due = await drafting.free_time(newsroom, connection, channel)
        return await hand.time(connection, post, due, Priority.TIMED)

    said = "Back to the channels' own times."
    return await each(newsroom, press, Act.RESCHEDULE, deed, said=said, else_said=_IDLE)


async def retry(newsroom: Newsroom, press: Press) -> Said:
    """Every failed post of the article is tried again."""
    hand = _Hand(newsroom, press)

    async def deed(connection: AsyncConnection, post: Post) -> bool:
        line = posts.line(Priority.EDITOR, newsroom.clock.now())
        failed = [PostState.FAILED]
        done = await hand.move(
            connection, post, PostState.SCHEDULED, why="tried again", sources=failed, tries=0, **line
        )
        await end_alerts(connection, {post.channel}, newsroom.clock)
        return done

    return await each(newsroom, press, Act.SEND_NOW, deed, said="Trying again.", else_said="Nothing has failed.")


async def time_out(newsroom: Newsroom) -> None:
    """Cards nobody answered: hold, send or skip their posts, as [editors] says."""
    now = newsroom.clock.now()
    rule = newsroom.settings.editors.approve
    to = {"send": PostState.SCHEDULED, "skip": PostState.SKIPPED}.get(rule.on_timeout)
    why = f"nobody answered in {_minutes(rule.timeout)}"
    async with newsroom.store.write() as connection:
        late = await cards.unanswered(connection, now)
        for article_id in late:
            for post in await posts.of_article(connection, article_id):
                if to is not None:
                    await posts.move(connection, post.id, to, by="newswire", now=now, why=why, sources=_UNDECIDED)
            note = f"⏸ Held: {why}." if to is None else ""
            await cards.stop_waiting(connection, article_id)
            await cards.dirty(connection, article_id, note=note)
    if late:
        newsroom.bell.ring("posts", "cards")


def _minutes(length: timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    return f"{minutes} min" if minutes else f"{length.total_seconds():.0f} s"
