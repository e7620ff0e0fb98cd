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

from newswire.errors import (
    DeliveryError,
    Gone,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
    Undeletable,
)
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
_BROKE_OFF = "failed to send message #"
_PICTURE = (
    "wrong http url specified",
    "failed to get http url content",
    "wrong type of the web page content",
    "can't upload file by url",
    "wrong file identifier",
    "wrong file_id",
    "wrong remote file",
    "unsupported url protocol",
    "image_process_failed",
    "photo_invalid_dimensions",
    "photo_ext_invalid",
    "photo_save_file_invalid",
    "photo_content_",
    "file is too big",
    "too big for a photo",
    "file must be non-empty",
    "entity too large",
    "content too large",
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
        case BadRequest() if _BROKE_OFF in words.lower() or not any(text in words.lower() for text in _LOST_RIGHTS):
            return _refused(words)
        case Forbidden() | BadRequest():
            return Unauthorized(f"Telegram: {words}")
        case NeverLeft() | Conflict():
            return Unavailable(f"Telegram: {words}")
        case _:  # AnswerLost, TimedOut, and whatever says nothing about the post
            return OutcomeUnknown(f"Telegram: {words}")


def _refused(words: str) -> DeliveryError:
    """What an editor meets, in plain words."""
    said = words.lower()
    if f"{_BROKE_OFF}1 " in said:  # the one with the caption
        return Rejected("Telegram refused the album's first picture; others may be out without words: please look")
    if _BROKE_OFF in said:
        return OutcomeUnknown("Telegram took only some of the album's pictures")
    match said:
        case "message to edit not found":
            return Gone("the post is not on Telegram any more")
        case "message can't be deleted" | "message can't be deleted for everyone":
            return Undeletable(
                "Telegram lets a bot delete a post for 48 hours, and only with the right to: edit it instead"
            )
        case "message can't be edited":
            return Rejected(
                "Telegram does not let this bot edit the post: it is somebody else's, or the right is missing"
            )
        case "media_caption_too_long":
            return Rejected("Telegram: a post with a picture has room for 1024 characters: shorten the text")
        case _:
            return Rejected(f"Telegram: {words}")


def is_picture_trouble(error: TelegramError) -> bool:
    """Whether the picture, and not the post, was refused. Of an album that broke off some pictures are out already."""
    said = str(error).lower()
    return isinstance(error, BadRequest) and _BROKE_OFF not in said and any(text in said for text in _PICTURE)


def is_closed_list(error: TelegramError) -> bool:
    """Whether Telegram does not show a channel's members, because the bot is no administrator of it."""
    return isinstance(error, BadRequest) and "member list is inaccessible" in str(error).lower()


def is_other_kind(error: TelegramError) -> bool:
    """Whether an edit was refused because there is a picture where it wants a text, or the reverse."""
    return isinstance(error, BadRequest) and any(
        f"there is no {part} in the message to edit" in str(error).lower() for part in ("text", "caption")
    )


def is_not_there(error: TelegramError) -> bool:
    """Whether a message cannot be forwarded because there is none with that id."""
    return isinstance(error, BadRequest) and "message to forward not found" in str(error).lower()


def is_no_forward(error: TelegramError) -> bool:
    """Whether a message is of a kind that is never forwarded."""
    return isinstance(error, BadRequest) and "message can't be forwarded" in str(error).lower()


def is_same(error: TelegramError) -> bool:
    """Whether an edit was refused because the message says that already."""
    return isinstance(error, BadRequest) and "message is not modified" in str(error).lower()
