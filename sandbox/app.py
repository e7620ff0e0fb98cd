"""The sandbox as one web application: every stand-in under its own path, and the control under /control."""

from __future__ import annotations

from typing import Protocol

from aiohttp import web

from sandbox.world import World


class StandIn(Protocol):
    """One platform: what it answers, and to whom."""

    def routes(self) -> list[web.RouteDef]:
        """Its paths, each beginning with its own name (`/telegram`, `/x`, `/site`)."""
        ...


def build(stand_ins: list[StandIn]) -> web.Application:
    """An application that serves `stand_ins`."""
    app = web.Application(client_max_size=64 * 2**20)
    for stand_in in stand_ins:
        app.add_routes(stand_in.routes())
    return app


__all__ = ["StandIn", "World", "build"]
