"""A newsroom of real processes as tests meet it: what the public saw, what the ledger says, what the daemon says."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
from dotenv import dotenv_values

from cli._stage import Stage
from db import posts, sources
from db.store import Store
from newswire.post import Post, PostState

_T = TypeVar("_T")
NO_PACE = {"telegram": {"per_second": 0, "per_minute": 0}, "x": {"per_15_minutes": 0}}


async def until(what: Callable[[], Awaitable[_T]], says: str | Callable[[], str], *, seconds: float = 15.0) -> _T:
    """What `what` gives as soon as it gives anything; otherwise the test fails and `says` what did not happen."""
    for _ in range(int(seconds / 0.05)):
        if found := await what():
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"in {seconds:.0f} s: {says if isinstance(says, str) else says()}")


def _said(event: dict[str, Any]) -> str:
    """What a message is about: all of it but its buttons, which lead to the story's other editions too."""
    message = event["detail"].get("message", event["detail"])
    return str({name: part for name, part in message.items() if name not in ("reply_markup", "markup")})


@dataclass
class Live:
    """A stage, and eyes for it. `editors` in the stage's overrides as {} leaves the bot away, which saves two seconds."""

    stage: Stage
    _seen: int = field(default=0)

    @property
    def folder(self) -> Path:
        return self.stage.folder

    # -- the files

    def configure(self, **secrets: str) -> None:
        """Both files anew; `secrets` go into .env over the sandbox's own. Platforms set no pace of ours."""
        own = self.stage.overrides.get("platform", {})
        self.stage.overrides["platform"] = {
            name: {"api": self.stage.where[f"{name}_api"], **pace, **own.get(name, {})}
            for name, pace in NO_PACE.items()
        }
        self.stage.write_configuration()
        file = self.folder / ".env"
        lines = {**dotenv_values(file), **secrets}
        file.write_text("".join(f"{name}='{value}'\n" for name, value in lines.items()), encoding="utf-8")

    # -- the daemon

    async def start(self) -> None:
        """`newswire run`, and wait until it runs. Its log begins where `log` begins."""
        file = self.folder / "daemon.log"
        self._seen = file.stat().st_size if file.exists() else 0
        await self.stage.start_daemon()
        await self.says("newswire is running")
        await until(self._watches, "the sources have not been looked at")

    async def _watches(self) -> bool:
        """Whether each source has had its first look, so that what comes now is new."""
        async with self._store() as store, store.read() as connection:
            rows = await sources.all_of_them(connection)
        return all(
            f"site-{code}" in rows and rows[f"site-{code}"].last_success_at for code in self.stage.where["feeds"]
        )

    @asynccontextmanager
    async def _store(self) -> AsyncIterator[Store]:
        store = Store(str(dotenv_values(self.folder / ".env")["DATABASE_URL"]))
        try:
            yield store
        finally:
            await store.close()

    def log(self) -> str:
        """What the daemon has said since its last start."""
        return (self.folder / "daemon.log").read_bytes()[self._seen :].decode()

    async def says(self, words: str, *, seconds: float = 20.0) -> None:
        """Wait until the daemon's log says `words`."""

        async def said() -> bool:
            daemon = self.stage.daemon
            assert words in self.log() or daemon is None or daemon.returncode is None, f"it ended: {self.log()}"
            return words in self.log()

        await until(said, f"the log does not say {words!r}", seconds=seconds)

    def alive(self) -> bool:
        """Whether the daemon runs."""
        return self.stage.daemon is not None and self.stage.daemon.returncode is None

    def address(self) -> str:
        """Where the daemon's web face listens."""
        line = next(line for line in self.log().splitlines() if "web listens" in line)
        port = re.findall(r"port\W+(\d+)", line)[-1]
        return f"http://127.0.0.1:{port}"

    async def asks(self, path: str) -> tuple[int, str]:
        """Status and body of a page of the daemon's."""
        async with aiohttp.ClientSession() as http, http.get(f"{self.address()}{path}") as answer:
            return answer.status, await answer.text()

    async def ready(self) -> tuple[int, dict[str, Any]]:
        """What /readyz says."""
        status, body = await self.asks("/readyz")
        return status, json.loads(body)

    async def run(self, *words: str, seconds: float = 20.0, **environment: str) -> tuple[int, str, str]:
        """Another `newswire` with the same files: exit code, standard output, standard error."""
        command = [sys.executable, "-m", "cli", "--config", str(self.folder / "newswire.toml"), *words]
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe, env=os.environ | environment)
        ending = asyncio.create_task(process.communicate())
        done, _ = await asyncio.wait({ending}, timeout=seconds)
        if not done:
            process.kill()
        out, err = await ending
        assert done, f"`newswire {' '.join(words)}` did not end in {seconds:.0f} s: {err.decode()}"
        assert process.returncode is not None
        return process.returncode, out.decode(), err.decode()

    # -- what happens

    async def publish(self, *editions: str) -> list[dict[str, Any]]:
        """A new article on the site in each of `editions`."""
        return [await self.stage.post("/control/site/publish", {"edition": edition}) for edition in editions]

    async def fault(self, platform: str, kind: str, **more: Any) -> None:
        """An order to a stand-in."""
        order = {"platform": platform, "kind": kind, **more}
        assert "error" not in await self.stage.post("/control/faults", order)

    async def mended(self) -> None:
        """No orders any more."""
        assert self.stage.http is not None
        async with self.stage.http.delete("/control/faults") as answer:
            assert answer.status == 200

    async def seen(self, story: dict[str, Any]) -> dict[str, int]:
        """How often the public has seen an article, by channel: `tg-en`, `x`."""
        events = (await self.stage.get("/control/events.json"))["events"]
        places = {str(number): f"tg-{code}" for code, number in self.stage.where["channels"].items()}
        count: dict[str, int] = {}
        for event in events:
            if event["kind"] == "sent" and story["url"] in _said(event):
                place = "x" if event["platform"] == "x" else places.get(event["place"])
                if place:
                    count[place] = count.get(place, 0) + 1
        return count

    async def out(self, stories: list[dict[str, Any]], *, seconds: float = 20.0) -> None:
        """Wait until every article is out in each of its channels; more than once fails at once."""

        counts: list[tuple[dict[str, int], set[str]]] = []

        async def all_out() -> bool:
            counts[:] = [(await self.seen(story), self.places(story)) for story in stories]
            assert not [count for count, _ in counts if max(count.values(), default=0) > 1], counts
            return all(set(count) == places for count, places in counts)

        await until(all_out, lambda: f"not all is out: {counts}", seconds=seconds)

    @staticmethod
    def places(story: dict[str, Any]) -> set[str]:
        """Where an article goes."""
        return {"tg-en", "x"} if story["edition"] == "en" else {f"tg-{story['edition']}"}

    async def posts(self) -> list[Post]:
        """Every post of the ledger."""
        async with self._store() as store, store.read() as connection:
            return await posts.in_states(connection, list(PostState), limit=100_000)

    async def settled(self, stories: list[dict[str, Any]], *, seconds: float = 20.0) -> None:
        """Wait until the ledger says of every post of `stories` that it is published, and then that it is out once."""
        left: dict[str, list[str]] = {}

        async def done() -> bool:
            left.clear()
            ledger = await self.posts()
            for story in stories:
                states = [p.state for p in ledger if p.message.link.startswith(story["url"])]
                if states != [PostState.PUBLISHED] * len(self.places(story)):
                    left[story["url"]] = [str(state) for state in states]
            return not left

        await until(done, lambda: f"not settled: {left}, {self.log()}", seconds=seconds)
        await self.out(stories, seconds=0.2)
