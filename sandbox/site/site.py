"""The site over HTTP: pages, feeds, pictures, and the control of its newsroom."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.site import bad, control
from sandbox.site.editions import Edition
from sandbox.site.feeds import MIMES, XML, Feeds, latest_change
from sandbox.site.http import document, page, refusal
from sandbox.site.newsroom import Newsroom
from sandbox.site.pictures import Pictures
from sandbox.site.story import Story
from sandbox.site.views import SIZES, StoryView, environment, structured
from sandbox.world import World

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
STATIC = {"site.css": "text/css", "site.js": "text/javascript", "lantern.svg": "image/svg+xml"}


class Site(Newsroom):
    """The newsroom's stories on the web, under `/site`."""

    def __init__(self, world: World, **newsroom: Any) -> None:
        super().__init__(world, **newsroom)
        self.templates = environment()
        self.feeds = Feeds(self, self.templates)
        self.pictures = Pictures()

    def routes(self) -> list[web.RouteDef]:
        """Its paths, and those of its control and of the feeds that are wrong on purpose."""
        shared = [
            self._get("/site/sitemap-news.xml", "sitemap", partial(self._sitemap, list(self.editions))),
            self._get("/robots.txt", "robots", self._robots),
            self._get("/site/static/{name}", "static", self._static),
            self._get(r"/site/picture/{section}-{seed:\d+}-{width:\d+}x{height:\d+}.{kind}", "picture", self._picture),
        ]
        own = [route for edition in self.editions.values() for route in self._edition_routes(edition)]
        return [*shared, *own, *control.routes(self), *bad.routes(self, self._get)]

    def origin(self, request: web.Request) -> str:
        """Scheme and host of the addresses in an answer."""
        return self.base_url or str(request.url.origin())

    def _edition_routes(self, edition: Edition) -> Iterator[web.RouteDef]:
        root = f"/site{edition.prefix}"
        home = partial(self._front, edition, "")
        yield from (self._get(path, "home", home) for path in (root, f"{root}/"))
        yield self._get(f"{root}/post/{{slug}}", "post", partial(self._post, edition))
        yield self._get(f"/site/sitemap-news-{edition.code}.xml", "sitemap", partial(self._sitemap, [edition.code]))
        for section in ("", *edition.sections):
            base = f"{root}/section/{section}" if section else root
            if section:
                yield self._get(base, "section", partial(self._front, edition, section))
            for form in MIMES:
                yield self._get(f"{base}/{form}", "feed", partial(self._feed, edition.code, section, form))

    def _get(self, path: str, kind: str, answer: Answer) -> web.RouteDef:
        """A path of the public site: every fetch of it goes past the faults that are ordered for its kind."""

        async def handle(request: web.Request) -> web.StreamResponse:
            return await self.world.faults.play("site", kind, request, partial(answer, request), refusal)

        return web.get(path, handle)

    # pages

    def _render(self, template: str, edition: Edition, request: web.Request, **context: Any) -> str:
        page_of = self.templates.get_template(template)
        return page_of.render(
            room=self, edition=edition, words=edition.words, origin=self.origin(request), here=request.path, **context
        )

    async def _front(self, edition: Edition, section: str, request: web.Request) -> web.Response:
        """The front page of an edition or of a section."""
        views = self.feeds.views(edition.code, section, self.origin(request))
        return page(self._render("front.html", edition, request, views=views, key=section))

    async def _post(self, edition: Edition, request: web.Request) -> web.Response:
        """An article; where it has moved; or that it is gone."""
        slug = request.match_info["slug"]
        story = self.at(edition.code, slug)
        if story is None or story.gone:
            status = story.gone if story else 404
            return page(self._render("gone.html", edition, request, status=status), status)
        if slug != story.slug:
            raise web.HTTPMovedPermanently(self.path(story))
        if request.method == "GET":
            story.views += 1
        return page(self._article(edition, story, request))

    def _article(self, edition: Edition, story: Story, request: web.Request) -> str:
        view = StoryView(self, story, self.origin(request))
        others = [v for v in self.feeds.views(edition.code, "", view.origin) if v.story is not story][:4]
        return self._render(
            "article.html", edition, request, view=view, others=others, key=story.section, structured=structured(view)
        )

    # what machines read

    async def _feed(self, code: str, section: str, form: str, request: web.Request) -> web.Response:
        body = self.feeds.feed(form, code, section, self.origin(request))
        return document(request, body, MIMES[form], self.changed[code])

    async def _sitemap(self, codes: list[str], request: web.Request) -> web.Response:
        body = self.feeds.sitemap(codes, self.origin(request))
        return document(request, body, XML, latest_change(self, codes))

    async def _robots(self, request: web.Request) -> web.Response:
        return web.Response(text=self.feeds.robots(self.origin(request)))

    async def _static(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in STATIC:
            raise web.HTTPNotFound
        text = (Path(__file__).parent / "static" / name).read_text(encoding="utf-8")
        return web.Response(text=text, content_type=STATIC[name], headers={"Cache-Control": "max-age=60"})

    async def _picture(self, request: web.Request) -> web.Response:
        asked = request.match_info
        size, kind = (int(asked["width"]), int(asked["height"])), asked["kind"]
        known = next(iter(self.editions.values())).sections
        if asked["section"] not in known or size not in SIZES or kind not in ("webp", "jpg"):
            raise web.HTTPNotFound
        body = await asyncio.to_thread(self.pictures.draw, asked["section"], int(asked["seed"]), size, kind)
        mime = "image/webp" if kind == "webp" else "image/jpeg"
        return web.Response(body=body, content_type=mime, headers={"Cache-Control": "public, max-age=86400"})
