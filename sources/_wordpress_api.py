"""WordPress' REST API: where a site lists its posts, and what it answers, one page of a list after the other."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from newswire.errors import SourceError
from newswire.source import Source
from sources._answers import without_secrets
from sources._decode import decode
from sources._fetch import PAGES, Fetched, Fetcher
from sources._links import first, links

API = "https://api.w.org/"
MOST = 100
"""Posts on one page of a list, of which WordPress gives no more."""

CLOSED = frozenset({401, 403, 404, 410, 501})
_LITTLE = "id,link,date_gmt,modified_gmt"

# Which of the API's collections narrows posts down, and by which parameter.
_FILTERS = {"categories": "categories", "tags": "tags", "users": "author"}

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Collection:
    """A list of posts at `address`, as `fetcher` may read it for `source`."""

    fetcher: Fetcher
    source: Source
    address: str

    async def page(self, **parameters: str | int) -> tuple[list[Row], bool]:
        """One page of the list, of each post the little that tells whether it changed; and whether the list goes on.

        Where nothing tells, a full page is not the last one. Raises `SourceError`.
        """
        most = parameters.setdefault("per_page", MOST)
        try:
            rows, answer = await self._asked(_fields=_LITTLE, **parameters)
        except SourceError as error:
            if error.status == HTTPStatus.BAD_REQUEST and parameters.get("page", 1) != 1:
                return [], False  # there is no such page
            raise
        if "link" in answer.headers:
            return rows, bool(first(links(answer), "next"))
        return rows, len(rows) >= int(most)

    async def some(self, ids: list[str], **parameters: str | int) -> list[Row]:
        """Those of these posts that the list has; at most `MOST`. Raises `SourceError`."""
        given = {"_fields": _LITTLE} | parameters
        return (await self._asked(include=",".join(ids), per_page=len(ids), **given))[0]

    def unfiltered(self) -> Collection:
        """The list without our own filters: a post that left its category is not gone."""
        base, _, query = self.address.partition("?")
        kept = [pair for pair in parse_qsl(query) if pair[0] not in _FILTERS.values()]
        return replace(self, address=f"{base}?{urlencode(kept)}" if kept else base)

    async def _asked(self, **parameters: str | int) -> tuple[list[Row], Fetched]:
        """What the API answers, of which only posts with an id and times count."""
        base, _, query = self.address.partition("?")
        url = f"{base}?{urlencode([*parse_qsl(query), *parameters.items()], safe=',:')}"
        try:
            answer = await self.fetcher.get(url, accept="application/json", any_port=self.source.any_port)
        except SourceError as error:
            if error.status in CLOSED:
                host = urlsplit(url).netloc
                raise SourceError(
                    f'the WordPress REST API of {host} is closed to us ({error.status}): watch its feed (kind = "feed")'
                ) from error
            raise
        return _rows(answer, url), answer


def _rows(answer: Fetched, url: str) -> list[Row]:
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
    if kind in _FILTERS and number.isdecimal():
        return f"{posts}{'&' if '?' in posts else '?'}{_FILTERS[kind]}={number}"
    return posts
