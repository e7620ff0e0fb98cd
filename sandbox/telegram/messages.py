"""A message, from the moment it is posted to the moment it is gone, and how the Bot API draws it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.telegram.chats import Bot, Chat, Person
from sandbox.telegram.pictures import Picture
from sandbox.telegram.text import EMPTY, Formatted


@dataclass(slots=True, kw_only=True)
class Message:
    """One message. `body` is its text, or beside a picture its caption.

    `preview` is what was asked of the link preview; `markup` any reply markup, of which only an inline keyboard is
    drawn; `origin` is set for a forwarded message, `service` for one that only tells what happened in the chat; `album` groups pictures. Dates are seconds since 1970.
    """

    chat: Chat
    id: int
    date: int
    author: Bot | Person
    body: Formatted = EMPTY
    photo: Picture | None = None
    markup: dict[str, Any] | None = None
    preview: dict[str, Any] | None = None
    reply_to: Message | None = None
    album: str = ""
    caption_above: bool = False
    spoiler: bool = False
    silent: bool = False
    protected: bool = False
    origin: dict[str, Any] | None = None
    service: dict[str, Any] | None = None
    edit_date: int = 0
    deleted_at: int | None = None

    def to_json(self, viewer: int, *, with_reply: bool = True) -> dict[str, Any]:
        """The Bot API's Message as the bot with id `viewer` gets it."""
        drawn: dict[str, Any] = {"message_id": self.id, "date": self.date, "chat": self.chat.to_json()}
        if self.chat.type == "channel":
            drawn["sender_chat"] = self.chat.to_json()
        else:
            drawn["from"] = self.author.to_json()
        if self.reply_to is not None and with_reply:
            drawn["reply_to_message"] = self.reply_to.to_json(viewer, with_reply=False)
        drawn |= self.service or self._content(viewer)
        optional: dict[str, Any] = {
            "edit_date": self.edit_date,
            "forward_origin": self.origin,
            "media_group_id": self.album,
            "has_protected_content": self.protected,
            "reply_markup": self.markup if self.markup and "inline_keyboard" in self.markup else None,
        }
        return drawn | {name: value for name, value in optional.items() if value}

    def _content(self, viewer: int) -> dict[str, Any]:
        name, kind = ("caption", "caption_entities") if self.photo else ("text", "entities")
        drawn: dict[str, Any] = {}
        if self.photo is not None:
            drawn["photo"] = self.photo.sizes(viewer)
            drawn |= {"show_caption_above_media": True} if self.caption_above else {}
            drawn |= {"has_media_spoiler": True} if self.spoiler else {}
        elif self.preview:
            drawn["link_preview_options"] = self.preview
        if self.body.text:
            drawn[name] = self.body.text
        if self.body.entities:
            drawn[kind] = self.body.entities_json()
        return drawn

    def for_page(self) -> dict[str, Any]:
        """What the demo page and the tests see: the message, and what readers cannot tell from it."""
        return self.to_json(self.author.id) | {
            "deleted": self.deleted_at is not None,
            "silent": self.silent,
            "author": self.author.to_json(),
            "markup": self.markup,
            "picture": f"/control/telegram/pictures/{self.photo.unique}" if self.photo else None,
        }
