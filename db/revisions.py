"""Revisions: what a site has made of an article, each time it changed it, and what is different in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import articles, revisions
from db.upsert import copy_missing
from newswire.article import Article
from newswire.difference import Difference


async def change(
    connection: AsyncConnection, old: Article, new: Article, *, now: datetime, difference: Difference | None = None
) -> Article:
    """Store what the site made of an article: its next revision, with what is different in it."""
    changed = replace(new, id=old.id, revision=old.revision + 1)
    content = changed.to_json()
    at = func.coalesce(articles.c.changed_at, articles.c.seen_at)
    before = select(articles.c.id, articles.c.revision, articles.c.content, at).where(articles.c.id == old.id)
    await copy_missing(connection, revisions, ["article_id", "revision", "content", "at"], before)
    await connection.execute(
        update(articles)
        .where(articles.c.id == old.id)
        .values(
            url=changed.url,
            section=changed.section,
            title=changed.title,
            content=content,
            content_hash=changed.content_hash(),
            revision=changed.revision,
            changed_at=now,
            gone_at=None,
        )
    )
    await connection.execute(
        insert(revisions).values(
            article_id=old.id,
            revision=changed.revision,
            content=content,
            at=now,
            change=difference.to_json() if difference else None,
        )
    )
    return changed


async def retouch(connection: AsyncConnection, old: Article, new: Article) -> Article:
    """Store other typography of an article under the revision it has."""
    same = replace(new, id=old.id, revision=old.revision)
    values = {"url": same.url, "title": same.title, "content": same.to_json(), "content_hash": same.content_hash()}
    await connection.execute(update(articles).where(articles.c.id == old.id).values(**values))
    return same


async def lately(connection: AsyncConnection, article_id: int, since: datetime) -> list[Article]:
    """What the site has made of an article since then, the latest last; its first form is not among them."""
    query = select(revisions.c.content).where(
        revisions.c.article_id == article_id, revisions.c.at > since, revisions.c.change.is_not(None)
    )
    return [Article.from_json(row.content) for row in await connection.execute(query.order_by(revisions.c.revision))]


async def former_title(connection: AsyncConnection, article_id: int) -> str:
    """The headline of the revision before the current one; empty when there is none."""
    query = select(revisions.c.content).where(revisions.c.article_id == article_id)
    row = (await connection.execute(query.order_by(revisions.c.revision.desc()).offset(1).limit(1))).first()
    return str(row.content["title"]) if row else ""


async def last_change(connection: AsyncConnection, article_id: int) -> Difference:
    """What the site changed last in an article; empty where nothing was, or nobody noted it."""
    query = select(revisions.c.change).where(revisions.c.article_id == article_id)
    row = (await connection.execute(query.order_by(revisions.c.revision.desc()).limit(1))).first()
    return Difference.from_json(row.change) if row and row.change else Difference()
