"""Telegram: a channel or group, through a bot that may post there (https://core.telegram.org/bots/api)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator
from telegram import (
    ChatMember,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
)
from telegram import (
    Message as TelegramMessage,
)
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, TelegramError

from formatting import entities
from newswire.delivery import Receipt, Search
from newswire.errors import Rejected, UsageProblem
from newswire.platform import Account, Can, Lane, Limits
from newswire.post import Button, ButtonKind, Message, Preview
from newswire.richtext import RichText
from newswire.secret import Secret
from publishers import _media, _ptb, _telegram_link
from publishers._base import Config, from_env, understood
from publishers._base import Publisher as Base
from publishers._telegram_album import MOST, joined, numbers, photos
from publishers._telegram_errors import decide, is_closed_list, is_other_kind, is_picture_trouble, is_same
from publishers._telegram_search import TelegramSearch

_PER_BOT = 30  # messages a second, all chats together
_RIGHTS = ("post", "edit", "delete")
_TOKEN = re.compile(r"\d+:[\w-]+", re.ASCII)
_Way = Callable[[], Awaitable[TelegramMessage | tuple[TelegramMessage, ...]]]


def chat_lanes(
    bot: int | str, chat: int | str, per_second: float, per_minute: int, *, talk: bool = False
) -> tuple[Lane, ...]:
    """The lanes of a bot in a chat, shared by posts, cards and answers: the chat's, its minute's, the bot's 30 a second.

    Where people `talk` with the bot, more may come at once, and less later.
    """
    name = f"telegram:{bot}:{chat}"
    minute = (Lane.of(f"{name}:minute", per_minute, 60, burst=10 if talk else 3),) if per_minute else ()
    return (Lane.of(name, per_second, 1), *minute, Lane.of(f"telegram:{bot}", _PER_BOT, 1))


class TelegramConfig(Config):
    """Where a Telegram channel posts."""

    to: int | str = Field(description="the channel: @name, or its number (-100…)")
    per_second: float = Field(default=1.0, ge=0, description="messages a second in this chat; 0: no limit of ours")
    per_minute: int = Field(default=20, ge=0, description="messages a minute in this chat; 0: no limit of ours")
    ops_chat: int | None = Field(
        default=None, description="a private chat of yours where the bot reads back posts whose answer was lost"
    )
    api: str = Field(default=_ptb.API, description="address of the Bot API")
    token: Secret = from_env("TELEGRAM_BOT_TOKEN", description="the bot's token, from @BotFather")

    @field_validator("to")
    @classmethod
    def _name_or_number(cls, to: int | str) -> int | str:
        if isinstance(to, str) and not to.startswith("@"):
            if not to.lstrip("-").isdigit():
                raise ValueError(f'"{to}" is no Telegram channel; write "@name" or its number such as -1001234567890')
            return int(to)
        return to

    @field_validator("token")
    @classmethod
    def _like_a_token(cls, token: Secret) -> Secret:
        if not _TOKEN.fullmatch(token.reveal()):
            raise ValueError("this is no bot token; @BotFather gives one that looks like 123456789:AbC…")
        return token


class Telegram(Base):
    """A Telegram channel.

    Numbers: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
    """

    name = "telegram"
    title = "Telegram"
    limits = Limits(
        text=4096,
        caption=1024,
        styles=True,
        buttons=True,
        preview=True,
        pictures=MOST,
        picture_bytes=10 * 2**20,
        picture_sides=10_000,
        picture_ratio=20.0,
    )
    can = Can(edit=True, delete=True, delete_within=timedelta(hours=48), thread=True)
    Config = TelegramConfig
    config: TelegramConfig

    async def open(self) -> None:
        """Make the bot; it calls nobody until it is asked to."""
        self._wire = _ptb.AiohttpRequest(answer=self.patience)
        self._bot = _ptb.bot(self.config.token, self.config.api, self._wire)
        self._search = TelegramSearch(self._bot, self.config.to, self.config.ops_chat, self.clock)
        await self._wire.initialize()  # not bot.initialize(): that would call getMe for each channel

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.shutdown()

    def lanes(self) -> Sequence[Lane]:
        """The chat's, which a flood wait closes, its minute's, and the bot's."""
        return self._lanes(self.config.to)

    def search_lanes(self) -> Sequence[Lane]:
        """Those of the ops chat, where each post that is looked at arrives."""
        return self._lanes(self.config.ops_chat, talk=True) if self.config.ops_chat else ()

    def _lanes(self, to: int | str, *, talk: bool = False) -> Sequence[Lane]:
        own = self.config
        return chat_lanes(own.token.reveal().partition(":")[0], to, own.per_second, own.per_minute, talk=talk)

    @contextmanager
    def _deciding(self) -> Iterator[None]:
        """Telegram's refusals become decisions."""
        with understood(self.title):
            try:
                yield
            except TelegramError as error:
                raise decide(error, self.clock.now()) from error

    async def verify(self) -> Account:
        """Who the bot is, and whether it may post, edit and delete in the channel."""
        with self._deciding():
            me = await self._bot.get_me()
            chat = await self._bot.get_chat(self.config.to)
            try:
                member: ChatMember | None = await self._bot.get_chat_member(chat.id, me.id)
            except BadRequest as error:
                if not is_closed_list(error):  # Telegram's way to say it to a bot that is no administrator
                    raise
                member = None
            return Account(
                id=str(chat.id),
                name=f"@{me.username} in {chat.title or self.config.to}",
                url=f"https://t.me/{chat.username}" if chat.username else "",
                missing=_missing(chat.type, member),
            )

    async def _put(self, part: Message, *, key: str, after: str) -> Receipt:  # noqa: ARG002 - Telegram has no key of ours
        """A photo with its caption, or a text with its link card."""
        with self._deciding():
            sent = await self._sent(await self._ways(part, after))
            ids = joined([message.message_id for message in sent])
            return Receipt(remote_id=ids, at=self.clock.now(), url=sent[0].link or "")

    @staticmethod
    async def _sent(ways: Sequence[_Way]) -> Sequence[TelegramMessage]:
        """The first of `ways` that Telegram's trouble with pictures does not stop."""
        for way in ways[:-1]:
            try:
                return _several(await way())
            except BadRequest as error:
                if not is_picture_trouble(error):
                    raise
        return _several(await ways[-1]())

    async def _ways(self, message: Message, after: str) -> list[_Way]:
        """The pictures as an album, the picture as bytes, then by its address, then the text alone with a card."""
        chat, (text, styles) = self.config.to, _entities(message.text)
        options: dict[str, Any] = {
            "reply_markup": keyboard(message.buttons),
            "disable_notification": message.silent or None,
            "reply_parameters": ReplyParameters(numbers(after)[0], allow_sending_without_reply=True) if after else None,
        }
        photo: dict[str, Any] = {"caption": text, "caption_entities": styles, **options}
        ways: list[_Way] = []
        if len(message.media) > 1 and (album := await photos(message.media, text, styles)):
            less = {name: value for name, value in options.items() if name != "reply_markup"}
            ways.append(partial(self._bot.send_media_group, chat, album, **less))
        for picture in message.media[:1]:
            if content := await _media.content(picture):
                name = Path(picture.path).name
                ways.append(partial(self._bot.send_photo, chat, content, filename=name, **photo))
            ways.append(partial(self._bot.send_photo, chat, picture.url, **photo))
        text_alone: dict[str, Any] = {"entities": styles, "link_preview_options": _card(message), **options}
        return [*ways, partial(self._bot.send_message, chat, text, **text_alone)]

    async def _change(self, remote_id: str, part: Message) -> None:
        """The new text or caption in place; the picture, or its absence, stays. Telegram lets a bot do so at any age."""
        text, styles = _entities(part.text)
        first, *album = numbers(remote_id)
        where: dict[str, Any] = {
            "chat_id": self.config.to,
            "message_id": first,
            "reply_markup": None if album else keyboard(part.buttons),
        }
        as_caption = partial(self._bot.edit_message_caption, caption=text, caption_entities=styles, **where)
        as_text = partial(
            self._bot.edit_message_text, text=text, entities=styles, link_preview_options=_card(part), **where
        )
        with self._deciding():
            for way in (as_caption, as_text) if part.media else (as_text, as_caption):
                if await _changed(way):
                    return
        raise Rejected("Telegram has neither a text nor a caption to edit there")

    async def _remove(self, remote_id: str, receipt: Receipt) -> None:  # noqa: ARG002 - Telegram knows its age
        """Bots may do this for 48 hours; after that Telegram refuses. What is not there is passed over."""
        with self._deciding():
            await self._bot.delete_messages(self.config.to, numbers(remote_id))

    async def named(self, link: str) -> Receipt:
        """As https://t.me/name/123. Telegram is asked for the chat's names only where the settings have another."""
        place, receipt = _telegram_link.read(link, self.clock.now())
        if not _telegram_link.is_at(place, self.config.to):
            with self._deciding():
                chat = await self._bot.get_chat(self.config.to)
            if not _telegram_link.is_of(place, chat):
                raise UsageProblem(f"{link} leads to another chat than {self.config.to}")
        return receipt

    async def _look(self, parts: Sequence[Message], search: Search) -> Sequence[Receipt]:
        """By forwards to the ops chat, for Telegram shows a bot no history."""
        with understood(self.title):
            return await self._search.look(parts, search)


def _missing(kind: str, member: ChatMember | None) -> tuple[str, ...]:
    """The rights that `member` lacks in a chat of that kind, in words."""
    if kind != ChatType.CHANNEL:
        away = member is None or member.status in (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)
        return ("be a member of the group",) if away else ()
    if member is None or member.status != ChatMemberStatus.ADMINISTRATOR:
        return ("be an administrator of the channel",)
    return tuple(f"{right} messages" for right in _RIGHTS if not getattr(member, f"can_{right}_messages", False))


def _several(sent: TelegramMessage | tuple[TelegramMessage, ...]) -> Sequence[TelegramMessage]:
    return sent if isinstance(sent, tuple) else (sent,)


async def _changed(way: Callable[[], Awaitable[object]]) -> bool:
    """Whether the message is of the kind that `way` edits. One that says so already is no error."""
    try:
        await way()
    except BadRequest as error:
        if is_other_kind(error):
            return False
        if not is_same(error):
            raise
    return True


def _entities(text: RichText) -> tuple[str, list[MessageEntity]]:
    return text.text, [MessageEntity(**entity) for entity in entities.of(text)]


def _card(message: Message) -> LinkPreviewOptions:
    """The link's card as wished; none where neither card nor picture is wished, one in place of a picture that failed."""
    if message.preview is None and not message.media:
        return LinkPreviewOptions(is_disabled=True)
    card = message.preview or Preview(url=message.link)
    return LinkPreviewOptions(
        url=card.url, prefer_large_media=card.large or None, show_above_text=card.above_text or None
    )


def keyboard(rows: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup | None:
    """Buttons as Telegram takes them; None for none."""
    if not rows:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in rows])


def _button(button: Button) -> InlineKeyboardButton:
    if button.kind is ButtonKind.COPY:
        return InlineKeyboardButton(button.label, copy_text=CopyTextButton(button.value))
    return InlineKeyboardButton(button.label, url=button.value)


PUBLISHER = Telegram
