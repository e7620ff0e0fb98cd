"""JSON Feed, versions 1 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import html
import json
from typing import Any

from newswire.article import Image
from sources._entries import MOST_ENTRIES, Entry, Feed, person, pixels, resolved
from sources._text import fold, plain_title


def read_json(text: str, url: str) -> Feed:
    """The feed in `text`. Raises `ValueError` with what it is instead."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("answers with broken JSON") from error
    if not isinstance(data, dict) or not isinstance(data.get("items"), list):
        raise ValueError("answers with JSON that is no JSON Feed")  # noqa: TRY004 - it is the feed's value that is wrong
    items = [item for item in data["items"] if isinstance(item, dict)]
    return Feed(
        title=fold(_text(data, "title")),
        author=", ".join(_authors(data)),
        entries=[_entry(item, url) for item in items[: MOST_ENTRIES + 1]],
        whole=len(items) == len(data["items"]) and not data.get("next_url"),
        older=resolved(url, _text(data, "next_url")),
    )


def _entry(item: dict[str, Any], url: str) -> Entry:
    text = _text(item, "content_text")
    images = [Image(url=link) for name in ("image", "banner_image") if (link := _text(item, name))]
    attachments = [one for one in _list(item, "attachments") if isinstance(one, dict)]
    images += [
        Image(url=_text(attachment, "url"), width=pixels(attachment.get("width")))
        for attachment in attachments
        if _text(attachment, "mime_type").startswith("image/")
    ]
    return Entry(
        base=url,
        link=_text(item, "url") or _text(item, "external_url"),
        guid=_text(item, "id"),
        enclosure=next(filter(None, (_text(attachment, "url") for attachment in attachments)), ""),
        title=plain_title(_text(item, "title")),
        summary=html.escape(_text(item, "summary"), quote=False),
        content=_text(item, "content_html")
        or "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in text.split("\n") if part.strip()),
        authors=_authors(item),
        categories=[name for tag in _list(item, "tags") if isinstance(tag, str) and (name := fold(tag))],
        published=[at] if (at := _text(item, "date_published")) else [],
        updated=[at] if (at := _text(item, "date_modified")) else [],
        images=images,
    )


def _authors(place: dict[str, Any]) -> list[str]:
    people = [*_list(place, "authors"), place.get("author")]
    return [name for one in people if isinstance(one, dict) and (name := person(_text(one, "name")))]


def _text(place: dict[str, Any], name: str) -> str:
    """A text; ids are sometimes numbers."""
    value = place.get(name)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _list(place: dict[str, Any], name: str) -> list[Any]:
    value = place.get(name)
    return value if isinstance(value, list) else []
