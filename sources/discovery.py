"""Discovery: the feeds that a web page names, for whoever knows only the site's address."""

from __future__ import annotations

from sources._decode import decode
from sources._entries import resolved
from sources._fetch import PAGES, Fetcher
from sources._text import attributes
from sources.feed import FEED_TYPES, HEAD, LINK


async def feeds(fetcher: Fetcher, url: str) -> list[str]:
    """Addresses of the feeds that the page at `url` names in its head, in its order. Raises `SourceError`.

    Feeds of comments are left out: https://www.rssboard.org/rss-autodiscovery says how pages name feeds.
    """
    answer = await fetcher.get(url, accept=PAGES)
    text, _ = decode(answer.body, answer.charset)
    found: list[str] = []
    for tag in LINK.finditer(text[:HEAD]):
        words = attributes(tag[1])
        is_feed = "alternate" in words.get("rel", "").lower().split() and words.get("type", "").lower() in FEED_TYPES
        address = resolved(answer.url, words.get("href", "")) if is_feed else ""
        if address and address not in found and "comment" not in f"{address} {words.get('title', '')}".lower():
            found.append(address)
    return found
