"""The room: the editors' chat as the bot writes to it, wherever Telegram has moved it, at the pace the chat takes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import TypeVar

from telegram import Bot, ForceReply, LinkPreviewOptions, Message, MessageEntity, ReplyParameters, User
from telegram.error import BadRequest, ChatMigrated, RetryAfter

from bot.buttons import Rows, markup
from db import lanes, marks
from desk.newsroom import Newsroom
from formatting import entities
from formatting.cut import cut
from formatting.measure import length
from newswire import log
from newswire.editor import Editor
from newswire.platform import Lane, Unit
from newswire.richtext import RichText
from publishers._ptb import NeverLeft
from publishers.telegram import chat_lanes

logger = log.get("newswire.bot.room")

T = TypeVar("T")

MOST = 4096
_TRIES = 2  # before the last one
_MOMENT = 1.0
_LONGEST_WAIT = 60.0
_TURN, _TURNS = 1.0, 5
_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid", "chat not found")
_NO_CARD = LinkPreviewOptions(is_disabled=True)


class Room:
    """One editors' chat, with the lanes that its messages share with posts."""

    def __init__(self, newsroom: Newsroom, bot: Bot, chat: int) -> None:
        self.newsroom, self.bot, self.chat = newsroom, bot, chat
        self._mark = f"bot chat {chat}"
        self._hurried = asyncio.Event()

    async def find(self) -> None:
        """Where the chat is by now: a group that became a supergroup has another number."""
        async with self.newsroom.store.read() as connection:
            moved = await marks.get(connection, self._mark)
        self.chat = int(moved or self.chat)

    async def moved(self, to: int) -> None:
        """The chat has another number from now on; it is kept for the next start."""
        self.chat = to
        async with self.newsroom.store.write() as connection:
            await marks.put(connection, self._mark, str(to))
        logger.warning("the editors' chat has moved; write the new number into newswire.toml", chat=to)
        self.newsroom.bell.ring("cards")

    def lanes(self, chat: int = 0) -> tuple[Lane, ...]:
        """Those that every message in the chat uses, posts' too; a private chat counts no minutes."""
        chat, own = chat or self.chat, self.newsroom.settings.platform.get("telegram", {})
        per_minute = own.get("per_minute", 20) if chat < 0 else 0
        return chat_lanes(self.bot.id, chat, own.get("per_second", 1.0), per_minute, talk=True)

    async def _turn(self, chat: int) -> None:
        """Take a place in the chat's lanes for somebody who waits: soon, or in spite of them after a few seconds or in a hurry."""
        for _ in range(_TURNS):
            async with self.newsroom.store.write() as connection:
                wait = await lanes.take(connection, self.lanes(chat), self.newsroom.clock.now().timestamp())
            if wait <= 0 or self._hurried.is_set():
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._hurried.wait(), min(wait, _TURN))

    def hurry(self) -> None:
        """Whoever waits for an answer waits for no more than Telegram itself: the bot is about to stop."""
        self._hurried.set()

    async def flooded(self, error: RetryAfter) -> None:
        """Telegram wants a pause: nothing of ours enters the chat before it is over."""
        until = self.newsroom.clock.now() + pause(error)
        async with self.newsroom.store.write() as connection:
            await lanes.close(connection, self.lanes()[0].name, until.timestamp())

    async def send(self, text: RichText, rows: Rows = (), *, chat: int = 0, reply_to: int = 0) -> Message:
        """A new message, in the editors' chat unless `chat` says another."""
        target = chat or self.chat
        try:
            return await self._send(text, rows, target, reply_to)
        except ChatMigrated as error:
            if target != self.chat:
                raise
            await self.moved(error.new_chat_id)
            return await self._send(text, rows, self.chat, 0)

    async def _send(self, text: RichText, rows: Rows, chat: int, reply_to: int) -> Message:
        words, styles = as_sent(text)
        return await self.bot.send_message(
            chat,
            words,
            entities=styles,
            reply_markup=markup(rows),
            link_preview_options=_NO_CARD,
            reply_parameters=_reply(reply_to),
        )

    async def answer(self, text: RichText, rows: Rows = (), *, chat: int, reply_to: int = 0) -> Message:
        """As `send`, for somebody who waits: short flood waits are sat out, and what never left is sent again."""
        return await self._patiently(chat, partial(self.send, text, rows, chat=chat, reply_to=reply_to))

    async def question(self, text: str, editor: Editor, *, chat: int, reply_to: int = 0) -> Message:
        """`Anar, …`, with the field for an answer open on that editor's phone and no other."""
        person = User(editor.id, editor.name, is_bot=False)
        name = MessageEntity(MessageEntity.TEXT_MENTION, 0, length(editor.name, Unit.UTF16), user=person)
        return await self._patiently(
            chat,
            partial(
                self.bot.send_message,
                chat,
                f"{editor.name}, {text}",
                entities=[name],
                reply_markup=ForceReply(selective=True),
                reply_parameters=_reply(reply_to),
            ),
        )

    async def amend(self, text: RichText, *, chat: int, message: int) -> bool:
        """As `edit`, for somebody who waits."""
        return await self._patiently(chat, partial(self.edit, text, (), chat=chat, message=message))

    async def _patiently(self, chat: int, call: Callable[[], Awaitable[T]]) -> T:
        await self._turn(chat)
        for _ in range(_TRIES):
            try:
                return await call()
            except RetryAfter as error:
                seconds = pause(error).total_seconds()
                if seconds > _LONGEST_WAIT:
                    raise
                await self.flooded(error)
                await asyncio.sleep(seconds)
            except NeverLeft:
                await asyncio.sleep(_MOMENT)
        return await call()

    async def edit(self, text: RichText, rows: Rows, *, chat: int, message: int) -> bool:
        """That message says `text` now; False when it is not there any more."""
        words, styles = as_sent(text)
        try:
            await self.bot.edit_message_text(
                words, chat, message, entities=styles, reply_markup=markup(rows), link_preview_options=_NO_CARD
            )
        except ChatMigrated as error:
            await self.moved(error.new_chat_id)
            return False
        except BadRequest as error:
            if is_same(error):
                return True
            if any(words in str(error).lower() for words in _GONE):
                return False
            raise
        return True


def _reply(to: int) -> ReplyParameters | None:
    return ReplyParameters(to, allow_sending_without_reply=True) if to else None


def as_sent(text: RichText) -> tuple[str, list[MessageEntity]]:
    """Text and entities, as sendMessage takes them; what is too long ends at a word."""
    fitting = cut(text, MOST, len)
    return fitting.text, [MessageEntity(**entity) for entity in entities.of(fitting)]


def is_same(error: BadRequest) -> bool:
    """Whether an edit was refused because the message says that already."""
    return "message is not modified" in str(error).lower()


def pause(error: RetryAfter) -> timedelta:
    """The pause Telegram asks for."""
    wait = error.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
