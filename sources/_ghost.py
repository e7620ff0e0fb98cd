"""A post as Ghost's webhooks send it (https://docs.ghost.org/webhooks) to an article, or to the news that it is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from newswire.article import Article, Image
from newswire.source import Source
from sources._body import sifted
from sources._dates import read_date
from sources._entries import SOON, TITLE_LIMIT, resolved
from sources._text import fold, paragraphs, plain, plain_title, take_flags

PUBLISHED = "published"


def read_event(event: dict[str, Any], source: Source, now: datetime) -> tuple[Article | None, str]:
    """The article that is out now, or the address of one that is not any more; neither for drafts and pages."""
    post = _of(event.get("post"))
    current, previous = _of(post.get("current")), _of(post.get("previous"))
    url = resolved(source.url, _string(current.get("url")) or _string(previous.get("url")))
    if not url:
        return None, ""
    if current.get("status") == PUBLISHED:
        return _article(current, url, source, now), ""
    return None, url if previous.get("status") == PUBLISHED else ""


def _article(post: dict[str, Any], url: str, source: Source, now: datetime) -> Article:
    title, flags = take_flags(plain_title(_string(post.get("title")), markup=False)[:TITLE_LIMIT])
    # What is for members only is not for everybody: Ghost sends it whole.
    lines = sifted(paragraphs(_string(post.get("html")))) if post.get("visibility") == "public" else []
    published, modified = (read_date(_string(post.get(name)), UTC) for name in ("published_at", "updated_at"))
    picture = resolved(url, _string(post.get("feature_image")))
    image = Image(
        url=picture,
        alt=fold(_string(post.get("feature_image_alt"))),
        caption=plain(_string(post.get("feature_image_caption"))),
    )
    return Article(
        url=url,
        title=title,
        source=source.name,
        edition=source.edition,
        guid=fold(_string(post.get("id"))),
        lead=fold(_string(post.get("custom_excerpt"))) or (lines[0] if lines else ""),
        body="\n\n".join(lines),
        categories=tuple(dict.fromkeys(_names(post.get("tags")))),
        author=", ".join(dict.fromkeys(_names(post.get("authors")))),
        published_at=now if published and published > now + SOON else published,
        modified_at=modified,
        images=(image,) if picture else (),
        flags=flags,
    )


def _names(value: Any) -> Iterator[str]:
    """Names of people or tags; a tag that begins with # is the newsroom's own."""
    for one in value if isinstance(value, list) else []:
        name = fold(_string(_of(one).get("name")))
        if name and not name.startswith("#"):
            yield name


def _of(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""
