"""Retract: what is out is taken back, and what waits never goes. Deeds like any delivery: written down, tried, verified."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from db import posts
from desk.newsroom import Newsroom
from formatting import notice as notices
from newswire.delivery import Action
from newswire.post import Message, Post, PostState, Priority

_OUT = (PostState.PUBLISHED, PostState.CORRECTING)
_NOT_OUT = (PostState.DRAFT, PostState.IN_REVIEW, PostState.SCHEDULED, PostState.FAILED)


def notice(post: Post) -> Message:
    """What a post says that can be withdrawn, but not be taken away."""
    return notices.withdrawn(post.message)


async def ask_to_delete(newsroom: Newsroom, connection: AsyncConnection, post: Post, *, by: str, why: str) -> bool:
    """Let the post be taken back: at once if it waits, by a delivery if it is out. False: it was neither."""
    now = newsroom.clock.now()
    if post.state in _NOT_OUT:
        return await posts.move(connection, post.id, PostState.CANCELLED, by=by, now=now, why=why, sources=_NOT_OUT)
    return await _ask(newsroom, connection, post, Action.DELETE, None, by=by, why=why)


async def ask_to_edit(
    newsroom: Newsroom, connection: AsyncConnection, post: Post, message: Message, *, by: str, why: str
) -> bool:
    """Let the post say `message`. False: it is not out, or its platform cannot change what is."""
    if not newsroom.publishers[post.channel].can.edit:
        return False
    return await _ask(newsroom, connection, post, Action.EDIT, message, by=by, why=why)


async def _ask(
    newsroom: Newsroom,
    connection: AsyncConnection,
    post: Post,
    change: Action,
    wish: Message | None,
    *,
    by: str,
    why: str,
) -> bool:
    """One guarded move. A change that is under way ends first: its answer finds that something else is wished now."""
    now = newsroom.clock.now()
    return await posts.move(
        connection,
        post.id,
        PostState.CORRECTING,
        by=by,
        now=now,
        why=why,
        sources=_OUT,
        attempt=post.attempt,
        in_the_air=True,
        change=change,
        wish=wish.to_json() if wish else None,
        tries=0,
        **posts.line(Priority.CORRECTION, now),
    )
