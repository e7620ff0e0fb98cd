"""WordPress by its REST API: what is new, what was edited, and what was taken away, in two small questions a look.

After an outage the lists are read on, page after page, and whole posts over several looks: what a look could not read is
owed, and nothing that is owed is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from newswire.errors import SourceError
from newswire.source import Memory, Sight, Source
from sources._fetch import Fetcher
from sources._pace import gap, next_look
from sources._wordpress_api import MOST, Collection, Row, collection_of
from sources._wordpress_post import EMBEDDED, FIELDS, read_post

HEAD = 30
AT_ONCE = 20
MOST_PAGES = 10
MOST_WHOLE = 200
REMEMBERED = 200
RECHECK = timedelta(minutes=10)
SECOND = timedelta(seconds=1)
_CROWD_PAGES = 100
_TRIES = 5


@dataclass(slots=True, kw_only=True)
class _Site:
    """What is remembered: where posts are listed, and of each known post when it was written and modified, and its link.

    `after`: all that was modified until then was listed. `owed`: posts that were listed, and not read yet, with how often
    they were asked for in vain.
    """

    posts: Collection
    seen: dict[str, list[str]] = field(default_factory=dict)
    checked_at: str = ""
    after: str = ""
    owed: dict[str, int] = field(default_factory=dict)

    def memory(self) -> dict[str, Any]:
        """The same, ready for JSON."""
        return {
            "asked": self.posts.source.url,
            "api": self.posts.address,
            "seen": self.seen,
            "checked_at": self.checked_at,
            "after": self.after,
            "owed": self.owed,
        }


async def poll(fetcher: Fetcher, source: Source, memory: Memory, *, now: datetime) -> Sight:
    """One look: the newest posts and the latest edits; whole posts only of what changed since the last look.

    `source.url` is a page of the site (of a category, tag or author: only their posts), or a collection of its API.
    """
    site = await _site(fetcher, source, memory)
    first_look = not site.seen
    head = await _newest(site, now)
    edited = [] if first_look or len(site.owed) >= MOST_WHOLE else await _edited(site)
    listed = {str(row["id"]): row for row in (*edited, *head)}
    changed = {key for key, row in listed.items() if site.seen.get(key, ["", "", ""])[1] != row["modified_gmt"]}
    site.owed = {key: 0 for key in listed if key in changed} | site.owed
    site.checked_at = site.checked_at or now.isoformat()
    gone = [] if first_look else await _gone(site, head, listed, now)
    posts = await _whole(site, all_of_them=first_look)
    found = [article for post in posts if (article := read_post(post, source, now))]
    _remember(site, [*(row for key, row in listed.items() if key not in changed), *posts], gone, now)
    site.after = site.after or max((_just_before(row["modified_gmt"]) for row in head), default="")
    newest_first = sorted(found, key=lambda article: article.published_at or now, reverse=True)
    usual_gap = gap(newest_first) or memory.extra.get("gap", 0)
    return Sight(
        memory=Memory(extra=site.memory() | {"gap": usual_gap}),
        articles=tuple(newest_first) if found or gone or first_look else None,
        gone=tuple(gone),
        next_at=None if site.owed else next_look(source, {}, {}, usual_gap, now),
    )


async def _site(fetcher: Fetcher, source: Source, memory: Memory) -> _Site:
    """The site as remembered, or found now."""
    extra = memory.extra
    if extra.get("asked") != source.url or not extra.get("api"):
        return _Site(posts=Collection(fetcher, source, await collection_of(fetcher, source)))
    latest = max((modified for _, modified, _ in extra["seen"].values()), default="")
    return _Site(
        posts=Collection(fetcher, source, extra["api"]),
        seen=dict(extra["seen"]),
        checked_at=extra["checked_at"],
        after=extra.get("after") or (_just_before(latest) if latest else ""),
        owed=dict(extra.get("owed", {})),
    )


async def _newest(site: _Site, now: datetime) -> list[Row]:
    """The newest posts, back to what is known: one put off comes out without being modified, and stands only here."""
    by_date = {"orderby": "date", "order": "desc"}
    today = f"{now:%Y-%m-%dT%H:%M:%S}"
    known = max((date for date, _, _ in site.seen.values() if date <= today), default="")
    rows, more = await site.posts.page(per_page=HEAD, **by_date)
    number = 0
    while known and more and number < MOST_PAGES and all(row["date_gmt"] > known for row in rows):
        number += 1
        some, more = await site.posts.page(page=number, **by_date)
        rows += [row for row in some if row["date_gmt"] >= known]
    return rows


async def _edited(site: _Site) -> list[Row]:
    """What was modified after `site.after`, which moves along: the earliest first, so that nothing is passed over.

    A page that fails half way is read by the next look.
    """
    rows: list[Row] = []
    for number in range(MOST_PAGES if site.after else 0):
        try:
            some, more = await site.posts.page(modified_after=f"{site.after}Z", orderby="modified", order="asc")
        except SourceError:
            if number:
                break
            raise
        if any(row["modified_gmt"] < site.after for row in some):
            return await _edited_by_pages(site)
        rows += some
        last = some[-1]["modified_gmt"] if some else site.after
        if more and _just_before(last) <= site.after:
            rows += await _crowd(site, last)
            site.after = last
        else:
            site.after = max(site.after, _just_before(last))
        if not more:
            break
    return rows


async def _crowd(site: _Site, until: str) -> list[Row]:
    """What was modified all at once, and is more than a page: only by their ids have such posts an order."""
    span = {"modified_after": f"{site.after}Z", "modified_before": f"{_moved(until, SECOND)}Z"}
    rows: list[Row] = []
    for number in range(1, _CROWD_PAGES + 1):
        some, more = await site.posts.page(**span, orderby="id", order="asc", page=number)
        rows += some
        if not more:
            break
    return rows


async def _edited_by_pages(site: _Site) -> list[Row]:
    """What was modified since, of a WordPress before 5.7, which lists all whatever it is asked: the latest first."""
    rows: list[Row] = []
    for number in range(1, MOST_PAGES + 1):
        some, more = await site.posts.page(orderby="modified", order="desc", page=number)
        rows += [row for row in some if row["modified_gmt"] >= site.after]
        if not more or any(row["modified_gmt"] < site.after for row in some):
            break
    site.after = max((_just_before(row["modified_gmt"]) for row in rows), default=site.after)
    return rows


def _just_before(modified: str) -> str:
    """A second earlier, for `modified_after` leaves out its own second, in which more may have happened."""
    return _moved(modified, -SECOND)


def _moved(modified: str, by: timedelta) -> str:
    try:
        return f"{datetime.fromisoformat(modified) + by:%Y-%m-%dT%H:%M:%S}"
    except (ValueError, OverflowError):
        return modified


async def _gone(site: _Site, head: list[Row], listed: dict[str, Row], now: datetime) -> list[str]:
    """Addresses of known posts that are published no more: those missing among the newest, and at times all others."""
    oldest = min((row["date_gmt"] for row in head), default="") if len(head) >= HEAD else ""
    all_of_them = now - datetime.fromisoformat(site.checked_at) >= RECHECK
    if all_of_them:
        site.checked_at = now.isoformat()
    missing = [key for key, (date, _, _) in site.seen.items() if key not in listed and (all_of_them or date > oldest)]
    still: set[str] = set()
    for start in range(0, len(missing), MOST):
        still |= {str(row["id"]) for row in await site.posts.unfiltered().some(missing[start : start + MOST])}
    gone = [key for key in missing if key not in still]
    site.owed = {key: tries for key, tries in site.owed.items() if key not in gone}
    return [link for key in gone if (link := site.seen.pop(key)[2])]


async def _whole(site: _Site, *, all_of_them: bool) -> list[Row]:
    """What is owed, with author, terms and picture: as much as one look may read, `all_of_them` or none at a first look.

    Where an answer fails half way, the rest stays owed. A post that is listed and never given is let go in the end.
    """
    posts: list[Row] = []
    owed = list(site.owed)[: None if all_of_them else MOST_WHOLE]
    for start in range(0, len(owed), AT_ONCE):
        some = owed[start : start + AT_ONCE]
        try:
            given = await site.posts.some(some, _embed=EMBEDDED, _fields=FIELDS)
        except SourceError:
            if start and not all_of_them:
                break
            raise
        posts += given
        here = {str(post["id"]) for post in given}
        tried = {key: site.owed.pop(key) + 1 for key in some}
        site.owed |= {key: tries for key, tries in tried.items() if key not in here and tries < _TRIES}
    return posts


def _remember(site: _Site, listed: Iterable[Row], gone: list[str], now: datetime) -> None:
    """The latest `REMEMBERED`, the newest also where so many old ones were edited, and what is still to be listed again.

    What was modified just now is read again: times have whole seconds only.
    """
    just_now = f"{now - SECOND:%Y-%m-%dT%H:%M:%S}"
    for row in listed:
        if row["link"] not in gone:
            modified = row["modified_gmt"] if row["modified_gmt"] < just_now else ""
            site.seen[str(row["id"])] = [row["date_gmt"], modified, row["link"]]
    latest = sorted(site.seen.items(), key=lambda one: max(one[1][0], one[1][1] or just_now), reverse=True)
    newest = sorted(site.seen.items(), key=lambda one: one[1][0], reverse=True)
    again = [one for one in site.seen.items() if site.after and one[1][1] > site.after]
    site.seen = dict([*latest[:REMEMBERED], *newest[:MOST], *again])
