"""What Telegram's refusals mean (https://core.telegram.org/bots/api#making-requests; texts compared in lower case)."""

from __future__ import annotations

from datetime import datetime, timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from newswire.errors import DeliveryError, OutcomeUnknown, RateLimited, Rejected, Unauthorized, Unavailable
from publishers._ptb import NeverLeft, described

_LOST_RIGHTS = (
    "chat not found",
    "not enough rights",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_admin_required",
    "channel_private",
    "have no rights to send",
    "group chat was upgraded",
)
_PICTURE = (
    "wrong http url specified",
    "failed to get http url content",
    "wrong type of the web page content",
    "can't upload file by url",
    "wrong file identifier",
    "wrong file_id",
    "image_process_failed",
    "photo_invalid_dimensions",
    "photo_ext_invalid",
    "photo_save_file_invalid",
    "file is too big",
    "webpage_curl_failed",
    "webpage_media_empty",
)


def decide(error: TelegramError, now: datetime) -> DeliveryError:
    """The decision for an error of python-telegram-bot, where BadRequest and TimedOut are NetworkErrors: order matters."""
    words = described(error)
    match error:
        case RetryAfter():
            wait = error.retry_after
            pause = wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
            return RateLimited(f"Telegram asks for a pause of {pause.total_seconds():.0f} s", retry_at=now + pause)
        case InvalidToken():
            return Unauthorized("Telegram does not know this bot's token; get a new one from @BotFather")
        case ChatMigrated():
            return Unauthorized(f"the group has become a supergroup: set to = {error.new_chat_id} in newswire.toml")
        case BadRequest() if not any(text in words.lower() for text in _LOST_RIGHTS):
            return Rejected(f"Telegram: {words}")
        case Forbidden() | BadRequest():
            return Unauthorized(f"Telegram: {words}")
        case NeverLeft() | Conflict():
            return Unavailable(f"Telegram: {words}")
        case _:  # AnswerLost, TimedOut, and whatever says nothing about the post
            return OutcomeUnknown(f"Telegram: {words}")


def is_picture_trouble(error: TelegramError) -> bool:
    """Whether the picture, and not the post, was refused."""
    return isinstance(error, BadRequest) and any(text in str(error).lower() for text in _PICTURE)


def is_same(error: TelegramError) -> bool:
    """Whether an edit was refused because the message says that already."""
    return isinstance(error, BadRequest) and "message is not modified" in str(error).lower()
