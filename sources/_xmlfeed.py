"""RSS 0.9 to 2.0, RDF and Atom, well-formed or nearly so."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from lxml import etree

from newswire.article import Image
from sources._entries import Entry, Feed, person, pixels, resolved
from sources._text import plain, plain_title
from sources._xml import name_of, parsed, word

Reader = Callable[[Entry, list[Any]], None]

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
        if not text[-200:].rstrip().lower().endswith(ENDINGS):
            # The feed breaks off: half an address would be a wrong one.
            del feed.entries[-1:]
        if not feed.entries:
            raise ValueError(f"answers with broken XML of which nothing can be read: {trouble}")
    return feed


def _feed(root: Any, url: str, *, has_base: bool) -> Feed | None:
    """The feed under `root`, None where there is none."""
    kind = word(root.tag)
    head = next((child for child in root if name_of(child) == "channel"), root)
    if kind not in ("rss", "rdf:rdf", "rdf", "feed", "channel"):
        return None
    feed = Feed()
    link = ""
    for child in head:
        name = name_of(child)
        if name == "title" and not feed.title:
            feed.title = _title(child)
        elif name == "author" and kind == "feed":
            feed.author = ", ".join(_author(child))
        elif name == "link" and not link:
            link = (child.get("href") or "") if child.get("rel", "alternate") == "alternate" else ""
            link = link or (child.text or "").strip()
    base = link if kind != "feed" and link.startswith(("http://", "https://")) else url
    for item in root.iter("{*}item", "{*}entry"):
        if word(item.tag) in ("item", "entry"):
            feed.entries.append(_entry(item, base, has_base=has_base))
    return feed


def _entry(item: Any, base: str, *, has_base: bool) -> Entry:
    entry = Entry(base=(item.base or base) if has_base else base)
    children = list(item)
    for read, places in _plan(tuple([child.tag for child in children])):
        read(entry, [children[place] for place in places])
    if not entry.guid and (about := item.get(RDF_ABOUT)):
        entry.guid = about
    return entry


@lru_cache(maxsize=256)
def _plan(tags: tuple[Any, ...]) -> list[tuple[Reader, list[int]]]:
    """Who reads which children of an item. The items of a feed mostly look alike, so this is thought out once."""
    places: dict[str, list[int]] = {}
    for place, tag in enumerate(tags):
        if isinstance(tag, str):
            places.setdefault(word(tag), []).append(place)
    return [(read, places[name]) for name, read in READERS if name in places]


RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"


def _inner(element: Any) -> str:
    """What an element holds, as HTML: its text, or its markup where that was not escaped."""
    if not len(element):
        return element.text or ""
    markup = etree.tostring(element, encoding="unicode", with_tail=False)
    return PREFIX.sub(r"\1", markup)


def _html(element: Any) -> str:
    """The element's content as HTML, by the type that Atom gives it."""
    kind = element.get("type", "")
    if element.get("src") or kind.startswith(("image/", "audio/", "video/")):
        return ""
    inner = _inner(element)
    if kind in ("text", "text/plain") and not len(element) and not MARKUP.search(inner):
        return html.escape(inner, quote=False)
    return inner


def _title(element: Any) -> str:
    if len(element):
        return plain(_inner(element))
    kind = element.get("type")
    return plain_title(element.text or "", markup=kind not in ("text", "text/plain"))


def _text(elements: list[Any]) -> str:
    return next((text for element in elements if (text := (element.text or "").strip())), "")


def _author(element: Any) -> Iterator[str]:
    """A person's name: Atom's `<name>`, or the text."""
    names = [child.text for child in element if name_of(child) in ("name", "dc:title")]
    yield person(next(filter(None, names), None) or element.text or "")


# Each reader takes an entry and all the item's elements of one name. The surer source of a field stands earlier.


def _read_title(entry: Entry, elements: list[Any]) -> None:
    entry.title = entry.title or next((title for element in elements if (title := _title(element))), "")


def _read_link(entry: Entry, elements: list[Any]) -> None:
    """RSS has the address as text, Atom as an attribute: of several alternates the web page."""
    best = 0
    for element in elements:
        address = element.get("href")
        relation = element.get("rel") or "alternate"
        if address is None:
            rank = 4 if (address := (element.text or "").strip()) else 0
        elif relation == "enclosure" and element.get("type", "").startswith("image/"):
            entry.images.append(Image(url=_based(element, address)))
            continue
        else:
            page = element.get("type", "text/html") in ("text/html", "application/xhtml+xml")
            rank = (3 if page else 2) if relation == "alternate" else 0
        if rank > best:
            best, entry.link = rank, _based(element, address)


def _based(element: Any, address: str) -> str:
    """`address`, made absolute here where the element has an xml:base of its own."""
    own = element.get("{http://www.w3.org/XML/1998/namespace}base")
    return resolved(element.base, address) if own else address


def _read_guid(entry: Entry, elements: list[Any]) -> None:
    entry.guid = entry.guid or _text(elements)
    entry.guid_is_link = elements[0].get("isPermaLink", "true").strip().lower() != "false"


def _read_origin(entry: Entry, elements: list[Any]) -> None:
    entry.link = _text(elements) or entry.link


def _read_summary(entry: Entry, elements: list[Any]) -> None:
    entry.summary = entry.summary or next((text for element in elements if (text := _html(element))), "")


def _read_content(entry: Entry, elements: list[Any]) -> None:
    entry.content = entry.content or max(map(_html, elements), key=len)


def _read_authors(entry: Entry, elements: list[Any]) -> None:
    entry.authors = entry.authors or [name for element in elements for name in _author(element) if name]


def _read_categories(entry: Entry, elements: list[Any]) -> None:
    for element in elements:
        text = element.get("label") or element.get("term") or element.text or ""
        entry.categories.append(plain_title(text))


def _read_published(entry: Entry, elements: list[Any]) -> None:
    entry.published = entry.published or _text(elements)


def _read_updated(entry: Entry, elements: list[Any]) -> None:
    entry.updated = entry.updated or _text(elements)


def _read_enclosure(entry: Entry, elements: list[Any]) -> None:
    for element in elements:
        address = element.get("url") or ""
        if _is_picture(element, address):
            entry.images.append(Image(url=address))


def _read_media(entry: Entry, elements: list[Any]) -> None:
    """media:content and media:thumbnail, alone or grouped, with the caption that stands inside."""
    for element in elements:
        address = element.get("url") or ""
        if address and (name_of(element) == "media:thumbnail" or _is_picture(element, address)):
            entry.images.append(
                Image(
                    url=address,
                    alt=_part(element, "media:title"),
                    caption=_part(element, "media:description"),
                    width=pixels(element.get("width")),
                    height=pixels(element.get("height")),
                )
            )
        inside = [child for child in element if name_of(child) in ("media:content", "media:thumbnail")]
        if inside:
            _read_media(entry, inside)


def _read_picture(entry: Entry, elements: list[Any]) -> None:
    if not entry.images:
        entry.images += [Image(url=address) for element in elements if (address := element.get("href") or "")]


def _part(element: Any, name: str) -> str:
    if not len(element):
        return ""
    return next((plain(_inner(child)) for child in element if name_of(child) == name), "")


def _is_picture(element: Any, address: str) -> bool:
    kind = element.get("type", "")
    if kind:
        return bool(kind.startswith("image/"))
    if medium := element.get("medium"):
        return bool(medium == "image")
    return address.partition("?")[0].lower().endswith((".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"))


READERS: tuple[tuple[str, Reader], ...] = (
    ("title", _read_title),
    ("dc:title", _read_title),
    ("guid", _read_guid),
    ("id", _read_guid),
    ("dc:identifier", _read_guid),
    ("link", _read_link),
    ("feedburner:origlink", _read_origin),
    ("description", _read_summary),
    ("summary", _read_summary),
    ("tagline", _read_summary),
    ("dc:description", _read_summary),
    ("itunes:summary", _read_summary),
    ("content:encoded", _read_content),
    ("content", _read_content),
    ("xhtml:body", _read_content),
    ("dc:creator", _read_authors),
    ("author", _read_authors),
    ("itunes:author", _read_authors),
    ("category", _read_categories),
    ("dc:subject", _read_categories),
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
    ("media:group", _read_media),
    ("media:content", _read_media),
    ("enclosure", _read_enclosure),
    ("media:thumbnail", _read_media),
    ("itunes:image", _read_picture),
)
