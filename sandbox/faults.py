"""Faults on order: what a test or a visitor asks a stand-in to do wrong, and how often."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web

Kind = Literal["delay", "reset", "drop", "error", "error_after", "flood"]

Handler = Callable[[], Awaitable[web.StreamResponse]]
ErrorAnswer = Callable[[int, int | None], web.StreamResponse]


@dataclass(slots=True, kw_only=True)
class Fault:
    """One order.

    delay        wait `seconds`, then work as usual
    reset        close the connection before the request is taken
    drop         take the request, then close the connection without an answer
    error        answer `status` without taking the request
    error_after  take the request, then answer `status` all the same
    flood        answer 429 with `seconds` as the wait (0: without saying how long)
    """

    platform: str
    kind: Kind
    method: str = "*"
    seconds: float = 0.0
    status: int = 500
    times: int | None = 1
    chance: float = 1.0

    def fits(self, platform: str, method: str) -> bool:
        """Whether this order is for that call, and not used up."""
        return self.platform == platform and self.method in ("*", method) and self.times != 0


@dataclass(slots=True)
class Faults:
    """The orders that are open, and the one door every public call goes through."""

    orders: list[Fault] = field(default_factory=list)
    rng: random.Random = field(default_factory=lambda: random.Random(1))

    def add(self, fault: Fault) -> None:
        """Open an order behind those already open."""
        self.orders.append(fault)

    def clear(self) -> None:
        """Forget all orders."""
        self.orders.clear()

    def _take(self, platform: str, method: str) -> Fault | None:
        for fault in self.orders:
            if fault.fits(platform, method) and self.rng.random() < fault.chance:
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None

    async def play(
        self, platform: str, method: str, request: web.Request, handler: Handler, error: ErrorAnswer
    ) -> web.StreamResponse:
        """Answer one call: `handler` takes it; `error(status, retry_after)` words a refusal as the platform does."""
        fault = self._take(platform, method)
        if fault is not None and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        if fault is None or fault.kind == "delay":
            return await handler()
        if fault.kind in ("drop", "error_after"):
            await handler()
        if fault.kind in ("drop", "reset"):
            return _cut(request)
        if fault.kind == "flood":
            return error(429, round(fault.seconds) or None)
        return error(fault.status, None)


def _cut(request: web.Request) -> web.StreamResponse:
    """Close the connection at once, as a crashed server would."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
