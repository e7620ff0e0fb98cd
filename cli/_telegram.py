"""What setting up asks Telegram, beside what a channel's publisher does: who the bot is, and who writes to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from telegram import Bot, Message, Update
from telegram.error import TelegramError

from newswire.clock import SystemClock
from newswire.errors import OutcomeUnknown
from newswire.secret import Secret
from publishers import _ptb
from publishers._telegram_errors import decide

_LONG_POLL = 10


@dataclass(frozen=True, slots=True)
class Meeting:
    """Somebody wrote to the bot: where, and who."""

    chat: int
    title: str
    is_group: bool
    person: int
    name: str


@asynccontextmanager
async def _bot(token: Secret, api: str) -> AsyncIterator[Bot]:
    """The bot, logged in."""
    try:
        async with _ptb.bot(token, api, _ptb.AiohttpRequest()) as bot:
            yield bot
    except TelegramError as error:
        raise decide(error, SystemClock().now()) from None


async def username(token: Secret, api: str) -> str:
    """The bot's @name, without the @. Raises a DeliveryError when Telegram does not know the token or is silent."""
    async with _bot(token, api) as bot:
        return bot.username


async def meet(token: Secret, api: str, *, seconds: float) -> Meeting | None:
    """The next message that somebody writes to the bot or in a group where it is; None when nobody does in time."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    offset: int | None = None
    async with _bot(token, api) as bot:
        while (left := end - loop.time()) > 0:
            for update in await _updates(bot, offset, min(_LONG_POLL, max(1, round(left)))):
                offset = update.update_id + 1
                if update.message and (met := _meeting(update.message)):
                    await bot.get_updates(offset=offset, timeout=0)  # taken: the daemon need not see it again
                    return met
    return None


async def _updates(bot: Bot, offset: int | None, seconds: int) -> tuple[Update, ...]:
    try:
        return await bot.get_updates(offset=offset, timeout=seconds, allowed_updates=["message"])
    except TelegramError as error:
        if isinstance(decide(error, SystemClock().now()), OutcomeUnknown):
            return ()  # asking again does no harm
        raise


def _meeting(message: Message) -> Meeting | None:
    person = message.from_user
    if person is None or person.is_bot:
        return None
    chat = message.chat
    return Meeting(
        chat=chat.id,
        title=chat.title or person.full_name,
        is_group=chat.type in ("group", "supergroup"),
        person=person.id,
        name=person.full_name,
    )
