"""RSS 0.9 to 2.0, RDF and Atom, well-formed or nearly so."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlencode

from lxml import etree

from sources._entries import LONGEST_NAME, MOST_ENTRIES, Entry, Feed, resolved
from sources._xml import name_of, parsed, word
from sources._xmlitem import MOST_PARTS, RDF_ABOUT, READERS, Reader
from sources._xmlvalues import author_of, title_of

ROOTS = frozenset({"rss", "rdf:rdf", "rdf", "feed", "channel"})
ITEMS = frozenset({"item", "entry"})
# How often the feed asks to be read.
PACE = frozenset({"ttl", "skiphours", "skipdays", "sy:updateperiod", "sy:updatefrequency"})
LONGEST_PACE = 400
# Where a feed goes on with older articles (RFC 5005): its next page, or the archive before it.
OLDER = frozenset({"next", "prev-archive"})
WORDPRESS = "//wordpress.org/"
LONGEST_PAGE = 5
# Some servers add a comment, a script or a warning of their own.
AFTER_THE_END = 4_096
# Where an item begins or ends.
BOUNDARY = re.compile(r"<(/?)(?:[\w.-]+:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
ENDINGS = ("</rss>", "</feed>", "</rdf:rdf>", "</channel>", ":feed>")


def read_xml(text: str, url: str) -> Feed:
    """The feed in `text`. Raises `ValueError` with what it is instead."""
    root, trouble = parsed(text, url)
    if not (feed := _feed(root, url, has_base="xml:base" in text)):
        begins_with = root.tag.rpartition("}")[2][:40]
        raise ValueError(f"answers with XML that is no feed (it begins with <{begins_with}>)")
    if trouble:
        feed.whole = False
        feed.warnings.append(f"broken XML, read as far as it can be: {trouble}")
        tail = text[-AFTER_THE_END:].lower()
        ends = any(ending in tail for ending in ENDINGS)
        if not ends and _ends_in_an_item(text):
            # The feed breaks off: half an address would be a wrong one.
            del feed.entries[-1:]
        is_empty = ends and feed.title and not BOUNDARY.search(text)
        if not feed.entries and not is_empty:
            raise ValueError(f"answers with broken XML of which nothing can be read: {trouble}")
    return feed


def _ends_in_an_item(text: str) -> bool:
    last = deque(BOUNDARY.finditer(text), maxlen=1)
    return not last or not last[0][1]


def _feed(root: Any, url: str, *, has_base: bool) -> Feed | None:
    """The feed under `root`, None where there is none."""
    kind = word(root.tag)
    if kind not in ROOTS:
        root = _elsewhere(root)
        if root is None:
            return None
        kind = word(root.tag)
    head = next((child for child in root if name_of(child) == "channel"), root)
    feed = Feed()
    link = _read_head(feed, head, url, atom=kind == "feed")
    base = link if kind != "feed" and link.startswith(("http://", "https://")) else url
    for item in islice(_items(root), MOST_ENTRIES + 1):
        feed.entries.append(_entry(item, base, has_base=has_base))
    return feed


def _elsewhere(root: Any) -> Any:
    """The feed's own root inside of another element, or in a namespace that nobody knows; None where there is none."""
    found = next((root.iter("{*}rss", "{*}feed", "{*}RDF", "{*}channel")), None)
    if found is not None and word(found.tag) not in ROOTS:
        own = etree.QName(found).namespace
        for element in found.iter(f"{{{own}}}*"):
            element.tag = etree.QName(element).localname
    return found


def _items(root: Any) -> Iterator[Any]:
    """The items wherever they stand: RSS 1.0 has them beside the channel, some files have them in capitals."""
    items = [item for item in root.iter("{*}item", "{*}entry") if word(item.tag) in ITEMS]
    return iter(items or [item for item in root.iter("{*}*") if name_of(item) in ITEMS])


def _read_head(feed: Feed, head: Any, url: str, *, atom: bool) -> str:
    """What stands before the items, into `feed`; the address of the site comes back."""
    link, wordpress = "", False
    for child in head:
        name = name_of(child)
        if name in ITEMS:
            continue
        if name == "title" and not feed.title:
            feed.title = title_of(child)
        elif name == "author" and atom and len(feed.author) < LONGEST_NAME:
            feed.author = ", ".join(filter(None, (feed.author, author_of(child))))
        elif name == "link" and child.get("rel") in OLDER:
            feed.older = feed.older or resolved(url, child.get("href") or "")
        elif name == "generator" and WORDPRESS in (child.text or ""):
            wordpress = True
        elif name == "link" and not link:
            link = (child.get("href") or "") if child.get("rel", "alternate") == "alternate" else ""
            link = link or (child.text or "").strip()
        elif name in PACE:
            feed.pace[name] = " ".join(child.itertext())[:LONGEST_PACE]
    if wordpress and not feed.older:
        feed.older = _next_page(url)
    return link


def _next_page(url: str) -> str:
    """Where WordPress goes on with older articles: `?paged=2`, then 3."""
    base, _, query = url.partition("?")
    words = dict(parse_qsl(query))
    page = words.get("paged", "1")
    return (
        f"{base}?{urlencode(words | {'paged': int(page) + 1})}" if page.isdecimal() and len(page) < LONGEST_PAGE else ""
    )


def _entry(item: Any, base: str, *, has_base: bool) -> Entry:
    entry = Entry(base=(item.base or base) if has_base else base)
    children = list(item)
    for read, place in _plan(tuple([child.tag for child in children])):
        read(entry, children[place])
    if not entry.guid:
        entry.guid = item.get(RDF_ABOUT) or ""
    if not entry.link:
        entry.link = item.get("href") or item.get("HREF") or ""
        entry.updated += filter(None, [item.get("LASTMOD") or item.get("lastmod")])
    return entry


@lru_cache(maxsize=256)
def _plan(tags: tuple[Any, ...]) -> list[tuple[Reader, int]]:
    """Who reads which children of an item. The items of a feed mostly look alike, so this is thought out once."""
    places: dict[str, list[int]] = {}
    for place, tag in enumerate(tags[:MOST_PARTS]):
        if isinstance(tag, str):
            places.setdefault(word(tag), []).append(place)
    return [(read, place) for name, read in READERS for place in places.get(name, ())]
