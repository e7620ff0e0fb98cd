"""The control of the newsroom over HTTP, under /control/site: what the demo page and the tests press."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Protocol

from aiohttp import web

from sandbox.site.newsroom import Newsroom
from sandbox.site.story import Story

TIMES = ("published_at", "modified_at")


class Desk(Protocol):
    """What is needed of the site."""

    def origin(self, request: web.Request) -> str:
        """Scheme and host of the addresses in an answer."""
        ...


class Control:
    """One handler an order; each answers with the article as it is now."""

    def __init__(self, room: Newsroom, desk: Desk) -> None:
        self.room = room
        self.desk = desk

    def truth(self, request: web.Request, story: Story) -> dict[str, Any]:
        """A story in JSON, with its absolute address."""
        return story.truth(self.desk.origin(request) + self.room.path(story))

    async def articles(self, request: web.Request) -> web.Response:
        """All articles, newest first; `?edition=`, `?section=`, `?limit=` choose; the removed ones with `?gone=1`."""
        asked = request.query
        chosen = [
            story
            for story in reversed(self.room.stories)
            if asked.get("edition") in (None, story.edition)
            and asked.get("section") in (None, story.section)
            and ("gone" in asked or not story.gone)
        ]
        return web.json_response([self.truth(request, s) for s in chosen[: int(asked.get("limit", "1000"))]])

    async def publish(self, _request: web.Request, order: dict[str, Any]) -> Story:
        """`{edition?, …fields of a story}`."""
        return self.room.publish(order.pop("edition", None), **order)

    async def edit(self, request: web.Request, order: dict[str, Any]) -> Story:
        """`{title?, lead?, body?, section?, author?, picture?, tags?}`."""
        return self.room.edit(_number(request), **order)

    async def remove(self, request: web.Request, order: dict[str, Any]) -> Story:
        """`{status?}`: 404 or 410."""
        return self.room.remove(_number(request), order.get("status", 404))

    async def redate(self, request: web.Request, order: dict[str, Any]) -> Story:
        """`{published_at?}`: ISO 8601; now when left out."""
        return self.room.redate(_number(request), order.get("published_at"))

    async def move(self, request: web.Request, order: dict[str, Any]) -> Story:
        """`{slug?}`."""
        return self.room.move(_number(request), order.get("slug", ""))

    async def reguid(self, _request: web.Request) -> web.Response:
        """All guids anew."""
        self.room.reguid()
        return web.json_response({"articles": len(self.room.stories)})


def routes(desk: Any) -> list[web.RouteDef]:
    """The paths of the control of `desk`, which is both newsroom and site."""
    control = Control(desk, desk)
    orders = {name: getattr(control, name) for name in ("edit", "remove", "redate", "move")}
    return [
        web.get("/control/site/articles", control.articles),
        web.post("/control/site/publish", _order(control, control.publish)),
        web.post("/control/site/reguid", control.reguid),
        *(web.post(rf"/control/site/articles/{{id:\d+}}/{n}", _order(control, do)) for n, do in orders.items()),
    ]


def _order(
    control: Control, carry_out: Callable[[web.Request, dict[str, Any]], Awaitable[Story]]
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            story = await carry_out(request, _read(await request.json() if request.can_read_body else {}))
        except KeyError as error:
            return web.json_response({"error": str(error.args[0])}, status=404)
        except (TypeError, ValueError) as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(control.truth(request, story))

    return handle


def _read(order: Any) -> dict[str, Any]:
    """An order with its times, lists and sets in the types of a story. A time without a zone is UTC."""
    if not isinstance(order, dict):
        raise TypeError("an order is a JSON object")  # answered as 400
    for name in TIMES:
        if isinstance(order.get(name), str):
            at = datetime.fromisoformat(order[name])
            order[name] = at if at.tzinfo else at.replace(tzinfo=UTC)
    for name, kind in (("body", tuple), ("tags", tuple), ("quirks", frozenset)):
        if name in order:
            order[name] = kind(order[name])
    return order


def _number(request: web.Request) -> int:
    return int(request.match_info["id"])
