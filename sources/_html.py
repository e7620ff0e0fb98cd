"""A page as a tree, made only of pages that a tree can be made of in good time."""

from __future__ import annotations

import re
from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser

from sources._entries import resolved

# A tree builder's work grows with the square of the attributes on a tag, of the depth, and of the formatting elements
# left open (each is opened anew in every paragraph). So tags are counted first, in one pass that costs what reading
# costs. Figures of real pages: 20,000 tags, 60 deep, 30 attributes.
MOST_TAGS = 150_000
MOST_ATTRIBUTES = 250
DEEPEST = 1_000
MOST_SHAPES = 5_000
MOST_REOPENED = 500_000

_ATTRIBUTE = r"[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"?|'[^']*+'?|[^\s>\"'][^\s>]*+)?)?"
_ATTRIBUTES = rf"(?:[\s/]++|{_ATTRIBUTE})*+"
ATTRIBUTE = re.compile(_ATTRIBUTE)
# The tokens that matter, as the HTML standard cuts them: comments and raw text are passed over, tags are caught.
TOKEN = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    rf"|<(?:(script|style|textarea|title|xmp|iframe|noembed|noframes)(?=[\s/>])({_ATTRIBUTES})>.*?(?:</\1|\Z)"
    rf"|(/?[a-z][^\s/>]*+)({_ATTRIBUTES}))",
    re.DOTALL,
)
# The value of a <meta>, up to a quote behind which nothing but attributes follows: `content="The "new" port"`.
META = re.compile(r"<meta\s[^<>]{1,5000}>", re.IGNORECASE)
VALUE = re.compile(
    r"""(\bcontent\s*=\s*)(["'])(.*?)\2(?=(?:\s++[a-z][\w:-]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'>]++))?+)*+\s*+/?>$)""",
    re.IGNORECASE | re.DOTALL,
)
MOST_QUOTES = 40
# A tag with fewer characters than this cannot have too many attributes.
SUSPICIOUS = 2 * MOST_ATTRIBUTES
# These close themselves or each other, and so build no depth.
FLAT = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li dt dd td th tr tbody thead tfoot"  # noqa: SIM905 - a list of 40 quoted words reads worse
    " option optgroup colgroup rt rp".split()
)
# Drawing elements close themselves where drawings are meant, but not outside of them.
SHAPES = frozenset(
    {"path", "circle", "rect", "line", "polygon", "polyline", "ellipse", "use", "stop", "image", "animate"}
)
FORMATTING = frozenset(
    {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}
)


def parse(text: str) -> LexborHTMLParser:
    """The tree of a page. Raises `ValueError` for a page whose tree nobody could need."""
    _check(text.lower())
    return LexborHTMLParser(META.sub(_with_whole_value, text))


def _with_whole_value(found: re.Match[str]) -> str:
    """A <meta> with the quotes inside its value escaped, where they would cut the value short."""
    tag = found[0]
    return VALUE.sub(_escaped, tag) if 2 < tag.count('"') + tag.count("'") <= MOST_QUOTES else tag  # noqa: PLR2004 - the value's own


def _escaped(found: re.Match[str]) -> str:
    start, quote, value = found.groups()
    # One quote too many at the end cuts nothing, and what a browser has saved in pieces cannot be put together.
    if quote in value[:-1] and f"{quote}=" not in value:
        value = value.replace(quote, "&quot;" if quote == '"' else "&#39;")
    return f"{start}{quote}{value}{quote}"


def base_of(tree: LexborHTMLParser, url: str) -> str:
    """What the page's addresses are relative to: what its <base> says, else its own."""
    node = tree.css_first("base[href]")
    return (resolved(url, node.attributes.get("href") or "") if node else "") or url


def _check(text: str) -> None:
    """Refuse what would take a tree builder too long. `text` is in lower case, as tags are compared."""
    tags = TOKEN.findall(text) if text.count("<") <= MOST_TAGS * 4 else None
    if tags is None or len(tags) > MOST_TAGS:
        raise ValueError(f"has more than {MOST_TAGS:,} tags")
    if not tags:
        raise ValueError("is no web page")
    for _, of_raw, _, of_tag in tags:
        attributes = of_raw or of_tag
        if len(attributes) > SUSPICIOUS and len(ATTRIBUTE.findall(attributes)) > MOST_ATTRIBUTES:
            raise ValueError(f"has a tag with more than {MOST_ATTRIBUTES} attributes")
    depth, formatting, shapes = _left_open(name for _, _, name, _ in tags if name)
    if depth > DEEPEST or shapes > MOST_SHAPES or formatting * len(tags) > MOST_REOPENED:
        raise ValueError("leaves thousands of its tags open, as no page for readers does")


def _left_open(names: Iterable[str]) -> tuple[int, int, int]:
    """The most elements open at a time, the most formatting elements among them, and the number of shapes."""
    still_open: dict[str, int] = {}
    depth = deepest = formatting = most_formatting = shapes = 0
    for name in names:
        if name in FLAT:
            continue
        if name in SHAPES:
            shapes += 1
        elif name[0] != "/":
            still_open[name] = still_open.get(name, 0) + 1
            depth += 1
            deepest = max(deepest, depth)
            if name in FORMATTING:
                formatting += 1
                most_formatting = max(most_formatting, formatting)
        elif still_open.get(name[1:]):
            still_open[name[1:]] -= 1
            depth -= 1
            formatting -= name[1:] in FORMATTING
    return deepest, most_formatting, shapes
