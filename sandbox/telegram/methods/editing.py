"""Methods that change what is there: edit, delete, pin."""

from __future__ import annotations

from typing import Any

from sandbox.telegram.call import TWO_DAYS, Call
from sandbox.telegram.chats import Chat
from sandbox.telegram.markup import read_markup
from sandbox.telegram.messages import Message
from sandbox.telegram.methods.sending import (
    MOST_CAPTION,
    MOST_TEXT,
    read_caption,
    read_media,
    read_message_text,
    read_preview,
    take_photo,
)
from sandbox.telegram.refusal import bad_request

_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)


async def edit_message_text(call: Call) -> object:
    """A new text, and with it a new keyboard or none."""
    text = read_message_text(call.params)
    preview = read_preview(call.params)
    message = call.editable()
    if message.photo is not None:
        raise bad_request("there is no text in the message to edit")
    if len(text) > MOST_TEXT:
        raise bad_request("MESSAGE_TOO_LONG")
    return _change(call, message, body=text, preview=preview)


async def edit_message_caption(call: Call) -> object:
    """A new caption, or none."""
    caption = read_caption(call.params)
    message = call.editable()
    if message.photo is None:
        raise bad_request("there is no caption in the message to edit")
    if len(caption) > MOST_CAPTION:
        raise bad_request("MEDIA_CAPTION_TOO_LONG")
    return _change(call, message, body=caption, caption_above=call.params.flag("show_caption_above_media"))


async def edit_message_media(call: Call) -> object:
    """A new photo and caption; a text may become a photo, never the reverse."""
    item = call.params.json("media", "input media")
    if item is None:
        raise bad_request('parameter "media" is required')
    caption = read_media(item, call.params)
    message = call.editable()
    if len(caption) > MOST_CAPTION:
        raise bad_request("MEDIA_CAPTION_TOO_LONG")
    photo = await take_photo(call, str(item["media"]), "media")
    return _change(
        call,
        message,
        body=caption,
        photo=photo,
        preview=None,
        caption_above=bool(item.get("show_caption_above_media")),
        spoiler=bool(item.get("has_spoiler")),
    )


async def edit_message_reply_markup(call: Call) -> object:
    """A new keyboard, or none."""
    return _change(call, call.editable())


def _change(call: Call, message: Message, **content: Any) -> object:
    content["markup"] = read_markup(call.params, message.chat, inline_only=True)
    if all(getattr(message, name) == value for name, value in content.items()):
        raise bad_request(_SAME)
    for name, value in content.items():
        setattr(message, name, value)
    call.cloud.edited(message)
    return message.to_json(call.bot.id)


async def delete_message(call: Call) -> object:
    """Gone for everyone, when it is not older than 48 hours."""
    chat = call.chat("write")
    message = call.message(chat, "message to delete")
    _check_deletable(call, chat, message)
    call.bot.pace.spend(call.now, None, group=False)
    call.cloud.delete(message)
    return True


async def delete_messages(call: Call) -> object:
    """Up to a hundred at once; those that are not there are passed over."""
    ids = call.params.json("message_ids", "message_ids")
    if ids is None:
        raise bad_request("message identifiers are not specified")
    if not isinstance(ids, list):
        raise bad_request("expected an Array of message identifiers")
    if len(ids) > 100:
        raise bad_request("too many message identifiers specified")
    if not all(isinstance(number, int) and number > 0 for number in ids):
        raise bad_request("invalid message identifier specified")
    chat = call.chat("write")
    found = [message for number in dict.fromkeys(ids) if (message := chat.live(number)) is not None]
    for message in found:
        _check_deletable(call, chat, message)
    call.bot.pace.spend(call.now, None, group=False)
    for message in found:
        call.cloud.delete(message)
    return True


def _check_deletable(call: Call, chat: Chat, message: Message) -> None:
    """Refuse by age and by right. A channel says less about the reason than other chats do."""
    member = chat.member(call.bot.id)
    own = message.author is call.bot
    old = call.now - message.date >= TWO_DAYS
    if chat.type == "channel":
        if old or not ((own and member.may("can_post_messages")) or member.may("can_delete_messages")):
            raise bad_request("message can't be deleted")
    elif old or not (own or chat.type == "private" or member.may("can_delete_messages")):
        raise bad_request("message can't be deleted for everyone")


async def pin_chat_message(call: Call) -> object:
    """To the top of the chat."""
    chat, message = _to_pin(call, "message to pin")
    chat.pinned = [at for at in chat.pinned if at != message.id] + [message.id]
    return True


async def unpin_chat_message(call: Call) -> object:
    """Off the top: the one named, else the last."""
    if not call.params.integer("message_id"):
        chat = call.chat("write")
        _check_pinning(call, chat)
        chat.pinned = chat.pinned[:-1]
        return True
    chat, message = _to_pin(call, "message to unpin")
    chat.pinned = [at for at in chat.pinned if at != message.id]
    return True


def _to_pin(call: Call, what: str) -> tuple[Chat, Message]:
    chat = call.chat("write")
    message = call.message(chat, what)
    _check_pinning(call, chat)
    return chat, message


def _check_pinning(call: Call, chat: Chat) -> None:
    right = "can_edit_messages" if chat.type == "channel" else "can_pin_messages"
    if chat.type != "private" and not chat.member(call.bot.id).may(right):
        raise bad_request("not enough rights to manage pinned messages in the chat")
