"""The newsroom: what every deed at the desk needs at hand, opened together and closed together."""

from __future__ import annotations

import asyncio
import contextlib
import difflib
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import publishers
from db.notify import Wire
from db.store import Store
from desk.settling import Settling
from newswire.channel import Channel
from newswire.clock import Clock, SystemClock
from newswire.errors import ConfigError
from newswire.metrics import Metrics
from newswire.platform import Lane
from newswire.settings import Settings
from publishers import BadOptions, Publisher
from sources._fetch import Fetcher


class Bell:
    """Rung when there is something to do, so that nobody has to look all the time: `posts`, `cards`, `source NAME`.

    With a `wire` it also rings in the other processes on the database, and in this one for them.
    """

    def __init__(self, wire: Wire | None = None) -> None:
        self._rung: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._wire = wire

    def ring(self, *names: str) -> None:
        """Wake whoever waits, or who waits next. What is rung for must be committed."""
        for name in names:
            self._rung[name].set()
        if self._wire is not None:
            self._wire.say(names)

    async def wait(self, name: str, seconds: float) -> None:
        """Until the bell rings, or so many seconds have passed."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._rung[name].wait(), max(seconds, 0.0))
        self._rung[name].clear()

    def taken(self, prefix: str) -> list[str]:
        """What has been rung of the names that begin with `prefix`, without it, for whoever passes by anyway."""
        names = [name for name, rung in self._rung.items() if name.startswith(prefix) and rung.is_set()]
        for name in names:
            self._rung[name].clear()
        return [name.removeprefix(prefix) for name in names]

    @asynccontextmanager
    async def heard(self) -> AsyncIterator[None]:
        """Inside, what other processes ring is heard here. Nothing to do where there can be none."""
        if self._wire is None:
            yield
            return
        async with self._wire.heard(lambda name: self._rung[name].set(), self._ring_all):
            yield

    def _ring_all(self) -> None:
        for rung in self._rung.values():
            rung.set()


_TYPED = {
    "late": "channel late",
    "post": "post",
    "resume": "channel resume",
    "retract": "post retract",
    "why": "post why",
}
"""What the orders of the editors' chat, as far as alerts name them, are called at the command line."""


@dataclass(slots=True)
class Newsroom:
    """One running newsroom. `folder` holds what is no row: local copies of pictures, files the settings name.

    `carrier` is the name under which this process carries posts; empty where it is the only one there can be.
    """

    settings: Settings
    store: Store
    fetcher: Fetcher
    publishers: dict[str, Publisher]
    folder: Path
    clock: Clock = field(default_factory=SystemClock)
    bell: Bell = field(default_factory=Bell)
    metrics: Metrics = field(default_factory=Metrics)
    carrier: str = ""
    settling: Settling = field(init=False)

    def __post_init__(self) -> None:
        self.settling = Settling(self.store, self.clock, resume=self.order("resume"))

    def order(self, command: str, *words: str) -> str:
        """How people here give an order: `/late tg-en drop`, or at the command line where no editors' chat exists."""
        if self.settings.editors.chat is not None:
            return " ".join([f"/{command}", *words])
        return " ".join(["newswire", _TYPED[command], *(word.removeprefix("#") for word in words)])  # '#': a comment

    def channel(self, name: str) -> Channel | None:
        """The channel of that name in newswire.toml."""
        return next((channel for channel in self.settings.channel if channel.name == name), None)

    def lanes(self) -> dict[str, Sequence[Lane]]:
        """The lanes of every channel that this process can publish to."""
        return {name: publisher.lanes() for name, publisher in self.publishers.items()}

    def places(self) -> dict[str, set[str]]:
        """For each channel, those that speak in the same chat or account; two of the file may share one."""
        there: defaultdict[str, set[str]] = defaultdict(set)
        for name, lanes in self.lanes().items():
            there[lanes[0].name if lanes else name].add(name)
        return {name: names for names in there.values() for name in names}

    def search_lanes(self) -> dict[str, Sequence[Lane]]:
        """The lanes of looking whether a post is there."""
        return {name: publisher.search_lanes() for name, publisher in self.publishers.items()}


def platform_of(settings: Settings, channel: Channel) -> type[Publisher]:
    """The channel's kind of publisher. ConfigError names the line, and the platforms there are."""
    try:
        return publishers.load(channel.platform)
    except KeyError:
        known = publishers.known()
        close = difflib.get_close_matches(channel.platform, known, n=1)
        hint = f"did you mean '{close[0]}'? " if close else ""
        place = settings.where("channel", settings.channel.index(channel), "type")
        raise ConfigError(
            f"{place} channel '{channel.name}': unknown platform '{channel.platform}'; {hint}there are: {', '.join(known)}"
        ) from None


def publisher_of(settings: Settings, channel: Channel, clock: Clock) -> Publisher:
    """The channel's publisher, not opened yet. ConfigError names each line and what is wrong there."""
    kind = platform_of(settings, channel)
    options = {**settings.platform.get(channel.platform, {}), **channel.options}
    if "ops_chat" in kind.Config.model_fields and settings.editors.chat is not None:
        options.setdefault("ops_chat", settings.editors.chat)
    try:
        return kind(kind.Config.read(channel.name, channel.platform, options, settings.secrets), clock=clock)
    except BadOptions as error:
        lines = [f"{_place(settings, channel, key)}: {text}" for key, text in error.troubles]
        raise ConfigError("\n".join(lines)) from None
    except ConfigError as error:
        raise ConfigError(f"{_place(settings, channel)}: {error}") from None


def _place(settings: Settings, channel: Channel, key: str = "") -> str:
    """Where an option of `channel` stands: in its own table, or in the one of all channels of its platform."""
    if key in settings.platform.get(channel.platform, {}) and key not in channel.options:
        return f"{settings.where('platform', channel.platform, key)} [platform.{channel.platform}]"
    return f"{settings.where('channel', settings.channel.index(channel), key)} channel '{channel.name}'"


@asynccontextmanager
async def opened(
    settings: Settings, *, folder: Path, clock: Clock | None = None, public: bool = True
) -> AsyncIterator[Newsroom]:
    """A newsroom with its database and, when `public`, its ways out. A private one cannot reach anybody."""
    clock = clock or SystemClock()
    outs = {c.name: publisher_of(settings, c, clock) for c in settings.channel} if public else {}
    async with AsyncExitStack() as stack:
        store = Store(settings.database_url)
        stack.push_async_callback(store.close)
        bell = Bell()
        if not store.sqlite:
            wire = Wire(store)
            stack.push_async_callback(wire.close)
            bell = Bell(wire)
        fetcher = await stack.enter_async_context(fetcher_of(settings))
        for publisher in outs.values():
            await publisher.open()
            stack.push_async_callback(publisher.close)
        yield Newsroom(settings, store, fetcher, outs, folder, clock, bell)


def fetcher_of(settings: Settings) -> Fetcher:
    """How this newsroom reads sites."""
    return Fetcher(
        settings.user_agent,
        allow_loopback=settings.fetch.allow_loopback,
        total_seconds=settings.fetch.seconds,
        max_bytes=settings.fetch.max_bytes,
        robots=settings.fetch.robots,
    )
