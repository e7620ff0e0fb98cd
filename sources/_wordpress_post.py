"""A post as WordPress' REST API writes it (https://developer.wordpress.org/rest-api/reference/posts/) to an article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from newswire.article import Article, Image
from newswire.source import Source
from sources._body import sifted
from sources._dates import read_date
from sources._entries import MOST_IMAGES, SOON, TITLE_LIMIT, images_in, pixels, resolved
from sources._text import first_words, fold, paragraphs, plain, plain_title, take_flags

FIELDS = "id,link,guid,title,content,excerpt,date_gmt,modified_gmt,lang,_links,_embedded"
EMBEDDED = "author,wp:term,wp:featuredmedia"
# An excerpt that WordPress cut out of the text by itself.
CUT = re.compile(r"(?:\[?(?:…|\.\.\.|&hellip;)\]?|continue reading.{0,200})\s*$", re.IGNORECASE | re.DOTALL)
MOST_TERMS = 50


def read_post(post: dict[str, Any], source: Source, now: datetime) -> Article | None:
    """The article; None for what has no address, or is shown to those who know its password only."""
    url = resolved(source.url, _string(post.get("link")))
    if not url or _of(post.get("content")).get("protected"):
        return None
    content = _string(_of(post.get("content")).get("rendered"))
    lines = sifted(paragraphs(content))
    title, flags = take_flags(plain_title(_string(_of(post.get("title")).get("rendered")))[:TITLE_LIMIT])
    embedded = _of(post.get("_embedded"))
    published, modified = (read_date(_string(post.get(name)), UTC) for name in ("date_gmt", "modified_gmt"))
    return Article(
        url=url,
        title=title or first_words(lines[0] if lines else "") or url,
        source=source.name,
        edition=source.edition,
        guid=fold(_string(_of(post.get("guid")).get("rendered"))),
        lead=_lead(_string(_of(post.get("excerpt")).get("rendered")), lines),
        body="\n\n".join(lines),
        categories=tuple(dict.fromkeys(_terms(embedded))),
        author=", ".join(dict.fromkeys(_authors(embedded))),
        published_at=now if published and published > now + SOON else published,
        modified_at=modified,
        images=_images(embedded, content, url),
        flags=flags,
        language=_string(post.get("lang"))[:2].lower(),
    )


def _lead(excerpt: str, lines: list[str]) -> str:
    """The excerpt somebody wrote; the first paragraph where WordPress made one itself."""
    text = plain(excerpt)
    if not lines or (text and not CUT.search(text) and not " ".join(lines).startswith(text.rstrip(" ."))):
        return text
    return lines[0]


def _terms(embedded: dict[str, Any]) -> Iterator[str]:
    """Names of categories, then of tags, as the site's feeds have them."""
    groups = embedded.get("wp:term")
    terms = [
        term for group in (groups if isinstance(groups, list) else []) if isinstance(group, list) for term in group
    ]
    for kind in ("category", "post_tag"):
        for term in terms[:MOST_TERMS]:
            if (
                isinstance(term, dict)
                and term.get("taxonomy") == kind
                and (name := plain_title(_string(term.get("name"))))
            ):
                yield name


def _authors(embedded: dict[str, Any]) -> Iterator[str]:
    people = embedded.get("author")
    for person in people if isinstance(people, list) else []:
        if name := plain_title(_string(_of(person).get("name"))):
            yield name


def _images(embedded: dict[str, Any], content: str, base: str) -> tuple[Image, ...]:
    """The featured picture, else the first of the text."""
    media = embedded.get("wp:featuredmedia")
    found = [image for one in (media if isinstance(media, list) else []) if (image := _image(_of(one), base))]
    return tuple(found[:MOST_IMAGES]) or tuple(image for image, _ in zip(images_in(content, base), (0,), strict=False))


def _image(media: dict[str, Any], base: str) -> Image | None:
    url = resolved(base, _string(media.get("source_url")))
    if not url or not _string(media.get("mime_type")).startswith("image/"):
        return None
    sizes = _of(media.get("media_details"))
    return Image(
        url=url,
        alt=plain_title(_string(media.get("alt_text"))),
        caption=plain(_string(_of(media.get("caption")).get("rendered"))),
        width=pixels(sizes.get("width")),
        height=pixels(sizes.get("height")),
    )


def _of(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""
