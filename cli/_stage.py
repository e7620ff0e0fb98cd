"""A whole newsroom on loopback: the sandbox and the daemon as child processes, with a configuration written for them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import aiohttp
import tomlkit

from newswire.errors import NewswireError

_READY_SECONDS = 30.0


@dataclass(slots=True)
class Stage:
    """Two processes and a folder. Use it as an async context; what it started, it ends.

    `review` lists sections whose articles wait for an editor; `every` is the site's pace in seconds (0: by hand).
    """

    folder: Path
    every: float = 8.0
    port: int = 0
    review: tuple[str, ...] = ()
    unlimited: bool = False
    overrides: dict[str, Any] = field(default_factory=dict)
    where: dict[str, Any] = field(default_factory=dict)
    sandbox: asyncio.subprocess.Process | None = None
    daemon: asyncio.subprocess.Process | None = None
    http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Start the sandbox and write the configuration; the daemon is started by `start_daemon`."""
        arguments = ["--every", str(self.every), "--port", str(self.port), *(["--unlimited"] if self.unlimited else [])]
        self.sandbox = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "sandbox", *arguments, stdout=asyncio.subprocess.PIPE
        )
        assert self.sandbox.stdout is not None  # noqa: S101 - we asked for a pipe
        line = await asyncio.wait_for(self.sandbox.stdout.readline(), _READY_SECONDS)
        if not line:
            await self.sandbox.wait()
            raise NewswireError("the sandbox did not start; its own words stand above")
        self.where = json.loads(line)
        self.http = aiohttp.ClientSession(self.where["address"])
        self.write_configuration()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.http:
            await self.http.close()
        for process in (self.daemon, self.sandbox):
            if process and process.returncode is None:
                await _end(process)

    def write_configuration(self) -> None:
        """newswire.toml and .env for a newsroom in this sandbox."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "newswire.toml").write_text(tomlkit.dumps(configuration(self)), encoding="utf-8")
        secrets = {**self.where["secrets"], "DATABASE_URL": f"sqlite:///{self.folder / 'newswire.db'}"}
        lines = "".join(f"{name}={value}\n" for name, value in secrets.items())
        secrets_file = self.folder / ".env"
        secrets_file.touch(mode=0o600)
        secrets_file.write_text(lines, encoding="utf-8")

    async def start_daemon(self) -> None:
        """`newswire run`, its log in `daemon.log`; returns at once."""
        log = (self.folder / "daemon.log").open("ab")
        self.daemon = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cli", "--config", str(self.folder / "newswire.toml"), "run", stderr=log, stdout=log
        )
        log.close()

    async def end_daemon(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Stop the daemon as asked; its exit code."""
        if self.daemon is None:
            return 0
        with contextlib.suppress(ProcessLookupError):
            self.daemon.send_signal(how)
        return await self.daemon.wait()

    async def get(self, path: str) -> Any:
        """JSON from the sandbox."""
        assert self.http is not None  # noqa: S101 - inside the context
        async with self.http.get(path) as answer:
            return await answer.json()

    async def post(self, path: str, order: dict[str, Any]) -> Any:
        """An order to the sandbox; its answer."""
        assert self.http is not None  # noqa: S101 - inside the context
        async with self.http.post(path, json=order) as answer:
            return await answer.json()


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask a child to stop, and make it stop if it does not."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _READY_SECONDS + 5)
        except TimeoutError:
            process.kill()
            await process.wait()


def configuration(stage: Stage) -> dict[str, Any]:
    """The settings of the demo's newsroom, as newswire.toml holds them."""
    where = stage.where
    people = where["people"]
    sections = {
        short: {"match": list(names.values()), "tags": names} | ({"approve": "review"} if short in stage.review else {})
        for short, names in where["sections"].items()
    }
    telegram = [
        {"name": f"tg-{code}", "type": "telegram", "to": number, "edition": code, "utm": {"source": "telegram"}}
        for code, number in where["channels"].items()
    ]
    x = {"name": "x-en", "type": "x", "edition": "en", "utm": {"source": "x"}}
    settings = {
        "timezone": "Asia/Baku",
        "languages": list(where["channels"]),
        "site": {"name": "Caspian Lantern", "url": where["site"]},
        "fetch": {"allow_loopback": True},
        "web": {"port": 0},
        "editors": {
            "chat": where["editors_chat"],
            "owners": [people["owner"]],
            "editors": [people["editor"]],
            "viewers": [people["viewer"]],
            "approve": {"default": 0},
        },
        "platform": {"telegram": {"api": where["telegram_api"]}, "x": {"api": where["x_api"]}},
        "source": [
            {"name": f"site-{code}", "edition": code, "feeds": [url], "poll": "1s"}
            for code, url in where["feeds"].items()
        ],
        "sections": sections,
        "channel": [*telegram, x],
    }
    return {**settings, **stage.overrides}
