"""Belonging: which source an article is from, and which one a page belongs to that nobody has listed."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from desk.newsroom import Newsroom
from newswire.article import Article
from newswire.source import Source
from sources._identity import same_site


def source_of(newsroom: Newsroom, article: Article) -> Source:
    """The source an article is from; a plain one where the settings have it no more."""
    named = (source for source in newsroom.settings.sources() if source.name == article.source)
    return next(named, Source(name=article.source or "by-hand", url=article.url, edition=article.edition))


def source_at(newsroom: Newsroom, url: str) -> Source:
    """The source the page at `url` belongs to: of those on its site, the one whose feed lies in the deepest folder above it.

    Where that leaves editions to choose between, the page itself says which it is in (`edition` is empty then).
    """
    here = [source for source in newsroom.settings.sources() if same_site(source.url, url)]
    if not here:
        return Source(name="by-hand", url=url, edition="", zone=newsroom.settings.timezone)
    deepest = max(_shared(source.url, url) for source in here)
    likely = [source for source in here if _shared(source.url, url) == deepest]
    editions = {source.edition for source in likely}
    return likely[0] if len(editions) == 1 else replace(likely[0], edition="")


def _shared(feed: str, url: str) -> int:
    """How many folders above `feed` are above `url`, too; -1 when its own folder is not one of them."""
    folder, path = urlsplit(feed).path.split("/")[1:-1], urlsplit(url).path.split("/")[1:]
    return len(folder) if path[: len(folder)] == folder else -1
