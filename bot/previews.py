"""Previews: an article as each channel would post it: on Telegram the message itself, elsewhere its text and the count."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from telegram.error import BadRequest, Forbidden

import publishers
from bot.room import Room
from bot.words import lines
from desk.deciding import by_hand
from desk.deciding.by_hand import Shown
from newswire.errors import DeliveryError, NewswireError
from newswire.richtext import RichText, Style, styled
from publishers import _ptb
from publishers.telegram import Telegram, TelegramConfig

_TELEGRAM = "telegram"
_UNKNOWN = "chat not found"


@dataclass(frozen=True, slots=True)
class Preview:
    """A preview that has begun: its head stands in the chat `where`, the messages are still to come."""

    room: Room
    where: int
    shown: list[Shown]

    async def finish(self) -> None:
        """One message for each channel."""
        for one in self.shown:
            await _one(self.room, self.where, one)


async def begin(room: Room, wanted: str, *, person: int, chat: int) -> Preview | str:
    """Begin to show `wanted` to `person` in private, or in `chat` when they have never written to the bot.

    A text says why there is nothing to show.
    """
    try:
        shown, refusals = await by_hand.preview(room.newsroom, wanted)
    except NewswireError as error:
        return f"There is nothing to show: {error}"
    if not shown:
        reasons = [f"{name}: {reason}" for name, reason in refusals.items()]
        return "\n".join(["No channel takes this article.", *reasons])
    head = lines([styled("As each channel shows it", Style.BOLD), *(_count(one) for one in shown)])
    try:
        await room.answer(head, chat=person)
    except (Forbidden, BadRequest) as error:
        if person == chat or (isinstance(error, BadRequest) and _UNKNOWN not in str(error).lower()):
            raise
        invitation = f"Write to me once at t.me/{room.bot.username}, and previews come to you alone."
        await room.answer(lines([head, invitation]), chat=chat)
        return Preview(room, chat, shown)
    return Preview(room, person, shown)


def _count(shown: Shown) -> str:
    """As `x-en · X 241/280`."""
    title = publishers.load(shown.platform).title
    dropped = f" · without {', '.join(shown.message.dropped)}" if shown.message.dropped else ""
    return f"{shown.channel} · {title} {shown.used}/{shown.limit}{dropped}"


async def _one(room: Room, where: int, shown: Shown) -> None:
    if shown.trouble:
        await room.answer(RichText(f"❌ {shown.channel}: {shown.trouble}"), chat=where)
    elif shown.platform == _TELEGRAM:
        try:
            await _real(room, where, shown)
        except DeliveryError as error:
            await room.answer(RichText(f"❌ {shown.channel}: {error}"), chat=where)
    else:
        await room.answer(_told(shown), chat=where)


async def _real(room: Room, where: int, shown: Shown) -> None:
    """The message itself, by the publisher that will send it."""
    settings = room.newsroom.settings
    options = settings.platform.get(_TELEGRAM, {})
    token = settings.bot_token
    if token is None:
        return
    config = TelegramConfig(to=where, api=options.get("api", _ptb.API), token=token)
    publisher = Telegram(config, clock=room.newsroom.clock)
    await publisher.open()
    try:
        await publisher.publish(shown.message, key="preview")
    finally:
        await publisher.close()


def _told(shown: Shown) -> RichText:
    """Another platform's post in words: its count, its text, its picture."""
    message = shown.message
    pictures = [f"🖼 Picture: {one.alt or PurePath(one.url).name}" for one in message.media]
    return lines([styled(_count(shown), Style.ITALIC), "", message.text, *pictures])
