"""An article's own page: what it says in JSON-LD, in its metadata, and to its readers' eyes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from newswire.article import Article, Image
from newswire.errors import SourceError
from newswire.source import Source
from sources._answers import without_secrets
from sources._body import body, figures, sifted, strip_chrome
from sources._dates import read_date
from sources._decode import decode
from sources._entries import MOST_IMAGES, SOON, TITLE_LIMIT, pixels, resolved
from sources._fetch import PAGES, Fetched, Fetcher
from sources._html import base_of, parse
from sources._identity import canonical, same_site
from sources._jsonld import SCRIPTS, read_jsonld
from sources._profiles import chrome, profiles
from sources._reading import Reading
from sources._text import fold, plain_title, take_flags

# From here on a page is read in a thread, so that nobody else waits for it.
LARGE = 256 * 1024
BACKGROUND = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)\s]*))\s*\)""", re.IGNORECASE)
MOST_SCRIPTS = 20
LONGEST_STYLE = 2_000


async def read(fetcher: Fetcher, url: str, source: Source, *, now: datetime) -> Article:
    """The article whose page is at `url`, with the page's canonical address. Raises `SourceError` and nothing else."""
    answer = await fetcher.get(url, accept=PAGES)
    if len(answer.body) > LARGE:
        return await asyncio.to_thread(read_page, answer, source, now)
    return read_page(answer, source, now)


def read_page(answer: Fetched, source: Source, now: datetime) -> Article:
    """The article in an answer. Raises `SourceError` for what is no article's page."""
    text, _ = decode(answer.body, answer.charset)
    try:
        return _article(parse(text), answer.url, source, now)
    except ValueError as reason:
        raise SourceError(f"{without_secrets(answer.url)} {reason}") from reason


def _article(tree: LexborHTMLParser, url: str, source: Source, now: datetime) -> Article:
    """Weigh the parts of the page: what the source's own selectors say counts most, then what machines are told."""
    base = base_of(tree, url)
    profile = next((one.selectors for one in profiles() if tree.css_first(one.when)), {})
    own, known = _selected(tree, source.selectors, base, source.name), _selected(tree, profile, base, "")
    structured = read_jsonld((node.text() for node in tree.css(SCRIPTS)[:MOST_SCRIPTS]), base)
    meta = _meta(tree, base)
    captioned = list(figures(tree, base))
    strip_chrome(tree, filter(None, (profile.get("drop"), source.selectors.get("drop"))))
    own.body, known.body = (_body_at(tree, selectors) for selectors in (source.selectors, profile))
    plain = Reading(title=_text_at(tree, "h1"), published=_time_at(tree, "time[datetime]"))
    order = (own, structured, meta, known, plain)
    title, flags = take_flags(_first((own, known, structured, meta, plain), lambda part: part.title)[:TITLE_LIMIT])
    if not title:
        raise ValueError("has no title that can be found; name its place with `selectors.title`")
    lines = own.body or known.body or sifted(structured.body) or body(tree)
    section = _first(order, lambda part: part.section)
    published, modified = (_moment(order, name, source, now) for name in ("published", "modified"))
    return Article(
        url=_address(tree, url),
        title=title,
        source=source.name,
        edition=source.edition or _language(tree),
        language=_language(tree),
        lead=_lead(_first(order, lambda part: part.lead), lines),
        body="\n\n".join(lines),
        section=section,
        categories=(section,) if section else (),
        author=_first(order, lambda part: part.author),
        published_at=published,
        modified_at=modified,
        images=_images([image for part in order for image in part.images], captioned),
        flags=flags,
    )


def _first(parts: Iterable[Reading], name: Callable[[Reading], str]) -> str:
    return next(filter(None, map(name, parts)), "")


def _moment(parts: Iterable[Reading], name: str, source: Source, now: datetime) -> datetime | None:
    """The first date that can be read; what is more than a day ahead is taken as now."""
    dates = (read_date(text, source.zone) for part in parts if (text := getattr(part, name)))
    found = next(filter(None, dates), None)
    return now if found and found > now + SOON else found


def _lead(lead: str, lines: list[str]) -> str:
    """The lead; the first paragraph where there is none, or where the lead is that paragraph cut short."""
    first = lines[0] if lines else ""
    if not lead or first.startswith(lead.rstrip(" .…")):
        return first or lead
    return lead


def _language(tree: LexborHTMLParser) -> str:
    node = tree.css_first("html[lang]")
    return re.split("[-_]", (node.attributes.get("lang") or "") if node else "")[0].strip().lower()


def _address(tree: LexborHTMLParser, url: str) -> str:
    """The page's canonical address, where it is believable: of the same site, and not the front page's.

    A page fetched over https stays there.
    """
    path = urlsplit(url).path.strip("/")
    for selector, name in (("link[rel~=canonical]", "href"), ('meta[property="og:url"]', "content")):
        node = tree.css_first(selector)
        named = resolved(url, (node.attributes.get(name) or "") if node else "").partition("#")[0]
        if not named or not same_site(named, url) or (path and not urlsplit(named).path.strip("/")):
            continue
        if canonical(named) == canonical(url) and url.startswith("https://"):
            return "https://" + named.partition("://")[2]
        return named
    return url


def _meta(tree: LexborHTMLParser, base: str) -> Reading:
    """What the page tells those who draw link cards: Open Graph, Twitter, and older names."""
    words: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        held = node.attributes
        name = (held.get("property") or held.get("name") or held.get("itemprop") or "").lower()
        if name:
            words.setdefault(name, fold(held.get("content") or ""))
    title = plain_title(words.get("og:title") or words.get("twitter:title") or "")
    author = _first_word(words, "author", "article:author", "parsely-author", "dc.creator", "twitter:creator")
    address = _first_word(
        words, "og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"
    )
    url = resolved(base, address)
    image = Image(
        url=url,
        alt=_first_word(words, "og:image:alt", "twitter:image:alt"),
        width=pixels(words.get("og:image:width")),
        height=pixels(words.get("og:image:height")),
    )
    return Reading(
        title=_without_site(title, words.get("og:site_name", "")),
        lead=plain_title(_first_word(words, "og:description", "twitter:description", "description")),
        author="" if author.startswith(("http://", "https://", "@")) else _without_by(author),
        section=_first_word(words, "article:section", "parsely-section"),
        published=_first_word(words, "article:published_time", "datepublished", "parsely-pub-date", "pubdate", "date"),
        modified=_first_word(words, "article:modified_time", "og:updated_time", "datemodified"),
        images=[image] if url else [],
    )


def _first_word(words: Mapping[str, str], *names: str) -> str:
    return next((words[name] for name in names if words.get(name)), "")


def _without_site(title: str, site: str) -> str:
    """`Title | Site` without the site."""
    if site and title.endswith(site):
        shorter = title.removesuffix(site).rstrip()
        if shorter[-1:] in tuple("|-\u2013—·•:"):
            return shorter[:-1].rstrip()
    return title


def _without_by(author: str) -> str:
    return chrome().byline.sub("", author).strip()


def _selected(tree: LexborHTMLParser, selectors: Mapping[str, str], base: str, source: str) -> Reading:
    """What stands at the places that `selectors` name; `source` is whose selectors they are, for the error."""
    at = ""
    try:
        for at in selectors.values():
            tree.css_first(at)
    except SelectolaxError as error:
        raise ValueError(f"cannot be read: the selector {at!r} of source {source} is no CSS selector") from error
    return Reading(
        title=_text_at(tree, selectors.get("title")),
        author=_without_by(_text_at(tree, selectors.get("author"))),
        section=_text_at(tree, selectors.get("section")),
        published=_time_at(tree, selectors.get("time")),
        images=list(_cover(tree, selectors, base)),
    )


def _at(tree: LexborHTMLParser, selector: str | None) -> LexborNode | None:
    return tree.css_first(selector) if selector else None


def _text_at(tree: LexborHTMLParser, selector: str | None) -> str:
    node = _at(tree, selector)
    return fold(node.attributes.get("content") or node.text(separator=" ")) if node else ""


def _time_at(tree: LexborHTMLParser, selector: str | None) -> str:
    node = _at(tree, selector)
    if node is None:
        return ""
    words = node.attributes
    return words.get("datetime") or words.get("content") or fold(node.text(separator=" "))


def _cover(tree: LexborHTMLParser, selectors: Mapping[str, str], base: str) -> Iterator[Image]:
    """The main picture: an `img`, a `meta`, or an element that shows it as its background."""
    node = _at(tree, selectors.get("cover"))
    if node is None:
        return
    words = node.attributes
    address = words.get("src") or words.get("content") or ""
    if found := BACKGROUND.search((words.get("style") or "")[:LONGEST_STYLE]):
        address = next(filter(None, found.groups()), "")
    if url := resolved(base, address):
        yield Image(
            url=url,
            alt=fold(words.get("alt") or words.get("aria-label") or ""),
            caption=_text_at(tree, selectors.get("caption")),
            width=pixels(words.get("width")),
            height=pixels(words.get("height")),
        )


def _body_at(tree: LexborHTMLParser, selectors: Mapping[str, str]) -> list[str]:
    place = selectors.get("body")
    return body(tree, place) if place else []


def _images(named: list[Image], captioned: list[Image]) -> tuple[Image, ...]:
    """The pictures, the surest first, each once, with all that is said of it; the site's own sign only for want of others."""
    found: dict[str, Image] = {}
    for image in (*named, *captioned):
        before = found.get(image.url)
        found[image.url] = (
            image
            if before is None
            else replace(
                before,
                alt=before.alt or image.alt,
                caption=before.caption or image.caption,
                width=before.width or image.width,
                height=before.height or image.height,
            )
        )
    pictures = [image for image in found.values() if not chrome().sign.search(_file_name(image.url))]
    return tuple(pictures or found.values())[:MOST_IMAGES]


def _file_name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]
