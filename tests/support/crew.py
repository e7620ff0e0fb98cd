"""A newsroom of many processes on one PostgreSQL: each started in its roles, with its own log, to kill as a test likes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from support.live import Live, until

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass
class Hand:
    """One process. `log` holds what it has said since its last start."""

    live: Live
    name: str
    roles: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None
    _begin: int = 0

    @property
    def file(self) -> Path:
        return self.live.folder / f"{self.name}.log"

    async def start(self) -> None:
        """`newswire run` in its roles; returns at once."""
        self._begin = self.file.stat().st_size if self.file.exists() else 0
        words = [word for role in self.roles for word in ("--role", role)]
        command = [sys.executable, "-m", "cli", "--config", str(self.live.folder / "newswire.toml"), "run", *words]
        with self.file.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *command, stdout=log, stderr=log, env=os.environ | dict(self.environment)
            )

    @property
    def log(self) -> str:
        return self.file.read_bytes()[self._begin :].decode()

    async def says(self, words: str, *, seconds: float = 30.0) -> None:
        """Wait until its log says `words`."""

        async def said() -> bool:
            assert words in self.log or self.alive, f"{self.name} ended: {self.log}"
            return words in self.log

        await until(said, lambda: f"{self.name} does not say {words!r}: {self.log}", seconds=seconds)

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.returncode is None

    async def send(self, how: signal.Signals) -> int | None:
        """A signal; for one that ends it, its exit code."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(how)
        return await self.process.wait() if how in (signal.SIGKILL, signal.SIGTERM) else None


@asynccontextmanager
async def crew(
    live: Live, environment: Mapping[str, str] = NOTHING, **roles: str | tuple[str, ...]
) -> AsyncIterator[dict[str, Hand]]:
    """Processes by their names, running and done with their first look at the sources; ended at the end."""
    hands = {
        name: Hand(live, name, (several,) if isinstance(several, str) else several, environment)
        for name, several in roles.items()
    }
    (live.folder / "daemon.log").touch()  # where `Live` looks for last words
    try:
        for hand in hands.values():
            await hand.start()
        for hand in hands.values():
            await hand.says("newswire is running")
        await until(live._watches, "the sources have not been looked at", seconds=30)
        yield hands
    finally:
        for hand in hands.values():
            if hand.alive:
                assert hand.process is not None
                hand.process.send_signal(signal.SIGCONT)
                hand.process.terminate()
        for hand in hands.values():
            if hand.process is not None:
                try:
                    await asyncio.wait_for(hand.process.wait(), 15)
                except TimeoutError:
                    hand.process.kill()
                    await hand.process.wait()
