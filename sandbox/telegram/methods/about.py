"""Methods about the bot itself: who it is, how it is described, its commands."""

from __future__ import annotations

import json
import re
from typing import Any

from sandbox.telegram.call import Call
from sandbox.telegram.refusal import bad_request, too_many

CLOSE_AFTER = 600
_SCOPES = frozenset(
    [
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    ]
)


async def get_me(call: Call) -> object:
    """The bot as a User, with what only it may know."""
    return call.bot.to_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def log_out(call: Call) -> object:
    """Leave the cloud: the token is no good for ten minutes."""
    call.bot.logged_out_at = call.now
    return True


async def close(call: Call) -> object:
    """Close the instance; refused in its first ten minutes."""
    left = CLOSE_AFTER - (call.now - call.bot.added_at)
    if left > 0:
        raise too_many(max(1, int(left)))
    return True


async def set_my_commands(call: Call) -> object:
    """Replace the commands of one scope and language."""
    given = call.params.json("commands", "commands")
    if not isinstance(given, list):
        raise bad_request("expected an Array of BotCommand")
    if len(given) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    call.bot.commands[_place(call)] = [_command(item) for item in given]
    return True


async def get_my_commands(call: Call) -> object:
    """The commands of exactly one scope and language."""
    return call.bot.commands.get(_place(call), [])


async def delete_my_commands(call: Call) -> object:
    """Forget the commands of one scope and language."""
    call.bot.commands.pop(_place(call), None)
    return True


def _command(item: Any) -> dict[str, str]:
    if not isinstance(item, dict) or not {"command", "description"} <= item.keys():
        raise bad_request("can't parse BotCommand: Can't find field \"command\"")
    command, description = str(item["command"]).removeprefix("/"), str(item["description"]).strip()
    if not re.fullmatch(r"[a-z0-9_]{1,32}", command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}


def _place(call: Call) -> tuple[str, str]:
    """Scope and language. A scope that names a chat needs one the bot can see."""
    scope = call.params.json("scope", "BotCommandScope") or {"type": "default"}
    if not isinstance(scope, dict) or str(scope.get("type")) not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    if str(scope["type"]).startswith("chat"):
        call.params.values["chat_id"] = str(scope.get("chat_id", ""))
        scope["chat_id"] = call.chat("members").id
    return json.dumps(scope, sort_keys=True), _language(call)


def _language(call: Call) -> str:
    language = call.params.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return language


def _describe(call: Call, name: str, most: int, complaint: str) -> bool:
    text = call.params.text(name)
    if len(text) > most:
        raise bad_request(complaint)
    call.bot.texts[name, _language(call)] = text
    if name == "name" and text and not call.params.text("language_code"):
        call.bot.name = text
    return True


def _described(call: Call, name: str) -> dict[str, str]:
    """In the language asked for, else as set for all."""
    texts, language = call.bot.texts, _language(call)
    fallback = call.bot.name if name == "name" else ""
    return {name: texts.get((name, language)) or texts.get((name, "")) or fallback}


async def set_my_name(call: Call) -> object:
    """The bot's name, to 64 characters."""
    return _describe(call, "name", 64, "BOT_TITLE_INVALID")


async def get_my_name(call: Call) -> object:
    """The bot's name."""
    return _described(call, "name")


async def set_my_description(call: Call) -> object:
    """What an empty chat with the bot shows, to 512 characters."""
    return _describe(call, "description", 512, "BOT_DESCRIPTION_INVALID")


async def get_my_description(call: Call) -> object:
    """What an empty chat with the bot shows."""
    return _described(call, "description")


async def set_my_short_description(call: Call) -> object:
    """What the bot's profile shows, to 120 characters."""
    return _describe(call, "short_description", 120, "BOT_ABOUT_INVALID")


async def get_my_short_description(call: Call) -> object:
    """What the bot's profile shows."""
    return _described(call, "short_description")
