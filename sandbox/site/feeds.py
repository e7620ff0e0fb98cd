"""The site's feeds (RSS, Atom, JSON Feed) and its sitemap and robots.txt."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from jinja2 import Environment

from sandbox.site.editions import Edition
from sandbox.site.newsroom import Newsroom
from sandbox.site.views import StoryView

MIMES = {
    "rss.xml": "application/rss+xml; charset=utf-8",
    "atom.xml": "application/atom+xml; charset=utf-8",
    "feed.json": "application/feed+json; charset=utf-8",
}
XML = "application/xml; charset=utf-8"


class Feeds:
    """Writes what machines read, for one origin at a time."""

    def __init__(self, room: Newsroom, templates: Environment) -> None:
        self.room = room
        self.templates = templates

    def feed(self, form: str, edition: str, section: str, origin: str) -> bytes:
        """An edition's newest 30 articles, or a section's, as `rss.xml`, `atom.xml` or `feed.json`."""
        views = self.views(edition, section, origin)
        about = self._about(form, self.room.editions[edition], section, origin)
        if form == "feed.json":
            return json.dumps(_json_feed(views, about), ensure_ascii=False, indent=1).encode()
        return self.xml(form, views=views, about=about, changed=self.room.changed[edition])

    def views(self, edition: str, section: str, origin: str) -> list[StoryView]:
        """The articles of such a feed, newest first."""
        return [StoryView(self.room, story, origin) for story in self.room.latest(edition, section)]

    def xml(self, template: str, **context: Any) -> bytes:
        """`template` filled; templates/rss.xml, atom.xml, sitemap.xml."""
        return self.templates.get_template(template).render(room=self.room, **context).encode()

    def sitemap(self, codes: list[str], origin: str) -> bytes:
        """The news of the last two days in `codes`, as a news sitemap wants it (at most 1,000)."""
        since = self.room.now() - timedelta(days=2)
        stories = [s for code in codes for s in self.room.latest(code, limit=1000) if s.published_at > since]
        stories.sort(key=lambda s: s.published_at, reverse=True)
        return self.xml("sitemap.xml", views=[StoryView(self.room, story, origin) for story in stories[:1000]])

    def robots(self, origin: str) -> str:
        """robots.txt."""
        maps = ["sitemap-news.xml", *(f"sitemap-news-{code}.xml" for code in self.room.editions)]
        return "User-agent: *\nDisallow: /site/bad/\n\n" + "".join(f"Sitemap: {origin}/site/{name}\n" for name in maps)

    def _about(self, form: str, edition: Edition, section: str, origin: str) -> dict[str, str]:
        home = f"{origin}/site{edition.prefix}" + (f"/section/{section}" if section else "/")
        name = f"{self.room.name} — {edition.sections[section].name}" if section else self.room.name
        words = edition.sections[section].description if section else edition.tagline
        url = f"{home.rstrip('/')}/{form}"
        return {"title": name, "description": words, "home": home, "url": url, "language": edition.code}


def _json_feed(views: list[StoryView], about: dict[str, str]) -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": about["title"],
        "description": about["description"],
        "home_page_url": about["home"],
        "feed_url": about["url"],
        "language": about["language"],
        "items": [_json_item(view) for view in views],
    }


def _json_item(view: StoryView) -> dict[str, Any]:
    item: dict[str, Any] = {"id": view.story.guid, "url": view.url, "title": view.story.title}
    item |= {"image": view.origin + view.picture("shared"), "tags": list(view.categories), "content_html": view.html}
    if not view.has("no_description"):
        item["summary"] = view.story.lead
    if not view.has("no_author"):
        item["authors"] = [{"name": view.story.author}]
    if not view.has("no_date"):
        item |= {"date_published": view.published, "date_modified": view.modified}
    return item


def latest_change(room: Newsroom, codes: list[str]) -> datetime:
    """When the newest change in any of `codes` was made."""
    return max(room.changed[code] for code in codes)
