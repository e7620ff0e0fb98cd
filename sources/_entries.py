"""What all formats of feed have in common: entries in the feed's own words, and how they become articles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from urllib.parse import urljoin, urlsplit

from newswire.article import Article, Image
from newswire.source import Source
from sources._dates import read_date
from sources._identity import canonical
from sources._profiles import LONGEST_CHROME, chrome
from sources._text import INVISIBLE, TAG_END, attributes, first_words, fold, paragraphs, plain, plain_title, take_flags

SOON = timedelta(days=1)
TITLE_LIMIT = 1_000
LONGEST_ADDRESS = 4_000
LONGEST_NAME = 300
MOST_IMAGES = 10
# Whole archives have been seen in one feed; a million items would be an attack.
MOST_ENTRIES = 20_000
# Pixels on a side: an icon has fewer than the first, and what has fewer than the second is a picture made small.
SMALLEST = 48
SMALL = 200

ABSOLUTE = re.compile(r"https?://[\w.:-]+(?:[/?#][!-\[\]-~\w]*)?")
IMG = re.compile(rf"<img(?=[\s/])({TAG_END})", re.IGNORECASE)
# Pictures that tell nothing of the article: counters, advertisements, emoji drawn as pictures, faces of authors.
NO_PICTURE = re.compile(
    r"gravatar\.com/avatar|//avatars\d*\.githubusercontent\.com/|/images/core/emoji/|pixel\.wp\.com|//feeds\.[\w.-]+/~"
    r"|//ad\.[\w.-]*doubleclick\.net/|/1x1\.|[/-]pixel\.(?:gif|png)|/aggbug|/undefined$"
)
# Where pictures wait that are loaded when they are scrolled to.
LATE = ("data-src", "data-lazy-src", "data-original")
MAILBOX = re.compile(r"^\S+@\S+$")
BETWEEN_PEOPLE = re.compile(r"(?<=[>)])\s*[,;]\s*")
_BOX = r"[^\s@<>()]+@[^\s@<>()]+"
NAMED_MAILBOX = re.compile(rf"^[^\s@]+@[^\s@]+\s+\((.+)\)$|^(.+?)\s*[<(]{_BOX}[>)]$")


@dataclass(slots=True, kw_only=True)
class Entry:
    """An item as the feed has it. `summary` and `content` are HTML, addresses may be relative, dates are as written.

    `enclosure` is the link of an item that has no other. Title, authors and categories are plain text. `thumbnails` come
    after `images`. `link_rank` and `byline` are for whoever fills the entry: how good the link is, and which element the
    authors come from.
    """

    base: str = ""
    link: str = ""
    guid: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    authors: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    thumbnails: list[Image] = field(default_factory=list)
    guid_is_link: bool = True
    enclosure: str = ""
    content_base: str = ""
    link_rank: int = 0
    byline: str = ""


@dataclass(slots=True, kw_only=True)
class Feed:
    """A feed as it was read. `whole` is False when part of it may have been lost on the way.

    `pace` is what it says of how often to come, in RSS's own words (`ttl`, `skiphours`, `sy:updateperiod`…), `older`
    where it goes on with older entries.
    """

    title: str = ""
    author: str = ""
    entries: list[Entry] = field(default_factory=list)
    whole: bool = True
    warnings: list[str] = field(default_factory=list)
    pace: dict[str, str] = field(default_factory=dict)
    older: str = ""


def resolved(base: str, address: str) -> str:
    """`address` as an absolute http address, "" where it is none or longer than any is."""
    if len(address) > LONGEST_ADDRESS:
        return ""
    if "&amp;" in address:
        # Escaped once too often.
        address = address.replace("&amp;", "&")
    if ABSOLUTE.fullmatch(address):
        return address
    if not address.isprintable():
        address = INVISIBLE.sub("", address)
    address = "".join(address.split("\n")).strip().replace(" ", "%20").replace("\t", "").replace("\r", "")
    if not address:
        return ""
    if address.startswith("www."):
        address = f"https://{address}"
    try:
        own = urlsplit(address)
        if own.scheme in ("http", "https") and not own.netloc:
            return ""
        absolute = urljoin(base, address)
        parts = urlsplit(absolute)
    except ValueError:
        return ""
    return absolute if parts.scheme in ("http", "https") and parts.netloc else ""


def person(text: str) -> str:
    """A name without its mailbox, or several; "" for a mailbox alone."""
    text = plain_title(text[:LONGEST_NAME])
    if "@" not in text:
        return text
    return ", ".join(filter(None, map(_unaddressed, BETWEEN_PEOPLE.split(text))))


def _unaddressed(name: str) -> str:
    while found := NAMED_MAILBOX.match(name):
        name = (found[1] or found[2]).strip("\"' ")
    return "" if MAILBOX.match(name) else name


def articles(feed: Feed, source: Source, now: datetime) -> tuple[Article, ...]:
    """The feed's entries as articles, in its order. What had to be left out or put right is said in `feed.warnings`."""
    wrongs: Counter[str] = Counter()
    found: dict[tuple[str, str], Article] = {}
    if len(feed.entries) > MOST_ENTRIES:
        feed.whole = False
        feed.warnings.append(f"has more than {MOST_ENTRIES:,} items; the first of them are read")
        del feed.entries[MOST_ENTRIES:]
    for entry in feed.entries:
        if article := _article(entry, feed, source, now, wrongs):
            found.setdefault((article.url, article.guid), article)
    feed.warnings += [f"{count} of {len(feed.entries)} items: {wrong}" for wrong, count in wrongs.items()]
    if shared := len(feed.entries) - wrongs["no link; left out"] - len({_page(url) for url, _ in found}):
        feed.warnings.append(f"{shared} of {len(feed.entries)} items share a link with another: counted once")
    feed.whole = feed.whole and not wrongs["no link; left out"]
    return tuple(found.values())


def _page(url: str) -> str:
    """The page at an address, whichever part of it is meant."""
    return canonical(url) if "#" in url else url


def _article(entry: Entry, feed: Feed, source: Source, now: datetime, wrongs: Counter[str]) -> Article | None:
    url = resolved(entry.base, entry.link)
    if not url and entry.guid_is_link and entry.guid[:8].lower().startswith(("http://", "https://")):
        url = resolved(entry.base, entry.guid)
    if not url:
        url = resolved(entry.base, entry.enclosure)
    if not url:
        wrongs["no link; left out"] += 1
        return None
    body = paragraphs(entry.content) if entry.content else []
    lead = plain(entry.summary) if entry.summary and entry.summary != entry.content else " ".join(body)
    lead = lead if entry.summary and lead else _opening(body)
    title, flags = take_flags(entry.title[:TITLE_LIMIT])
    if not title:
        wrongs["no title; the first words stand in"] += 1
        title = first_words(lead) or url
    published, updated = _dates(entry, source, now, wrongs)
    return Article(
        url=url,
        title=title,
        source=source.name,
        edition=source.edition,
        guid=fold(entry.guid),
        lead=lead,
        body="\n\n".join(body),
        categories=tuple(dict.fromkeys(entry.categories)),
        author=", ".join(dict.fromkeys(entry.authors)) or feed.author,
        published_at=published or updated,
        modified_at=updated,
        images=_images(entry),
        flags=flags,
    )


def _opening(body: list[str]) -> str:
    """The first paragraph that is neither a byline nor chrome."""
    return next((line for line in body if len(line) > LONGEST_CHROME or not chrome().beginning.match(line)), "")


def _dates(
    entry: Entry, source: Source, now: datetime, wrongs: Counter[str]
) -> tuple[datetime | None, datetime | None]:
    """When the entry was published and when it was changed: of each the first date that can be read."""
    published, updated = _first_date(entry.published, source), _first_date(entry.updated, source)
    if published is None and entry.published:
        wrongs["a date that cannot be read"] += 1
    soon = now + SOON
    if (at := published or updated) and at > soon:
        wrongs["dated more than a day ahead; their time is taken as now"] += 1
        published = now
    return published, min(updated, now) if updated and updated > soon else updated


def _first_date(texts: list[str], source: Source) -> datetime | None:
    for text in texts:
        if found := read_date(text, source.zone):
            return found
    return None


def _images(entry: Entry) -> tuple[Image, ...]:
    """The entry's pictures, the widest first where the feed tells; else a small one, or the first one of its text."""
    named = entry.images
    if len(named) > 1 or entry.thumbnails:
        named = _widest_first(named) + _widest_first(entry.thumbnails)
    if named and 0 < named[0].width < SMALL:
        # The text mostly shows the same picture in full.
        named = [*islice(_shown(entry), 1), *named]
    found: dict[str, Image] = {}
    for image in named:
        url = resolved(entry.base, image.url)
        if url and url not in found and _is_article_s(url, image.width, image.height):
            found[url] = image if image.url == url else replace(image, url=url)
    return tuple(found.values())[:MOST_IMAGES] or tuple(islice(_shown(entry), 1))


def _widest_first(images: list[Image]) -> list[Image]:
    return sorted(images, key=_narrowness) if len(images) > 1 else images


def _narrowness(image: Image) -> int:
    return -image.width


def _is_article_s(url: str, width: int, height: int) -> bool:
    """Whether a picture tells anything of the article: no counter, no icon, no face of an author."""
    return not (0 < width < SMALLEST or 0 < height < SMALLEST) and not NO_PICTURE.search(url)


def _shown(entry: Entry) -> Iterator[Image]:
    yield from images_in(entry.content, entry.content_base or entry.base)
    yield from images_in(entry.summary, entry.base)


def images_in(markup: str, base: str) -> Iterator[Image]:
    """The pictures shown in a piece of HTML, without counters and icons."""
    if "<" not in markup:
        return
    for tag in IMG.finditer(markup):
        words = attributes(tag[1])
        src = words.get("src", "")
        if not src or src.startswith("data:"):
            late = next(filter(None, map(words.get, LATE)), "")
            src = late or words.get("srcset", "").strip().partition(" ")[0].rstrip(",")
        url, width, height = resolved(base, src), pixels(words.get("width")), pixels(words.get("height"))
        if url and _is_article_s(url, width, height):
            yield Image(url=url, alt=fold(words.get("alt", "")), width=width, height=height)


def pixels(text: object) -> int:
    """A width or height, 0 where it is none."""
    if not text:
        return 0
    figures = str(text).strip().removesuffix("px")
    return int(figures) if figures.isascii() and figures.isdigit() and len(figures) < 6 else 0  # noqa: PLR2004 - no picture has 100,000 pixels on a side
