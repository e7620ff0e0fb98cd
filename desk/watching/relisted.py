"""Relisted: known articles that their source shows otherwise than before, or again; their pages tell what they are now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from db import articles, checks, sights
from db.sights import Known
from desk.newsroom import Newsroom
from desk.watching import arrivals, withdrawal
from desk.watching.arrivals import LONG_AGO
from desk.writing import drafting, revising
from newswire.article import Article
from newswire.errors import SourceError
from newswire.source import Source

_RETURNS = 5
_REDATED = 5
_REREAD = 10


async def changes(newsroom: Newsroom, source: Source, known: Sequence[tuple[Known, Article]]) -> None:
    """Articles that the source shows otherwise than before, or shows again: their pages tell what has become of them.

    Where nothing but a date is another one, a few are read; where most of a list was dated anew, that tells nothing.
    """
    own = [(one, article) for one, article in known if one.source == source.name]
    for one, article in [pair for pair in own if pair[0].gone][:_RETURNS]:
        await _returned(newsroom, source, one, article)
    otherwise = [(one, article) for one, article in own if one.sight != sights.sight_of(article)]
    dated = [(one, article) for one, article in otherwise if one.sight.startswith(f"{article.content_hash()}@")]
    plain = {one.id: sights.sight_of(article) for one, article in otherwise if one.sight == article.content_hash()}
    if len(dated) > max(_REDATED, len(own) / 2):
        plain |= {one.id: sights.sight_of(article) for one, article in dated}
        dated = []
    if plain:
        async with newsroom.store.write() as connection:
            await sights.set_sights(connection, plain)
    reread = {one.id for one, _ in sorted(dated, key=lambda pair: _modified(pair[1]), reverse=True)[:_REREAD]}
    only_dated = {one.id for one, _ in dated} - reread
    for one, article in otherwise:
        if one.id not in plain and one.id not in only_dated:
            complete = await arrivals.with_page(newsroom, source, article)
            await compare(newsroom, source, one.id, complete, article)


def _modified(article: Article) -> datetime:
    return article.modified_at or LONG_AGO


async def compare(newsroom: Newsroom, source: Source, number: int, complete: Article, as_listed: Article) -> None:
    """What an article is now, against what is stored of it. A change that is not taken in now is seen again."""
    async with newsroom.store.write() as connection:
        stored = await articles.get(connection, number)
        await checks.relist(connection, number, as_listed)
    same_section = drafting.sectioned(newsroom.settings, complete)
    taken_in = True
    if stored is not None and same_section.content_hash() != stored.content_hash:
        now = await revising.changed(newsroom, stored.article, same_section, by=f"source {source.name}")
        taken_in = now is not stored.article
    async with newsroom.store.write() as connection:
        await sights.set_sights(connection, {number: sights.sight_of(as_listed) if taken_in else ""})
        if not taken_in:
            await checks.sooner(connection, number, newsroom.clock.now() + revising.SETTLED_WITHIN)


async def _returned(newsroom: Newsroom, source: Source, one: Known, article: Article) -> None:
    """An article that was gone is listed: its page tells whether it is there, for lists are kept in caches."""
    async with newsroom.store.read() as connection:
        stored = await articles.get(connection, one.id)
    try:
        await arrivals.completed(newsroom, source, article)
    except SourceError:
        return
    if stored is not None:
        await withdrawal.back(newsroom, stored)
