"""Sitemaps as files: lists of pages or of other sitemaps, packed or not (https://www.sitemaps.org/protocol.html)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from newswire.article import Image
from sources._decode import decode
from sources._entries import resolved
from sources._text import fold, plain_title
from sources._xml import parsed

MIB = 2**20
LARGEST = 20 * MIB
GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31
MOST_PARTS = 100
MOST_IMAGES = 10

# Which of the three well-known extensions an element belongs to, by a word of its namespace.
EXTENSIONS = ("news", "image", "xhtml")


@dataclass(slots=True, kw_only=True)
class Listed:
    """A page, or another sitemap, as a sitemap lists it. Dates as written; images and alternates absolute."""

    url: str
    modified: str = ""
    title: str = ""
    published: str = ""
    language: str = ""
    keywords: str = ""
    images: list[Image] = field(default_factory=list)
    alternates: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class SitemapFile:
    """What one file holds: `pages`, or `maps` where it is an index. `trouble` says what was wrong with it."""

    pages: list[Listed] = field(default_factory=list)
    maps: list[Listed] = field(default_factory=list)
    trouble: str = ""


def read_sitemap(body: bytes, charset: str, url: str) -> SitemapFile:
    """The sitemap in an answer. Raises `ValueError` with what it is instead."""
    text, _ = decode(_unpacked(body), charset)
    text = text.lstrip("\ufeff").strip()
    if text.startswith(("http://", "https://")):
        return SitemapFile(pages=[Listed(url=line) for part in text.splitlines() if (line := resolved(url, part))])
    try:
        root, trouble = parsed(text, url)
    except ValueError as reason:
        raise ValueError(str(reason).replace("feed", "sitemap")) from reason
    kind = etree.QName(root).localname.lower()
    if kind not in ("urlset", "sitemapindex"):
        raise ValueError(f"answers with something that is no sitemap (it begins with <{kind[:40]}>)")
    listed = [one for part in root if (one := _listed(part, url))]
    if trouble and listed:
        del listed[-1]  # the file breaks off: half an address would be a wrong one
    if kind == "urlset":
        return SitemapFile(pages=listed, trouble=trouble)
    return SitemapFile(maps=listed, trouble=trouble)


def _unpacked(body: bytes) -> bytes:
    """The body of a .gz file, given up as soon as it is larger than `LARGEST` bytes."""
    if not body.startswith(GZIP):
        return body
    stream = zlib.decompressobj(_GZIP_WINDOW)
    try:
        plain = stream.decompress(body, LARGEST)
    except zlib.error as error:
        raise ValueError("is packed, and the packing is broken") from error
    if stream.unconsumed_tail:
        raise ValueError(f"is larger than {LARGEST // MIB} MB unpacked")
    return plain


def _listed(part: Any, base: str) -> Listed | None:
    """One <url> or <sitemap>; None where it names no address."""
    found = Listed(url="")
    for name, element in _parts(part):
        if name == "loc" and not found.url:
            found.url = resolved(base, _text(element))
        elif name == "lastmod":
            found.modified = _text(element)
        elif name == "xhtml:link":
            _alternate(found, element, base)
        elif name == "news:news":
            _news(found, element)
        elif name == "image:image" and len(found.images) < MOST_IMAGES:
            _image(found, element, base)
    return found if found.url else None


def _alternate(found: Listed, element: Any, base: str) -> None:
    address = resolved(base, element.get("href", ""))
    language = element.get("hreflang", "").strip().lower()
    if address and language and len(found.alternates) < MOST_PARTS:
        found.alternates.append((language, address))


def _news(found: Listed, news: Any) -> None:
    for name, element in _parts(news):
        match name:
            case "news:title":
                found.title = plain_title(_text(element))
            case "news:publication_date":
                found.published = _text(element)
            case "news:keywords":
                found.keywords = fold(_text(element))
            case "news:publication":
                found.language = next(
                    (_text(part).lower() for inner, part in _parts(element) if inner == "news:language"), ""
                )


def _image(found: Listed, image: Any, base: str) -> None:
    words = {name: _text(element) for name, element in _parts(image)}
    if url := resolved(base, words.get("image:loc", "")):
        found.images.append(
            Image(
                url=url,
                alt=plain_title(words.get("image:title", "")),
                caption=plain_title(words.get("image:caption", "")),
            )
        )


def _parts(element: Any) -> Iterator[tuple[str, Any]]:
    """The element's children by their short names."""
    for child in element[:MOST_PARTS]:
        if isinstance(child.tag, str):
            yield _name(child.tag), child


def _name(tag: str) -> str:
    namespace, _, local = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
    extension = next((word for word in EXTENSIONS if word in namespace.lower()), "")
    return f"{extension}:{local.lower()}" if extension else local.lower()


def _text(element: Any) -> str:
    return (element.text or "").strip()
