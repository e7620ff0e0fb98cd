"""An article: one story in one language edition, as the site tells it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

_encode = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture of an article. Width and height in pixels, 0 where the site does not say."""

    url: str
    alt: str = ""
    caption: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One story in one edition.

    `url` is canonical: the article's identity and the link every post carries. `guid` is only a hint.
    `categories` are the site's own words, `section` is the newsroom's short name for them.
    `flags` are headline tags (`photo`, `video`) taken off the title. Times are aware UTC.
    `language` is what the page itself says it is written in ("az"), `alternates` the same story in other languages, as
    the page names them (hreflang): pairs of language and address.
    `id` and `revision` are 0 until the article is stored; the revision grows with each change on the site.
    """

    url: str
    title: str
    source: str = ""
    edition: str = ""
    guid: str = ""
    lead: str = ""
    body: str = ""
    section: str = ""
    categories: tuple[str, ...] = ()
    author: str = ""
    published_at: datetime | None = None
    modified_at: datetime | None = None
    images: tuple[Image, ...] = ()
    flags: tuple[str, ...] = ()
    language: str = ""
    alternates: tuple[tuple[str, str], ...] = ()
    id: int = 0
    revision: int = 0

    def content_hash(self) -> str:
        """What a reader would see, as a short hash: it changes when title, lead, body, picture or section do."""
        seen = [self.title, self.lead, self.body, self.section, [image.url for image in self.images]]
        return hashlib.sha256(_encode(seen).encode()).hexdigest()[:32]

    def completed_by(self, other: Article) -> Article:
        """This article, with what it lacks taken from `other` (its page, say)."""
        lacking = {
            f.name: getattr(other, f.name) for f in fields(self) if not getattr(self, f.name) and getattr(other, f.name)
        }
        return replace(self, **lacking)

    def to_json(self) -> dict[str, Any]:
        """The content in a form that JSON can hold, without `id` and `revision`."""
        data = {name: getattr(self, name) for name in _CONTENT}
        data["images"] = [{name: getattr(image, name) for name in _OF_AN_IMAGE} for image in self.images]
        for name in ("published_at", "modified_at"):
            data[name] = data[name].isoformat() if data[name] else None
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any], *, id: int = 0, revision: int = 0) -> Article:  # noqa: A002 - the field's own name
        """The inverse of `to_json`."""
        times = {
            name: datetime.fromisoformat(data[name]) if data.get(name) else None
            for name in ("published_at", "modified_at")
        }
        return cls(
            **{
                **data,
                **times,
                "categories": tuple(data["categories"]),
                "images": tuple(Image(**image) for image in data["images"]),
                "flags": tuple(data["flags"]),
                "alternates": tuple((language, url) for language, url in data.get("alternates", ())),
                "id": id,
                "revision": revision,
            }
        )


_CONTENT = tuple(f.name for f in fields(Article) if f.name not in ("id", "revision"))
_OF_AN_IMAGE = tuple(f.name for f in fields(Image))
