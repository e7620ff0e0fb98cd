"""The daemon: one process that watches, writes, carries and answers, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from db import lock, schema
from desk import backlog, queue, recover, review
from desk.newsroom import Newsroom
from newswire import log
from scheduler.clock import Clock
from scheduler.engine import Engine
from scheduler.watcher import Watcher

logger = log.get("newswire.scheduler.daemon")

DRAIN_SECONDS = 30.0
_SWEEP_SECONDS = 10
_LOOK_SECONDS = 0.5
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Face(Protocol):
    """What people or servers talk to: the bot, the web.

    Started first, so that a token that another process polls is refused before anything moves; stopped last, so that
    what still comes down is shown.
    """

    name: str

    async def start(self) -> None:
        """Begin to answer; raises one of newswire/errors.py when that is impossible."""
        ...

    async def stop(self) -> None:
        """Finish what is in hand, within seconds."""
        ...

    def healthy(self) -> bool:
        """Whether it can be reached."""
        ...


async def run(
    newsroom: Newsroom,
    faces: Sequence[Face] = (),
    *,
    stop: asyncio.Event,
    ready: Callable[[], None] | None = None,
) -> None:
    """Run until `stop` is set, then drain. AlreadyRunning when another daemon has this database."""
    async with lock.alone(newsroom.store):
        await schema.require_current(newsroom.store, migrate=newsroom.settings.delivery.auto_migrate)
        async with lock.carrying(newsroom.store) as newsroom.carrier:
            await _live(newsroom, faces, stop, ready)
    logger.info("stopped")


async def _live(
    newsroom: Newsroom, faces: Sequence[Face], stop: asyncio.Event, ready: Callable[[], None] | None
) -> None:
    await recover.recover(newsroom)
    async with _started(faces), _working(newsroom):
        logger.info("newswire is running", sources=len(newsroom.settings.source), channels=len(newsroom.publishers))
        if ready:
            ready()
        await stop.wait()
        logger.info("stopping: finishing what is in hand")


@asynccontextmanager
async def _started(faces: Sequence[Face]) -> AsyncIterator[None]:
    """Faces, started in order; whatever was started is stopped."""
    async with contextlib.AsyncExitStack() as stack:
        for face in faces:
            await face.start()
            stack.push_async_callback(face.stop)
        yield


@asynccontextmanager
async def _working(newsroom: Newsroom) -> AsyncIterator[None]:
    """Clock, watcher and engine. At the end: no new work, then what is in the air comes down."""
    engine, watcher, clock = Engine(newsroom), Watcher(newsroom), Clock()
    lookout = recover.Lookout(newsroom)
    await watcher.remember()
    clock.every(_LOOK_SECONDS, "watch", watcher.tick)
    clock.every(_SWEEP_SECONDS, "sweep", lambda: _sweep(newsroom, lookout, engine))
    engine.start()
    clock.start()
    watcher.tick()
    try:
        yield
    finally:
        await clock.stop()
        await watcher.stop()
        left = await engine.stop(DRAIN_SECONDS)
        if left:
            logger.warning("posts left in the air; they will be shown as uncertain", posts=left)


async def _sweep(newsroom: Newsroom, lookout: recover.Lookout, engine: Engine) -> None:
    """What time alone changes: carriers that died, cards nobody answered, pauses that end."""
    await lookout.sweep(engine.in_hand)
    await backlog.sweep(newsroom)
    await review.time_out(newsroom)
    await queue.end_pauses(newsroom)


def stop_on_signals(stop: asyncio.Event) -> None:
    """SIGTERM and SIGINT set `stop`; the second one ends the process at once."""
    loop = asyncio.get_running_loop()

    def asked() -> None:
        if stop.is_set():
            os._exit(1)
        stop.set()

    for number in _STOP_SIGNALS:
        loop.add_signal_handler(number, asked)
