"""/hooks/NAME: the doors where platforms and sites bring news. Who may come in is the door's own business."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, runtime_checkable

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.requests import ClientDisconnect

from newswire import log
from newswire.errors import DependencyDown

logger = log.get("newswire.web.hooks")

Door = Callable[[bytes, Mapping[str, str]], Awaitable[int]]
"""Body and headers (their names in any case) in, HTTP status out."""


@runtime_checkable
class Questioned(Protocol):
    """A door that is also asked, by GET, whether its owner wants to be called (WebSub's verification of intent)."""

    async def challenge(self, query: Mapping[str, str]) -> str:
        """What to answer; "" means that nothing of the kind was asked for, and is a 404."""
        ...


LARGEST = 2**20
_SECONDS = 30.0


class _TooLarge(Exception):
    """More came than a door takes."""


def router(doors: Mapping[str, Door]) -> APIRouter:
    """The one address: called by POST, and some doors asked by GET."""
    routes = APIRouter()

    @routes.get("/hooks/{name}")
    async def question(name: str, request: Request) -> Response:
        """The door's answer in plain text; 405 at a door that is only called."""
        door = doors.get(name)
        if not isinstance(door, Questioned):
            return Response(status_code=404 if door is None else 405)
        try:
            answer = await door.challenge(request.query_params)
        except DependencyDown as error:
            logger.error("webhook's question not answered", hook=name, error=str(error))
            return Response(status_code=503)
        return PlainTextResponse(answer) if answer else Response(status_code=404)

    @routes.post("/hooks/{name}")
    async def hook(name: str, request: Request) -> Response:
        """What the door says: its status, and nothing else."""
        door = doors.get(name)
        if door is None:
            return Response(status_code=404)
        try:
            async with asyncio.timeout(_SECONDS):
                body = await _body(request)
        except _TooLarge:
            return Response(status_code=413)
        except TimeoutError:
            return Response(status_code=408)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it
        try:
            return Response(status_code=await door(body, request.headers))
        except DependencyDown as error:
            logger.error("webhook not taken", hook=name, error=str(error))
            return Response(status_code=503)

    return routes


async def _body(request: Request) -> bytes:
    """The whole body, given up as soon as it is too large."""
    if int(request.headers.get("content-length", "0")) > LARGEST:
        raise _TooLarge
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise _TooLarge
    return bytes(body)
