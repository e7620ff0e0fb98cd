"""Polling: fetches the bot's updates. Telegram gives them to one process only, and we never fight over who that is.

Whoever asks last ends the other's waiting request with a Conflict. So a newcomer asks for a moment and listens whether
somebody asks back: then it does not start. The one that was there first asks back at once when it is interrupted.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

from telegram import Bot, Update
from telegram.error import Conflict, RetryAfter, TelegramError

from bot.room import pause
from newswire import log
from newswire.errors import AlreadyRunning
from publishers._ptb import described

logger = log.get("newswire.bot.polling")

UPDATES = ("message", "callback_query")
_WAIT = 25
_ANSWER = 10.0  # seconds beyond the wait: a connection that died is noticed
_GLANCE = 0.3
_LONGEST_PAUSE = 60.0
_STUMBLED = 5.0
_PATIENCE = 3  # conflicts in a row before people are told

TAKEN = "another process reads this bot's updates; stop it first, or give this newsroom a bot of its own"


class Poller:
    """One bot's updates, given to `take` in order. `tell(text)` tells people of a conflict, `tell("")` of its end."""

    def __init__(
        self,
        bot: Bot,
        take: Callable[[Update], Awaitable[None]],
        tell: Callable[[str], Awaitable[None]],
        *,
        listen: int,
    ) -> None:
        self._bot, self._take, self._tell, self._listen = bot, take, tell, listen
        self._offset = 0
        self._pause = 1.0
        self._conflicts = 0
        self.alive = False

    async def listen(self) -> None:
        """Ask for a moment, taking nothing. AlreadyRunning when somebody else asks, too."""
        end = time.monotonic() + self._listen
        try:
            while time.monotonic() < end:
                if await self._ask(self._listen, limit=1):
                    await asyncio.sleep(_GLANCE)
        except Conflict:
            raise AlreadyRunning(TAKEN) from None
        self.alive = True

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                wait = await self._step()
            except Exception:  # what stumbles here, a database that is away say, must not end the polling for good
                logger.exception("no updates")
                self.alive, wait = False, _STUMBLED
            await asyncio.sleep(wait)

    async def _step(self) -> float:
        """One request; the seconds to wait before the next."""
        try:
            updates = await self._ask(_WAIT if self.alive else self._listen)  # trouble that ends is seen soon
        except Conflict as error:
            return await self._contested(error)
        except RetryAfter as error:
            return pause(error).total_seconds()
        except TelegramError as error:
            self.alive = False
            logger.warning("no updates", error=described(error), seconds=self._pause)
            wait, self._pause = self._pause, min(2 * self._pause, _LONGEST_PAUSE)
            return wait
        for update in updates:
            await self._take(update)
            self._offset = update.update_id + 1
        await self._at_peace()
        return 0.0

    async def _contested(self, error: Conflict) -> float:
        """Hold the place once, then give way for longer and longer, and tell people."""
        self._conflicts += 1
        if self._conflicts == 1:
            return 0.0
        self.alive = False
        logger.warning("updates contested", error=described(error))
        if self._conflicts >= _PATIENCE:
            await self._tell(
                "Another process reads this bot's updates, so presses and commands may be lost. Posts go out as usual.\n"
                "Stop the other one, or give it a bot of its own."
            )
        return float(min(2 ** (self._conflicts - 1), _LONGEST_PAUSE))

    async def _at_peace(self) -> None:
        self.alive, self._pause = True, 1.0
        if self._conflicts:
            self._conflicts = 0
            await self._tell("")

    async def _ask(self, seconds: int, *, limit: int = 100) -> tuple[Update, ...]:
        return await self._bot.get_updates(
            offset=self._offset or None,
            limit=limit,
            timeout=seconds,
            allowed_updates=UPDATES,
            read_timeout=_ANSWER,
        )

    async def confirm(self) -> None:
        """Tell Telegram what was taken, so that the next start does not get it again."""
        if self._offset:
            with contextlib.suppress(TelegramError):
                await self._ask(0, limit=1)
