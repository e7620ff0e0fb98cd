"""The web face: a small HTTP server inside the daemon's own loop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
from collections.abc import Iterator, Mapping, Sequence

import uvicorn
from fastapi import FastAPI

from desk.newsroom import Newsroom
from newswire import log
from newswire.errors import AlreadyRunning, ConfigError
from web import health, hooks
from web.headers import StrictHeaders
from web.health import Check
from web.hooks import Door

__all__ = ["Check", "Door", "WebFace", "build"]

logger = log.get("newswire.web.app")

_DRAIN_SECONDS = 5
_BACKLOG = 128


def build(newsroom: Newsroom, doors: Mapping[str, Door], checks: Sequence[Check]) -> FastAPI:
    """The application. Below `[web] base` it answers as it does without: proxies pass paths on either way."""
    app = FastAPI(title="Newswire", docs_url=None, redoc_url=None, openapi_url=None)
    for router in (health.router(newsroom, checks), hooks.router(doors)):
        for base in {"", newsroom.settings.web.base}:
            app.include_router(router, prefix=base)
    app.add_middleware(StrictHeaders)
    return app


class _Server(uvicorn.Server):
    """uvicorn, leaving signals to the daemon and saying when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the daemon's."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does, and then say so."""
        await super().startup(sockets)
        self.listening.set()


class WebFace:
    """Listens where `[web]` says. `doors` take webhooks by name, `checks` are asked by /readyz."""

    name = "web"

    def __init__(self, newsroom: Newsroom, doors: Mapping[str, Door], checks: Sequence[Check]) -> None:
        self._newsroom = newsroom
        self._app = build(newsroom, doors, checks)
        self._socket: socket.socket | None = None
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def address(self) -> tuple[str, int]:
        """Host and port as bound; port 0 in the settings has become a real one."""
        if self._socket is None:
            raise RuntimeError("the web face is not started")
        host, port, *_ = self._socket.getsockname()
        return host, port

    def healthy(self) -> bool:
        """Whether it listens."""
        return self._serving is not None and not self._serving.done()

    async def start(self) -> None:
        """Listen. AlreadyRunning when the port is taken, ConfigError when the address cannot be ours."""
        self._socket = await self._bound()
        self._server = _Server(
            uvicorn.Config(
                self._app,
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="off",
                proxy_headers=False,
                timeout_graceful_shutdown=_DRAIN_SECONDS,
            )
        )
        self._serving = asyncio.create_task(self._server.serve([self._socket]), name="web")
        listening = asyncio.create_task(self._server.listening.wait())
        await asyncio.wait({self._serving, listening}, return_when=asyncio.FIRST_COMPLETED)
        listening.cancel()
        if self._serving.done():
            self._serving.result()
            raise RuntimeError("the web server ended before it began")
        logger.info("web listens", host=self.address[0], port=self.address[1])

    async def stop(self) -> None:
        """Answer what is asked already, for a few seconds, and close."""
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await asyncio.gather(self._serving, return_exceptions=True)
        if self._socket is not None:
            self._socket.close()

    async def _bound(self) -> socket.socket:
        web, where = self._newsroom.settings.web, self._newsroom.settings.where
        try:
            found = await asyncio.get_running_loop().getaddrinfo(web.host, web.port, type=socket.SOCK_STREAM)
            family, _, _, _, address = found[0]
            return socket.create_server(address, family=family, backlog=_BACKLOG)
        except socket.gaierror as error:
            raise ConfigError(
                f"{where('web', 'host')} [web] host: there is no address '{web.host}'; write 127.0.0.1"
            ) from error
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise AlreadyRunning(
                    f"{where('web', 'port')} [web] port {web.port} on {web.host} is taken by another process; "
                    "stop it, or choose another port (0: any free one)"
                ) from error
            raise ConfigError(
                f"{where('web', 'host')} [web] cannot listen on {web.host} port {web.port}: "
                f"{os.strerror(error.errno or 0)}"
            ) from error
