"""The daemon: a process that watches, writes, carries and answers, until it is told to stop; or one of many that do."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
from collections.abc import AsyncIterator, Callable, Container, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import Protocol

from db import lock, pooler, schema
from desk.carrying import recover
from desk.deciding import backlog, queue, removed, review
from desk.newsroom import Newsroom
from desk.watching import changes, inventory, silence
from desk.writing import readiness, siblings
from newswire import log
from newswire.clock import BORN
from scheduler.clock import Clock
from scheduler.engine import Engine
from scheduler.steps import Steps
from scheduler.watcher import Watcher

logger = log.get("newswire.scheduler.daemon")

DRAIN_SECONDS = 30.0
_SWEEP_SECONDS = 10
_LOOKOUT_SECONDS = 2
_LOOK_SECONDS = 0.5
_ROUNDS = (
    (5, "readiness", readiness.tick),
    (10, "changes", changes.tick),
    (20, "siblings", siblings.tick),
    (60, "inventory", inventory.tick),
    (300, "silence", silence.tick),
)
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Role(StrEnum):
    """What one process among many does. Of a clock and a bot one is at work; the others stand by."""

    CLOCK = "clock"
    WORKER = "worker"
    BOT = "bot"
    WEB = "web"


ALL_IN_ONE: frozenset[Role] = frozenset()
"""No roles: one process does everything, and is alone."""


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


Faces = Mapping[Role, Face]
"""The faces this process has, by their roles, in the order in which they start."""


async def run(
    newsroom: Newsroom,
    faces: Faces,
    *,
    stop: asyncio.Event,
    roles: frozenset[Role] = ALL_IN_ONE,
    ready: Callable[[], None] | None = None,
) -> None:
    """Run until `stop` is set, then drain. AlreadyRunning when another process has what this one needs."""
    await _clock_is_set(newsroom, stop)
    await pooler.require_sessions(newsroom.store)
    async with contextlib.AsyncExitStack() as stack:
        kept = None if roles else await stack.enter_async_context(lock.alone(newsroom.store))
        async with lock.one_after_the_other(newsroom.store):
            await schema.require_current(newsroom.store, migrate=newsroom.settings.delivery.auto_migrate)
        if not roles or Role.WORKER in roles:
            newsroom.carrier = await stack.enter_async_context(lock.carrying(newsroom.store))
        await stack.enter_async_context(newsroom.bell.heard())
        if kept is not None:
            await _alone(newsroom, faces, stop, kept, ready)
        else:
            await _among_others(newsroom, faces, stop, roles, ready)
    logger.info("stopped")


async def _clock_is_set(newsroom: Newsroom, stop: asyncio.Event) -> None:
    """A machine without a battery starts in 1970: what it took in then would be old at once when its clock is set."""
    if newsroom.clock.now() < BORN:
        logger.warning("waiting until this machine's clock is set", shows=f"{newsroom.clock.now():%Y-%m-%d}")
    while newsroom.clock.now() < BORN and not stop.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), 1)


async def _alone(
    newsroom: Newsroom, faces: Faces, stop: asyncio.Event, kept: lock.Kept, ready: Callable[[], None] | None
) -> None:
    await recover.recover(newsroom)
    engine = Engine(newsroom)
    async with contextlib.AsyncExitStack() as stack:
        for face in faces.values():
            await stack.enter_async_context(_answering(face))
        await stack.enter_async_context(_carrying(engine))
        await stack.enter_async_context(_ticking(newsroom, engine))
        _running(newsroom, ready)
        await kept(stop)
        _stopping()


async def _among_others(
    newsroom: Newsroom,
    faces: Faces,
    stop: asyncio.Event,
    roles: frozenset[Role],
    ready: Callable[[], None] | None,
) -> None:
    """Each role by itself; the first that cannot go on ends the process."""
    engine = Engine(newsroom)
    parts = {
        Role.WORKER: lambda: _always(_carrying(engine), stop),
        Role.CLOCK: lambda: _in_turn(newsroom, Role.CLOCK, _ticking(newsroom, engine), stop),
        Role.WEB: lambda: _always(_answering(faces[Role.WEB]), stop),
        Role.BOT: lambda: _in_turn(newsroom, Role.BOT, _answering(faces[Role.BOT]), stop),
    }
    tasks = [asyncio.create_task(parts[role](), name=role) for role in parts if role in roles]
    _running(newsroom, ready, roles=" ".join(role for role in Role if role in roles))
    ending = asyncio.create_task(stop.wait())
    await asyncio.wait({ending, *tasks}, return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    _stopping()
    await ending
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    for end in ends:
        if isinstance(end, BaseException):
            raise end


async def _always(work: AbstractAsyncContextManager[None], stop: asyncio.Event) -> None:
    async with work:
        await stop.wait()


async def _in_turn(
    newsroom: Newsroom, role: Role, work: AbstractAsyncContextManager[None], stop: asyncio.Event
) -> None:
    def waiting() -> None:
        logger.info("standing by: another process has the role", role=role.value)

    async with lock.in_turn(newsroom.store, role, stop, waiting) as kept:
        if kept is not None:
            async with work:
                logger.info("has the role now", role=role.value)
                await kept(stop)


def settle_memory() -> None:
    """What is loaded by now stays for good: the collector need not walk through it, nor look after every few objects.

    A tenth of a first look at a feed went into that (`make bench ARGS=watch`).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def _running(newsroom: Newsroom, ready: Callable[[], None] | None, **more: str) -> None:
    settings = newsroom.settings
    settle_memory()
    logger.info("newswire is running", sources=len(settings.source), channels=len(newsroom.publishers), **more)
    if ready:
        ready()


def _stopping() -> None:
    logger.info("stopping: finishing what is in hand")


@asynccontextmanager
async def _answering(face: Face) -> AsyncIterator[None]:
    """A face, from its start to its end."""
    await face.start()
    try:
        yield
    finally:
        await face.stop()


@asynccontextmanager
async def _carrying(engine: Engine) -> AsyncIterator[None]:
    """The engine. At the end it takes nothing new, and what is in the air comes down."""
    engine.start()
    try:
        yield
    finally:
        if left := await engine.stop(DRAIN_SECONDS):
            logger.warning("posts left in the air; they will be shown as uncertain", posts=left)


@asynccontextmanager
async def _ticking(newsroom: Newsroom, engine: Engine) -> AsyncIterator[None]:
    """Clock and watcher: what happens because time passes. `engine` is this process's own, at work or not."""
    watcher, steps, lookout = Watcher(newsroom), Steps(newsroom), recover.Lookout(newsroom)

    def stepped(step: timedelta) -> None:
        watcher.shift(step)
        steps.note(step)

    clock = Clock(newsroom.clock, stepped)
    await watcher.remember()
    clock.every(_LOOK_SECONDS, "watch", watcher.tick)
    clock.every(_LOOKOUT_SECONDS, "lookout", lambda: _look_out(lookout, steps, engine.in_hand))
    clock.every(_SWEEP_SECONDS, "sweep", lambda: _sweep(newsroom))
    for seconds, name, tick in _ROUNDS:
        clock.every(seconds, name, partial(tick, newsroom))
    clock.start()
    watcher.tick()
    try:
        yield
    finally:
        await clock.stop()
        await watcher.stop()


async def _look_out(lookout: recover.Lookout, steps: Steps, in_hand: Container[int]) -> None:
    """What must not wait: carriers that died, a clock that was set."""
    await steps.settle()
    await lookout.sweep(in_hand)


async def _sweep(newsroom: Newsroom) -> None:
    """What time alone changes: posts that are late, cards nobody answered, pauses that end."""
    await backlog.sweep(newsroom)
    await removed.sweep(newsroom)
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
