"""Who is let in: editors by their role; strangers hear one polite sentence an hour; hidden people are asked to show themselves."""

from datetime import timedelta
from typing import Any

import pytest
from support.desk import NOON
from support.editors import (
    CHAT,
    CHIEF,
    EDITOR,
    OTHER_CHAT,
    OWNER,
    STRANGER,
    TOKEN,
    VIEWER,
    Going,
    Office,
    buttons,
    eventually,
)

from newswire.editor import Role

REFUSAL = "This bot serves the editors of Caspian Lantern."


@pytest.mark.parametrize("chat", [CHAT, STRANGER])
@pytest.mark.parametrize(
    "text", ["/queue", "/post https://news.example/en/1", "/pause all", "/channels", "/help", "/start"]
)
async def test_a_stranger_is_refused_politely_and_nothing_is_done(office: Office, text: str, chat: int):
    told = await office.ask(STRANGER, text, REFUSAL, chat=chat)
    assert told["text"] == (
        f"{REFUSAL} If you are one of them, ask its owner to add you; your Telegram number is {STRANGER}."
    )
    assert buttons(told) == []
    await office.ask(OWNER, "/channels", "🟢 tg-en")
    assert len(office.said(chat)) == (2 if chat == CHAT else 1)


async def test_a_stranger_who_talks_in_private_is_refused_too(office: Office):
    await office.ask(STRANGER, "hello?", REFUSAL, chat=STRANGER)


async def test_a_stranger_is_refused_once_an_hour_in_each_chat(open_office):
    clock = Going(NOON)
    office: Office = await open_office(clock=clock)
    await office.ask(STRANGER, "/queue", REFUSAL, chat=STRANGER)
    for _ in range(3):
        office.say(STRANGER, "/queue", chat=STRANGER)
    await office.ask(STRANGER, "/queue", REFUSAL)
    await _heard_all(office)
    assert len(office.said(STRANGER)) == 1
    clock.move(timedelta(minutes=61))
    office.say(STRANGER, "/queue", chat=STRANGER)
    await eventually(lambda: len(office.said(STRANGER)) == 2)
    assert office.said(STRANGER)[0] == office.said(STRANGER)[1]


async def test_what_people_say_to_each_other_in_the_group_is_not_answered(office: Office):
    card = await office.until(f"#{(await office.article()).id} new")
    for who in (STRANGER, OWNER):
        office.say(who, "18:30")
        office.say(who, "well written", reply_to=card["message_id"])
    await _heard_all(office)
    assert len(office.said()) == 1


async def test_a_slip_of_the_pen_in_a_command_is_named(office: Office):
    await office.ask(OWNER, "/qeue", "There is no /qeue. Did you mean /queue?")
    await office.ask(OWNER, "/chanels@lantern_bot tg-en", "There is no /chanels. Did you mean /channels?")
    await office.ask(OWNER, "/pasue all", "There is no /pasue. Did you mean /pause?", chat=OWNER)
    await office.ask(OWNER, "/status", "There is no /status. Did you mean /channels?")
    await office.ask(STRANGER, "/qeue", REFUSAL)


async def test_commands_of_other_bots_in_the_group_are_not_answered(office: Office):
    for text in ("/frobnicate", "/ban somebody", "/qeue@other_bot", "see /qeue"):
        office.say(OWNER, text)
    await _heard_all(office)
    assert office.said() == []


async def test_another_group_is_none_of_our_business(office: Office):
    for who in (OWNER, STRANGER):
        office.say(who, "/queue", chat=OTHER_CHAT)
    await _heard_all(office)
    assert office.said(OTHER_CHAT) == []


@pytest.mark.parametrize(
    ("sender", "chat"),
    [
        (1_087_968_824, {"id": CHAT, "type": "supergroup", "title": "Editors"}),
        (136_817_688, {"id": -1002222222222, "type": "channel", "title": "Somebody's channel"}),
    ],
)
async def test_who_writes_in_the_name_of_a_chat_is_asked_to_write_as_themselves(
    office: Office, sender: int, chat: dict[str, Any]
):
    for _ in range(2):
        _write_as(office, sender, chat, "/queue")
    told = await office.until("You write in the name of a chat, so I cannot tell who you are.")
    assert '"Remain anonymous"' in told["text"]
    assert "number is" not in told["text"]
    await _heard_all(office)
    assert len(office.said()) == 1


@pytest.mark.parametrize(
    ("who", "role"), [(OWNER, Role.OWNER), (CHIEF, Role.CHIEF), (EDITOR, Role.EDITOR), (VIEWER, Role.VIEWER)]
)
async def test_help_shows_what_the_role_may(office: Office, who: int, role: Role):
    told = (await office.ask(who, "/help", "here."))["text"]
    assert told.startswith(f"You are {role.name.lower()} here.")
    assert ("/pause" in told) == (role >= Role.CHIEF)
    assert ("/post" in told) == (role >= Role.EDITOR)
    assert "/queue" in told


@pytest.mark.parametrize(
    ("who", "text"),
    [
        (VIEWER, "/post https://news.example/en/1"),
        (VIEWER, "/time #1 18:30"),
        (EDITOR, "/pause tg-en"),
        (EDITOR, "/resume tg-en"),
    ],
)
async def test_a_role_that_is_too_small_hears_so(office: Office, who: int, text: str):
    await office.ask(who, text, "cannot do this.")


async def _heard_all(office: Office) -> None:
    """Everything said so far has been dealt with: questions asked after it, one after the other, are answered."""
    for number in (404_001, 404_002, 404_003):
        answer = await office.ask(OWNER, f"/why #{number}", f"I have never seen #{number}", chat=OWNER)
        assert answer["chat"]["id"] == OWNER


def _write_as(office: Office, sender: int, chat: dict[str, Any], text: str) -> None:
    """As Telegram brings what is written by an anonymous administrator, or in a channel's name."""
    bot = office.telegram.bots[TOKEN]
    bot.updates.add(
        office.telegram.world.now(),
        "message",
        {
            "message_id": 5,
            "date": int(office.telegram.world.now()),
            "chat": {"id": CHAT, "type": "supergroup", "title": "Editors"},
            "from": {"id": sender, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"},
            "sender_chat": chat,
            "text": text,
            "entities": [{"type": "bot_command", "offset": 0, "length": len(text)}],
        },
    )
