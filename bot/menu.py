"""The menu: the list of commands behind Telegram's menu button, set only when it has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat

from bot.room import Room
from db import marks
from desk.newsroom import Newsroom


async def install(newsroom: Newsroom, bot: Bot, room: Room, commands: Sequence[tuple[str, str]]) -> None:
    """Name and description of each command, for the editors' chat and for private chats."""
    menu = [BotCommand(name, says) for name, says in commands]
    mark = f"bot menu {bot.id}"
    value = hashlib.sha256(repr((room.chat, commands)).encode()).hexdigest()
    async with newsroom.store.read() as connection:
        if await marks.get(connection, mark) == value:
            return
    for scope in (BotCommandScopeChat(room.chat), BotCommandScopeAllPrivateChats()):
        await bot.set_my_commands(menu, scope=scope)
    async with newsroom.store.write() as connection:
        await marks.put(connection, mark, value)
