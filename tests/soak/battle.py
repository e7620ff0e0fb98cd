"""A battle: articles flow, and the processes that carry them are killed with -9 at random moments, again and again."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from support.live import NO_PACE
from support.postgresql import Server

from cli._stage import Stage
from db import posts
from db.store import Store
from db.tables import audit, deliveries
from newswire.delivery import Action, Outcome
from newswire.post import Post, PostState

ANSWER_SECONDS = 0.3  # long enough for a kill to meet a call, short enough for a flow
IN_ITS_START = 0.2  # the share of kills that meet a process while it starts
SETTLED = {PostState.PUBLISHED}
CHANNELS = ("tg-en", "x-en")
Company = dict[str, list[str]]
"""The processes by name, each with its arguments to `newswire run`."""
ALONE: Company = {"daemon": []}
CLUSTER: Company = {
    "clock": ["--role", "clock"],
    "worker-1": ["--role", "worker"],
    "worker-2": ["--role", "worker"],
}
OUTAGES = (("fast", 10), ("immediate", 10), ("fast", 60), ("immediate", 60))
"""How PostgreSQL is stopped, and for how many seconds."""
EVERY = 5  # seconds between two articles while it is
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


@dataclass(frozen=True, slots=True)
class Report:
    """What the public saw and the ledger says. `longest` is the longest time a post was uncertain, in seconds."""

    name: str
    kills: int
    posts: int
    doubled: int
    lost: int
    read_back: int
    resent: int
    asked: int
    longest: float
    left: tuple[str, ...] = ()
    """What is not out, and why, as the ledger says it."""
    strikes: str = "kills"

    @property
    def good(self) -> bool:
        """Whether every promise was kept, and the battle has shown something."""
        shown = self.strikes != "kills" or self.read_back + self.resent > 0  # who waits for a database has no doubts
        return shown and not (self.doubled or self.lost or self.asked or self.left) and self.longest < 60

    def line(self) -> str:
        """All of it in a line."""
        return (
            f"{self.name}: {self.kills} {self.strikes}, {self.posts} posts, {self.doubled} doubled, {self.lost} lost, "
            f"{self.read_back} read back, {self.resent} found missing and sent, {self.asked} asked, "
            f"longest uncertain {self.longest:.0f} s" + "".join(f"\n  {words}" for words in self.left[:5])
        )


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
    running: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)
    _logged: dict[str, int] = field(default_factory=dict)

    async def fight(self, kills: int, stories: int) -> Report:
        """Publish so many articles while so many processes are killed; then let it come to rest, and count."""
        overrides: dict[str, Any] = {"web": {"enabled": False}, "editors": {}}
        async with Stage(self.folder, every=0, unlimited=True, overrides=overrides) as stage:
            self._configure(stage)
            for name in self.company:
                await self._start(name)
            try:
                await self._baseline(stage)
                await self._slow_down(stage)
                told = await self._under_fire(stage, kills, stories)
                await self._rest(told)
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
        for platform, method in (("telegram", "sendMessage"), ("telegram", "sendPhoto"), ("x", "create")):
            slow = {"kind": "delay", "seconds": ANSWER_SECONDS}
            for fault in (*(f for f in self.faults if f.get("platform", platform) == platform), slow):
                order = {"platform": platform, "method": method, "times": None, **fault}
                answer = await stage.post("/control/faults", order)
                assert "error" not in answer, answer

    async def _under_fire(self, stage: Stage, kills: int, stories: int) -> list[dict[str, Any]]:
        told = []
        rounds = max(kills, 1)
        for n in range(rounds):
            for _ in range(stories * (n + 1) // rounds - stories * n // rounds):
                told.append(await stage.post("/control/site/publish", {"edition": "en"}))
                await asyncio.sleep(self.rng.uniform(0, 0.3))
            if kills:
                await self._strike(stage, told)
        return told

    async def _strike(self, stage: Stage, told: list[dict[str, Any]]) -> None:
        """Kill one of the company, at a random moment, and start it again."""
        name = self.rng.choice(sorted(self.company))
        if self.rng.random() > IN_ITS_START:
            await self._up(name)
        await asyncio.sleep(self.rng.uniform(0, 1.2))
        await self._end(name, signal.SIGKILL)
        await self._start(name)

    async def _rest(self, told: list[dict[str, Any]]) -> None:
        """Until every article told of is out in both channels, or nothing has moved for a minute and a half."""
        wanted = {(story["url"], channel) for story in told for channel in CHANNELS}
        before, still = Counter[str](), 0
        while still < 90:
            every = await self._posts()
            states = Counter(post.state for post in every)
            if set(states) <= SETTLED and wanted <= {_of(post) for post in every}:
                return
            still = still + 1 if states == before else 0
            before = states
            await asyncio.sleep(1)

    async def _posts(self) -> list[Post]:
        store = Store(self.database)
        try:
            async with store.read() as connection:
                return await posts.in_states(connection, list(PostState), limit=1_000_000)
        except Exception:  # noqa: BLE001 - the tables may not be there yet, or the server away
            return []
        finally:
            await store.close()

    async def _count(self, stage: Stage, kills: int, told: list[dict[str, Any]]) -> Report:
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
            lost=sum(n == 0 for n in seen.values()),
            asked=asked,
            left=tuple(f"{p.state} in {p.channel}: {p.reason}" for p in ledger.values() if p.state not in SETTLED)
            + tuple(
                f"seen {n} times in {channel}, {ledger[url, channel].state if (url, channel) in ledger else 'no post'}: {url}"
                for (url, channel), n in seen.items()
                if n != 1
            ),
            strikes=self.strikes,
            **await self._trace(),
        )

    async def _trace(self) -> dict[str, Any]:
        """How often was looked and what was found, and how long the longest doubt lasted."""
        store = Store(self.database)
        async with store.read() as connection:
            rows = (await connection.execute(select(audit).order_by(audit.c.id))).all()
            looks = Counter(
                (row.outcome, "sending it" in row.detail)
                for row in await connection.execute(select(deliveries).where(deliveries.c.action == Action.FIND))
            )
        await store.close()
        since: dict[int, datetime] = {}
        longest = 0.0
        for row in rows:
            if row.act == PostState.UNCERTAIN:
                since.setdefault(row.post_id, row.at)
            elif row.post_id in since:
                longest = max(longest, (row.at - since.pop(row.post_id)).total_seconds())
        return {
            "read_back": looks[Outcome.SENT, False],
            "resent": looks[Outcome.RETRY, True],
            "longest": longest,
        }


@dataclass
class Outages(Battle):
    """Nobody is killed, but the database stops, as `OUTAGES` says, while articles go on to appear."""

    strikes: str = "stops"
    server: Server | None = None
    _over: int = 0

    async def _strike(self, stage: Stage, told: list[dict[str, Any]]) -> None:
        assert self.server is not None
        how, seconds = OUTAGES[self._over % len(OUTAGES)]
        self._over += 1
        await asyncio.to_thread(self.server.stop, how)
        for _ in range(seconds // EVERY):
            await asyncio.sleep(EVERY)
            told.append(await stage.post("/control/site/publish", {"edition": "en"}))
        await asyncio.to_thread(self.server.start)
