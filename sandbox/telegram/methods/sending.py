"""Methods that put messages into chats: texts, photos, albums, forwards and copies."""

from __future__ import annotations

import secrets
from typing import Any

from sandbox.telegram.call import Call
from sandbox.telegram.chats import Chat
from sandbox.telegram.markup import read_markup
from sandbox.telegram.messages import Message
from sandbox.telegram.params import Params
from sandbox.telegram.pictures import NotAPhoto, Picture
from sandbox.telegram.refusal import bad_request
from sandbox.telegram.text import BadLink, Formatted, check_link, read_text

MOST_TEXT = 4096
MOST_CAPTION = 1024
MOST_IN_ALBUM = 10
_PREVIEW = {
    "is_disabled": bool,
    "url": str,
    "prefer_small_media": bool,
    "prefer_large_media": bool,
    "show_above_text": bool,
}


async def send_message(call: Call) -> object:
    """A text, 1 to 4096 characters once its markup is gone."""
    text = read_message_text(call.params)
    if len(text) > MOST_TEXT:
        raise bad_request("message is too long")
    preview = read_preview(call.params)
    chat = call.chat("write")
    content = _extras(call, chat)
    chat = call.writable()
    message = call.cloud.post(chat, call.bot, body=text, preview=preview, **content)
    return message.to_json(call.bot.id)


async def send_photo(call: Call) -> object:
    """A photo with a caption of up to 1024 characters."""
    caption = read_caption(call.params)
    if len(caption) > MOST_CAPTION:
        raise bad_request("message caption is too long")
    chat = call.chat("write")
    content = _extras(call, chat)
    photo = await take_photo(call, call.params.text("photo"))
    chat = call.writable()
    message = call.cloud.post(
        chat,
        call.bot,
        body=caption,
        photo=photo,
        caption_above=call.params.flag("show_caption_above_media"),
        spoiler=call.params.flag("has_spoiler"),
        **content,
    )
    return message.to_json(call.bot.id)


async def send_media_group(call: Call) -> object:
    """An album of photos. Not all or nothing: where one is refused, the others are posted and the call fails."""
    items = call.params.json("media", "media")
    if items is None:
        raise bad_request('parameter "media" is required')
    if not isinstance(items, list):
        raise bad_request("expected an Array of InputMedia")
    if not items:
        raise bad_request("there are no messages to send")
    if len(items) > MOST_IN_ALBUM:
        raise bad_request("too many messages to send as an album")
    captions = [read_media(item, call.params) for item in items]
    chat = call.chat("write")
    content = _extras(call, chat, markup=False)
    album = str(secrets.randbits(53)) if len(items) > 1 else ""
    photos, failure = await _take_all(call, items, captions)
    chat = call.writable(messages=len(items))
    posted = [
        call.cloud.post(
            chat,
            call.bot,
            body=caption,
            photo=photo,
            album=album,
            caption_above=bool(item.get("show_caption_above_media")),
            spoiler=bool(item.get("has_spoiler")),
            **content,
        )
        for item, caption, photo in zip(items, captions, photos, strict=True)
        if photo is not None
    ]
    if failure:
        raise bad_request(failure)
    return [message.to_json(call.bot.id) for message in posted]


async def _take_all(
    call: Call, items: list[dict[str, Any]], captions: list[Formatted]
) -> tuple[list[Picture | None], str]:
    """The photos, None for one that is refused, and how Telegram says which was the first."""
    photos: list[Picture | None] = []
    failure = ""
    for number, (item, caption) in enumerate(zip(items, captions, strict=True), 1):
        reason = "MEDIA_CAPTION_TOO_LONG" if len(caption) > MOST_CAPTION else ""
        photo = None
        try:
            photo = await call.cloud.pictures.take(call.params, str(item.get("media", "")), "media", call.bot.id)
        except NotAPhoto as refused:
            reason = reason or str(refused)
        photos.append(None if reason else photo)
        if reason and not failure:
            failure = f'failed to send message #{number} with the error message "{reason}"'
    return photos, failure


async def forward_message(call: Call) -> object:
    """A message again, with its source named. A keyboard goes along when it only leads to pages."""
    source = call.chat("read", "from_chat_id")
    original = call.message(source, "message to forward")
    if original.protected or source.protected or original.service:
        raise bad_request("the message can't be forwarded")
    chat = call.writable()
    message = call.cloud.post(
        chat,
        call.bot,
        body=original.body,
        photo=original.photo,
        preview=original.preview,
        markup=_forwarded(original.markup),
        origin=original.origin or _origin(original),
        silent=call.params.flag("disable_notification"),
        protected=call.params.flag("protect_content"),
    )
    return message.to_json(call.bot.id)


async def copy_message(call: Call) -> object:
    """A message again, as if the bot had written it; a caption may be given anew."""
    source = call.chat("read", "from_chat_id")
    original = call.message(source, "message to copy")
    if original.protected or source.protected or original.service:
        raise bad_request("the message can't be copied")
    body = original.body
    if original.photo is not None and "caption" in call.params:
        body = read_caption(call.params)
        if len(body) > MOST_CAPTION:
            raise bad_request("message caption is too long")
    content = _extras(call, call.chat("write"))
    chat = call.writable()
    message = call.cloud.post(chat, call.bot, body=body, photo=original.photo, preview=original.preview, **content)
    return {"message_id": message.id}


def read_message_text(params: Params) -> Formatted:
    """The call's `text`, which must say something."""
    given = params.text("text")
    if not given:
        raise bad_request("message text is empty")
    text = read_text(given, params.text("parse_mode"), params.json("entities", "entities"))
    if not text.text:
        raise bad_request("text must be non-empty")
    return text


def read_caption(params: Params) -> Formatted:
    """The call's `caption`, which may say nothing."""
    given = params.json("caption_entities", "caption entities")
    return read_text(params.text("caption"), params.text("parse_mode"), given)


def read_media(item: Any, params: Params) -> Formatted:
    """The caption of an InputMedia, when that is a photo whose file can be found."""
    if not isinstance(item, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    kind, media = item.get("type"), str(item.get("media", ""))
    if not media or (media.startswith("attach://") and media.removeprefix("attach://") not in params.uploads):
        raise bad_request("can't parse InputMedia: media not found")
    if kind != "photo":
        raise bad_request(f'can\'t parse InputMedia: type "{kind}" is unsupported')
    return read_text(str(item.get("caption", "")), str(item.get("parse_mode", "")), item.get("caption_entities"))


async def take_photo(call: Call, value: str, name: str = "photo") -> Picture:
    """The photo a call names, or Telegram's refusal of it."""
    try:
        return await call.cloud.pictures.take(call.params, value, name, call.bot.id)
    except NotAPhoto as reason:
        raise reason.refusal() from None


def read_preview(params: Params) -> dict[str, Any] | None:
    """What is asked of the link preview, as it was asked; None for nothing."""
    asked = params.json("link_preview_options", "link preview options")
    if asked is None:
        return {"is_disabled": True} if params.flag("disable_web_page_preview") else None
    if not isinstance(asked, dict):
        raise bad_request("object expected as link preview options")
    for name, kind in _PREVIEW.items():
        if name in asked and not isinstance(asked[name], kind):
            word = "Boolean" if kind is bool else "String"
            raise bad_request(f'field "{name}" must be of type {word}')
    if asked.get("url"):
        try:
            check_link(asked["url"])
        except BadLink:
            raise bad_request("Wrong HTTP URL specified") from None
    return {name: asked[name] for name in _PREVIEW if asked.get(name)} or None


def _extras(call: Call, chat: Chat, *, markup: bool = True) -> dict[str, Any]:
    """What every message may carry."""
    return {
        "markup": read_markup(call.params, chat) if markup else None,
        "reply_to": _reply_to(call, chat),
        "silent": call.params.flag("disable_notification"),
        "protected": call.params.flag("protect_content"),
    }


def _reply_to(call: Call, chat: Chat) -> Message | None:
    asked = call.params.json("reply_parameters", "reply parameters")
    if asked is None:
        return None
    if not isinstance(asked, dict) or not isinstance(asked.get("message_id"), int):
        raise bad_request("can't parse reply parameters: Can't find field \"message_id\"")
    place = chat
    if asked.get("chat_id") not in (None, chat.id):
        call.params.values["reply_chat_id"] = str(asked["chat_id"])
        place = call.chat("read", "reply_chat_id")
    found = place.live(asked["message_id"])
    if found is None and not asked.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return found


def _forwarded(markup: dict[str, Any] | None) -> dict[str, Any] | None:
    """What a forward keeps of a keyboard: all of it, or nothing."""
    buttons = [button for row in (markup or {}).get("inline_keyboard", []) for button in row]
    return markup if buttons and all("url" in button or "login_url" in button for button in buttons) else None


def _origin(message: Message) -> dict[str, Any]:
    """Where a forwarded message was first."""
    if message.chat.type == "channel":
        return {
            "type": "channel",
            "date": message.date,
            "chat": message.chat.to_json(),
            "message_id": message.id,
        }
    return {"type": "user", "date": message.date, "sender_user": message.author.to_json()}
