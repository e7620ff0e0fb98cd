"""By hand: an article somebody names by its address or number: posted, or only shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

import publishers
from db import articles, posts
from db.articles import Change
from desk import intake, why
from desk.intake import Taken
from desk.newsroom import Newsroom
from formatting.measure import length
from newswire.article import Article
from newswire.errors import UsageProblem
from newswire.post import Message, Post, Priority
from newswire.source import Source
from sources import page


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of it. `known`: it was here before, with these posts."""

    taken: Taken
    known: bool
    posts: list[Post]


@dataclass(frozen=True, slots=True)
class Shown:
    """An article as a channel would post it, and how much of the platform's room it takes."""

    channel: str
    platform: str
    message: Message
    used: int
    limit: int
    trouble: str = ""


def _source_for(newsroom: Newsroom, url: str) -> Source:
    """The source whose feed is on the same site, for its edition, zone and selectors; the longest common address wins."""
    known = newsroom.settings.sources()

    def common(source: Source) -> int:
        pairs = zip(source.url, url, strict=False)
        return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(source.url), len(url)))

    host = url.split("/", 3)[:3]
    here = [source for source in known if source.url.split("/", 3)[:3] == host]
    return max(here, key=common) if here else Source(name="hand", url=url, zone=newsroom.settings.timezone)


async def read(newsroom: Newsroom, url: str) -> Article:
    """The article at `url`, read from its own page. SourceError says why it cannot be read."""
    if not url.startswith(("http://", "https://")):
        raise UsageProblem(f"'{url}' is no address; write it whole, with https://")
    source = _source_for(newsroom, url)
    article = await page.read(newsroom.fetcher, url, source, now=newsroom.clock.now())
    return intake.sectioned(newsroom.settings, replace(article, source=source.name, edition=source.edition))


async def post(newsroom: Newsroom, url: str, *, by: str) -> Posted:
    """Send the article at `url` to its channels, unless it is here already; a held one is released."""
    known = await why.find(newsroom, url)
    if known is not None:
        return await _again(newsroom, known, by=by)
    taken = await intake.take_in(newsroom, await read(newsroom, url), by=by, priority=Priority.EDITOR)
    if taken.change is Change.SAME:
        return await _again(newsroom, taken.article.id, by=by)
    return Posted(taken, False, await _posts(newsroom, taken.article.id))


async def _again(newsroom: Newsroom, article_id: int, *, by: str) -> Posted:
    released = await intake.release(newsroom, article_id, by=by)
    own = await _posts(newsroom, article_id)
    if released is not None:
        return Posted(released, False, own)
    async with newsroom.store.read() as connection:
        stored = await articles.get(connection, article_id)
    if stored is None:
        raise UsageProblem(f"there is no #{article_id}")
    return Posted(Taken(Change.SAME, stored.article), True, own)


async def _posts(newsroom: Newsroom, article_id: int) -> list[Post]:
    async with newsroom.store.read() as connection:
        return await posts.of_article(connection, article_id)


async def preview(newsroom: Newsroom, wanted: str) -> list[Shown]:
    """`#482` or an address, as every channel that takes it would post it. Nothing is stored or sent."""
    known = await why.find(newsroom, wanted)
    if known is not None:
        async with newsroom.store.read() as connection:
            stored = await articles.get(connection, known)
        article = stored.article if stored else await read(newsroom, wanted)
    else:
        article = await read(newsroom, wanted)
    refused = intake.refusals(newsroom, article)
    channels = [c for c in newsroom.settings.channel if c.name not in refused]
    shown = []
    for one in await intake.write(newsroom, article, channels):
        limits = publishers.load(one.channel.platform).limits
        limit = (limits.caption if one.message.media else 0) or limits.text
        used = length(one.message.text.text, limits.unit)
        shown.append(Shown(one.channel.name, one.channel.platform, one.message, used, limit, one.trouble))
    return shown
