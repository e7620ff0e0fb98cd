"""What stands at the places that selectors name: a source's own, or those of a known kind of site."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from newswire.article import Image
from sources._body import body
from sources._entries import pixels, resolved
from sources._metadata import without_by
from sources._reading import Reading
from sources._text import fold

PLACES = frozenset({"title", "lead", "author", "section", "time", "modified", "cover", "caption", "body", "drop"})
LISTS = frozenset({"item", "link", "path"})  # a section page's, not an article's
BACKGROUND = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)\s]*))\s*\)""", re.IGNORECASE)
LONGEST_STYLE = 2_000
YEAR = re.compile(r"\d{4}")
ADDRESSES = ("src", "data-src", "data-bg", "data-background", "data-lazy-src", "content", "href")


def check_selectors(tree: LexborHTMLParser, selectors: Mapping[str, str], source: str) -> None:
    """Raises `ValueError` for a place nobody knows and for what is no CSS selector, in the settings of `source`."""
    for place, selector in selectors.items():
        if place in LISTS:
            continue
        if place not in PLACES:
            raise ValueError(
                f"cannot be read: selectors.{place} of source {source} is no place; there are: {', '.join(sorted(PLACES | LISTS))}"
            )
        try:
            tree.css_first(selector)
        except SelectolaxError as error:
            raise ValueError(
                f"cannot be read: the selector {selector!r} of source {source} is no CSS selector"
            ) from error


def read_places(tree: LexborHTMLParser, selectors: Mapping[str, str], base: str) -> Reading:
    """All but the body, which is read once the chrome is taken out."""
    return Reading(
        title=text_at(tree, selectors.get("title")),
        lead=text_at(tree, selectors.get("lead")),
        author=without_by(text_at(tree, selectors.get("author"))),
        section=text_at(tree, selectors.get("section")),
        published=time_at(tree, selectors.get("time")),
        modified=time_at(tree, selectors.get("modified")),
        images=list(_cover(tree, selectors, base)),
    )


def body_at(tree: LexborHTMLParser, selectors: Mapping[str, str]) -> list[str]:
    """The paragraphs of the body, none where no place is named for it."""
    place = selectors.get("body")
    return body(tree, place) if place else []


def _at(tree: LexborHTMLParser, selector: str | None) -> LexborNode | None:
    return tree.css_first(selector) if selector else None


def text_at(tree: LexborHTMLParser, selector: str | None) -> str:
    """The text of the first element at `selector`, or what its `content` says."""
    node = _at(tree, selector)
    return fold(node.attributes.get("content") or node.text(separator=" ")) if node else ""


def time_at(tree: LexborHTMLParser, selector: str | None) -> str:
    """A time as written, for machines if it is written for them too."""
    node = _at(tree, selector)
    if node is None:
        return ""
    words = node.attributes
    title = words.get("title") or ""
    hidden = words.get("datetime") or words.get("content") or (title if YEAR.search(title) else "")
    return hidden or fold(node.text(separator=" "))


def _cover(tree: LexborHTMLParser, selectors: Mapping[str, str], base: str) -> Iterator[Image]:
    """The main picture: an `img`, a `meta`, or an element that shows it as its background."""
    node = _at(tree, selectors.get("cover"))
    if node is None:
        return
    words = node.attributes
    told = (words.get(name) or "" for name in ADDRESSES)
    address = next((text for text in told if text and not text.startswith("data:")), "")
    if found := BACKGROUND.search((words.get("style") or "")[:LONGEST_STYLE]):
        address = next(filter(None, found.groups()), "")
    if url := resolved(base, address):
        yield Image(
            url=url,
            alt=fold(words.get("alt") or words.get("aria-label") or ""),
            caption=text_at(tree, selectors.get("caption")),
            width=pixels(words.get("width")),
            height=pixels(words.get("height")),
        )
