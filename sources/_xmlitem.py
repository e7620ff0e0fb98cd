"""One item of an XML feed, child by child: who reads which element, and which of several counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from newswire.article import Image
from sources._entries import Entry, pixels, resolved
from sources._text import plain, plain_title
from sources._xml import name_of
from sources._xmlvalues import author_of, html_of, inner, text_of, title_of

Reader = Callable[[Entry, Any], None]

# RSS's link is the one there is; the ranks of Atom's are below.
PLAIN_LINK = 4
PICTURES = frozenset({"jpg", "jpeg", "jfif", "png", "webp", "gif", "avif"})
ENDING = re.compile(r"\.(\w{1,5})$")
FAMILIES = frozenset({"image", "audio", "video", "text", "application"})
UNKNOWN_KIND = "application/octet-stream"
# More children than any item, or group of one, has.
MOST_PARTS = 1_000
RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"

# Each reader takes an entry and one child of the item. The surer source of a field stands earlier in `READERS`, and
# what has been read is kept.


def _read_title(entry: Entry, element: Any) -> None:
    if not entry.title:
        entry.title = title_of(element)


def _read_link(entry: Entry, element: Any) -> None:
    """RSS has the address as text, Atom as an attribute: of several alternates the web page."""
    address = element.get("href")
    if address is None:
        if (address := text_of(element)) and entry.link_rank < PLAIN_LINK:
            entry.link_rank, entry.link = PLAIN_LINK, _based(element, address)
        return
    relation = (element.get("rel") or "alternate").rpartition("/")[2].lower()
    kind = element.get("type", "text/html")
    if relation == "enclosure":
        entry.enclosure = entry.enclosure or _based(element, address)
        if kind.startswith("image/"):
            entry.images.append(Image(url=_based(element, address)))
        return
    if relation in ("image", "thumbnail") and kind.startswith("image/"):
        entry.thumbnails.append(Image(url=_based(element, address)))
        return
    page = kind in ("text/html", "application/xhtml+xml")
    rank = (3 if page else 2) if relation == "alternate" else 1 if relation in ("related", "via") else 0
    if rank > entry.link_rank:
        entry.link_rank, entry.link = rank, _based(element, address)


def _based(element: Any, address: str) -> str:
    """`address`, made absolute here where the element has an xml:base of its own."""
    return resolved(element.base, address) if element.get(XML_BASE) else address


def _read_guid(entry: Entry, element: Any) -> None:
    if not entry.guid:
        said = element.get("isPermaLink", "").strip().lower()
        entry.guid = text_of(element)
        entry.guid_is_link = said != "false"
        if said == "true" and "/" in entry.guid:
            # A path, until there is a link; a name alone is no page, whatever is said of it.
            entry.link = _based(element, entry.guid)


def _read_identifier(entry: Entry, element: Any) -> None:
    """Dublin Core's identifier, for want of RDF's own."""
    if not entry.guid:
        entry.guid = element.getparent().get(RDF_ABOUT) or text_of(element)


def _read_origin(entry: Entry, element: Any) -> None:
    entry.link = text_of(element) or entry.link


def _read_summary(entry: Entry, element: Any) -> None:
    if not entry.summary:
        entry.summary = html_of(element)


def _read_content(entry: Entry, element: Any) -> None:
    """The longest of several."""
    text = html_of(element)
    if len(text) > len(entry.content):
        entry.content = text
        if base := element.get(XML_BASE):
            entry.content_base = resolved(entry.base, base)


def _read_author(entry: Entry, element: Any) -> None:
    """All those whom the first kind of byline names."""
    if (not entry.authors or entry.byline == element.tag) and (name := author_of(element)):
        entry.authors.append(name)
        entry.byline = element.tag


def _read_source(entry: Entry, element: Any) -> None:
    """An entry taken over from another feed brings that feed's author along (Atom)."""
    if len(element) and not entry.authors:
        entry.authors = [name for child in element if name_of(child) == "author" and (name := author_of(child))]


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
    parts = (element.text or "").split(",", MOST_PARTS)[:MOST_PARTS]
    entry.categories += [name for part in parts if (name := plain_title(part))]


def _read_published(entry: Entry, element: Any) -> None:
    if text := text_of(element):
        entry.published.append(text)


def _read_updated(entry: Entry, element: Any) -> None:
    if text := text_of(element):
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
    for child in element[:MOST_PARTS]:
        name = name_of(child)
        if name == "media:content":
            _read_media(entry, child)
        elif name == "media:thumbnail":
            _read_thumbnail(entry, child)
        elif name == "media:category":
            _read_category(entry, child)
        elif name == "media:keywords":
            _read_keywords(entry, child)
    if not entry.summary and not entry.content and len(entry.images) == before:
        entry.summary = next((html_of(child) for child in element if name_of(child) == "media:description"), "")


def _read_within(entry: Entry, element: Any) -> None:
    """Some put the pictures of the page inside of the link to it (Atom)."""
    if len(element):
        _read_group(entry, element)


def _read_media(entry: Entry, element: Any) -> None:
    """A picture with the caption that stands inside; of a film the small picture."""
    alt = caption = ""
    for child in element:
        name = name_of(child)
        if name == "media:description":
            caption = caption or plain(inner(child))
        elif name == "media:title":
            alt = alt or plain(inner(child))
        elif name == "media:thumbnail":
            _read_thumbnail(entry, child)
    address = element.get("url") or ""
    if address and _is_picture(element, address):
        width, height = pixels(element.get("width")), pixels(element.get("height"))
        entry.images.append(Image(url=address, alt=alt, caption=caption, width=width, height=height))


def _read_thumbnail(entry: Entry, element: Any) -> None:
    """A small picture, for want of a large one. Some write its address as text."""
    if address := element.get("url") or element.get("href") or text_of(element):
        width, height = pixels(element.get("width")), pixels(element.get("height"))
        entry.thumbnails.append(Image(url=address, width=width, height=height))


def _read_picture(entry: Entry, element: Any) -> None:
    """A picture of the podcast's kind, or as hand-made feeds have it: an attribute, a child or the text."""
    address = element.get("href") or element.get("url") or text_of(element)
    address = address or next((text_of(child) for child in element if name_of(child) == "url"), "")
    if address:
        entry.thumbnails.append(Image(url=address))


def _is_picture(element: Any, address: str) -> bool:
    """By what is said of it, else by its name; a nameless one that has a size but no length is meant to be seen."""
    kind = element.get("type", "").lower()
    family = kind.partition("/")[0]
    if family in FAMILIES and kind != UNKNOWN_KIND:
        return bool(family == "image")
    if medium := element.get("medium"):
        return bool(medium == "image")
    if kind in PICTURES:
        return True
    if ending := ENDING.search(address.partition("?")[0]):
        return ending[1].lower() in PICTURES
    return not kind and bool(element.get("width") and element.get("height")) and element.get("duration") is None


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
    ("keywords", _read_keywords),
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
    ("link", _read_within),
    ("media:content", _read_media),
    ("enclosure", _read_enclosure),
    ("media:thumbnail", _read_thumbnail),
    ("itunes:image", _read_picture),
    ("googleplay:image", _read_picture),
    ("image", _read_picture),
    ("thumbnail", _read_thumbnail),
    ("post-thumbnail", _read_picture),
    ("g:image_link", _read_picture),
)
