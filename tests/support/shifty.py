"""A site that does to its addresses, ids, dates and lists whatever sites do, with a page for each article."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

from aiohttp import web
from support.desk import NOON

from newswire.source import Source


@dataclass
class Item:
    """An article of the site: where it stands, what it says, how feeds list it."""

    path: str
    title: str
    lead: str = ""
    guid: str = ""
    at: object = NOON - timedelta(hours=1)
    updated: object = None
    status: int = 200
    link: str = ""
    shortlink: str = ""


@dataclass
class Site:
    """A site under two names: `host` is the one its links have now, `former` leads there (or does not)."""

    port: int = 0
    host: str = "127.0.0.1"
    items: list[Item] = field(default_factory=list)
    listed: list[Item] | None = None
    moved: dict[str, str] = field(default_factory=dict)
    former_redirects: bool = True
    pages: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    def source(self, **more: object) -> Source:
        return Source(**{"name": "site", "url": f"http://127.0.0.1:{self.port}/rss.xml", "any_port": True} | more)

    def publish(self, n: int, **more: object) -> Item:
        item = Item(
            path=f"/news/{n}", title=f"{_WORDS[n % 12]} of town {n}", lead=f"What happened in town {n} today.", **more
        )
        self.items.insert(0, item)
        return item

    async def answer(self, request: web.Request) -> web.Response:
        elsewhere = request.host.partition(":")[0] != self.host
        if elsewhere and (self.former_redirects or not request.path.endswith(".xml")):
            if not self.former_redirects:
                return web.Response(status=404)
            return web.Response(status=301, headers={"Location": f"{self.address}{request.path_qs}"})
        if request.path.endswith(".xml"):
            return self._list(request.path)
        if request.path in self.moved:
            return web.Response(status=301, headers={"Location": self.moved[request.path]})
        self.pages.append(request.path)
        item = next((i for i in self.items if i.path == request.path.rstrip("/")), None)
        if request.path == "/":
            return web.Response(text="<h1>The site</h1>", content_type="text/html")
        if item is None or item.status != 200:
            return web.Response(status=item.status if item else 404)
        short = f'<link rel="shortlink" href="{self.address}/{item.shortlink}">' if item.shortlink else ""
        return web.Response(
            text=f'<html><head><link rel="canonical" href="{self.address}{item.path}">{short}</head>'
            f"<body><article><h1>{escape(item.title)}</h1><p>{escape(item.lead)}</p></article></body></html>",
            content_type="text/html",
        )

    def _list(self, path: str) -> web.Response:
        shown = self.items if self.listed is None else self.listed
        shown = [item for item in shown if item.status == 200]
        if path == "/map.xml":
            urls = "".join(
                f"<url><loc>{self.address}{i.path}</loc><lastmod>{(i.updated or i.at).isoformat()}</lastmod></url>"
                for i in shown
            )
            return web.Response(text=f"<urlset>{urls}</urlset>", content_type="application/xml")
        items = "".join(
            f"<item><title>{escape(i.title)}</title><link>{escape(i.link or self.address + i.path)}</link>"
            f"<guid isPermaLink='false'>{escape(i.guid or self.address + i.path)}</guid>"
            f"<description>{escape(i.lead)}</description><pubDate>{format_datetime(i.at)}</pubDate>"
            + (f"<atom:updated>{i.updated.isoformat()}</atom:updated>" if i.updated else "")
            + "</item>"
            for i in shown
        )
        rss = f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>S</title>{items}</channel></rss>'
        return web.Response(text=rss, content_type="application/rss+xml")


_WORDS = [
    "Fair",
    "Fire",
    "Flood",
    "Feast",
    "Strike",
    "Storm",
    "School",
    "Bridge",
    "Market",
    "Museum",
    "Harvest",
    "Hospital",
]
