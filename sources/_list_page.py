"""The articles that a list of them (a section page, a front page) links to, found by its links alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from sources._dates import read_date
from sources._entries import TITLE_LIMIT, resolved
from sources._identity import canonical, same_site
from sources._jsonld import SCRIPTS, listed_in
from sources._text import fold, plain_title

MOST_LINKS = 5_000
MOST_ITEMS = 300
MOST_SCRIPTS = 20
DEEPEST = 8
FEWEST = 3
AROUND = "nav, footer, aside, form, [role=navigation], [role=complementary], [role=contentinfo]"
HEADING_TAGS = ("h1", "h2", "h3", "h4", "h5", "h6")
HEADINGS = "h1, h2, h3, h4, h5, h6, [class*=title], [class*=headline]"
BLOCKS = "p, div, ul, li, time, section, figcaption"
WORDS = re.compile(r"[^\W_]+")
NO_ARTICLE = re.compile(
    r"/(?:tags?|author|authors|category|categories|page|search|login|register|feed|rss|wp-[\w-]+|contacts?|about|privacy)(?:/|$)"
    r"|\.(?:jpe?g|png|gif|webp|pdf|xml|zip|mp[34])$",
    re.IGNORECASE,
)
NUMBER = re.compile(r"\d{4,}")
# What a headline has, at least.
SHORTEST = 15
FEWEST_WORDS = 3


@dataclass(slots=True, kw_only=True)
class Item:
    """An article as the list shows it. `title` is "" where the list does not make it plain, `time` as written.

    `heading` says that the title stands in a heading.
    """

    url: str
    title: str = ""
    time: str = ""
    heading: bool = False


def items(tree: LexborHTMLParser, url: str, selectors: dict[str, str]) -> list[Item]:
    """The articles, in the page's order, each once. `url` is where the page came from.

    Selectors decide where there are any: `item` for each article's element, `link` for the link (inside of it). Else
    the page's own list for machines (JSON-LD) does, else what its links look like.
    Raises `ValueError` for what is no selector, or a page on which nothing can be found.
    """
    found = _selected(tree, url, selectors)
    if not found and not (selectors.get("item") or selectors.get("link")):
        scripts = (node.text() for node in tree.css(SCRIPTS)[:MOST_SCRIPTS])
        found = [Item(url=address, title=title) for address, title in listed_in(scripts, url)]
        if len(found) < FEWEST:
            for node in tree.css(AROUND):
                node.decompose()
            found = _likely(tree, url)
    path = selectors.get("path", "")
    fitting = [item for item in found if same_site(item.url, url) and urlsplit(item.url).path.startswith(path)]
    if not fitting:
        raise ValueError(
            "has no links that look like articles; name their place with `selectors.link` (or watch a feed)"
        )
    return _each_once(fitting)[:MOST_ITEMS]


def _selected(tree: LexborHTMLParser, url: str, selectors: dict[str, str]) -> list[Item]:
    place, link = selectors.get("item", ""), selectors.get("link", "")
    if not (place or link):
        return []
    try:
        if not place:
            return [item for node in tree.css(link)[:MOST_LINKS] if (item := _item(node, url))]
        found = []
        for box in tree.css(place)[:MOST_LINKS]:
            node = box if box.tag == "a" else box.css_first(link or "a[href]")
            if node is not None and (item := _item(node, url)):
                time = box.css_first("time")
                item.time = (time.attributes.get("datetime") or fold(time.text())) if time else ""
                found.append(item)
    except SelectolaxError as error:
        raise ValueError(f"cannot be read: {place or link!r} is no CSS selector") from error
    return found


def _item(node: LexborNode, base: str) -> Item | None:
    """The link, or the first one in or above the node."""
    anchor = node if node.tag == "a" else (node.css_first("a[href]") or _above(node, ("a",)))
    address = resolved(base, (anchor.attributes.get("href") or "").partition("#")[0]) if anchor is not None else ""
    if anchor is None or not address:
        return None
    heading = anchor.css_first(HEADINGS)
    inside = heading is not None or _above(anchor, HEADING_TAGS) is not None
    if heading is None and (anchor.css_first(BLOCKS) is not None or _above(anchor, ("time",)) is not None):
        return Item(url=address)
    text = plain_title((heading or anchor).text(separator=" "), markup=False)[:TITLE_LIMIT]
    return Item(url=address, title="" if _is_date(text) else text, heading=inside)


def _above(node: LexborNode, tags: tuple[str, ...]) -> LexborNode | None:
    above = node.parent
    for _ in range(DEEPEST):
        if above is None or above.tag in tags:
            return above
        above = above.parent
    return None


def _is_date(text: str) -> bool:
    """Whether the text is a date and little else."""
    return sum(not word.isdecimal() for word in WORDS.findall(text[:80])) <= 2 and read_date(text, UTC) is not None  # noqa: PLR2004 - a weekday and a month


def _likely(tree: LexborHTMLParser, url: str) -> list[Item]:
    """Links that look like articles: by their addresses, and by what is written on them or on others to the same place."""
    found = list(_links(tree, url))
    told = {canonical(item.url) for item in found if _is_headline(item)}
    likely = {address for address in told if _is_slug(address)}
    if len(likely) < FEWEST:  # a site whose addresses say nothing: headlines alone, the most of one shape
        shapes = Counter(_shape(address) for address in told)
        shape = max(shapes, key=lambda one: shapes[one], default=None)
        likely |= {address for address in told if _shape(address) == shape and shapes[_shape(address)] >= FEWEST}
    # A short headline is one as well, where it stands as the others do.
    alike = {_shape(address) for address in likely}
    likely |= {canonical(item.url) for item in found if item.heading and item.title and _shape(item.url) in alike}
    return [item for item in found if canonical(item.url) in likely]


def _links(tree: LexborHTMLParser, url: str) -> Iterator[Item]:
    here = canonical(url)
    for node in tree.css("a[href]")[:MOST_LINKS]:
        item = _item(node, url)
        if (
            item
            and same_site(item.url, url)
            and canonical(item.url) != here
            and not NO_ARTICLE.search(urlsplit(item.url).path)
        ):
            yield item


def _is_headline(item: Item) -> bool:
    return len(item.title) >= SHORTEST and len(WORDS.findall(item.title)) >= FEWEST_WORDS


def _is_slug(url: str) -> bool:
    """Whether the end of the address tells of one thing: several words, or a long number."""
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2].partition(".")[0]
    return len(WORDS.findall(last)) >= FEWEST_WORDS or bool(NUMBER.search(last) or NUMBER.search(parts.query))


def _shape(url: str) -> tuple[int, str]:
    """Addresses of one kind have one: how deep they are, and their first folder."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    return len(parts), parts[0] if len(parts) > 1 else ""


def _each_once(found: Iterable[Item]) -> list[Item]:
    """Picture, headline and "read more" lead to one article: its heading counts, else the longest text."""
    kept: dict[str, Item] = {}
    for item in found:
        before = kept.setdefault(canonical(item.url), item)
        if item.title and (item.heading, len(item.title)) > (before.heading, len(before.title)):
            before.title, before.heading = item.title, item.heading
        before.time = before.time or item.time
    return list(kept.values())
