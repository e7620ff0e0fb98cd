"""/healthz, /readyz and /metrics: is it alive, does it work, how does it stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Protocol

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from desk.health import figures
from desk.health.figures import Figures, Question, Readiness
from desk.newsroom import Newsroom
from newswire.errors import DependencyDown
from web.exposition import exposition


class Check(Protocol):
    """A part of the daemon that can say whether it works."""

    name: str

    def healthy(self) -> bool:
        """Whether it does."""
        ...


def router(newsroom: Newsroom, checks: Sequence[Check]) -> APIRouter:
    """The three routes."""
    routes = APIRouter()
    readiness = Readiness(newsroom)
    standing = Question(newsroom, figures.now)

    @routes.api_route("/healthz", methods=["GET", "HEAD"])
    async def healthz() -> Response:
        """The loop answers, so the process is alive."""
        return PlainTextResponse("ok\n")

    @routes.api_route("/readyz", methods=["GET", "HEAD"])
    async def readyz() -> Response:
        """200 when everything works, 503 with what does not."""
        state, troubles = await readiness.look()
        troubles += [f"{check.name} is not working" for check in checks if not check.healthy()]
        body = {"ready": not troubles, "troubles": troubles, **(_last(state) if state else {})}
        return JSONResponse(body, status_code=503 if troubles else 200)

    @routes.api_route("/metrics", methods=["GET", "HEAD"])
    async def metrics() -> Response:
        """For Prometheus. A silent database leaves the counters, so that the silence itself can be seen."""
        try:
            state = await standing.answer()
        except DependencyDown:
            state = None
        return Response(exposition(newsroom, state), media_type=CONTENT_TYPE_LATEST)

    return routes


def _last(state: Figures) -> dict[str, Any]:
    """Which processes are there, when each source was read and each channel spoke for the last time."""
    return {
        "processes": [asdict(hand) | {"since": hand.since and hand.since.isoformat()} for hand in state.hands],
        "sources": {
            name: {
                "last_success": row.last_success_at.isoformat() if row and row.last_success_at else None,
                "failures": row.failures if row else 0,
            }
            for name, row in state.sources.items()
        },
        "channels": {
            view.name: {
                "state": view.standing.state,
                "last_success": view.standing.last_sent_at.isoformat() if view.standing.last_sent_at else None,
                "overdue_seconds": round(state.overdue(view).total_seconds()),
            }
            for view in state.channels
        },
    }
