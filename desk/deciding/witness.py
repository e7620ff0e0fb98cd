"""Witness: a person has looked whether a post is out of which nobody else can tell, or where, and that settles it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from db import deliveries, known, posts
from desk.deciding import retract
from desk.deciding.review import Said, first_word
from desk.newsroom import Newsroom
from desk.settling import end_alerts
from newswire.delivery import Action, Receipt
from newswire.editor import Act, Editor
from newswire.errors import UsageProblem
from newswire.post import Post, PostState, Priority

_BY_HAND = (
    "I do not know its number there. Reply to its card with the post's link, and I can correct it and take it back; "
    "without, please do so by hand."
)
_TAKE_AWAY = "I do not know its number there. Please take it away by hand, or reply to its card with the post's link and retract it."


async def settle(newsroom: Newsroom, editor: Editor, post_id: int, *, there: bool) -> Said:
    """An uncertain post is published, or goes out again; one that was to be taken back is taken back, or called off."""
    if not editor.may(Act.SETTLE):
        return _may_not(editor)
    async with newsroom.store.write() as connection:
        post = await posts.get(connection, post_id)
        if post is None:
            return Said(False, "There is no such post any more.")
        if there:
            text = await _there(newsroom, connection, post, await _seen(newsroom, connection, post), editor.name)
        else:
            text = await _not_there(newsroom, connection, post, editor.name)
        return await _told(newsroom, connection, post, text)


def _may_not(editor: Editor) -> Said:
    return Said(False, f"Your role ({editor.role.name.lower()}) cannot do this.")


async def _told(newsroom: Newsroom, connection: AsyncConnection, post: Post, text: str) -> Said:
    """What whoever decided hears: `text`, or who was first."""
    await end_alerts(connection, {post.channel}, newsroom.clock)
    first = "" if text else await first_word(connection, post.article_id, "Settled already.")
    newsroom.bell.ring("posts", "cards")
    return Said(bool(text), text or first)


async def _seen(newsroom: Newsroom, connection: AsyncConnection, post: Post) -> Receipt | None:
    """What the last look has seen, if that saw what may be the whole post."""
    ids = await deliveries.alike(connection, post)
    if not ids:
        return None
    parts = ids if len(ids) > 1 else ()
    return Receipt(remote_id=ids[0], at=newsroom.clock.now(), url=post.remote_url, parts=parts)


async def _there(
    newsroom: Newsroom, connection: AsyncConnection, post: Post, seen: Receipt | None, by: str, *, why: str = ""
) -> str:
    """It is out, as `seen`."""
    now, unwished = newsroom.clock.now(), post.change != Action.DELETE
    if not await posts.move(
        connection,
        post.id,
        PostState.PUBLISHED,
        by=by,
        now=now,
        why=why or f"seen there by a person{'' if seen else ' (number unknown)'}",
        sources=[PostState.UNCERTAIN],
        published_at=now,
        due_at=now,
        change="",
        remote_id=seen.remote_id if seen else "",
        remote_url=seen.url if seen else "",
        parts=list(seen.parts) if seen else [],
    ):
        return ""
    if seen is None:
        return f"Noted: it is there. {_BY_HAND if unwished else _TAKE_AWAY}"
    if unwished:
        return f"Noted: it is there, at {seen.url or seen.remote_id}."
    await retract.ask_to_delete(newsroom, connection, post, by=by, why="it is out, and was to be taken back")
    return f"Noted: it is there, at {seen.url or seen.remote_id}, and is taken back now."


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


# -- where it is


async def unknown(newsroom: Newsroom, article_id: int) -> list[Post]:
    """The article's posts that may be out, or are, under a number that nobody knows."""
    async with newsroom.store.read() as connection:
        own = await posts.of_article(connection, article_id)
    blind = [post for post in own if post.state is PostState.PUBLISHED and not post.remote_id]
    return [post for post in own if post.state is PostState.UNCERTAIN] + blind


async def point_out(newsroom: Newsroom, editor: Editor, article_id: int, links: Sequence[str]) -> Said:
    """A post of the article is where `links` lead, one for each of its parts; it can be corrected and taken back then."""
    if not editor.may(Act.SETTLE):
        return _may_not(editor)
    refusals: dict[str, None] = {}
    for post in await unknown(newsroom, article_id):
        try:
            receipt = await _named(newsroom, post, links)
        except UsageProblem as error:
            refusals[f"{post.channel}: {error}"] = None
        else:
            return await _pointed(newsroom, editor, post, receipt)
    return Said(False, "\n".join(refusals) or f"I look for no post of #{article_id}, and know where the others are.")


async def _named(newsroom: Newsroom, post: Post, links: Sequence[str]) -> Receipt:
    """What `links` lead to in the post's own channel. UsageProblem for what is elsewhere."""
    publisher, parts = newsroom.publishers[post.channel], len(post.message.parts)
    first, *rest = [await publisher.named(link) for link in links]
    if len(links) != parts:
        raise UsageProblem(f"this post has {parts} part{'s' * (parts > 1)}: give a link for each, in their order")
    for more in rest:
        first = first.followed_by(more.remote_id)
    return first


async def _pointed(newsroom: Newsroom, editor: Editor, post: Post, receipt: Receipt) -> Said:
    by, now = editor.name, newsroom.clock.now()
    async with newsroom.store.write() as connection:
        for remote_id in receipt.ids:
            other = await known.owner(connection, newsroom.places()[post.channel], remote_id)
            if other not in (None, post.article_id):
                return Said(False, f"{receipt.url} is the post of #{other}. Please look again.")
        if await known.tell(connection, post, receipt, by=by, now=now):
            text = f"Noted: {post.channel} is at {receipt.url}. I can correct it and take it back now."
        else:
            text = await _there(newsroom, connection, post, receipt, by, why="its link was given by a person")
        return await _told(newsroom, connection, post, text)
