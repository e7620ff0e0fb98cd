"""Arrivals: articles that no address tells to be known. Each is read on its own page, compared with what is known, taken in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from db import alerts, articles, unread
from db.articles import Change, Fate
from db.unread import Unread
from desk.newsroom import Newsroom
from desk.watching import burst, intake, sameness
from desk.watching.intake import Doubt
from desk.watching.sameness import Asked, Rival
from newswire import log
from newswire.article import Article
from newswire.errors import SourceError
from newswire.source import Source
from sources import article_page
from sources._identity import own_number

logger = log.get("newswire.desk.watching.arrivals")

LONG_AGO = datetime.min.replace(tzinfo=UTC)
TOLD_AFTER = 3
"""So often a page must have failed before people are told, and before nobody waits for an answer any more."""

_PAGES_AT_ONCE = 4
_UNDATED = 20
_MARGIN = timedelta(minutes=15)
_SOON, _SOON_AT_MOST = timedelta(minutes=1), timedelta(hours=1)
_REFUSED, _REFUSED_AT_MOST = timedelta(minutes=10), timedelta(hours=12)
_REFUSALS = range(400, 500)
_GIVEN_UP = timedelta(days=14)


@dataclass(slots=True, kw_only=True)
class Arrivals:
    """The arrivals of one look. `keys` and `rivals` are by address; `since`: what is older was there before.

    When all are taken in: how many were `new`, whether one is `left` for the next look, and which turned out to be
    `known`: the known article, what it is now, and how the list shows it.
    """

    newsroom: Newsroom
    source: Source
    keys: Mapping[str, tuple[str, ...]]
    rivals: Mapping[str, Sequence[Rival]]
    asked: Asked
    since: datetime | None = None
    hold: str = ""
    new: int = 0
    left: bool = False
    known: list[tuple[Article, Article, Article]] = field(default_factory=list)

    async def take_in(self, fresh: Sequence[Article]) -> None:
        """Oldest first, a few pages read at a time; one article in trouble does not stop the next.

        An article whose title nobody knows yet waits until its page can be read, unless that is not there at all.
        """
        before, fresh = self._before(fresh)
        waiting = await self._waiting(fresh)
        now = self.newsroom.clock.now()
        fresh = [one for one in fresh if (w := waiting.get(self._key(one))) is None or w.at <= now]
        newest_last = list(reversed(fresh))  # lists have the newest first, also within one second
        oldest_first = sorted(newest_last, key=lambda article: article.published_at or LONG_AGO)
        gate = asyncio.Semaphore(_PAGES_AT_ONCE)
        self.hold = await burst.hold(self.newsroom, self.source, [one for one in fresh if not self._named(one)])
        pages = await asyncio.gather(*(self._complete(one, gate) for one in oldest_first))
        for listed, article in zip(oldest_first, pages, strict=True):
            if await self._one(listed, article, waiting.get(self._key(listed))):
                before.append(listed)
        await burst.told(self.newsroom, self.source, self.new if self.hold else 0)
        await self._was_there(before)

    def _key(self, listed: Article) -> str:
        return self.keys[listed.url][0]

    def _named(self, listed: Article) -> bool:
        """Whether it has a name or its headline in common with a known one, and so will hardly be new."""
        title = listed.title or None
        return any(rival.named or rival.stored.article.title == title for rival in self.rivals.get(listed.url, ()))

    def _before(self, fresh: Sequence[Article]) -> tuple[list[Article], list[Article]]:
        """Those that were there before, by what the list says, and the others. Of the undated a few are read."""
        if self.since is None:
            return [], list(fresh)
        before, undated = [], 0
        for one in fresh:
            at = one.published_at or one.modified_at
            undated += at is None
            old = at <= self.since - _MARGIN if at else undated > _UNDATED
            if old and not self.rivals.get(one.url):
                before.append(one)
        return before, [one for one in fresh if one not in before]

    async def _complete(self, listed: Article, gate: asyncio.Semaphore) -> Article | SourceError:
        async with gate:
            if listed.title:
                return await with_page(self.newsroom, self.source, listed)
            try:
                return await completed(self.newsroom, self.source, listed)
            except SourceError as error:
                return error

    async def _one(self, listed: Article, article: Article | SourceError, before: Unread | None) -> bool:
        """One article; True when it turns out to have been there before."""
        if isinstance(article, SourceError):
            await self._not_read(listed, article, before)
            return False
        patient = before is None or before.tries < TOLD_AFTER
        doubt = Doubt(self.asked, self.rivals.get(listed.url, ()), patient=patient)
        if not doubt.rivals:
            doubt = replace(doubt, rivals=await sameness.of_page(self.newsroom, article))
        try:
            if self._is_old(article):
                addresses = [listed.url]
                same = await sameness.same(self.asked, article, doubt.rivals, addresses=addresses, patient=patient)
                if same is not None:
                    await sameness.remember(self.newsroom, same, article, self.keys[listed.url])
                return same is None
            taken = await intake.take_in(
                self.newsroom,
                article,
                by=f"source {self.source.name}",
                known_by=self.keys[listed.url],
                listed=listed,
                doubt=doubt,
                hold=self.hold,
            )
        except SourceError as error:
            await self._not_read(listed, error, before)
            return False
        self.new += taken.change is Change.NEW
        if taken.change is Change.SAME:
            self.known.append((taken.article, article, listed))
        if before is not None:
            await self._read_at_last(before)
        return False

    def _is_old(self, article: Article) -> bool:
        at = article.published_at or article.modified_at
        return self.since is not None and (at is None or at <= self.since - _MARGIN)

    async def _was_there(self, before: Sequence[Article]) -> None:
        if not before:
            return
        reason = "was there when its source was watched at another address for the first time"
        rows = [articles.New(article=one, keys=self.keys[one.url], fate=Fate.BASELINE, reason=reason) for one in before]
        async with self.newsroom.store.write() as connection:
            await articles.add_all(connection, rows, now=self.newsroom.clock.now())

    # -- what cannot be read yet

    async def _waiting(self, fresh: Sequence[Article]) -> dict[str, Unread]:
        if not fresh:
            return {}
        async with self.newsroom.store.read() as connection:
            return await unread.of(connection, [self._key(one) for one in fresh])

    async def _not_read(self, listed: Article, error: SourceError, before: Unread | None) -> None:
        """Tried again at the next look, then less and less often; people are told of pages that stay closed."""
        logger.warning("page not read", url=listed.url, error=str(error))
        key, now = self._key(listed), self.newsroom.clock.now()
        over = error.gone and not listed.title
        async with self.newsroom.store.write() as connection:
            if over or (before and now - before.since > _GIVEN_UP):
                await unread.end(connection, [key])
                return
            tries = before.tries + 1 if before else 1
            at = now + pause(tries, error.status)
            row = Unread(
                key=key,
                listed=listed,
                tries=tries,
                at=max(at, error.retry_at or at),
                since=before.since if before else now,
                reason=str(error),
            )
            await unread.put(connection, row)
            self.left = self.left or tries == 1
            if tries == TOLD_AFTER:
                number = await unread.tried(connection, self.source.name, at_least=TOLD_AFTER)
                text = (
                    f"Source {self.source.name}: {number} of its articles cannot be read and are not posted yet. {error}. "
                    f"Newswire tries again, less and less often; {self.newsroom.order('post')} and the address sends one by hand."
                )
                await alerts.raise_(connection, f"source {self.source.name}", "pages", text, now=now)
        self.newsroom.bell.ring("cards")

    async def _read_at_last(self, before: Unread) -> None:
        async with self.newsroom.store.write() as connection:
            await unread.end(connection, [before.key])
            if not await unread.tried(connection, self.source.name, at_least=TOLD_AFTER):
                now = self.newsroom.clock.now()
                await alerts.close(connection, f"source {self.source.name}", "pages", now=now)


def pause(tries: int, status: int) -> timedelta:
    """How long to leave a page alone that failed so often: not at all after the first time, longest where it refuses us."""
    first, most = (_REFUSED, _REFUSED_AT_MOST) if status in _REFUSALS else (_SOON, _SOON_AT_MOST)
    return min(first * 2 ** min(tries - 2, 20), most) if tries > 1 else timedelta()


async def with_page(newsroom: Newsroom, source: Source, article: Article) -> Article:
    """The article with what the feed lacks, read from its own page; as it is when the page cannot be read.

    The page also says what the article's address really is, when the feed links to it in a roundabout way.
    """
    if not source.read_page:
        return article
    try:
        return await completed(newsroom, source, article)
    except SourceError as error:
        logger.warning("page not read", url=article.url, error=str(error))
        return article


async def completed(newsroom: Newsroom, source: Source, article: Article) -> Article:
    """The article with what its page tells. Raises `SourceError`."""
    own = await article_page.read(newsroom.fetcher, article.url, source, now=newsroom.clock.now())
    complete = replace(article.completed_by(own), url=own.url)
    # The number that the site itself gives it says more than a feed's guid.
    return replace(complete, guid=own.guid) if own_number(own.guid, own.url) else complete
