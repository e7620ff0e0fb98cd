"""The watcher: which source is due for a look, each in a task of its own, so that a slow one holds nobody else."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from db import sources as source_rows
from desk.newsroom import Newsroom
from desk.watching import doors, inventory, watch
from desk.watching.logbook import Logbook
from newswire import log
from newswire.errors import DependencyDown
from newswire.source import Source

logger = log.get("newswire.scheduler.watcher")

_AFTER_A_STUMBLE = timedelta(seconds=30)
_START = datetime(2000, 1, 1, tzinfo=UTC)
CALLED = "source "
"""What the bell says, before the source's name, when a source asks to be looked at: also from the web's process."""
# Looks under way: at all hosts together, and at one (the fetcher lets two of them talk to it at a time).
_AT_ONCE = 200
_AT_ONE_HOST = 4


class Watcher:
    """Starts looks: those due longest first, never two at the same source, never so many at one host that others wait."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom
        self._logbook = Logbook(newsroom.store, newsroom.clock)
        self._sources = [(source, _host(source)) for source in newsroom.settings.sources()]
        self._next: dict[str, datetime] = {}
        self._looking: dict[str, asyncio.Task[None]] = {}
        self._searching: set[asyncio.Task[None]] = set()
        self._astray: set[str] = set()  # looks during which the clock was set: what they reckon may be by the old time
        self._at: Counter[str] = Counter()
        self._due: dict[str, deque[Source]] = {}
        self._turns: deque[str] = deque()

    async def remember(self) -> None:
        """When each source was due, as of the last run."""
        async with self._newsroom.store.read() as connection:
            rows = await source_rows.all_of_them(connection)
        self._next = {name: row.next_at for name, row in rows.items() if row.next_at}

    def shift(self, step: timedelta) -> None:
        """The wall clock was set by `step`: back, and pauses between looks stay as long as they are.

        Forth, and those that were under way end at once; the others have begun by the new time before we knew of it.
        """
        if step < timedelta():
            self._next = {name: at + step for name, at in self._next.items()}
        self._astray.update(self._looking)

    def tick(self) -> None:
        """Start looks at the sources that are due. A time far ahead was written before the clock was set back."""
        self._newsroom.metrics.ticked(self._newsroom.clock.monotonic())
        now = self._newsroom.clock.now()
        far = now + timedelta(days=2)
        for name in self._newsroom.bell.taken(CALLED):
            self._next[name] = now
        due: list[tuple[datetime, Source, str]] = []
        for source, host in self._sources:
            at = self._next.get(source.name, _START)
            if (at <= now or at > far) and source.name not in self._looking:
                due.append((at, source, host))
        self._due = {}
        for _, source, host in sorted(due, key=lambda one: one[0]):
            self._due.setdefault(host, deque()).append(source)
        self._turns = deque(host for host in self._due for _ in range(_AT_ONE_HOST - self._at[host]))
        self._start()

    def _start(self) -> None:
        """As many looks as there are places for."""
        while self._turns and len(self._looking) < _AT_ONCE:
            host = self._turns.popleft()
            if waiting := self._due.get(host):
                source = waiting.popleft()
                self._at[host] += 1
                self._looking[source.name] = asyncio.create_task(self._look(source, host), name=f"look {source.name}")

    async def _look(self, source: Source, host: str) -> None:
        now = self._newsroom.clock.now()
        try:
            look = await watch.look(self._newsroom, source, self._logbook)
            self._next[source.name] = look.next_at
            if look.rolled:
                self._follow(source)
            await doors.renewed(self._newsroom, source)
        except DependencyDown as error:
            logger.error("watching waits for the database", source=source.name, error=str(error))
            self._next[source.name] = now + _AFTER_A_STUMBLE / 10
        except Exception:  # a mistake of ours must not end the watch over this source
            logger.exception("look failed", source=source.name)
            self._next[source.name] = now + _AFTER_A_STUMBLE
        finally:
            del self._looking[source.name]
            if source.name in self._astray:
                self._astray.remove(source.name)
                self._next[source.name] = self._newsroom.clock.now() + timedelta(seconds=source.poll_seconds)
            self._at[host] -= 1
            self._turns.append(host)
            self._start()

    def _follow(self, source: Source) -> None:
        """Look for what rolled out of a list: beside the looks, for that may take long and other looks wait for a place."""
        task = asyncio.create_task(self._search(source), name=f"stock {source.name}")
        self._searching.add(task)
        task.add_done_callback(self._searching.discard)

    async def _search(self, source: Source) -> None:
        try:
            await inventory.at_once(self._newsroom, source)
        except DependencyDown as error:
            logger.error("taking stock waits for the database", source=source.name, error=str(error))
        except Exception:  # the clock's own inventory does it again
            logger.exception("stock not taken", source=source.name)

    async def idle(self) -> None:
        """Until no look is under way or waits for its place, and nothing is searched for."""
        while under_way := [*self._looking.values(), *self._searching]:
            await asyncio.wait(under_way)

    async def stop(self) -> None:
        """End the looks under way; what they had not stored yet, the next look sees again."""
        self._due, self._turns = {}, deque()
        tasks = [*self._looking.values(), *self._searching]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._logbook.close()


def call(newsroom: Newsroom) -> Callable[[str, datetime], None]:
    """Asks for a look at a source at a time, in whichever process the watcher is: what the doors of sources ring."""
    loop = asyncio.get_running_loop()

    def ring(name: str, at: datetime) -> None:
        wait = (at - newsroom.clock.now()).total_seconds()
        loop.call_later(max(wait, 0.0), newsroom.bell.ring, f"{CALLED}{name}")

    return ring


def _host(source: Source) -> str:
    try:
        return urlsplit(source.url).netloc
    except ValueError:
        return ""
