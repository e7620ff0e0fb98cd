"""Known: which of our posts is behind a platform's id, and an id that a person tells of a post that is out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Text, cast, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import audit
from db.posts import redraw
from db.tables import posts
from newswire.delivery import Receipt
from newswire.post import Post, PostState


async def owner(connection: AsyncConnection, channels: Collection[str], remote_id: str) -> int | None:
    """The article whose post has that id, or a part or picture with it, in one of `channels`; None for nobody's."""
    rows = await connection.execute(
        select(posts.c.article_id, posts.c.remote_id, posts.c.parts)
        .where(posts.c.channel.in_(sorted(channels)))
        .where(or_(posts.c.remote_id.contains(remote_id), cast(posts.c.parts, Text).contains(remote_id)))
    )
    for row in rows:
        if remote_id in ",".join([row.remote_id, *row.parts]).split(","):
            return int(row.article_id)
    return None


async def tell(connection: AsyncConnection, post: Post, receipt: Receipt, *, by: str, now: datetime) -> bool:
    """A post that is out under an unknown id has this one. False when it is not out, or its id is known by now."""
    done = await connection.execute(
        update(posts)
        .where(posts.c.id == post.id, posts.c.state == PostState.PUBLISHED, posts.c.remote_id == "")
        .values(
            remote_id=receipt.remote_id,
            remote_url=receipt.url,
            parts=list(receipt.parts),
            version=posts.c.version + 1,
        )
    )
    if not done.rowcount:
        return False
    await audit.record(
        connection,
        at=now,
        by=by,
        act="link given",
        detail=receipt.url,
        article_id=post.article_id,
        post_id=post.id,
        channel=post.channel,
    )
    await redraw(connection, post.article_id)
    return True
