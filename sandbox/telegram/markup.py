"""Reply markup: keyboards as Telegram takes them, and what it says of those it does not.

Telegram lets an inline keyboard have 100 buttons, 8 in a row, in about 10 kB; past any of these it calls the markup too
long (for the row that is our reading: clients show no more).
"""

from __future__ import annotations

import json
from typing import Any

from sandbox.telegram.chats import Chat
from sandbox.telegram.params import Params
from sandbox.telegram.refusal import bad_request
from sandbox.telegram.text import BadLink, check_link

_STYLES = ("danger", "success", "primary")
_OTHERS = ("keyboard", "remove_keyboard", "force_reply")


def read_markup(params: Params, chat: Chat, *, inline_only: bool = False) -> dict[str, Any] | None:
    """The markup of a call for a message in `chat`; None for none, and for an empty keyboard."""
    markup = params.json("reply_markup", "reply keyboard markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if rows := markup.get("inline_keyboard"):
        return {"inline_keyboard": _inline(rows, chat)}
    if any(markup.get(name) for name in _OTHERS):
        if inline_only:
            raise bad_request("inline keyboard expected")
        return markup
    return None


def _inline(rows: Any, chat: Chat) -> list[list[dict[str, Any]]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    drawn = [[_button(button, chat) for button in row] for row in rows if row]
    count = sum(len(row) for row in drawn)
    too_wide = any(len(row) > 8 for row in drawn)
    if count > 100 or too_wide or len(json.dumps(drawn, ensure_ascii=False).encode()) > 10_000:
        raise bad_request("reply markup is too long")
    return drawn


def _button(button: Any, chat: Chat) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    if not text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    drawn: dict[str, Any] = {"text": text, **_action(button, chat)}
    if "style" in button:
        if button["style"] not in _STYLES:
            raise bad_request("can't parse inline keyboard button: Invalid button style specified")
        drawn["style"] = button["style"]
    return drawn


def _action(button: dict[str, Any], chat: Chat) -> dict[str, Any]:
    """What a press does: the first of the kinds that the button names, as Telegram looks for them."""
    if url := button.get("url"):
        try:
            return {"url": check_link(str(url))}
        except BadLink as reason:
            raise bad_request(f"inline keyboard button URL '{url}' is invalid: {reason}") from None
    if data := button.get("callback_data"):
        if not isinstance(data, str) or len(data.encode()) > 64:
            raise bad_request("BUTTON_DATA_INVALID")
        return {"callback_data": data}
    if "copy_text" in button:
        copied = button["copy_text"].get("text") if isinstance(button["copy_text"], dict) else None
        if not isinstance(copied, str) or not 1 <= len(copied) <= 256:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
        return {"copy_text": {"text": copied}}
    for name in ("web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat"):
        if name in button:
            if name == "web_app" and chat.type != "private":
                raise bad_request("BUTTON_TYPE_INVALID")
            return {name: button[name]}
    raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
