"""Telegram: a channel or group, through a bot that may post there (https://core.telegram.org/bots/api)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator
from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
)
from telegram import (
    Message as TelegramMessage,
)
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, TelegramError

from formatting import entities
from newswire.delivery import Receipt
from newswire.errors import Rejected
from newswire.platform import Account, Can, Lane, Limits
from newswire.post import Button, ButtonKind, Message, Preview
from newswire.richtext import RichText
from newswire.secret import Secret
from publishers import _ptb
from publishers._base import Config, from_env
from publishers._base import Publisher as Base
from publishers._telegram_errors import decide, is_picture_trouble, is_same

_PER_BOT = 30  # messages a second, all chats together


class TelegramConfig(Config):
    """Where a Telegram channel posts."""

    to: int | str = Field(description="the channel: @name, or its number (-100…)")
    per_second: float = Field(default=1.0, ge=0, description="messages a second in this chat; 0: no limit of ours")
    per_minute: int = Field(default=20, ge=0, description="messages a minute in this chat; 0: no limit of ours")
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
        picture_bytes=10 * 2**20,
        picture_sides=10_000,
        picture_ratio=20.0,
    )
    can = Can(edit=True, delete=True, delete_within=timedelta(hours=48))
    Config = TelegramConfig
    config: TelegramConfig

    async def open(self) -> None:
        """Make the bot; it calls nobody until it is asked to."""
        self._wire = _ptb.AiohttpRequest()
        self._bot = _ptb.bot(self.config.token, self.config.api, self._wire)
        await self._wire.initialize()  # not bot.initialize(): that would call getMe for each channel

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.shutdown()

    def lanes(self) -> Sequence[Lane]:
        """30 a second for the bot; for the chat what the options say, a minute's worth in a burst less two for good measure."""
        bot = f"telegram:{self.config.token.reveal().partition(':')[0]}"
        chat = f"{bot}:{self.config.to}"
        own = self.config
        second = (Lane(chat, 1 / own.per_second),) if own.per_second else ()
        minute = (Lane(f"{chat}:minute", 60 / own.per_minute, max(own.per_minute - 2, 1)),) if own.per_minute else ()
        return (*second, *minute, Lane(bot, 1 / _PER_BOT, 3))

    async def verify(self) -> Account:
        """Who the bot is, and whether it may post, edit and delete in the channel."""
        try:
            me = await self._bot.get_me()
            chat = await self._bot.get_chat(self.config.to)
            member = await self._bot.get_chat_member(chat.id, me.id)
        except TelegramError as error:
            raise decide(error, self.clock.now()) from error
        missing: list[str] = []
        if chat.type == "channel":
            rights = {
                "post messages": "can_post_messages",
                "edit messages": "can_edit_messages",
                "delete messages": "can_delete_messages",
            }
            if member.status != ChatMemberStatus.ADMINISTRATOR:
                missing = ["be an administrator of the channel"]
            else:
                missing = [words for words, right in rights.items() if not getattr(member, right, False)]
        return Account(
            id=str(chat.id),
            name=f"@{me.username} in {chat.title or self.config.to}",
            url=f"https://t.me/{chat.username}" if chat.username else "",
            missing=tuple(missing),
        )

    async def publish(self, message: Message, *, key: str) -> Receipt:  # noqa: ARG002 - Telegram has no key of ours
        """A photo with its caption, or a text with its link card."""
        options = {"reply_markup": keyboard(message.buttons), "disable_notification": message.silent or None}
        for way in self._ways(message, options):
            try:
                return self._receipt(await way())
            except BadRequest as error:
                if not is_picture_trouble(error):
                    raise decide(error, self.clock.now()) from error
                trouble: Exception = error
            except TelegramError as error:
                raise decide(error, self.clock.now()) from error
        raise Rejected(_ptb.described(trouble))

    def _ways(self, message: Message, options: dict[str, Any]) -> list[Callable[[], Awaitable[TelegramMessage]]]:
        """The picture as bytes, then by its address, then the text alone with a card: the first that works."""
        ways: list[Callable[[], Awaitable[TelegramMessage]]] = []
        text, styles = _entities(message.text)
        if message.media:
            picture = message.media[0]
            caption: dict[str, Any] = {"caption": text, "caption_entities": styles}
            if picture.path and Path(picture.path).is_file():
                content = Path(picture.path).read_bytes()
                ways.append(lambda: self._bot.send_photo(self.config.to, content, **caption, **options))
            ways.append(lambda: self._bot.send_photo(self.config.to, picture.url, **caption, **options))
        ways.append(
            lambda: self._bot.send_message(
                self.config.to,
                text,
                entities=styles,
                link_preview_options=_preview(message.preview or Preview(url=message.link)),
                **options,
            )
        )
        return ways

    async def edit(self, receipt: Receipt, message: Message) -> Receipt:
        """The new text or caption in place; the picture stays."""
        where: dict[str, Any] = {"chat_id": self.config.to, "message_id": int(receipt.remote_id)}
        markup = keyboard(message.buttons)
        text, styles = _entities(message.text)
        try:
            if message.media:
                await self._bot.edit_message_caption(
                    **where, caption=text, caption_entities=styles, reply_markup=markup
                )
            else:
                await self._bot.edit_message_text(
                    text,
                    **where,
                    entities=styles,
                    link_preview_options=_preview(message.preview or Preview(url=message.link)),
                    reply_markup=markup,
                )
        except TelegramError as error:
            if not is_same(error):
                raise decide(error, self.clock.now()) from error
        return receipt

    async def delete(self, receipt: Receipt) -> None:
        """Bots may do this for 48 hours; after that Telegram refuses."""
        try:
            await self._bot.delete_message(self.config.to, int(receipt.remote_id))
        except TelegramError as error:
            if "message to delete not found" not in str(error).lower():
                raise decide(error, self.clock.now()) from error

    def _receipt(self, sent: TelegramMessage) -> Receipt:
        return Receipt(remote_id=str(sent.message_id), at=self.clock.now(), url=sent.link or "")


def _entities(text: RichText) -> tuple[str, list[MessageEntity]]:
    return text.text, [MessageEntity(**entity) for entity in entities.of(text)]


def _preview(preview: Preview) -> LinkPreviewOptions:
    return LinkPreviewOptions(
        url=preview.url, prefer_large_media=preview.large or None, show_above_text=preview.above_text or None
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
