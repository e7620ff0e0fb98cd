"""What one element of a feed says: text, HTML however it is packed, a title, a person."""

from __future__ import annotations

import html
import re
from base64 import b64decode
from typing import Any

from lxml import etree

from sources._entries import person
from sources._text import plain, plain_title
from sources._xml import name_of

PREFIX = re.compile(r"(</?)[\w.-]+:")
MARKUP = re.compile(r"</\w|<(?:br|p|img|a)[\s/>]", re.IGNORECASE)


def inner(element: Any) -> str:
    """What an element holds, as HTML: its text, or its markup where that was not escaped."""
    if not len(element):
        return element.text or ""
    markup = etree.tostring(element, encoding="unicode", with_tail=False)
    return PREFIX.sub(r"\1", markup)


def html_of(element: Any) -> str:
    """The element's content as HTML, by the type that Atom gives it."""
    if not element.keys():
        return inner(element)
    kind = element.get("type", "")
    if element.get("src") or kind.startswith(("image/", "audio/", "video/")):
        return ""
    if _is_packed(element, kind):
        return _unpacked(element)
    markup = inner(element)
    if kind in ("text", "text/plain") and not len(element) and not MARKUP.search(markup):
        return html.escape(markup, quote=False)
    return markup


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


def title_of(element: Any) -> str:
    """The element's content as a title: plain text on one line."""
    if len(element):
        return plain(inner(element))
    kind = element.get("type", "")
    if not kind and element.get("mode") is None:
        return plain_title(element.text or "")
    text = _unpacked(element) if _is_packed(element, kind) else element.text or ""
    return plain_title(text, markup=kind not in ("text", "text/plain"))


def text_of(element: Any) -> str:
    """The element's own text, without the space around it."""
    return (element.text or "").strip()


def author_of(element: Any) -> str:
    """A person's name: Atom's `<name>`, or the text."""
    if not len(element):
        return person(element.text or "")
    names = [child.text for child in element.iter("{*}*") if name_of(child) in ("name", "dc:title", "foaf:name")]
    return person(next(filter(None, names), None) or element.text or "")
