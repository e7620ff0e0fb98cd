"""The text of an article and its pictures, found on its page and freed of what surrounds it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC

from selectolax.lexbor import LexborHTMLParser, LexborNode

from newswire.article import Image
from sources._dates import read_date
from sources._entries import MOST_IMAGES, images_in
from sources._profiles import LONGEST_CHROME, chrome
from sources._text import SENTENCE_ENDS, fold, paragraphs

MOST_PLACES = 50
MOST_FIGURES = 20
MOST_DOUBTS = 200
MOST_TEXT = 2_000_000
# No paragraph is longer.
LONGEST_PARAGRAPH = 600
# Before the first paragraph: how many lines may stand, how long each may be, how many words a mere label has.
MOST_BEFORE = 5
SHORT_LINE = 80
FEW_WORDS = 3
LONGEST_LABEL = 40
WORD = re.compile(r"\w")
YEAR = re.compile(r"(?:19|20)\d\d")
# The page itself is no chrome, whatever it calls itself.
WHOLE = frozenset({"html", "body"})
# A name like `related` or `print` takes an element out only up to this much text.
SHORT = 400


def figures(tree: LexborHTMLParser, base: str) -> Iterator[Image]:
    """Pictures that have a caption."""
    for figure in tree.css("figure")[:MOST_FIGURES]:
        caption = figure.css_first("figcaption")
        image = next(images_in(figure.html or "", base), None)
        if image:
            text = fold(caption.text(separator=" ")) if caption else ""
            yield Image(url=image.url, alt=image.alt, caption=text, width=image.width, height=image.height)


def strip_chrome(tree: LexborHTMLParser, drop: Iterable[str]) -> None:
    """Take out of the tree what is no article, by the selectors in `drop` and those that hold for any page."""
    for selector in (*drop, chrome().elements):
        for node in tree.css(selector):
            if node.tag not in WHOLE:
                node.decompose()
    for node in tree.css(chrome().doubtful)[:MOST_DOUBTS]:
        if node.tag not in WHOLE and len(node.text()) < SHORT:
            node.decompose()


def body(tree: LexborHTMLParser, selector: str = "") -> list[str]:
    """The paragraphs of the article, at `selector` or where most text stands."""
    if selector:
        return sifted(_lines(tree.css(selector)))
    place = _richest(tree)
    return sifted(_lines(place.css("p, h2, h3, li, blockquote"))) if place else []


def _lines(nodes: Iterable[LexborNode]) -> Iterator[str]:
    """The paragraphs in `nodes`, up to `MOST_TEXT`: nodes inside nodes could come to any length."""
    left = MOST_TEXT
    for node in nodes:
        markup = node.html or ""
        left -= len(markup)
        if left < 0:
            return
        yield from paragraphs(markup)


def after_headline(lines: list[str], headlines: set[str]) -> list[str]:
    """Without what stands before the first paragraph: the headline, the date, a menu's words.

    For text that was only found, not named.
    """
    start = next((n for n, line in enumerate(lines[:MOST_BEFORE]) if line in headlines), -1) + 1
    if any(len(line) > SHORT_LINE for line in lines[: start - 1]):
        start = 0
    while start < len(lines) - 1 and _is_before(lines[start], headlines):
        start += 1
    return lines[start:]


def _is_before(line: str, headlines: set[str]) -> bool:
    if line in headlines:
        return True
    if len(line) > SHORT_LINE or line.endswith(SENTENCE_ENDS):
        return False
    is_label = len(line) <= LONGEST_LABEL and len(line.split()) <= FEW_WORDS
    return is_label or (YEAR.search(line) is not None and read_date(line, UTC) is not None)


def in_one_piece(lines: list[str]) -> bool:
    """Whether all paragraphs were run together."""
    return len(lines) == 1 and len(lines[0]) > LONGEST_PARAGRAPH


def in_shreds(lines: list[str]) -> bool:
    """Whether paragraphs were cut where the page has its links: such pieces begin in the middle of a sentence."""
    return sum(line[:1].islower() or line[:1] in "»”,.;)" for line in lines) * 5 > len(lines)


def sifted(lines: Iterable[str]) -> list[str]:
    """Without short paragraphs that begin or end as page chrome does, credits behind the last word, and repeats."""
    whole = (chrome().credit.sub("", line) for line in lines)
    return list(dict.fromkeys(line for line in whole if not is_chrome(line)))


def is_chrome(line: str) -> bool:
    """Whether a paragraph is chrome of a page, a picture's caption, or only a rule of marks."""
    if len(line) > LONGEST_CHROME:
        return False
    return not WORD.search(line) or chrome().paragraph.match(line) is not None


def _richest(tree: LexborHTMLParser) -> LexborNode | None:
    """The element that holds the most text in paragraphs: of those that say so, else of the paragraphs' parents."""
    if places := tree.css(chrome().bodies)[:MOST_PLACES]:
        return max(places, key=lambda place: sum(len(part.text()) for part in place.css("p")))
    parents: dict[int, LexborNode] = {}
    weights: Counter[int] = Counter()
    for part in tree.css("p"):
        if parent := part.parent:
            parents[parent.mem_id] = parent
            weights[parent.mem_id] += len(part.text())
    return parents[weights.most_common(1)[0][0]] if weights else None


def pictures(named: list[Image], captioned: list[Image]) -> tuple[Image, ...]:
    """The pictures, the surest first, each once, with all that is said of it; the site's own sign only for want of others."""
    found: dict[str, Image] = {}
    for image in (*named, *captioned):
        before = found.get(image.url)
        found[image.url] = (
            image
            if before is None
            else replace(
                before,
                alt=before.alt or image.alt,
                caption=before.caption or image.caption,
                width=before.width or image.width,
                height=before.height or image.height,
            )
        )
    pictures = [image for image in found.values() if not chrome().sign.search(_file_name(image.url))]
    return tuple(pictures or found.values())[:MOST_IMAGES]


def _file_name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]
