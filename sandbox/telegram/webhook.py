"""A webhook: updates brought to an address one after another, tried again until it takes them."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp

from sandbox.telegram.updates import Updates
from sandbox.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name, no secret
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
ANSWER_SECONDS = 60


@dataclass(slots=True)
class Webhook:
    """Where the updates of one bot go. `error` is the last failure, in Telegram's words."""

    url: str
    secret: str
    max_connections: int
    ip_address: str
    updates: Updates
    world: World
    error: str = ""
    error_date: int = 0
    _task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to deliver."""
        self._task = asyncio.create_task(self._deliver())

    async def close(self) -> None:
        """Deliver no more."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _deliver(self) -> None:
        pause = FIRST_PAUSE
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                self.updates.arrived.clear()
                waiting = self.updates.ready(self.world.now(), 1)
                if not waiting:
                    await self.updates.arrived.wait()
                    continue
                if failure := await self._bring(session, waiting[0]):
                    self.error, self.error_date = failure, int(self.world.now())
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, LONGEST_PAUSE)
                else:
                    self.updates.confirm(waiting[0]["update_id"] + 1)
                    pause = FIRST_PAUSE

    async def _bring(self, session: aiohttp.ClientSession, update: dict[str, object]) -> str:
        """Bring one update; what went wrong, empty for nothing."""
        headers = {SECRET_HEADER: self.secret} if self.secret else {}
        try:
            async with session.post(self.url, json=update, headers=headers) as answer:
                if 200 <= answer.status < 300:
                    return ""
                phrase = answer.reason or HTTPStatus(answer.status).phrase
                return f"Wrong response from the webhook: {answer.status} {phrase}"
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientConnectorError:
            return "Connection refused"
        except aiohttp.ClientError:
            return "Connection reset by peer"
