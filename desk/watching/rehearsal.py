"""Rehearsal: what a look at a source would do, done on a duplicate of the ledger from which nothing can go out."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import sources
from db import articles, posts, sights
from db import sources as source_rows
from db.articles import Fate, Stored
from db.duplicate import duplicate
from db.store import Store
from desk.newsroom import Newsroom
from desk.watching import watch
from newswire.article import Article
from newswire.errors import SourceError
from newswire.source import Memory, Source
from sources._identity import identity


class Verdict(StrEnum):
    """What would become of an article that a source lists."""

    KNOWN = "known"
    CHANGED = "changed"
    BASELINE = "baseline"
    HELD = "held"
    UNROUTED = "no channel takes it"
    LEFT = "left for later"
    POSTED = "WOULD BE POSTED"


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """An article, what would become of it, and by what it is known, why it would not be posted, or where it would be."""

    article: Article
    verdict: Verdict
    why: str = ""
    channels: tuple[str, ...] = ()


async def rehearse(newsroom: Newsroom, source: Source) -> list[Rehearsed]:
    """What the next look at `source` would do, article by article as it lists them. Nothing is stored or sent.

    `source` need not be one that is watched: under the name of one that is, it is that one at another address. Raises
    `SourceError` where it cannot be read.
    """
    now = newsroom.clock.now()
    sight = await sources.load(source.kind).poll(newsroom.fetcher, source, Memory(), now=now)
    shown = [replace(one, source=source.name, edition=one.edition or source.edition) for one in sight.articles or ()]
    async with _elsewhere(newsroom) as there:
        newest = await _newest(there.store)
        await watch.look(there, source)
        async with there.store.read() as connection:
            looked = await source_rows.some(connection, [source.name])
        if (health := looked.get(source.name)) and health.failures:
            raise SourceError(health.error)
        return [await _told(newsroom, there, article, newest) for article in shown]


@asynccontextmanager
async def _elsewhere(newsroom: Newsroom) -> AsyncIterator[Newsroom]:
    """The same newsroom with a ledger and a folder that are thrown away, and no way out."""
    with tempfile.TemporaryDirectory(prefix="newswire-rehearsal-") as name:
        folder = Path(name)
        for channel in newsroom.settings.channel:
            if channel.template_file and (file := newsroom.folder / channel.template_file).is_file():
                (folder / channel.template_file).parent.mkdir(parents=True, exist_ok=True)
                if not Path(channel.template_file).is_absolute():
                    shutil.copyfile(file, folder / channel.template_file)
        store = await duplicate(newsroom.store, folder / "rehearsal.db")
        try:
            yield Newsroom(newsroom.settings, store, newsroom.fetcher, {}, folder, newsroom.clock)
        finally:
            await store.close()


async def _newest(store: Store) -> int:
    async with store.read() as connection:
        last = await articles.recent(connection, limit=1)
    return last[0].article.id if last else 0


async def _told(newsroom: Newsroom, there: Newsroom, article: Article, newest: int) -> Rehearsed:
    keys = identity(article)
    async with there.store.read() as connection:
        after = await articles.find(connection, keys)
        waiting = await posts.of_article(connection, after.article.id) if after else []
    if after is None:
        return Rehearsed(article, Verdict.LEFT, "its page could not be read yet")
    if after.article.id > newest:
        return _new(after, [post.channel for post in waiting])
    async with newsroom.store.read() as connection:
        before = await articles.get(connection, after.article.id)
        known = await sights.known(connection, keys)
    key = next((key for key in keys if key in known), "")
    changed = before is not None and before.article.revision != after.article.revision
    why = f"by {key}" if key else f"as {after.article.url}"
    return Rehearsed(article, Verdict.CHANGED if changed else Verdict.KNOWN, why)


def _new(stored: Stored, channels: Sequence[str]) -> Rehearsed:
    if channels:
        return Rehearsed(stored.article, Verdict.POSTED, f"in {', '.join(channels)}", tuple(channels))
    verdicts = {Fate.BASELINE: Verdict.BASELINE, Fate.HELD: Verdict.HELD}
    return Rehearsed(stored.article, verdicts.get(stored.fate, Verdict.UNROUTED), stored.reason)
