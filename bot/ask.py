"""Asks: a command that somebody typed, a button that somebody pressed, and what each is made of."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from telegram import CallbackQuery, Message
from telegram.error import TelegramError

from bot.buttons import Data, Rows
from bot.room import Room
from desk.deciding.review import Press, Said
from desk.newsroom import Newsroom
from newswire import log
from newswire.editor import Act, Editor
from newswire.richtext import RichText
from publishers._ptb import described

logger = log.get("newswire.bot.ask")

_NUMBER = re.compile(r"#(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A command: who asks, where, and the words after its name."""

    room: Room
    message: Message
    editor: Editor
    words: str

    @property
    def newsroom(self) -> Newsroom:
        """Where it is to happen."""
        return self.room.newsroom

    @property
    def about(self) -> str:
        """The article it is about: its address, its number, or the card that the command replies to; empty for none."""
        return self.words.split()[0] if self.words else self.replied

    @property
    def replied(self) -> str:
        """The number on the card that the message replies to, as `#482`; empty for none."""
        replied = self.message.reply_to_message
        found = _NUMBER.search(replied.text or "") if replied and replied.text else None
        return found[0] if found else ""

    async def answer(self, text: RichText | str, rows: Rows = ()) -> Message:
        """Reply to it."""
        words = text if isinstance(text, RichText) else RichText(text)
        return await self.room.answer(words, rows, chat=self.message.chat.id, reply_to=self.message.message_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command: what it does in a few words, how it is written, who may."""

    name: str
    says: str
    carry_out: Callable[[Ask], Awaitable[None]]
    usage: str = ""
    examples: tuple[str, ...] = ()
    act: Act = Act.LOOK


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A button: who pressed it, on which message, and what it says."""

    room: Room
    query: CallbackQuery
    editor: Editor
    data: Data

    @property
    def newsroom(self) -> Newsroom:
        """Where it is to happen."""
        return self.room.newsroom

    @property
    def press(self) -> Press:
        """The same for the desk."""
        return Press(self.editor, self.data.article, self.data.revision)

    @property
    def place(self) -> tuple[int, int]:
        """Chat and number of the message; zeros for one that Telegram does not show any more."""
        message = self.query.message
        return (message.chat.id, message.message_id) if message else (0, 0)

    async def show(self, text: RichText, rows: Rows) -> bool:
        """Let the message say that instead. False when Telegram does not let it: what was decided stands all the same."""
        chat, message = self.place
        try:
            return await self.room.edit(text, rows, chat=chat, message=message)
        except TelegramError as error:
            logger.info("a message still shows what it was", error=described(error))
            return False


Deed = Callable[[Pressed], Awaitable[Said | None]]
"""What a button does, and the words for whoever pressed; None when they have been told already."""


SLOW = Said(False, "Telegram is slow right now. Please press again.")


def not_allowed(editor: Editor) -> Said:
    """What somebody hears whose role is too small."""
    return Said(False, f"Your role ({editor.role.name.lower()}) cannot do this.")
