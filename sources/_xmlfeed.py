"""RSS 0.9 to 2.0, RDF and Atom, well-formed or nearly so."""

from __future__ import annotations

import html
import re
from base64 import b64decode
from collections import deque
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from lxml import etree

from newswire.article import Image
from sources._entries import MOST_ENTRIES, Entry, Feed, person, pixels, resolved
from sources._text import plain, plain_title
from sources._xml import name_of, parsed, word

Reader = Callable[[Entry, Any], None]

ROOTS = frozenset({"rss", "rdf:rdf", "rdf", "feed", "channel"})
ITEMS = frozenset({"item", "entry"})
# How often the feed asks to be read.
PACE = frozenset({"ttl", "skiphours", "skipdays", "sy:updateperiod", "sy:updatefrequency"})
LONGEST_PACE = 400
# More children than any item has.
MOST_PARTS = 1_000
# RSS's link is the one there is; the ranks of Atom's are below.
PLAIN_LINK = 4
RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
# Some servers add a comment, a script or a warning of their own.
AFTER_THE_END = 4_096
# Where an item begins or ends.
BOUNDARY = re.compile(r"<(/?)(?:[\w.-]+:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
ENDINGS = ("</rss>", "</feed>", "</rdf:rdf>", "</channel>", ":feed>")
PREFIX = re.compile(r"(</?)[\w.-]+:")
MARKUP = re.compile(r"</\w|<(?:br|p|img|a)[\s/>]", re.IGNORECASE)


def read_xml(text: str, url: str) -> Feed:
    """The feed in `text`. Raises `ValueError` with what it is instead."""
    root, trouble = parsed(text, url)
    if not (feed := _feed(root, url, has_base="xml:base" in text)):
        raise ValueError(f"answers with XML that is no feed (it begins with <{etree.QName(root).localname[:40]}>)")
    if trouble:
        feed.whole = False
        feed.warnings.append(f"broken XML, read as far as it can be: {trouble}")
        tail = text[-AFTER_THE_END:].lower()
        if not any(ending in tail for ending in ENDINGS) and _ends_in_an_item(text):
            # The feed breaks off: half an address would be a wrong one.
            del feed.entries[-1:]
        if not feed.entries:
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
    link = _read_head(feed, head, atom=kind == "feed")
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


def _read_head(feed: Feed, head: Any, *, atom: bool) -> str:
    """What stands before the items, into `feed`; the address of the site comes back."""
    link = ""
    for child in head:
        name = name_of(child)
        if name in ITEMS:
            continue
        if name == "title" and not feed.title:
            feed.title = _title(child)
        elif name == "author" and atom and not feed.author:
            feed.author = _author(child)
        elif name == "link" and not link:
            link = (child.get("href") or "") if child.get("rel", "alternate") == "alternate" else ""
            link = link or (child.text or "").strip()
        elif name in PACE:
            feed.pace[name] = " ".join(child.itertext())[:LONGEST_PACE]
    return link


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


def _inner(element: Any) -> str:
    """What an element holds, as HTML: its text, or its markup where that was not escaped."""
    if not len(element):
        return element.text or ""
    markup = etree.tostring(element, encoding="unicode", with_tail=False)
    return PREFIX.sub(r"\1", markup)


def _html(element: Any) -> str:
    """The element's content as HTML, by the type that Atom gives it."""
    if not element.keys():
        return _inner(element)
    kind = element.get("type", "")
    if element.get("src") or kind.startswith(("image/", "audio/", "video/")):
        return ""
    if _is_packed(element, kind):
        return _unpacked(element)
    inner = _inner(element)
    if kind in ("text", "text/plain") and not len(element) and not MARKUP.search(inner):
        return html.escape(inner, quote=False)
    return inner


def _is_packed(element: Any, kind: str) -> bool:
    """Whether the text is base64: Atom 0.3 says so, in Atom 1.0 every type that is no text means it."""
    if len(element):
        return False
    return element.get("mode") == "base64" or (
        "/" in kind and not kind.endswith("xml") and not kind.startswith("text/")
    )


def _unpacked(element: Any) -> str:
    try:
        return b64decode(element.text or "").decode()
    except ValueError:
        return ""


def _title(element: Any) -> str:
    if len(element):
        return plain(_inner(element))
    kind = element.get("type", "")
    if not kind and element.get("mode") is None:
        return plain_title(element.text or "")
    text = _unpacked(element) if _is_packed(element, kind) else element.text or ""
    return plain_title(text, markup=kind not in ("text", "text/plain"))


def _text(element: Any) -> str:
    return (element.text or "").strip()


def _author(element: Any) -> str:
    """A person's name: Atom's `<name>`, or the text."""
    if not len(element):
        return person(element.text or "")
    names = [child.text for child in element.iter("{*}*") if name_of(child) in ("name", "dc:title", "foaf:name")]
    return person(next(filter(None, names), None) or element.text or "")


# Each reader takes an entry and one child of the item. The surer source of a field stands earlier in `READERS`, and
# what has been read is kept.


def _read_title(entry: Entry, element: Any) -> None:
    if not entry.title:
        entry.title = _title(element)


def _read_link(entry: Entry, element: Any) -> None:
    """RSS has the address as text, Atom as an attribute: of several alternates the web page."""
    address = element.get("href")
    if address is None:
        if (address := _text(element)) and entry.link_rank < PLAIN_LINK:
            entry.link_rank, entry.link = PLAIN_LINK, _based(element, address)
        return
    relation = (element.get("rel") or "alternate").rpartition("/")[2].lower()
    if relation == "enclosure":
        entry.enclosure = entry.enclosure or _based(element, address)
        if element.get("type", "").startswith("image/"):
            entry.images.append(Image(url=_based(element, address)))
        return
    page = element.get("type", "text/html") in ("text/html", "application/xhtml+xml")
    rank = (3 if page else 2) if relation == "alternate" else 1 if relation in ("related", "via") else 0
    if rank > entry.link_rank:
        entry.link_rank, entry.link = rank, _based(element, address)


def _based(element: Any, address: str) -> str:
    """`address`, made absolute here where the element has an xml:base of its own."""
    return resolved(element.base, address) if element.get(XML_BASE) else address


def _read_guid(entry: Entry, element: Any) -> None:
    if not entry.guid:
        entry.guid = _text(element)
        entry.guid_is_link = element.get("isPermaLink", "true").strip().lower() != "false"


def _read_identifier(entry: Entry, element: Any) -> None:
    """Dublin Core's identifier, for want of RDF's own."""
    if not entry.guid:
        entry.guid = element.getparent().get(RDF_ABOUT) or _text(element)


def _read_origin(entry: Entry, element: Any) -> None:
    entry.link = _text(element) or entry.link


def _read_summary(entry: Entry, element: Any) -> None:
    if not entry.summary:
        entry.summary = _html(element)


def _read_content(entry: Entry, element: Any) -> None:
    """The longest of several."""
    text = _html(element)
    if len(text) > len(entry.content):
        entry.content = text
        if base := element.get(XML_BASE):
            entry.content_base = resolved(entry.base, base)


def _read_author(entry: Entry, element: Any) -> None:
    """All those whom the first kind of byline names."""
    if (not entry.authors or entry.byline == element.tag) and (name := _author(element)):
        entry.authors.append(name)
        entry.byline = element.tag


def _read_source(entry: Entry, element: Any) -> None:
    """An entry taken over from another feed brings that feed's author along (Atom)."""
    if len(element) and not entry.authors:
        entry.authors = [name for child in element if name_of(child) == "author" and (name := _author(child))]


def _read_category(entry: Entry, element: Any) -> None:
    text = element.text
    if element.keys():
        text = element.get("label") or (text or "").strip() or element.get("term") or element.get("text")
    if text and (name := plain_title(text)):
        entry.categories.append(name)


def _read_topics(entry: Entry, element: Any) -> None:
    """A category of media or podcasts, and those inside of it."""
    for topic in element.iter(element.tag):
        _read_category(entry, topic)


def _read_keywords(entry: Entry, element: Any) -> None:
    if not entry.categories:
        entry.categories = [name for part in (element.text or "").split(",") if (name := plain_title(part))]


def _read_published(entry: Entry, element: Any) -> None:
    if text := _text(element):
        entry.published.append(text)


def _read_updated(entry: Entry, element: Any) -> None:
    if text := _text(element):
        entry.updated.append(text)


def _read_enclosure(entry: Entry, element: Any) -> None:
    address = element.get("url") or element.get("href") or ""
    entry.enclosure = entry.enclosure or address
    known = entry.images and entry.images[-1].url == address
    if address and not known and _is_picture(element, address):
        entry.images.append(Image(url=address))


def _read_group(entry: Entry, element: Any) -> None:
    """Several sizes of one picture, or a film with its picture and, for want of another summary, what is said of it."""
    before = len(entry.images)
    for child in element:
        name = name_of(child)
        if name == "media:content":
            _read_media(entry, child)
        elif name == "media:thumbnail":
            _read_thumbnail(entry, child)
        elif name == "media:category":
            _read_category(entry, child)
    if not entry.summary and not entry.content and len(entry.images) == before:
        entry.summary = next((_html(child) for child in element if name_of(child) == "media:description"), "")


def _read_media(entry: Entry, element: Any) -> None:
    """A picture with the caption that stands inside; of a film the small picture."""
    alt = caption = ""
    for child in element:
        name = name_of(child)
        if name == "media:description":
            caption = caption or plain(_inner(child))
        elif name == "media:title":
            alt = alt or plain(_inner(child))
        elif name == "media:thumbnail":
            _read_thumbnail(entry, child)
    address = element.get("url") or ""
    if address and _is_picture(element, address):
        width, height = pixels(element.get("width")), pixels(element.get("height"))
        entry.images.append(Image(url=address, alt=alt, caption=caption, width=width, height=height))


def _read_thumbnail(entry: Entry, element: Any) -> None:
    """A small picture, for want of a large one. Some write its address as text."""
    if address := element.get("url") or element.get("href") or _text(element):
        width, height = pixels(element.get("width")), pixels(element.get("height"))
        entry.thumbnails.append(Image(url=address, width=width, height=height))


def _read_picture(entry: Entry, element: Any) -> None:
    """A picture of the podcast's kind, or as hand-made feeds have it: an attribute, a child or the text."""
    address = element.get("href") or element.get("url") or _text(element)
    address = address or next((_text(child) for child in element if name_of(child) == "url"), "")
    if address:
        entry.thumbnails.append(Image(url=address))


def _is_picture(element: Any, address: str) -> bool:
    if kind := element.get("type"):
        return bool(kind.startswith("image"))
    if medium := element.get("medium"):
        return bool(medium == "image")
    return address.partition("?")[0].lower().endswith((".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"))


READERS: tuple[tuple[str, Reader], ...] = (
    ("title", _read_title),
    ("dc:title", _read_title),
    ("media:title", _read_title),
    ("itunes:title", _read_title),
    ("guid", _read_guid),
    ("id", _read_guid),
    ("dc:identifier", _read_identifier),
    ("link", _read_link),
    ("feedburner:origlink", _read_origin),
    ("description", _read_summary),
    ("summary", _read_summary),
    ("tagline", _read_summary),
    ("abstract", _read_summary),
    ("dc:description", _read_summary),
    ("dcterms:abstract", _read_summary),
    ("itunes:summary", _read_summary),
    ("googleplay:description", _read_summary),
    ("itunes:subtitle", _read_summary),
    ("content:encoded", _read_content),
    ("content", _read_content),
    ("yandex:full-text", _read_content),
    ("turbo:content", _read_content),
    ("fullitem", _read_content),
    ("xhtml:body", _read_content),
    ("xhtml:div", _read_content),
    ("body", _read_content),
    ("dc:creator", _read_author),
    ("author", _read_author),
    ("dc:author", _read_author),
    ("itunes:author", _read_author),
    ("source", _read_source),
    ("category", _read_category),
    ("dc:subject", _read_category),
    ("media:category", _read_topics),
    ("itunes:category", _read_topics),
    ("itunes:keywords", _read_keywords),
    ("media:keywords", _read_keywords),
    ("pubdate", _read_published),
    ("published", _read_published),
    ("issued", _read_published),
    ("dc:date", _read_published),
    ("dcterms:issued", _read_published),
    ("dcterms:created", _read_published),
    ("created", _read_published),
    ("updated", _read_updated),
    ("modified", _read_updated),
    ("dcterms:modified", _read_updated),
    ("lastmod", _read_updated),
    ("media:group", _read_group),
    ("media:content", _read_media),
    ("enclosure", _read_enclosure),
    ("media:thumbnail", _read_thumbnail),
    ("itunes:image", _read_picture),
    ("googleplay:image", _read_picture),
    ("image", _read_picture),
    ("thumbnail", _read_thumbnail),
    ("post-thumbnail", _read_picture),
)
