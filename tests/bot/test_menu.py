"""The menu of commands: in the editors' chat and in each editor's private chat, in each language, set once."""

import asyncio
import json

import pytest
from support.editors import CHAT, CHIEF, EDITOR, OWNER, STRANGER, TOKEN, VIEWER, Office, eventually

from bot import editors
from bot.menu import SAYS
from db import marks

LANGUAGES = ("", "ru", "az", "hy")
CHIEFS = {"pause", "resume", "late", "retract"}
ALL = [command.name for command in editors.ALL]


def _menu(office: Office, chat: int, language: str = "") -> dict[str, str]:
    scope = json.dumps({"chat_id": chat, "type": "chat"}, sort_keys=True)
    shown = office.telegram.bots[TOKEN].commands.get((scope, language), [])
    return {one["command"]: one["description"] for one in shown}


async def test_the_editors_chat_has_every_command_in_each_language(office: Office):
    await eventually(lambda: bool(_menu(office, CHAT, "hy")))
    assert [list(_menu(office, CHAT, language)) for language in LANGUAGES] == [ALL] * 4
    assert _menu(office, CHAT)["queue"] == "what waits, and when it goes out"
    assert _menu(office, CHAT, "ru")["queue"] == "что ждёт и когда выйдет"


async def test_nobody_else_has_a_menu(office: Office):
    await office.ask(STRANGER, "/queue", "This bot serves", chat=STRANGER)
    await eventually(lambda: bool(_menu(office, CHAT, "hy")))
    assert {json.loads(scope).get("chat_id") for scope, _ in office.telegram.bots[TOKEN].commands} == {CHAT}


@pytest.mark.parametrize(
    ("who", "missing"),
    [(OWNER, set()), (CHIEF, set()), (EDITOR, CHIEFS), (VIEWER, CHIEFS | {"post", "time", "there"})],
)
async def test_an_editor_who_writes_in_private_has_the_commands_of_their_role(
    office: Office, who: int, missing: set[str]
):
    await office.ask(who, "/help", "here.", chat=who)
    await eventually(lambda: bool(_menu(office, who, "hy")))
    assert set(ALL) - set(_menu(office, who)) == missing


async def test_a_menu_that_has_not_changed_is_not_set_again(open_office):
    office: Office = await open_office()
    await eventually(lambda: bool(_menu(office, CHAT, "hy")))
    for _ in range(200):  # that it was set is written down a moment later
        async with office.newsroom.store.read() as connection:
            if await marks.beginning(connection, "bot menu "):
                break
        await asyncio.sleep(0.02)
    await office.face.stop()
    again: Office = await open_office()
    await again.ask(OWNER, "/help", "You are owner here.")
    assert len(again.calls("setMyCommands")) == len(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_command_is_told_in_every_language(language: str):
    assert list(SAYS[language]) == ALL
    assert all(3 <= len(words) <= 60 for words in SAYS[language].values())
