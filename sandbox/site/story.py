"""A story: one article of the site in one edition, and its address there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

QUIRKS = ("no_description", "no_author", "no_date", "cdata", "content", "published_time", "json_ld", "alt", "figure")
"""What a story may have or lack, as on real sites: three things missing from its feed item, the title in CDATA,
the whole text in the feed; on its page the time as metadata, JSON-LD, alt text and caption, a picture in the text."""


@dataclass(slots=True, kw_only=True)
class Story:
    """One article. Stories of the same `group` are one story in several editions. Times are aware UTC.

    `picture` is the seed its pictures are drawn from; `gone` is the status its page answers once removed, else 0.
    """

    id: int
    group: int
    edition: str
    section: str
    title: str
    lead: str
    body: tuple[str, ...]
    author: str
    slug: str
    published_at: datetime
    modified_at: datetime
    guid: str
    picture: int
    tags: tuple[str, ...] = ()
    quirks: frozenset[str] = frozenset()
    views: int = 0
    revision: int = 1
    gone: int = 0

    def truth(self, url: str) -> dict[str, Any]:
        """What is so, whatever page and feed leave out; JSON-ready."""
        return {
            "id": self.id,
            "group": self.group,
            "edition": self.edition,
            "url": url,
            "title": self.title,
            "lead": self.lead,
            "section": self.section,
            "author": self.author,
            "guid": self.guid,
            "slug": self.slug,
            "published_at": self.published_at.isoformat(),
            "modified_at": self.modified_at.isoformat(),
            "revision": self.revision,
            "views": self.views,
            "gone": self.gone,
        }


def slug_of(title: str, latin: dict[str, str]) -> str:
    """`title` as a path segment of at most 80 Latin letters, digits and hyphens, by a table of letters."""
    text = "".join(latin.get(letter, letter) for letter in title.lower())
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")[:80].rstrip("-") or "story"
