"""Changes: pages of posted articles are looked at on a falling schedule, for corrections and withdrawals no list shows."""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from db import articles, checks
from db.articles import Stored
from db.checks import Check
from desk.newsroom import Newsroom
from desk.watching import listing, withdrawal
from desk.watching.belonging import source_of
from desk.watching.sameness import likeness
from desk.writing import drafting, revising
from newswire import log
from newswire.article import Article
from newswire.errors import SourceError
from newswire.source import Source
from newswire.wording import tokens
from sources._extraction import extract
from sources._fetch import NOT_MODIFIED, PAGES, Fetched
from sources._identity import same_site
from sources._robots import ask_leave
from sources.article_page import read_page

logger = log.get("newswire.desk.watching.changes")

SCHEDULE = (
    drafting.FIRST_CHECK,
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=24),
    timedelta(days=3),
)
"""How long after an article was taken in its page is looked at."""

_AT_ONCE = 40
_HOSTS_AT_ONCE = 8
_NEIGHBOURS = 3
_SHARED = 0.2
_APART = timedelta(minutes=1)
_LATER, _LATER_AT_MOST = timedelta(minutes=10), timedelta(hours=12)


async def tick(newsroom: Newsroom) -> None:
    """What is due: pages to look at again, and pages that could not be read before. Hosts do not wait for each other."""
    now = newsroom.clock.now()
    async with newsroom.store.read() as connection:
        due = await checks.due(connection, now, limit=_AT_ONCE)
        known = await articles.some(connection, [check.article_id for check in due])
    by_host: defaultdict[str, list[tuple[Check, Stored]]] = defaultdict(list)
    for check in due:
        stored = known[check.article_id]
        by_host[urlsplit(stored.article.url).netloc].append((check, stored))
    gate = asyncio.Semaphore(_HOSTS_AT_ONCE)
    await asyncio.gather(*(_at_host(newsroom, gate, of_host) for of_host in by_host.values()))
    await listing.try_unread(newsroom)


async def _at_host(newsroom: Newsroom, gate: asyncio.Semaphore, of_host: Sequence[tuple[Check, Stored]]) -> None:
    """One page after the other; where one finds nobody at home, the others do not knock."""
    silent: SourceError | None = None
    async with gate:
        for check, stored in of_host:
            if stored.gone_at is not None:
                await _end(newsroom, check)
            elif silent is not None:
                await _no_answer(newsroom, check, stored.seen_at, silent)
            else:
                silent = await _look(newsroom, check, stored)


async def _look(newsroom: Newsroom, check: Check, stored: Stored) -> SourceError | None:
    """One look; the error when nobody is at home."""
    source = source_of(newsroom, stored.article)
    now = newsroom.clock.now()
    try:
        await ask_leave(newsroom.fetcher, stored.article.url, now)
    except SourceError as error:
        await _no_answer(newsroom, check, stored.seen_at, error)
        return None
    try:
        answer = await newsroom.fetcher.get(
            stored.article.url,
            etag=check.etag,
            last_modified=check.last_modified,
            accept=PAGES,
            any_port=source.any_port and same_site(stored.article.url, source.url),
        )
    except SourceError as error:
        if error.gone:
            await _not_there(newsroom, check, stored, source)
        else:
            await _no_answer(newsroom, check, stored.seen_at, error)
        return None if error.status else error
    digest = check.digest
    if answer.status != NOT_MODIFIED:
        digest = hashlib.blake2b(answer.body, digest_size=16).hexdigest()
        if digest != check.digest and not await _compare(newsroom, check, stored, source, answer):
            async with newsroom.store.write() as connection:
                await checks.put(
                    connection, replace(check, at=now + revising.SETTLED_WITHIN, misses=0, missing_since=None)
                )
            return None
    seen = replace(check, etag=answer.etag or check.etag, last_modified=answer.last_modified, digest=digest)
    await _next(newsroom, seen, stored.seen_at)
    return None


async def _compare(newsroom: Newsroom, check: Check, stored: Stored, source: Source, answer: Fetched) -> bool:
    """What the page says by now, put together with what the source lists. False: its change is not taken in yet."""
    if check.listed is None:
        return True
    if not source.read_page:
        return await _same_now(newsroom, stored, check.listed)
    try:
        own = await asyncio.to_thread(read_page, answer, source, newsroom.clock.now(), extract)
    except SourceError as error:
        logger.warning("page not understood", url=stored.article.url, error=str(error))
        return True
    if not _is_of(stored.article, own):
        logger.warning("page shows something else", url=stored.article.url, title=own.title)
        return True
    return await _same_now(newsroom, stored, replace(check.listed.completed_by(own), url=own.url))


async def _same_now(newsroom: Newsroom, stored: Stored, article: Article) -> bool:
    """Whether what is stored is what the article is by now: it was the same, or has become it."""
    article = drafting.sectioned(newsroom.settings, article)
    if article.content_hash() == stored.content_hash:
        return True
    return await revising.changed(newsroom, stored.article, article, by="newswire") is not stored.article


def _is_of(article: Article, page: Article) -> bool:
    """Whether a page is still the article's: sites put questions about cookies and robots in the place of pages."""
    if likeness(article, page) > 0:
        return True
    words, others = ({word for word in tokens(f"{one.title} {one.body}") if len(word) > 3} for one in (article, page))  # noqa: PLR2004 - little words are everywhere
    return len(words & others) > _SHARED * min(len(words), len(others))


async def _next(newsroom: Newsroom, check: Check, seen_at: datetime) -> None:
    """The page is there: the next look by the schedule, of which times that have passed meanwhile count as one."""
    now = newsroom.clock.now()
    ahead = [n for n, wait in enumerate(SCHEDULE) if n > check.step and seen_at + wait > now]
    if not ahead:
        await _end(newsroom, check)
        return
    kept = replace(check, step=ahead[0], at=seen_at + SCHEDULE[ahead[0]], misses=0, missing_since=None)
    async with newsroom.store.write() as connection:
        await checks.put(connection, kept)


async def _no_answer(newsroom: Newsroom, check: Check, seen_at: datetime, error: SourceError) -> None:
    """A site in trouble says nothing about its articles: it is asked less and less often, until the schedule ends."""
    logger.info("page not checked", article=check.article_id, error=str(error))
    now = newsroom.clock.now()
    if now - seen_at >= SCHEDULE[-1]:
        await _end(newsroom, check)
        return
    at = now + min(_LATER * 2 ** min(check.misses, 20), _LATER_AT_MOST)
    kept = replace(check, at=max(at, error.retry_at or at), misses=check.misses + 1, missing_since=None)
    async with newsroom.store.write() as connection:
        await checks.put(connection, kept)


async def _not_there(newsroom: Newsroom, check: Check, stored: Stored, source: Source) -> None:
    """404 or 410. Believed when it was seen twice, a minute apart, while the rest of the site stands."""
    now = newsroom.clock.now()
    since = check.missing_since
    if since is not None and now - since >= _APART and await _site_stands(newsroom, stored, source):
        await withdrawal.gone(newsroom, stored)
        return
    wait = withdrawal.ONCE_MORE if since is None or now - since < _APART else _LATER
    async with newsroom.store.write() as connection:
        await checks.put(connection, replace(check, at=now + wait, missing_since=since or now))


async def _site_stands(newsroom: Newsroom, stored: Stored, source: Source) -> bool:
    """Whether the site's front page answers, and one of its latest other articles, if we know any."""
    url = stored.article.url
    parts = urlsplit(url)
    if not await _answers(newsroom, f"{parts.scheme}://{parts.netloc}/", source):
        return False
    async with newsroom.store.read() as connection:
        others = await articles.neighbours(connection, stored.article, limit=_NEIGHBOURS)
    same_host = [one for one in others if urlsplit(one).netloc == parts.netloc]
    for other in same_host:
        if await _answers(newsroom, other, source):
            return True
    return not same_host


async def _answers(newsroom: Newsroom, url: str, source: Source) -> bool:
    try:
        await newsroom.fetcher.get(url, accept=PAGES, any_port=source.any_port)
    except SourceError:
        return False
    return True


async def _end(newsroom: Newsroom, check: Check) -> None:
    async with newsroom.store.write() as connection:
        await checks.end(connection, check.article_id)
