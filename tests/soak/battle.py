"""A battle: articles flow, and the processes that carry them are killed with -9 at random moments, again and again."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from soak.report import Report, trace
from support.live import NO_PACE

from cli._stage import Stage
from db import posts
from db.store import Store
from newswire.post import Post, PostState

IN_ITS_START = 0.2  # the share of kills that meet a process while it starts
CHANNELS = ("tg-en", "x-en")
Stories = list[dict[str, Any]]
"""Articles as the site tells them."""
Company = dict[str, list[str]]
"""The processes by name, each with its arguments to `newswire run`."""
ALONE: Company = {"daemon": []}
CLUSTER: Company = {
    "clock": ["--role", "clock"],
    "worker-1": ["--role", "worker"],
    "worker-2": ["--role", "worker"],
}
BAD_NET: list[dict[str, Any]] = [
    {"kind": "drop", "chance": 0.1},
    {"kind": "error", "status": 500, "chance": 0.05},
    {"kind": "flood", "seconds": 2, "chance": 0.05},
    {
        "kind": "flood",
        "seconds": 0,
        "chance": 0.05,
        "platform": "telegram",
    },  # after X's, its whole window is waited for
]
"""A bad day: one call in ten is taken and never answered, and as many are refused without a cause or for a flood."""


def _of(post: Post) -> tuple[str, str]:
    """The address of the article a post is of, and its channel."""
    return post.message.link.partition("?")[0], post.channel


@dataclass
class Battle:
    """The field: a stage, a company of processes, and a rng that chooses whom and when.

    `faults` are what goes wrong on the platforms meanwhile: sandbox/faults.py's words, for every call that posts.
    """

    name: str
    folder: Path
    database: str
    company: Company
    rng: random.Random
    faults: list[dict[str, Any]] = field(default_factory=list)
    strikes: str = "kills"
    settings: dict[str, Any] = field(default_factory=dict)
    """Tables of newswire.toml."""
    answers: float = 0.3
    """Seconds until a platform answers: long enough for a kill to meet a call, short enough for a flow."""
    calls: tuple[tuple[str, str], ...] = (("telegram", "sendMessage"), ("telegram", "sendPhoto"), ("x", "create"))
    """The platforms' methods that are so slow, and go wrong."""
    settled: frozenset[PostState] = frozenset({PostState.PUBLISHED})
    """Where a post may end."""
    unwanted: set[str] = field(default_factory=set)
    """Addresses of articles that the public need not have seen."""
    running: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)
    _logged: dict[str, int] = field(default_factory=dict)

    async def fight(self, kills: int, stories: int) -> Report:
        """Publish so many articles while so many processes are killed; then let it come to rest, and count."""
        overrides: dict[str, Any] = {"web": {"enabled": False}, "editors": {}, **self.settings}
        async with Stage(self.folder, every=0, unlimited=True, overrides=overrides) as stage:
            self._configure(stage)
            for name in self.company:
                await self._start(name)
            try:
                await self._baseline(stage)
                await self._slow_down(stage)
                told = await self._under_fire(stage, kills, stories)
                await self._rest(stage, told)
                return await self._count(stage, kills, told)
            finally:
                for name in list(self.running):
                    await self._end(name, signal.SIGTERM)

    def _configure(self, stage: Stage) -> None:
        ops = {"ops_chat": stage.where["editors_chat"]}
        stage.overrides["platform"] = {
            name: {"api": stage.where[f"{name}_api"], **pace, **(ops if name == "telegram" else {})}
            for name, pace in NO_PACE.items()
        }
        stage.write_configuration()
        with (self.folder / ".env").open("a") as file:
            file.write(f"DATABASE_URL='{self.database}'\n")

    async def _start(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._logged[name] = log.tell()
            self.running[name] = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "cli", "--config", str(self.folder / "newswire.toml"), "run"),
                *self.company[name],
                stdout=log,
                stderr=log,
            )

    async def _up(self, name: str) -> None:
        """Wait until a process has started."""
        file = self.folder / f"{name}.log"
        for _ in range(600):
            if b"newswire is running" in file.read_bytes()[self._logged[name] :]:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{name} does not start: {file.read_text()[-2000:]}")

    async def _end(self, name: str, how: signal.Signals) -> None:
        process = self.running.pop(name)
        if process.returncode is not None:
            tail = (self.folder / f"{name}.log").read_text()[-2000:]
            raise AssertionError(f"{name} died by itself with {process.returncode}: {tail}")
        process.send_signal(how)
        await process.wait()

    async def _baseline(self, stage: Stage) -> None:
        """The first article after the baseline is the proof that the sources are watched."""
        for _ in range(40):
            await stage.post("/control/site/publish", {"edition": "en"})
            await asyncio.sleep(1)
            if await self._posts():  # of what was there at the first look there are none
                return
        raise AssertionError("no article came through before the first kill")

    async def _slow_down(self, stage: Stage) -> None:
        """Whatever else goes wrong is ordered first: the first order that comes up decides."""
        for platform, method in self.calls:
            slow = {"kind": "delay", "seconds": self.answers}
            for fault in (*(f for f in self.faults if f.get("platform", platform) == platform), slow):
                order = {"platform": platform, "method": method, "times": None, **fault}
                answer = await stage.post("/control/faults", order)
                assert "error" not in answer, answer

    async def _under_fire(self, stage: Stage, kills: int, stories: int) -> Stories:
        told = []
        rounds = max(kills, 1)
        for n in range(rounds):
            for _ in range(stories * (n + 1) // rounds - stories * n // rounds):
                told.append(await stage.post("/control/site/publish", {"edition": "en"}))
                await asyncio.sleep(self.rng.uniform(0, 0.3))
            if kills:
                await self._strike(stage, told)
        return told

    async def _strike(self, stage: Stage, told: Stories) -> None:
        """Kill one of the company, at a random moment, and start it again."""
        await self._kill(self.rng.choice(sorted(self.company)))

    async def _kill(self, name: str) -> None:
        if self.rng.random() > IN_ITS_START:
            await self._up(name)
        await asyncio.sleep(self.rng.uniform(0, 1.2))
        await self._end(name, signal.SIGKILL)
        await self._start(name)

    async def _rest(self, stage: Stage, told: Stories) -> None:
        """Until every article told of is out in both channels, or nothing has moved for a minute and a half."""
        wanted = {(story["url"], channel) for story in told for channel in CHANNELS}
        before, still = Counter[str](), 0
        while still < 90:
            done = await self._follow(stage)
            every = await self._posts()
            states = Counter(post.state for post in every)
            if done and set(states) <= self.settled and wanted <= {_of(post) for post in every}:
                return
            still = still + 1 if states == before else 0
            before = states
            await asyncio.sleep(1)

    async def _follow(self, stage: Stage) -> bool:
        """What people do beside the fight; whether nothing of it is left to do."""
        return True

    async def _posts(self) -> list[Post]:
        store = Store(self.database)
        try:
            async with store.read() as connection:
                return await posts.in_states(connection, list(PostState), limit=1_000_000)
        except Exception:  # noqa: BLE001 - the tables may not be there yet, or the server away
            return []
        finally:
            await store.close()

    async def _count(self, stage: Stage, kills: int, told: Stories) -> Report:
        events = (await stage.get("/control/events.json"))["events"]
        telegram = ("telegram", str(stage.where["channels"]["en"]))
        places = dict(zip(CHANNELS, (telegram, ("x", "caspianlantern")), strict=True))
        seen: Counter[tuple[str, str]] = Counter()
        texts: dict[tuple[str, str], list[str]] = {place: [] for place in places.values()}
        for event in events:
            place = (event["platform"], event["place"])
            if place in texts and event["kind"] == "sent":
                texts[place].append(str(event["detail"]))
        for story in told:
            for channel, place in places.items():
                seen[story["url"], channel] = sum(story["url"] in text for text in texts[place])
        ledger = {_of(post): post for post in await self._posts()}
        asked = sum(p.state is PostState.UNCERTAIN for p in ledger.values())
        return Report(
            name=self.name,
            kills=kills,
            posts=len(seen),
            doubled=sum(n > 1 for n in seen.values()),
            lost=sum(n == 0 and url not in self.unwanted for (url, _), n in seen.items()),
            asked=asked,
            left=tuple(f"{p.state} in {p.channel}: {p.reason}" for p in ledger.values() if p.state not in self.settled)
            + tuple(
                f"seen {n} times in {channel}, {ledger[url, channel].state if (url, channel) in ledger else 'no post'}: {url}"
                for (url, channel), n in seen.items()
                if n > 1 or (n == 0 and url not in self.unwanted)
            )
            + await self._wrong(stage, told),
            strikes=self.strikes,
            also=await self._also(),
            **await self._trace(),
        )

    async def _wrong(self, stage: Stage, told: Stories) -> tuple[str, ...]:
        """What else is not as it must be, a line each."""
        return ()

    async def _also(self) -> str:
        """What else has happened."""
        return ""

    async def _trace(self) -> dict[str, Any]:
        store = Store(self.database)
        try:
            return await trace(store)
        finally:
            await store.close()
