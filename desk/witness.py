"""Witness: a person has looked whether a post is out of which nobody else can tell, and that settles it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from db import deliveries, posts
from desk import retract
from desk.newsroom import Newsroom
from desk.review import Said, first_word
from desk.settling import end_alerts
from newswire.delivery import Action
from newswire.editor import Act, Editor
from newswire.post import Post, PostState, Priority

_BY_HAND = "I do not know its number there, so please correct it or take it away by hand when it must be."
_TAKE_AWAY = "I do not know its number there, so please take it away by hand."


async def settle(newsroom: Newsroom, editor: Editor, post_id: int, *, there: bool) -> Said:
    """An uncertain post is published, or goes out again; one that was to be taken back is taken back, or called off."""
    if not editor.may(Act.SETTLE):
        return Said(False, f"Your role ({editor.role.name.lower()}) cannot do this.")
    async with newsroom.store.write() as connection:
        post = await posts.get(connection, post_id)
        if post is None:
            return Said(False, "There is no such post any more.")
        text = await (_there if there else _not_there)(newsroom, connection, post, editor.name)
        await end_alerts(connection, {post.channel}, newsroom.clock)
        first = "" if text else await first_word(connection, post.article_id, "Settled already.")
    newsroom.bell.ring("posts", "cards")
    return Said(bool(text), text or first)


async def _there(newsroom: Newsroom, connection: AsyncConnection, post: Post, by: str) -> str:
    """It is out, as what the last look has seen, if that saw one that may be it."""
    now, unwished = newsroom.clock.now(), post.change != Action.DELETE
    ids = await deliveries.alike(connection, post)
    remote_id = ids[0] if ids else ""
    if not await posts.move(
        connection,
        post.id,
        PostState.PUBLISHED,
        by=by,
        now=now,
        why=f"seen there by a person{'' if remote_id else ' (number unknown)'}",
        sources=[PostState.UNCERTAIN],
        remote_id=remote_id,
        parts=list(ids) if len(ids) > 1 else [],
        published_at=now,
        due_at=now,
        change="",
    ):
        return ""
    if not remote_id:
        return f"Noted: it is there. {_BY_HAND if unwished else _TAKE_AWAY}"
    if unwished:
        return f"Noted: it is there, at {post.remote_url or remote_id}."
    await retract.ask_to_delete(newsroom, connection, post, by=by, why="it is out, and was to be taken back")
    return f"Noted: it is there, at {post.remote_url or remote_id}, and is taken back now."


async def _not_there(newsroom: Newsroom, connection: AsyncConnection, post: Post, by: str) -> str:
    now, sources = newsroom.clock.now(), [PostState.UNCERTAIN]
    if post.change == Action.DELETE:
        why = "not there, and was to be taken back"
        done = await posts.move(
            connection, post.id, PostState.CANCELLED, by=by, now=now, why=why, sources=sources, change=""
        )
        return "Noted: it is not there, and is not sent." if done else ""
    why, line = "not there, sent again", posts.line(Priority.EDITOR, now)
    done = await posts.move(connection, post.id, PostState.SCHEDULED, by=by, now=now, why=why, sources=sources, **line)
    return "Sending it again." if done else ""
