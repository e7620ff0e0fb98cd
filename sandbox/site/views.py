"""What templates are given: a story with its addresses, dates and pictures for one origin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from sandbox.site.editions import Edition, Section
from sandbox.site.newsroom import Newsroom
from sandbox.site.story import Story

COVER = (1200, 675)
SHARED = (1200, 630)
THUMB = (480, 270)
INLINE = (960, 540)
SIZES = frozenset({COVER, SHARED, THUMB, INLINE})


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story as seen from `origin` (scheme and host)."""

    room: Newsroom
    story: Story
    origin: str

    @property
    def edition(self) -> Edition:
        """Its edition."""
        return self.room.editions[self.story.edition]

    @property
    def section(self) -> Section:
        """Its section in the edition's words."""
        return self.edition.sections[self.story.section]

    @property
    def section_path(self) -> str:
        """The path of its section's page."""
        return f"/site{self.edition.prefix}/section/{self.story.section}"

    @property
    def path(self) -> str:
        """Its path."""
        return self.room.path(self.story)

    @property
    def url(self) -> str:
        """Its absolute address."""
        return self.origin + self.path

    @property
    def local(self) -> datetime:
        """Its time of publication in the newsroom's zone."""
        return self.story.published_at.astimezone(self.room.zone)

    @property
    def date(self) -> str:
        """The same as the page shows it."""
        return self.edition.date(self.local)

    @property
    def rfc822(self) -> str:
        """The same as RSS writes it."""
        return format_datetime(self.local)

    @property
    def modified(self) -> str:
        """The time of its last change, as Atom and metadata write it."""
        return self.story.modified_at.astimezone(self.room.zone).isoformat(timespec="seconds")

    @property
    def published(self) -> str:
        """The time of its publication, as Atom and metadata write it."""
        return self.local.isoformat(timespec="seconds")

    @property
    def categories(self) -> tuple[str, ...]:
        """The section's name, then its tags."""
        return (self.section.name, *self.story.tags)

    def has(self, quirk: str) -> bool:
        """Whether the story has one of `QUIRKS`."""
        return quirk in self.story.quirks

    def picture(self, size: str) -> str:
        """The path of its picture: `cover`, `shared`, `thumb`, or the other one `inline`."""
        (width, height), kind = {
            "cover": (COVER, "webp"),
            "shared": (SHARED, "jpg"),
            "thumb": (THUMB, "webp"),
            "inline": (INLINE, "jpg"),
        }[size]
        seed = self.story.picture + (size == "inline")
        return f"/site/picture/{self.story.section}-{seed}-{width}x{height}.{kind}"

    @property
    def html(self) -> str:
        """The body as paragraphs of HTML, for feeds that carry the whole text."""
        return "".join(f"<p>{escape(text)}</p>" for text in (self.story.lead, *self.story.body))

    def siblings(self) -> list[StoryView]:
        """The story in every edition that shows it, this one included."""
        return [StoryView(self.room, sibling, self.origin) for sibling in self.room.siblings(self.story)]


def cdata(text: str) -> Markup:
    """`text` as a CDATA section, which has no way to hold `]]>` but in two pieces."""
    return Markup("<![CDATA[{}]]>").format(Markup(text.replace("]]>", "]]]]><![CDATA[>")))  # noqa: S704 - CDATA escapes nothing


def environment() -> Environment:
    """The templates, HTML and XML alike escaped by default."""
    templates = Environment(
        loader=PackageLoader("sandbox.site"), autoescape=True, trim_blocks=True, lstrip_blocks=True, auto_reload=False
    )
    templates.filters["cdata"] = cdata
    return templates


def structured(view: StoryView) -> dict[str, Any]:
    """The story as schema.org's NewsArticle (JSON-LD)."""
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": view.story.title,
        "description": view.story.lead,
        "url": view.url,
        "image": [view.origin + view.picture("shared")],
        "datePublished": view.published,
        "dateModified": view.modified,
        "inLanguage": view.story.edition,
        "articleSection": view.section.name,
        "author": {"@type": "Person", "name": view.story.author},
        "publisher": {"@type": "Organization", "name": view.room.name},
    }
