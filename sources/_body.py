"""The text of an article and its pictures, found on its page and freed of what surrounds it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from newswire.article import Image
from sources._entries import images_in
from sources._profiles import chrome
from sources._text import paragraphs, plain

LONGEST_CHROME = 250
MOST_PLACES = 50
MOST_FIGURES = 20
# A name like `related` or `print` takes an element out only up to this much text.
SHORT = 400


def figures(tree: LexborHTMLParser, base: str) -> Iterator[Image]:
    """Pictures that have a caption."""
    for figure in tree.css("figure")[:MOST_FIGURES]:
        caption = figure.css_first("figcaption")
        image = next(images_in(figure.html or "", base), None)
        if image:
            text = plain(caption.html or "") if caption else ""
            yield Image(url=image.url, alt=image.alt, caption=text, width=image.width, height=image.height)


def strip_chrome(tree: LexborHTMLParser, drop: Iterable[str]) -> None:
    """Take out of the tree what is no article, by the selectors in `drop` and those that hold for any page."""
    for selector in (*drop, chrome().elements):
        for node in tree.css(selector):
            node.decompose()
    for node in tree.css(chrome().doubtful):
        if len(node.text()) < SHORT:
            node.decompose()


def body(tree: LexborHTMLParser, selector: str = "") -> list[str]:
    """The paragraphs of the article, at `selector` or where most text stands."""
    if selector:
        return sifted(line for node in tree.css(selector)[:MOST_PLACES] for line in paragraphs(node.html or ""))
    places = tree.css(chrome().bodies)[:MOST_PLACES] or _parents(tree)
    richest = max(places, key=_weight, default=None)
    return (
        sifted(line for node in richest.css("p, h2, h3, li, blockquote") for line in paragraphs(node.html or ""))
        if richest
        else []
    )


def sifted(lines: Iterable[str]) -> list[str]:
    """Without short paragraphs that begin as page chrome does, and without repeats."""
    kept = (line for line in lines if len(line) > LONGEST_CHROME or not chrome().paragraph.match(line))
    return list(dict.fromkeys(kept))


def _parents(tree: LexborHTMLParser) -> list[LexborNode]:
    """The elements that hold paragraphs, by document order, each once."""
    parents = {parent.mem_id: parent for node in tree.css("p") if (parent := node.parent)}
    return list(parents.values())


def _weight(node: LexborNode) -> int:
    """How much text stands in an element's paragraphs."""
    return sum(len(part.text()) for part in node.css("p"))
