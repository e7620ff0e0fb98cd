"""What a page shows its readers of an article, where it tells machines nothing: guessed by names and nearness."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from sources._dates import read_date
from sources._metadata import without_by
from sources._reading import Reading
from sources._text import fold

# Looked for near the headline: in what surrounds it, then in what surrounds that.
FARTHEST = 5
MOST_PLACES = 30
DATES = (
    "time, [class*=date], [class*=Date], [class*=time], [class*=publish], [class*=posted], [class*=meta], [id*=date]",
    "[class*=time i], [class*=info i], [id*=time i], [id*=date i]",
)
BYLINES = (
    "[class*=author] [class*=name], [class*=byline] a, [class*=author] a, a[class*=author]",
    "[class*=byline], [class*=Byline], [class*=author], [id*=author], address",
)
# What belongs to other articles, to readers, or to the site.
ELSEWHERE = re.compile(
    r"comment|related|sidebar|popular|latest|footer|(?<!elementor-)widget|recommend|avatar|bio\b|login|reference|cite|access",
    re.IGNORECASE,
)
CHANGED = re.compile(r"updat|modif|обнов|измен|yenilən|թարմաց|güncel", re.IGNORECASE)
YEAR = re.compile(r"(?:19|20)\d\d")
CLOCK = re.compile(r"\d[:.]\d\d")
# Letters and what joins them, nothing that people are not called.
NAME = re.compile(r"[^\W\d_][^\d@_/|{}<>]{2,59}")
NO_NAME = re.compile(
    r"\b(?:authors?|автор\w*|byline|editors?|share|follow|more|all|about|published|posted|publicad[oa]|publié|pubblicato)\b",
    re.IGNORECASE,
)
LONGEST_DATE = 90
LONGEST_TITLE = 1_000
# A heading of fewer characters may stand at the tab's beginning by chance.
LONG_ENOUGH = 15
SEPARATOR = re.compile(r"\s+(?:[|·•«»\u2013—:-]|::)\s+")


def read_guesses(tree: LexborHTMLParser) -> Reading:
    """The headline that readers see; byline and date that stand near it."""
    headline = _headline(tree)
    around = list(_around(headline)) if headline else []
    first = tree.css_first("time[datetime]")
    return Reading(
        title=fold(headline.text(separator=" ")) if headline else "",
        author=next((name for selector in BYLINES for place in around for name in _names(place, selector)), ""),
        published=next((date for selector in DATES for place in around if (date := _date(place, selector))), "")
        or ((first.attributes.get("datetime") or "") if first else ""),
    )


def _headline(tree: LexborHTMLParser) -> LexborNode | None:
    """The heading that the browser's tab shows too, else the first: a site's own name is often a heading as well."""
    headings = [(node, text) for node in tree.css("h1, h2")[:MOST_PLACES] if (text := fold(node.text(separator=" ")))]
    node = tree.css_first("head > title")
    tab = fold(node.text()[:LONGEST_TITLE]) if node else ""
    shown = (node for node, text in headings if len(text) >= LONG_ENOUGH and tab.startswith(text))
    return next(shown, None) or next((node for node, _ in headings if node.tag == "h1"), None)


def document_title(tree: LexborHTMLParser) -> str:
    """What the browser's tab says, without the site's name at its end."""
    node = tree.css_first("head > title")
    title = fold(node.text()[:LONGEST_TITLE]) if node else ""
    while separators := list(SEPARATOR.finditer(title)):
        last = separators[-1]
        if (len(title) - last.end()) * 2 > last.start():
            break
        title = title[: last.start()]
    return title


def _around(headline: LexborNode) -> Iterator[LexborNode]:
    place = headline.parent
    for _ in range(FARTHEST):
        if place is None or place.tag == "html":
            return
        yield place
        place = place.parent


def _shown(place: LexborNode, selector: str) -> Iterator[LexborNode]:
    for node in place.css(selector)[:MOST_PLACES]:
        above: LexborNode | None = node
        while above is not None and above.mem_id != place.mem_id:
            if ELSEWHERE.search(f"{above.attributes.get('class')} {above.attributes.get('id')}"):
                break
            above = above.parent
        else:
            yield node


def _names(place: LexborNode, selector: str) -> Iterator[str]:
    for node in _shown(place, selector):
        name = without_by(fold(node.text(separator=" ")))
        if NAME.fullmatch(name) and not NO_NAME.search(name):
            yield name


def _date(place: LexborNode, selector: str) -> str:
    """The first date with a time of day, else the first date."""
    found = ""
    for node in _shown(place, selector):
        words = node.attributes
        text = words.get("datetime") or fold(node.text(separator=" "))
        if CHANGED.search(f"{words.get('class')} {text}") or not _is_date(text):
            continue
        if CLOCK.search(text):
            return text
        found = found or text
    return found


def _is_date(text: str) -> bool:
    at = read_date(text, UTC) if len(text) < LONGEST_DATE and YEAR.search(text) else None
    return isinstance(at, datetime)
