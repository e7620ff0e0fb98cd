"""Methods about chats and who is in them, and the answer to a pressed button."""

from __future__ import annotations

from typing import Any

from sandbox.telegram.call import Call
from sandbox.telegram.chats import Bot, Chat, Member
from sandbox.telegram.refusal import bad_request

_ACTIONS = frozenset(
    [
        "cancel",
        "typing",
        "record_video",
        "upload_video",
        "record_audio",
        "record_voice",
        "upload_audio",
        "upload_voice",
        "upload_photo",
        "upload_document",
        "choose_sticker",
        "pick_up_location",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)
_NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


async def get_chat(call: Call) -> object:
    """A chat with all that is known of it."""
    chat = call.chat("read")
    body: dict[str, Any] = {
        **chat.to_json(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": _NO_GIFTS,
    }
    if chat.protected:
        body["has_protected_content"] = True
    if chat.linked:
        body["linked_chat_id"] = chat.linked
    if chat.username:
        body["active_usernames"] = [chat.username]
    pinned = next((m for at in reversed(chat.pinned) if (m := chat.live(at))), None)
    if pinned is not None:
        body["pinned_message"] = pinned.to_json(call.bot.id)
    return body


async def get_chat_member(call: Call) -> object:
    """What someone is in a chat."""
    user_id = call.params.integer("user_id")
    if user_id <= 0:
        raise bad_request("invalid user_id specified")
    chat = call.chat("read" if user_id == call.bot.id else "members")
    who = call.cloud.who(user_id)
    if who is None:
        raise bad_request("user not found")
    return _member(chat, user_id).to_json(who, chat.type)


async def get_chat_administrators(call: Call) -> object:
    """Those who run a chat; other bots are left out."""
    chat = call.chat("members")
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    drawn = []
    for user_id, member in chat.members.items():
        who = call.cloud.who(user_id)
        runs = member.status in ("creator", "administrator")
        if who is not None and runs and (who is call.bot or not isinstance(who, Bot)):
            drawn.append(member.to_json(who, chat.type))
    return drawn


async def get_chat_member_count(call: Call) -> object:
    """How many are in a chat."""
    chat = call.chat("members")
    return 2 if chat.type == "private" else sum(member.present for member in chat.members.values())


async def leave_chat(call: Call) -> object:
    """Go."""
    chat = call.chat("members")
    if chat.type == "private":
        raise bad_request("chat member status can't be changed in private chats")
    call.cloud.set_member(chat.id, call.bot.id, "left")
    return True


async def send_chat_action(call: Call) -> object:
    """What the bot is doing ("typing", say): shown nowhere here, checked all the same."""
    if call.params.text("action").lower() not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    call.chat("write")
    return True


async def answer_callback_query(call: Call) -> object:
    """The answer to a pressed button: once, in time, to 200 characters."""
    press = call.cloud.presses.get(call.params.text("callback_query_id"))
    late = press is not None and call.now - press.at > call.cloud.callback_seconds
    if press is None or press.bot is not call.bot or press.answer is not None or late:
        raise bad_request(_TOO_OLD)
    text = call.params.text("text")
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    if call.params.text("url"):
        raise bad_request("URL_INVALID")
    press.answer = {
        "text": text,
        "show_alert": call.params.flag("show_alert"),
        "cache_time": call.params.integer("cache_time"),
    }
    call.cloud.tell("answered", press.message, query=press.id, user_id=press.person.id, data=press.data, **press.answer)
    return True


def _member(chat: Chat, user_id: int) -> Member:
    return Member("member") if chat.type == "private" else chat.member(user_id)
