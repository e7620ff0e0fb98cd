"""A site on loopback to watch, people, and settings for a newsroom whose channels reach nobody."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

from aiohttp import web

from newswire.editor import Editor, Role
from newswire.source import Source

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

CHANNELS = """
[editors]
chat = -100123
owners = [1]
approve = { default = 0 }

[[channel]]
name = "tg-en"
type = "dry_run"
edition = "en"

[[channel]]
name = "x-en"
type = "dry_run"
edition = "en"
"""


@dataclass
class Story:
    """An article of the test's site."""

    path: str
    title: str = "Talks begin"
    lead: str = "Talks on water have begun. More follows."
    guid: str = ""
    at: datetime = NOON - timedelta(minutes=5)
    status: int = 200


@dataclass
class Site:
    """A site that shows `stories`, the newest first, in a feed and each on a page."""

    address: str = ""
    stories: list[Story] = field(default_factory=list)
    feed_status: int = 200
    requests: list[str] = field(default_factory=list)

    def source(self, **more: object) -> Source:
        return Source(name="site-en", url=f"{self.address}/rss.xml", **more)

    async def feed(self, request: web.Request) -> web.Response:
        self.requests.append(request.path)
        items = "".join(
            f"<item><title>{escape(s.title)}</title><link>{self.address}{s.path}</link><guid>{s.guid or self.address + s.path}"
            f"</guid><description>{escape(s.lead)}</description><pubDate>{format_datetime(s.at)}</pubDate></item>"
            for s in self.stories
            if s.status == 200
        )
        return web.Response(
            text=f'<rss version="2.0"><channel><title>Site</title>{items}</channel></rss>',
            status=self.feed_status,
            content_type="application/rss+xml",
        )

    async def page(self, request: web.Request) -> web.Response:
        self.requests.append(request.path)
        if request.path == "/":
            return web.Response(text="<h1>Site</h1>", content_type="text/html")
        story = next((s for s in self.stories if s.path == request.path), None)
        if story is None or story.status != 200:
            return web.Response(status=story.status if story else 404)
        return web.Response(
            text=f"<html><head><title>{escape(story.title)}</title></head><body><p>{escape(story.lead)}</p></body></html>",
            content_type="text/html",
        )


OWNER = Editor(1, "Leyla", Role.OWNER)
EDITOR = Editor(2, "Anar", Role.EDITOR)
VIEWER = Editor(3, "Nino", Role.VIEWER)
