"""XML as feeds have it: mended where it is broken, refused where it is a trap, and its names made short."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from html.entities import html5
from typing import Any

from lxml import etree

MOST_TAGS = 150_000
# How far down the declaration is looked for: some servers print their own warnings before it.
NOISE = 4_096

# Namespaces to the short names used below. What belongs to no format's own namespace is known by prefix only.
SHORT = {
    "purl.org/rss/1.0": "",
    "my.netscape.com/rdf/simple/0.9": "",
    "channel.netscape.com/rdf/simple/0.9": "",
    "backend.userland.com/rss": "",
    "backend.userland.com/rss2": "",
    "backend.userland.com/rss091": "",
    "blogs.law.harvard.edu/tech/rss": "",
    "cyber.law.harvard.edu/rss/rss.html": "",
    "www.w3.org/2005/atom": "",
    "purl.org/atom/ns#": "",
    "www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "purl.org/dc/elements/1.1": "dc",
    "purl.org/dc/elements/1.0": "dc",
    "dublincore.org/documents/dcmi-namespace": "dc",
    "purl.org/dc/terms": "dcterms",
    "purl.org/rss/1.0/modules/content": "content",
    "purl.org/rss/1.0/modules/syndication": "sy",
    "search.yahoo.com/mrss": "media",
    "video.search.yahoo.com/mrss": "media",
    "tools.search.yahoo.com/mrss": "media",
    "www.rssboard.org/media-rss": "media",
    "www.google.com/schemas/play-podcasts/1.0": "googleplay",
    "news.yandex.ru": "yandex",
    "turbo.yandex.ru": "turbo",
    "www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "base.google.com/ns/1.0": "g",
    "www.w3.org/1999/xhtml": "xhtml",
}

PROLOGUE = re.compile(r"(?:\s++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*+(\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
ENTITY = re.compile(r"""<!ENTITY\s+([\w.-]+)\s+(?:"([^"]*)"|'([^']*)')\s*>""")
REFERENCE = re.compile(r"&\w+;")
MOST_FROM_ENTITIES = 1_000_000
BOMB = re.compile(r"""<!ENTITY\s+[^%\s]\S*\s+(?:SYSTEM|PUBLIC|"[^"]*&\w|'[^']*&\w)""")
NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?!(?:#\d+|#x[0-9a-fA-F]+|amp|lt|gt|quot|apos);)(?:(\w+);)?", re.DOTALL
)


def parsed(text: str, url: str) -> tuple[Any, str]:
    """The root element, and what was wrong ("" for well-formed XML). Raises `ValueError` with what it is instead."""
    root, trouble = _parsed(_without_doctype(text), url)
    if root is None:
        raise ValueError("answers with something that is no feed")
    return root, trouble


def _without_doctype(text: str) -> str:
    """The document without what stands before it and without its DOCTYPE, whose entities are put in here."""
    declared = text.find("<?xml", 0, NOISE)
    text = text[max(declared, text.find("<") if declared < 0 else 0, 0) :]
    start = PROLOGUE.match(text).end()  # type: ignore[union-attr] # the pattern matches nothing too
    doctype = DOCTYPE.match(text, start)
    if doctype is None:
        return text
    own = {f"&{name};": double or single for name, double, single in ENTITY.findall(doctype[0])}
    rest = text[doctype.end() :]
    if BOMB.search(doctype[0]) or (own and _length_of(own, rest) > MOST_FROM_ENTITIES):
        raise ValueError("declares entities of its own, as XML bombs do")
    return text[:start] + AMPERSAND.sub(lambda found: own.get(found[0]) or _ampersand(found), rest)


def _length_of(own: dict[str, str], text: str) -> int:
    """How many characters come into `text` with the entities it names."""
    return sum(len(own.get(name, "")) for name in REFERENCE.findall(text))


def _parsed(text: str, url: str) -> tuple[Any, str]:
    """The root element, and what was wrong ("" for well-formed XML)."""
    # The shortest tag has four characters; one character is counted six times as fast as two.
    many = len(text) > 4 * MOST_TAGS and text.count("<") > MOST_TAGS
    if many and text.count("</") + text.count("/>") > MOST_TAGS:
        raise ValueError(f"has more than {MOST_TAGS:,} tags")
    try:
        return etree.fromstring(_bytes(text), _parser(recover=False), base_url=url), ""
    except etree.XMLSyntaxError as error:
        trouble = str(error.msg)
    repaired = AMPERSAND.sub(_ampersand, NO_CHARACTER.sub("", text))
    try:
        return etree.fromstring(_bytes(repaired), _parser(recover=True), base_url=url), trouble
    except etree.XMLSyntaxError as error:
        raise ValueError(f"answers with something that is no feed ({trouble})") from error


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _ampersand(found: re.Match[str]) -> str:
    """HTML's names for characters become the characters, any other `&` is meant to be one. CDATA stays as it is."""
    if found[0].startswith("<"):
        return found[0]
    name = found[1]
    if not name:
        return "&amp;"
    return html.escape(html5.get(f"{name};", "")) or f"&amp;{name};"


LONGEST_TAG = 200


def word(tag: str) -> str:
    """`{http://purl.org/dc/elements/1.1/}creator` → `dc:creator`; a format's own names come bare and in lower case."""
    return _word(tag) if len(tag) < LONGEST_TAG else "?"


@lru_cache(maxsize=1024)
def _word(tag: str) -> str:
    namespace, _, local = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
    local = local.lower()
    if not namespace:
        return local
    short = SHORT.get(namespace.partition("//")[2].rstrip("/").lower(), "?")
    return f"{short}:{local}" if short else local


def name_of(element: Any) -> str:
    """The short name of an element, "" of what is none."""
    tag = element.tag
    return word(tag) if isinstance(tag, str) else ""
