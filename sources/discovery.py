"""Discovery: where a site's articles can be watched, for whoever knows only the site's address."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from newswire.errors import SourceError
from newswire.source import Memory, Source
from sources import feed, page, sitemap, websub, wordpress
from sources._decode import decode
from sources._fetch import FEEDS, PAGES, Fetched, Fetcher
from sources._identity import canonical, same_site
from sources._links import Link, links
from sources._profiles import profiles
from sources._robots import robots_of
from sources._sitemapfile import read_sitemap
from sources._wordpress_api import named_in

KINDS = {"sitemap": sitemap, "wordpress": wordpress, "page": page}
# The surer before the others: a feed is of one edition, an API may be of all of them.
ORDER = ("feed", "wordpress", "sitemap", "page")
USUAL = ("rss.xml", "feed/", "rss", "feed.xml", "atom.xml", "index.xml", "feed.json")
MOST_FEEDS = 8
MOST_SITEMAPS = 3
ANY = f"{PAGES},{FEEDS}"
HEAD = 20_000
LANGUAGE = re.compile(
    r"<(?:dc:)?language\b[^>]{0,200}>\s*([a-z]{2,3}\b[\w-]{0,9})|\bxml:lang\s*=\s*[\"']([a-z]{2,3}\b[\w-]{0,9})"
    r"|<html\b[^>]{0,300}\blang\s*=\s*[\"']?([a-z]{2,3}\b[\w-]{0,9})|^\s*\"language\"\s*:\s*\"([a-z]{2,3}\b[\w-]{0,9})",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place to watch. `kind` and `url` are a source's; `articles` were there at the look, `newest` is the latest's time.

    `hub`: the feed names a hub, so it can be watched as `websub` by a daemon that can be called.
    """

    kind: str
    url: str
    title: str = ""
    language: str = ""
    articles: int = 0
    newest: datetime | None = None
    hub: bool = False


async def feeds(fetcher: Fetcher, url: str) -> list[str]:
    """Addresses of the feeds that the page at `url` names, in its order. Raises `SourceError`."""
    answer = await fetcher.get(url, accept=PAGES)
    return [link.url for link in _feeds(links(answer))]


async def candidates(fetcher: Fetcher, url: str, *, now: datetime) -> list[Candidate]:
    """Where the articles of the site or section at `url` can be watched, the best first, each looked at once.

    Raises `SourceError` when the page itself cannot be read; what cannot be read of the rest is left out.
    """
    answer = await fetcher.get(url, accept=ANY)
    if (kind := _kind_of(answer, now)) and (seen := await _looked_at(fetcher, Candidate(kind=kind, url=url), now)):
        return [seen]
    itself = Candidate(kind="page", url=answer.url, language=_said(answer))
    guesses = [*_named(answer), *await _sitemaps(fetcher, answer.url, now), itself]
    found = await _tried(fetcher, guesses, now)
    if not any(one.kind == "feed" for one in found):
        found += await _usual(fetcher, answer.url, now)
    return sorted(found, key=lambda one: (not one.articles, ORDER.index(one.kind)))


def suited(found: Iterable[Candidate], language: str, others: Collection[str] = ()) -> list[Candidate]:
    """Those for an edition in `language`, the likeliest first; those of the site's `others` are left out.

    Its own come before those that do not say, and these before all else, for much software says `en-us` of anything.
    Where nothing is said, an address may tell: `/ru/rss.xml`.
    """
    wanted = language.lower()

    def rank(one: Candidate) -> tuple[bool, bool, bool]:
        in_path = LANGUAGE_IN_PATH.search(urlsplit(one.url).path)
        guess = language_of(one) or (in_path[1] if in_path else "")
        return not one.articles, guess not in ("", wanted), guess != wanted

    return sorted((one for one in found if language_of(one) not in set(others) - {wanted}), key=rank)


LANGUAGE_IN_PATH = re.compile(r"/([a-z]{2})(?:[/_.-]|$)")


def language_of(one: Candidate) -> str:
    """`en` of `en-GB`; "" where the page does not say."""
    return re.split(r"[-_]", one.language.lower())[0]


def _said(answer: Fetched) -> str:
    """The language in which a feed or page says it is written."""
    text, _ = decode(answer.body[:HEAD], answer.charset)
    match = LANGUAGE.search(text)
    return next(filter(None, match.groups()), "").lower() if match else ""


def _kind_of(answer: Fetched, now: datetime) -> str:
    """`feed` or `sitemap` where the address is one already; "" for a page."""
    try:
        feed.read(answer, Source(name="discovery", url=answer.url), now)
    except SourceError:
        try:
            read_sitemap(answer.body, answer.charset, answer.url)
        except ValueError:
            return ""
        return "sitemap"
    return "feed"


def _feeds(found: Iterable[Link]) -> list[Link]:
    """The feeds among a page's links, each once; feeds of comments are left out.

    https://www.rssboard.org/rss-autodiscovery says how pages name feeds.
    """
    named: dict[str, Link] = {}
    for link in found:
        is_feed = "alternate" in link.rel and link.type in feed.FEED_TYPES
        if is_feed and "comment" not in f"{link.url} {link.title}".lower():
            named.setdefault(link.url, link)
    return list(named.values())


def _named(answer: Fetched) -> list[Candidate]:
    """What we know of the site, and what the page names: feeds, WordPress' API."""
    found = [
        Candidate(kind="feed", url=urljoin(profile.site, path), language=language)
        for profile in profiles()
        if profile.site and same_site(profile.site, answer.url)
        for language, path in profile.feeds.items()
    ]
    found += [
        Candidate(kind="feed", url=link.url, title=link.title, language=link.language)
        for link in _feeds(links(answer))[:MOST_FEEDS]
    ]
    if named_in(answer):
        found.append(Candidate(kind="wordpress", url=answer.url))
    each_once = {canonical(one.url) + one.kind: one for one in reversed(found)}
    return list(reversed(each_once.values()))


async def _sitemaps(fetcher: Fetcher, url: str, now: datetime) -> list[Candidate]:
    """The sitemaps that robots.txt names, those of news first."""
    told = (await robots_of(fetcher, url, now)).sitemaps
    news_first = sorted(told, key=lambda one: "news" not in urlsplit(one).path.lower())
    return [Candidate(kind="sitemap", url=one) for one in news_first[:MOST_SITEMAPS]]


async def _usual(fetcher: Fetcher, url: str, now: datetime) -> list[Candidate]:
    """The first feed at one of the usual addresses, below the page and at the site's root: one after the other."""
    below = url if url.endswith("/") else f"{url}/"
    for base in dict.fromkeys((below, urljoin(url, "/"))):
        for name in USUAL:
            if found := await _tried(fetcher, [Candidate(kind="feed", url=urljoin(base, name))], now):
                return found
    return []


async def _tried(fetcher: Fetcher, guesses: list[Candidate], now: datetime) -> list[Candidate]:
    """Those of the guesses that can be read."""
    looked = await asyncio.gather(*(_looked_at(fetcher, one, now) for one in guesses))
    return [one for one in looked if one]


async def _looked_at(fetcher: Fetcher, guess: Candidate, now: datetime) -> Candidate | None:
    source = Source(name="discovery", url=guess.url, kind=guess.kind, edition="")
    try:
        if guess.kind == "feed":
            answer = await fetcher.get(guess.url)
            read, found = await asyncio.to_thread(feed.read, answer, source, now)
            language = guess.language or _said(answer)
            guess = replace(
                guess, title=read.title or guess.title, language=language, hub=bool(websub.named(answer)[0])
            )
        else:
            sight = await KINDS[guess.kind].poll(fetcher, source, Memory(), now=now)
            found = sight.articles or ()
            guess = replace(guess, title=sight.title or guess.title)
    except SourceError:
        return None
    dates = [article.published_at or article.modified_at for article in found]
    return replace(guess, articles=len(found), newest=max((at for at in dates if at), default=None))
