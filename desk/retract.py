"""Retract: what is out is taken back, and what waits never goes. Deeds like any delivery: written down, tried, verified."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from db import posts
from desk.newsroom import Newsroom
from desk.review import Press, Said, each
from formatting import notice as notices
from newswire.delivery import Action
from newswire.editor import Act
from newswire.post import Message, Post, PostState, Priority

_OUT = (PostState.PUBLISHED, PostState.CORRECTING)
_IN_DOUBT = (PostState.UNCERTAIN, PostState.PUBLISHING)
_NOT_OUT = (PostState.DRAFT, PostState.IN_REVIEW, PostState.SCHEDULED, PostState.FAILED)


async def retract(newsroom: Newsroom, press: Press) -> Said:
    """Every post of the article is taken back where it is out, and called off where it waits."""

    async def deed(connection: AsyncConnection, post: Post) -> bool:
        return await ask_to_delete(newsroom, connection, post, by=press.editor.name, why="retracted")

    said = await each(
        newsroom,
        press,
        Act.RETRACT,
        deed,
        said=f"Taking #{press.article_id} back. Its card and /why #{press.article_id} show how far it is.",
        else_said="It is out nowhere, and nothing waits.",
    )
    if said.done and await _in_doubt(newsroom, press.article_id):
        return Said(True, f"{said.text} Where nobody knows yet whether it is out, please retract it again later.")
    return said


async def _in_doubt(newsroom: Newsroom, article_id: int) -> bool:
    async with newsroom.store.read() as connection:
        return any(p.state in _IN_DOUBT for p in await posts.of_article(connection, article_id))


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
