"""By hand: an article somebody names by its address or number: posted, or only shown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import urljoin, urlsplit

import publishers
from db import articles, posts
from db.articles import Change
from desk.deciding import why
from desk.newsroom import Newsroom
from desk.watching import intake
from desk.watching.belonging import source_at
from desk.watching.intake import Taken
from desk.writing import drafting
from formatting.measure import length
from newswire.article import Article
from newswire.channel import Channel
from newswire.errors import UsageProblem
from newswire.post import Message, Post, Priority
from sources import article_page
from sources._identity import canonical


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of it. `known`: it was here before, with these posts. `refusals`: channels without it, and why."""

    taken: Taken
    known: bool
    posts: list[Post]
    refusals: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """An article as a channel would post it, and how much of the platform's room it takes, in the platform's count."""

    channel: str
    platform: str
    message: Message
    used: int
    limit: int
    trouble: str = ""


async def post(newsroom: Newsroom, url: str, *, by: str, sure: bool = False) -> Posted:
    """Send the article at `url` to its channels, unless it is here already; one that was held back is released.

    UsageProblem for what is no address, SourceError for a page that cannot be read, or that looks like a section's unless
    somebody is `sure` that it is one article.
    """
    known = await why.find(newsroom, url)
    if known is None:
        taken = await intake.take_in(newsroom, await read(newsroom, url, sure=sure), by=by, priority=Priority.EDITOR)
        if taken.change is Change.NEW:
            return await _posted(newsroom, taken, known=False)
        known = taken.article.id
    released = await intake.release(newsroom, known, by=by)
    if released is not None:
        return await _posted(newsroom, released, known=False)
    return await _posted(newsroom, Taken(Change.SAME, await _stored(newsroom, known)), known=True)


async def _posted(newsroom: Newsroom, taken: Taken, *, known: bool) -> Posted:
    async with newsroom.store.read() as connection:
        own = await posts.of_article(connection, taken.article.id)
    here = {post.channel for post in own}
    refusals = {n: reason for n, reason in drafting.refusals(newsroom, taken.article).items() if n not in here}
    return Posted(taken, known, own, refusals)


async def _stored(newsroom: Newsroom, article_id: int) -> Article:
    async with newsroom.store.read() as connection:
        stored = await articles.get(connection, article_id)
    if stored is None:
        raise UsageProblem(f"there is no #{article_id}")
    return stored.article


async def read(newsroom: Newsroom, url: str, *, sure: bool = True) -> Article:
    """The article at `url` as its own page tells it, in the edition of the source it belongs to."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise UsageProblem(f"'{url}' is no address; write it whole, with https://")
    if _is_front(newsroom, url):
        raise UsageProblem(f"{url} is a front page or a feed, no article; give the article's own address")
    source = source_at(newsroom, url)
    article = await article_page.read(newsroom.fetcher, url, source, now=newsroom.clock.now(), sure=sure)
    if not article.edition and len(newsroom.settings.languages) == 1:
        article = replace(article, edition=newsroom.settings.languages[0])
    return drafting.sectioned(newsroom.settings, article)


def _is_front(newsroom: Newsroom, url: str) -> bool:
    """Whether the site, or an edition of it, begins at `url`, or it is watched: readers never want that as a post."""
    feeds = [source.url for source in newsroom.settings.sources()]
    fronts = (urljoin(url, "/"), newsroom.settings.site.url, *feeds, *(urljoin(feed, ".") for feed in feeds))
    return canonical(url) in {canonical(front) for front in fronts if front}


async def preview(newsroom: Newsroom, wanted: str) -> tuple[list[Shown], dict[str, str]]:
    """`#482` or an address, as every channel that takes it posts it, and why the others do not. Nothing is stored or sent.

    What has posts already is shown as they are: that is the text that goes out.
    """
    known = await why.find(newsroom, wanted)
    if known is None and wanted.lstrip("#").isdecimal():
        raise UsageProblem(f"there is no {wanted}")
    if known is None:
        return await _written(newsroom, await read(newsroom, wanted))
    async with newsroom.store.read() as connection:
        own = {post.channel: post for post in await posts.of_article(connection, known)}
    if not own:
        return await _written(newsroom, await _stored(newsroom, known))
    here = ((newsroom.channel(name), one) for name, one in own.items())
    refused = drafting.refusals(newsroom, await _stored(newsroom, known))
    others = {name: reason for name, reason in refused.items() if name not in own}
    return [_shown(channel, one.message) for channel, one in here if channel is not None], others


async def _written(newsroom: Newsroom, article: Article) -> tuple[list[Shown], dict[str, str]]:
    refused = drafting.refusals(newsroom, article)
    channels = [channel for channel in newsroom.settings.channel if channel.name not in refused]
    written = await drafting.write(newsroom, article, channels)
    return [_shown(w.channel, w.message, w.trouble) for w in written], refused


def _shown(channel: Channel, message: Message, trouble: str = "") -> Shown:
    limits = publishers.load(channel.platform).limits
    limit = (limits.caption if message.media else 0) or limits.text
    return Shown(channel.name, channel.platform, message, length(message.text.text, limits.unit), limit, trouble)
