"""Retract: what is out is taken back, and what waits never goes. Deeds like any delivery: written down, tried, verified."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from db import articles, posts, wishes
from desk.deciding.review import Press, Said, each
from desk.newsroom import Newsroom
from formatting import notice as notices
from newswire.delivery import Action
from newswire.editor import Act
from newswire.post import Message, Post, PostState, Priority

_OUT = (PostState.PUBLISHED, PostState.CORRECTING)
_NOT_OUT = (PostState.DRAFT, PostState.IN_REVIEW, PostState.SCHEDULED, PostState.FAILED)


async def retract(newsroom: Newsroom, press: Press) -> Said:
    """Every post of the article is taken back where it is out, and called off where it waits."""

    async def deed(connection: AsyncConnection, post: Post) -> bool:
        return await ask_to_delete(newsroom, connection, post, by=press.editor.name, why="retracted")

    seen, why = newsroom.settings.editors.chat is not None, newsroom.order("why", f"#{press.article_id}")
    said = await each(
        newsroom,
        press,
        Act.RETRACT,
        deed,
        said=f"Taking #{press.article_id} back. {'Its card and ' if seen else ''}{why} show{'' if seen else 's'} how far it is.",
        else_said="There is nothing that I can take back.",
    )
    notes = await _notes(newsroom, press.article_id) if press.editor.may(Act.RETRACT) else []
    return Said(said.done, " ".join([said.text, *notes]))


@dataclass(frozen=True, slots=True)
class Places:
    """Where an article's posts are, as the person is told who is asked once more, and the revision that is current."""

    revision: int
    title: str
    text: str


async def places(newsroom: Newsroom, article_id: int) -> Places | None:
    """None: there is no such article."""
    async with newsroom.store.read() as connection:
        stored = await articles.get(connection, article_id)
        own = await posts.of_article(connection, article_id)
    if stored is None:
        return None
    out = [post.channel for post in own if post.state in _OUT]
    perhaps = [post.channel for post in own if post.state in wishes.IN_DOUBT]
    text = f"It is out in {', '.join(out)}." if out else "It is out nowhere; what waits will be called off."
    if perhaps:
        text = f"It is out in {', '.join(out) or 'no channel for certain'}, and perhaps in {', '.join(perhaps)}."
    return Places(stored.article.revision, stored.article.title, text)


async def _notes(newsroom: Newsroom, article_id: int) -> list[str]:
    """Where it is not taken back at once, and what happens instead."""
    async with newsroom.store.read() as connection:
        own = await posts.of_article(connection, article_id)
    doubt = [p.channel for p in own if p.state in wishes.IN_DOUBT and p.change == Action.DELETE]
    blind = [p.channel for p in own if p.state is PostState.PUBLISHED and not p.remote_id]
    notes = []
    if doubt:
        notes.append(f"Nobody knows yet whether it is out in {' and '.join(doubt)}; if so, it is taken back then.")
    if blind:
        notes.append(f"I do not know its number in {' and '.join(blind)}: please take it away there by hand.")
    return notes


def notice(post: Post) -> Message:
    """What a post says that can be withdrawn, but not be taken away."""
    return notices.withdrawn(post.message)


async def ask_to_delete(newsroom: Newsroom, connection: AsyncConnection, post: Post, *, by: str, why: str) -> bool:
    """Let the post be taken back: at once if it waits, by a delivery if it is out, later if nobody knows.

    False: it was none of these. Each is asked in turn, for the post may move on meanwhile.
    """
    now = newsroom.clock.now()
    if await posts.move(connection, post.id, PostState.CANCELLED, by=by, now=now, why=why, sources=_NOT_OUT):
        return True
    if await wishes.take_back(connection, post.id, by=by, now=now, why=why):
        return True
    current = await posts.get(connection, post.id) or post
    return await _ask(newsroom, connection, current, Action.DELETE, None, by=by, why=why)


async def ask_to_edit(
    newsroom: Newsroom, connection: AsyncConnection, post: Post, message: Message, *, by: str, why: str
) -> bool:
    """Let the post say `message`. False: it is not out, is taken back or has moved on, or its platform cannot change it."""
    if post.change == Action.DELETE or not newsroom.publishers[post.channel].can.edit:
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
    """One guarded move. A change that is under way ends first: its answer finds that something else is wished now.

    False for a post that is not out, and for one whose number on its platform nobody knows.
    """
    if not post.remote_id:
        return False
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
        version=post.version if change is Action.EDIT else None,  # it must not undo a deletion that was wished just now
        in_the_air=True,
        change=change,
        wish=wish.to_json() if wish else None,
        tries=0,
        **posts.line(Priority.CORRECTION, now),
    )
