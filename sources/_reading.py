"""What one part of a page says of its article, before it is weighed against the other parts."""

from __future__ import annotations

from dataclasses import dataclass, field

from newswire.article import Image


@dataclass(slots=True, kw_only=True)
class Reading:
    """Texts are plain, dates as written, addresses of images absolute. Empty where this part is silent."""

    title: str = ""
    lead: str = ""
    body: list[str] = field(default_factory=list)
    author: str = ""
    section: str = ""
    published: str = ""
    modified: str = ""
    language: str = ""
    images: list[Image] = field(default_factory=list)
