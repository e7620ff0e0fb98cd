"""Wires for tests: stand-ins on loopback, a relay that cuts connections on order, and a server of odd answers."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web


@asynccontextmanager
async def served(app: web.Application, *, keepalive: float = 75.0) -> AsyncIterator[str]:
    """`app` on a port of its own; its address. No access log: it would show tokens that are part of an address."""
    runner = web.AppRunner(app, access_log=None, keepalive_timeout=keepalive, shutdown_timeout=1)
    async with _on_loopback(runner) as address:
        yield address


@asynccontextmanager
async def serving(answer: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """Any coroutine that answers requests, on a port of its own; its address."""
    async with _on_loopback(web.ServerRunner(web.Server(answer), shutdown_timeout=0.1)) as address:
        yield address


@asynccontextmanager
async def _on_loopback(runner: web.BaseRunner[Any]) -> AsyncIterator[str]:
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def odd(status: int, body: str, **headers: str) -> web.Application:
    """Answers everything the same way."""

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(body=body.encode(), status=status, headers={"Content-Type": "text/html", **headers})

    app = web.Application(client_max_size=64 * 2**20)
    app.router.add_route("*", "/{path:.*}", answer)
    return app


def closed_port() -> str:
    """An address where nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{one.getsockname()[1]}"


Cut = Literal["", "before", "after"]


@dataclass(slots=True)
class Relay:
    """Carries bytes to `target` and back. `cut` is an order for the next request:

    before   close the connection as the request comes, without passing it on
    after    pass it on, wait until it is answered, then close without the answer
    `requests` counts what came, so that a request sent twice is seen.
    """

    target: str
    address: str = ""
    cut: Cut = ""
    requests: int = 0
    connections: int = 0
    _open: list[asyncio.StreamWriter] = field(default_factory=list)

    async def hang_up(self) -> None:
        """Close every connection, as a server does with those that are idle for long."""
        for writer in self._open:
            writer.close()
        self._open.clear()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open.append(writer)
        host, port = self.target.removeprefix("http://").split(":")
        there, out = await asyncio.open_connection(host, int(port))
        back = asyncio.create_task(self._answers(there, writer))
        try:
            while chunk := await reader.read(65_536):
                if b" HTTP/1.1\r\n" in chunk:
                    self.requests += 1
                if self.cut == "before":
                    self.cut = ""
                    return
                out.write(chunk)
                await out.drain()
            await back
        except OSError:
            pass
        finally:
            back.cancel()
            writer.close()
            out.close()

    async def _answers(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await there.read(65_536):
            if self.cut == "after":
                self.cut = ""
                writer.transport.abort()
                return
            writer.write(chunk)


@asynccontextmanager
async def relayed(target: str) -> AsyncIterator[Relay]:
    """A relay before the server at `target`."""
    relay = Relay(target)
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(relay.carry(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    relay.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield relay
    server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
