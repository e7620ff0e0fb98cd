"""What every sandbox test uses: a world, stand-ins served on loopback, and a plain HTTP client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from sandbox.app import StandIn, build
from sandbox.world import World

Serve = Callable[..., Awaitable[str]]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """`await serve(stand_in, …)` starts them on a port of their own and gives its address, `http://127.0.0.1:PORT`."""
    servers: list[TestServer] = []

    async def start(*stand_ins: StandIn) -> str:
        server = TestServer(build(list(stand_ins)), host="127.0.0.1")
        servers.append(server)
        await server.start_server(shutdown_timeout=1)
        return str(server.make_url("")).rstrip("/")

    yield start
    for server in servers:
        await server.close()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session
