"""WordPress by its REST API: what is new, what was edited, and what was taken away, in two small questions a look."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from newswire.errors import SourceError
from newswire.source import Memory, Sight, Source
from sources._answers import without_secrets
from sources._decode import decode
from sources._fetch import PAGES, Fetched, Fetcher
from sources._links import first, links
from sources._pace import gap, next_look
from sources._wordpress_post import EMBEDDED, FIELDS, read_post

API = "https://api.w.org/"
HEAD = 30
AT_ONCE = 20
MOST_EDITED = 100
REMEMBERED = 200
RECHECK = timedelta(minutes=10)
SECOND = timedelta(seconds=1)
CLOSED = frozenset({401, 403, 404, 410, 501})
LITTLE = "id,link,date_gmt,modified_gmt"

# Which of the API's collections narrows posts down, and by which parameter.
FILTERS = {"categories": "categories", "tags": "tags", "users": "author"}

Row = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class _Site:
    """What is remembered: where posts are listed, and of each known post when it was written and modified, and its link."""

    fetcher: Fetcher
    source: Source
    collection: str
    seen: dict[str, list[str]] = field(default_factory=dict)
    checked_at: str = ""

    def url(self, **parameters: str | int) -> str:
        """The collection with these parameters beside its own."""
        base, _, query = self.collection.partition("?")
        return f"{base}?{urlencode([*parse_qsl(query), *parameters.items()], safe=',:')}"


async def poll(fetcher: Fetcher, source: Source, memory: Memory, *, now: datetime) -> Sight:
    """One look: the newest posts and the latest edits; whole posts only of what changed since the last look.

    `source.url` is a page of the site (of a category, tag or author: only their posts), or a collection of its API.
    """
    site = await _site(fetcher, source, memory)
    first_look = not site.seen
    head = await _rows(site, site.url(per_page=HEAD, orderby="date", order="desc", _fields=LITTLE))
    edited = [] if first_look else await _edited(site)
    listed = {str(row["id"]): row for row in (*edited, *head)}
    changed = [key for key, row in listed.items() if site.seen.get(key, ["", "", ""])[1] != row["modified_gmt"]]
    site.checked_at = site.checked_at or now.isoformat()
    gone = [] if first_look else await _gone(site, head, listed, now)
    posts = await _whole(site, changed)
    found = [article for post in posts if (article := read_post(post, source, now))]
    missing = set(changed) - {str(post["id"]) for post in posts}
    _remember(site, [row for key, row in listed.items() if key not in missing], gone, now)
    newest_first = sorted(found, key=lambda article: article.published_at or now, reverse=True)
    usual_gap = gap(newest_first) or memory.extra.get("gap", 0)
    remembered = {"asked": source.url, "api": site.collection, "seen": site.seen, "checked_at": site.checked_at}
    return Sight(
        memory=Memory(extra=remembered | {"gap": usual_gap}),
        articles=tuple(newest_first) if found or gone or first_look else None,
        gone=tuple(gone),
        next_at=next_look(source, {}, {}, usual_gap, now),
    )


async def _site(fetcher: Fetcher, source: Source, memory: Memory) -> _Site:
    """The site as remembered, or found now."""
    extra = memory.extra
    if extra.get("asked") == source.url and extra.get("api"):
        kept = {"collection": extra["api"], "seen": dict(extra["seen"]), "checked_at": extra["checked_at"]}
        return _Site(fetcher=fetcher, source=source, **kept)
    return _Site(fetcher=fetcher, source=source, collection=await collection_of(fetcher, source))


async def collection_of(fetcher: Fetcher, source: Source) -> str:
    """The address that lists the posts of a page of the site. Raises `SourceError` where there is none."""
    url = source.url
    if "/wp-json/" in url or "rest_route=" in url:
        return url
    answer = await fetcher.get(url, accept=PAGES, any_port=source.any_port)
    collection = named_in(answer)
    if not collection:
        raise SourceError(
            f"{without_secrets(url)} names no WordPress REST API; it is closed, or this is no WordPress: "
            'watch its feed (kind = "feed")'
        )
    return collection


def named_in(answer: Fetched) -> str:
    """The address that lists the posts of the page in `answer`; "" where it names no API."""
    found = links(answer)
    root = first(found, API)
    if not root:
        return ""
    posts = f"{root}wp/v2/posts" if "rest_route=" in root else urljoin(root, "wp/v2/posts")
    kind, _, number = first(found, "alternate", "application/json").rstrip("/").rpartition("wp/v2/")[2].partition("/")
    if kind in FILTERS and number.isdecimal():
        return f"{posts}{'&' if '?' in posts else '?'}{FILTERS[kind]}={number}"
    return posts


async def _edited(site: _Site) -> list[Row]:
    """What was modified since the last modification we know, the latest first. Older WordPress lists all: cut here."""
    since = max((modified for _, modified, _ in site.seen.values()), default="")
    if not since:
        return []
    rows = await _rows(
        site,
        site.url(
            modified_after=_just_before(since), orderby="modified", order="desc", per_page=MOST_EDITED, _fields=LITTLE
        ),
    )
    return [row for row in rows if row["modified_gmt"] >= since]


def _just_before(modified: str) -> str:
    """Two seconds earlier, for `modified_after` leaves out its own second, in which more may have happened."""
    try:
        return f"{datetime.fromisoformat(modified) - 2 * SECOND:%Y-%m-%dT%H:%M:%S}Z"
    except ValueError:
        return f"{modified}Z"


async def _gone(site: _Site, head: list[Row], listed: dict[str, Row], now: datetime) -> list[str]:
    """Addresses of known posts that are published no more: those missing among the newest, and at times all others."""
    oldest = min((row["date_gmt"] for row in head), default="") if len(head) >= HEAD else ""
    all_of_them = now - datetime.fromisoformat(site.checked_at) >= RECHECK
    if all_of_them:
        site.checked_at = now.isoformat()
    missing = [key for key, (date, _, _) in site.seen.items() if key not in listed and (all_of_them or date > oldest)]
    still: set[str] = set()
    for start in range(0, len(missing), MOST_EDITED):
        some = missing[start : start + MOST_EDITED]
        plainly = replace(site, collection=_unfiltered(site.collection))
        asked = plainly.url(include=",".join(some), per_page=len(some), _fields=LITTLE)
        still |= {str(row["id"]) for row in await _rows(site, asked)}
    gone = [key for key in missing if key not in still]
    return [link for key in gone if (link := site.seen.pop(key)[2])]


def _unfiltered(collection: str) -> str:
    """The collection without our own filters: a post that left its category is not gone."""
    base, _, query = collection.partition("?")
    kept = [pair for pair in parse_qsl(query) if pair[0] not in FILTERS.values()]
    return f"{base}?{urlencode(kept)}" if kept else base


async def _whole(site: _Site, keys: list[str]) -> list[Row]:
    """The posts with author, terms and picture."""
    posts: list[Row] = []
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        asked = site.url(include=",".join(some), per_page=len(some), _embed=EMBEDDED, _fields=FIELDS)
        posts += await _rows(site, asked)
    return posts


def _remember(site: _Site, listed: Iterable[Row], gone: list[str], now: datetime) -> None:
    """The latest `REMEMBERED`. What was modified just now is read again: times have whole seconds only."""
    just_now = f"{now - SECOND:%Y-%m-%dT%H:%M:%S}"
    for row in listed:
        if row["link"] not in gone:
            modified = row["modified_gmt"] if row["modified_gmt"] < just_now else ""
            site.seen[str(row["id"])] = [row["date_gmt"], modified, row["link"]]
    latest = sorted(site.seen.items(), key=lambda one: max(one[1][0], one[1][1] or just_now), reverse=True)
    site.seen = dict(latest[:REMEMBERED])


async def _rows(site: _Site, url: str) -> list[Row]:
    """What the API answers, of which only posts with an id and times count."""
    try:
        answer = await site.fetcher.get(url, accept="application/json", any_port=site.source.any_port)
    except SourceError as error:
        if error.status in CLOSED:
            host = urlsplit(url).netloc
            raise SourceError(
                f'the WordPress REST API of {host} is closed to us ({error.status}): watch its feed (kind = "feed")'
            ) from error
        raise
    text, _ = decode(answer.body, answer.charset)
    try:
        # A site whose plug-ins print warnings prints them before the answer.
        rows = json.loads(text[max(text.find("["), 0) :])
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{without_secrets(url)} answers with something that is no JSON") from error
    if not isinstance(rows, list):
        raise SourceError(f"{without_secrets(url)} answers with something that is no list of posts")
    return [row for row in rows if isinstance(row, dict) and _complete(row)]


def _complete(row: Row) -> bool:
    return isinstance(row.get("id"), int) and all(
        isinstance(row.get(name), str) for name in ("link", "date_gmt", "modified_gmt")
    )
