"""The menu: the commands behind Telegram's menu button, for one chat, in each language; set only when they have changed."""

# ruff: noqa: RUF001 - menus in other scripts

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from telegram import Bot, BotCommand, BotCommandScopeChat

from bot.ask import Command
from db import marks
from desk.newsroom import Newsroom

SAYS: Mapping[str, Mapping[str, str]] = {
    "ru": {
        "queue": "что ждёт и когда выйдет",
        "post": "опубликовать статью по её адресу",
        "preview": "как статью увидят в каждом канале",
        "time": "другое время для статьи",
        "channels": "как дела у каналов",
        "pause": "остановить канал; его очередь останется",
        "resume": "продолжить работу канала",
        "late": "что делать с запоздавшими постами",
        "retract": "отозвать посты статьи",
        "there": "где пост, который я не смог найти",
        "why": "что было со статьёй и почему",
        "help": "что здесь можно делать",
    },
    "az": {
        "queue": "nə gözləyir və nə vaxt çıxacaq",
        "post": "məqaləni ünvanına görə dərc etmək",
        "preview": "məqalə hər kanalda necə görünür",
        "time": "məqalə üçün başqa vaxt",
        "channels": "kanalların vəziyyəti",
        "pause": "kanalı dayandırmaq; növbəsi qalır",
        "resume": "kanalı davam etdirmək",
        "late": "gecikən paylaşımlarla nə etmək",
        "retract": "məqalənin paylaşımlarını geri çəkmək",
        "there": "tapa bilmədiyim paylaşım haradadır",
        "why": "məqalə ilə nə baş verib və niyə",
        "help": "burada nə edə bilərsiniz",
    },
    "hy": {
        "queue": "ինչ է սպասում և երբ դուրս կգա",
        "post": "հրապարակել հոդվածն իր հասցեով",
        "preview": "ինչպես է հոդվածը երևում ամեն ալիքում",
        "time": "հոդվածի այլ ժամ",
        "channels": "ալիքների վիճակը",
        "pause": "կանգնեցնել ալիքը, հերթը մնում է",
        "resume": "շարունակել ալիքի աշխատանքը",
        "late": "ինչ անել ուշացած գրառումների հետ",
        "retract": "հետ կանչել հոդվածի գրառումները",
        "there": "որտեղ է գրառումը, որը չգտա",
        "why": "ինչ է եղել հոդվածի հետ և ինչու",
        "help": "ինչ կարող եք անել այստեղ",
    },
}
"""What each command does, by language and name; English stands at the command itself."""


async def install(newsroom: Newsroom, bot: Bot, chat: int, commands: Sequence[Command]) -> None:
    """`commands` are the menu of `chat`: the editors' own, or one editor's private one. Strangers have none."""
    menus = {"": [(one.name, one.says) for one in commands]}
    menus |= {language: [(one.name, says[one.name]) for one in commands] for language, says in SAYS.items()}
    mark, value = f"bot menu {bot.id} {chat}", hashlib.sha256(repr(menus).encode()).hexdigest()
    async with newsroom.store.read() as connection:
        if await marks.get(connection, mark) == value:
            return
    for language, menu in menus.items():
        shown = [BotCommand(name, says) for name, says in menu]
        await bot.set_my_commands(shown, scope=BotCommandScopeChat(chat), language_code=language or None)
    async with newsroom.store.write() as connection:
        await marks.put(connection, mark, value)
