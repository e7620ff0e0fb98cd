"""What the demo page and the tests hold in hand: the record of events, the faults, the clock, and people on Telegram."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, fields
from typing import Any, get_args

from aiohttp import web

from sandbox.faults import Fault, Kind
from sandbox.telegram.cloud import Cloud
from sandbox.telegram.remote import Remote
from sandbox.world import Event, World

LOOK_SECONDS = 0.25


class Control:
    """Routes under /control that all stand-ins share, and Telegram's own. X and the site bring theirs themselves."""

    def __init__(self, world: World, telegram: Cloud | None = None) -> None:
        self.world = world
        self.remote = Remote(telegram) if telegram is not None else None

    def routes(self) -> list[web.RouteDef]:
        """Its paths."""
        return [
            web.get("/control/events", self._stream),
            web.get("/control/events.json", self._events),
            web.get("/control/faults", self._faults),
            web.post("/control/faults", self._add_fault),
            web.delete("/control/faults", self._clear_faults),
            web.get("/control/clock", self._clock),
            web.post("/control/clock", self._set_clock),
            *(self.remote.routes() if self.remote else []),
        ]

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """Events after number `after` (or a browser's Last-Event-ID), then new ones as they come, as server-sent events."""
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await stream.prepare(request)
        after = request.headers.get("Last-Event-ID") or request.query.get("after", "0")
        follow = self.world.follow(int(after) if after.isdigit() else 0)
        coming = asyncio.ensure_future(anext(follow))
        try:
            while request.transport is not None and not request.transport.is_closing():
                await asyncio.wait({coming}, timeout=LOOK_SECONDS)
                if coming.done():
                    event = coming.result()
                    coming = asyncio.ensure_future(anext(follow))
                    await stream.write(_as_sent(event))
        except ConnectionResetError:
            pass
        finally:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)
        return stream

    async def _events(self, request: web.Request) -> web.Response:
        """Events after number `after` that are there now."""
        after = request.query.get("after", "0")
        if not after.isdigit():
            return _refuse(f"after={after} is not a number.")
        recorded = self.world.events[int(after) :]
        return web.json_response({"events": [asdict(event) for event in recorded], "last": len(self.world.events)})

    async def _faults(self, _: web.Request) -> web.Response:
        """The orders that are open."""
        return web.json_response({"faults": [asdict(fault) for fault in self.world.faults.orders]})

    async def _add_fault(self, request: web.Request) -> web.Response:
        """Open an order: the fields of Fault."""
        order = await _read(request)
        unknown = order.keys() - {field.name for field in fields(Fault)}
        if unknown or not {"platform", "kind"} <= order.keys():
            return _refuse(
                f"A fault has platform and kind, and may have method, seconds, status, times, chance: {order}"
            )
        if order["kind"] not in get_args(Kind):
            return _refuse(f"{order['kind']} is no kind of fault: {', '.join(get_args(Kind))}.")
        if wrong := [n for n in ("seconds", "status", "chance") if not isinstance(order.get(n, 0), int | float)]:
            return _refuse(f"{', '.join(wrong)}: a number is wanted.")
        self.world.faults.add(Fault(**order))
        return await self._faults(request)

    async def _clear_faults(self, request: web.Request) -> web.Response:
        self.world.faults.clear()
        return await self._faults(request)

    async def _clock(self, _: web.Request) -> web.Response:
        """The sandbox's time, and how far it is from the real one, in seconds."""
        return web.json_response({"now": self.world.now(), "offset": self.world.offset})

    async def _set_clock(self, request: web.Request) -> web.Response:
        """Move the sandbox's time to `offset` seconds from the real one."""
        offset = (await _read(request)).get("offset")
        if isinstance(offset, bool) or not isinstance(offset, int | float):
            return _refuse("offset is missing: the seconds to move the clock by.")
        self.world.offset = float(offset)
        return await self._clock(request)


async def _read(request: web.Request) -> dict[str, Any]:
    try:
        order = await request.json()
    except json.JSONDecodeError:
        order = None
    if not isinstance(order, dict):
        raise web.HTTPBadRequest(
            text=json.dumps({"error": "A JSON object is wanted."}), content_type="application/json"
        )
    return order


def _refuse(reason: str) -> web.Response:
    return web.json_response({"error": reason}, status=400)


def _as_sent(event: Event) -> bytes:
    data = json.dumps(asdict(event), ensure_ascii=False)
    return f"id: {event.number}\nevent: {event.kind}\ndata: {data}\n\n".encode()
