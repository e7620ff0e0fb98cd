"""What a page says of its article in JSON-LD (https://schema.org/NewsArticle), broken or not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from newswire.article import Image
from sources._entries import pixels, resolved
from sources._identity import canonical
from sources._reading import Reading
from sources._text import paragraphs, plain, plain_title

SCRIPTS = 'script[type="application/ld+json"]'
ARTICLE = re.compile(r"(?:\w*Article|BlogPosting|LiveBlogPosting|Report)$")
WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.{0,20}\*/)|(?:-->|\]\]>|;)\s*$", re.DOTALL)
SPARE_COMMA = re.compile(r",(\s*[}\]])")
MOST_NODES = 2_000
DEEPEST = 12
DECODER = json.JSONDecoder(strict=False)

Node = dict[str, Any]


def read_jsonld(scripts: Iterable[str], base: str, url: str = "") -> Reading:
    """What the article among the scripts' nodes says: the one whose address is the page's, else the first.

    Nodes it points at by @id are looked up.
    """
    nodes = list(islice((node for script in scripts for node in _nodes(_loaded(script), 0)), MOST_NODES))
    known = {node["@id"]: node for node in reversed(nodes) if isinstance(node.get("@id"), str) and len(node) > 1}
    articles = [node for node in nodes if _is_article(node)]
    told = [node for node in articles if node.get("headline")]
    here = canonical(url)
    article = next((node for node in told if here in _addresses(node, base)), None)
    article = article or next(iter(told or articles), None)
    page = next((date for node in nodes if (date := _date(node, "WebPage", "datePublished"))), "")
    if article is None:
        return Reading(published=page)
    return Reading(
        title=plain_title(_text(article.get("headline")) or _text(article.get("name"))),
        lead=plain(_text(article.get("description"))),
        body=[line for part in _text(article.get("articleBody")).split("\n") for line in paragraphs(part)],
        author=", ".join(dict.fromkeys(_names(article.get("author"), known))),
        section=plain(next(iter(_texts(article.get("articleSection"))), "")),
        published=_text(article.get("datePublished")) or _text(article.get("dateCreated")) or page,
        modified=_text(article.get("dateModified")),
        language=_language(article.get("inLanguage")),
        images=list(_images(article.get("image") or article.get("thumbnailUrl"), known, base)),
    )


def read_video(scripts: Iterable[str]) -> Reading:
    """When the page's video was put there, where it has just one: all that a page of a video may say of its time."""
    telling = (script for script in scripts if "VideoObject" in script)
    nodes = islice((node for script in telling for node in _nodes(_loaded(script), 0)), MOST_NODES)
    dates = {date for node in nodes if (date := _date(node, "VideoObject", "uploadDate", "datePublished"))}
    return Reading(published=dates.pop() if len(dates) == 1 else "")


def _date(node: Node, kind: str, *names: str) -> str:
    told = (_text(node.get(name)) for name in names) if kind in _texts(node.get("@type")) else ()
    return next(filter(None, told), "")


def _addresses(node: Node, base: str) -> set[str]:
    """The addresses a node gives itself."""
    page = node.get("mainEntityOfPage")
    told = [node.get("url"), node.get("@id"), page.get("@id") if isinstance(page, dict) else page]
    return {canonical(url) for text in told if (url := resolved(base, _text(text).partition("#")[0]))}


def _language(value: Any) -> str:
    return _text(value.get("alternateName") or value.get("name") if isinstance(value, dict) else value)


def listed_in(scripts: Iterable[str], base: str) -> list[tuple[str, str]]:
    """Address and title of each article in the first list (https://schema.org/ItemList) that names several."""
    for node in islice((node for script in scripts for node in _nodes(_loaded(script), 0)), MOST_NODES):
        elements = node.get("itemListElement")
        if isinstance(elements, list) and "BreadcrumbList" not in _texts(node.get("@type")):
            found = [one for element in elements if (one := _listed(element, base))]
            if len(found) > 1:
                return found
    return []


def kinds_in(scripts: Iterable[str]) -> set[str]:
    """The types of all things the scripts tell of; `Article` for each of its kinds."""
    nodes = islice((node for script in scripts for node in _nodes(_loaded(script), 0)), MOST_NODES)
    return {"Article" if ARTICLE.match(kind) else kind for node in nodes for kind in _texts(node.get("@type"))}


def _listed(element: Any, base: str) -> tuple[str, str] | None:
    """One element of a list: an address, a thing with one, or a ListItem that holds such a thing."""
    words = element if isinstance(element, dict) else {"url": element}
    item = words.get("item")
    inner = item if isinstance(item, dict) else {"url": item}
    url = next(
        (url for one in (words, inner) for name in ("url", "@id") if (url := resolved(base, _text(one.get(name))))), ""
    )
    title = next(
        (text for one in (inner, words) for name in ("headline", "name") if (text := _text(one.get(name)))), ""
    )
    return (url, plain_title(title)) if url else None


def _loaded(script: str) -> Any:
    """The script's data, None for what cannot be mended."""
    text = WRAPPING.sub("", script).strip()
    for attempt in (text, SPARE_COMMA.sub(r"\1", text)):
        try:
            return DECODER.raw_decode(attempt)[0]
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(data: Any, depth: int) -> Iterator[Node]:
    """The nodes of `data`, outer ones first: lists, @graph and what hangs on other nodes."""
    if depth > DEEPEST:
        return
    if isinstance(data, list):
        for part in data:
            yield from _nodes(part, depth + 1)
    elif isinstance(data, dict):
        yield data
        for part in data.values():
            if isinstance(part, list | dict):
                yield from _nodes(part, depth + 1)


def _is_article(node: Node) -> bool:
    return any(ARTICLE.match(kind) for kind in _texts(node.get("@type")))


def _texts(value: Any) -> list[str]:
    return [text for part in (value if isinstance(value, list) else [value]) if (text := _text(part))]


def _text(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("@value")
    if isinstance(value, list):
        value = next((part for part in value if isinstance(part, str)), "")
    return value if isinstance(value, str) else ""


def _whole(value: Any, known: dict[str, Node]) -> list[Any]:
    """The things a property names, with those that are only pointed at put in."""
    parts = value if isinstance(value, list) else [value]
    return [
        known.get(part.get("@id", ""), part) if isinstance(part, dict) and isinstance(part.get("@id"), str) else part
        for part in parts
    ]


def _names(value: Any, known: dict[str, Node]) -> Iterator[str]:
    for person in _whole(value, known):
        text = _text(person.get("name")) if isinstance(person, dict) else _text(person)
        name = plain(text)
        if name and not name.startswith(("http://", "https://")):
            yield name


def _images(value: Any, known: dict[str, Node], base: str) -> Iterator[Image]:
    for image in _whole(value, known):
        words = image if isinstance(image, dict) else {"url": image}
        address = _text(words.get("url")) or _text(words.get("contentUrl")) or _text(words.get("@id"))
        if url := resolved(base, address):
            yield Image(
                url=url,
                caption=plain(_text(words.get("caption"))),
                width=_side(words.get("width")),
                height=_side(words.get("height")),
            )


def _side(value: Any) -> int:
    return pixels(value.get("value") if isinstance(value, dict) else value)
