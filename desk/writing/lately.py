"""Lately: the articles of the last hours as they are recognised, each read once, and what their pictures look like."""

from __future__ import annotations

import asyncio
import io
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from PIL import Image
from sqlalchemy.ext.asyncio import AsyncConnection

from db import siblings as rows
from desk.newsroom import Newsroom
from newswire import log
from newswire.article import Article
from newswire.errors import SourceError
from newswire.likeness import Traits, same_picture, traits
from sources._identity import canonical

logger = log.get("newswire.desk.writing.lately")

BACK = timedelta(hours=24)
MOST = 400
"""As many articles are remembered, the newest ones."""

_COMMON_FROM, _COMMON_PART = 30, 0.4
_PICTURE_BYTES = 3 * 2**20
_BROKEN = (
    SourceError,
    OSError,
    ValueError,
    SyntaxError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


@dataclass(frozen=True, slots=True)
class Recent:
    """An article, its address for comparing, the addresses its page names as other editions, and what it is recognised by."""

    article: Article
    address: str
    named: frozenset[str]
    traits: Traits
    seen_at: datetime


@dataclass(slots=True)
class Lately:
    """The articles of the last hours in this process, read once each; hashes of pictures, and pairs whose pictures differ.

    `version` grows with each article that comes or changes; `looked` says at which one an article's kin were looked for,
    `paired` at which one no two pictures were left to compare.
    """

    known: dict[int, Recent] = field(default_factory=dict)
    hashes: dict[str, int | None] = field(default_factory=dict)
    compared: set[tuple[int, int]] = field(default_factory=set)
    version: int = 0
    looked: dict[int, int] = field(default_factory=dict)
    paired: int = -1

    async def refresh(self, connection: AsyncConnection, now: datetime) -> None:
        """Read what is new, forget what is old."""
        seen = {one.id: one for one in await rows.recent(connection, since=now - BACK, limit=MOST)}
        self.known = {n: one for n, one in self.known.items() if n in seen and seen[n].revision == one.article.revision}
        if missing := [number for number in seen if number not in self.known]:
            self.version += 1
            for article in await rows.contents(connection, missing):
                self.known[article.id] = recent(article, seen[article.id].seen_at)
        if len(self.hashes) > MOST:
            self.hashes.clear()
        self.looked = {number: version for number, version in self.looked.items() if number in self.known}
        self.compared = {pair for pair in self.compared if pair[0] in self.known and pair[1] in self.known}

    def common(self) -> set[str]:
        """Names that stand in so many articles that they tell nothing."""
        if len(self.known) < _COMMON_FROM:
            return set()
        uses = Counter(name for one in self.known.values() for name in one.traits.names.sure)
        return {name for name, number in uses.items() if number > _COMMON_PART * len(self.known)}

    def same_picture(self, one: Article, other: Article) -> bool:
        """Whether the first pictures of both were looked at and are one."""
        first, second = (self.hashes.get(a.images[0].url) if a.images else None for a in (one, other))
        return first is not None and second is not None and same_picture(first, second)

    async def look_at(self, newsroom: Newsroom, url: str) -> None:
        """Fetch a picture that was never looked at. One that cannot be had is like none."""
        if url in self.hashes:
            return
        self.hashes[url] = None
        try:
            picture = await newsroom.fetcher.get_picture(url, max_bytes=_PICTURE_BYTES)
            self.hashes[url] = await asyncio.to_thread(picture_hash, picture.body)
        except _BROKEN as error:
            logger.info("picture not compared", url=url, error=str(error))


def recent(article: Article, seen_at: datetime) -> Recent:
    """The article as it is recognised."""
    named = frozenset(canonical(url) for _, url in article.alternates)
    return Recent(article, canonical(article.url), named, traits(article, at=seen_at), seen_at)


def picture_hash(content: bytes) -> int | None:
    """A picture as 64 bits that stay nearly the same in other sizes and qualities; None for one that shows nothing."""
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP", "GIF", "AVIF")) as image:
        image.draft("L", (64, 64))
        small = image.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
    grey = small.tobytes()
    bits = [grey[9 * y + x] > grey[9 * y + x + 1] for y in range(8) for x in range(8)]
    plain = max(grey) - min(grey) < 16  # noqa: PLR2004 - a single colour looks like any other
    return None if plain else sum(bit << n for n, bit in enumerate(bits))
