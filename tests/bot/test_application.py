"""The bot comes and goes: with a wrong token, while Telegram is away, in the middle of work; and its chat moves."""

import asyncio

import aiohttp
import pytest
from aiohttp.test_utils import unused_port
from structlog.testing import capture_logs
from support.editors import CHAT, EDITOR, OWNER, TOKEN, Office, eventually

from db import lanes
from newswire.errors import ConfigError
from publishers.telegram import chat_lanes
from sandbox.faults import Fault

MOVED_TO = -1005550000001
WRONG = "7000000009:A-token-that-nobody-ever-gave-out-0001"


async def test_an_unknown_token_ends_the_start_with_the_way_out(open_office):
    office: Office = await open_office(token=WRONG, start=False)
    with pytest.raises(
        ConfigError, match="Telegram does not know TELEGRAM_BOT_TOKEN; get a new one from @BotFather"
    ) as no:
        await office.face.start()
    assert no.value.exit_code == 78
    assert WRONG not in str(no.value)


async def test_telegram_out_of_reach_is_no_reason_not_to_start_and_the_bot_comes_when_it_can(open_office):
    office: Office = await open_office(start=False)
    office.telegram.world.faults.add(Fault(platform="telegram", kind="reset", times=2))
    with capture_logs() as logs:
        await office.face.start()
    assert [one["event"] for one in logs] == ["telegram is out of reach; the bot comes later"]
    assert not office.face.healthy()
    article = await office.article()
    await office.until(f"#{article.id} new", seconds=10)
    assert office.face.healthy()
    await office.ask(OWNER, "/help", "You are owner here.")
    await office.face.stop()


async def test_an_address_where_nobody_listens_does_not_stop_the_daemon(open_office):
    office: Office = await open_office(at=f"http://127.0.0.1:{unused_port()}/telegram", start=False)
    await office.face.start()
    assert not office.face.healthy()
    await asyncio.wait_for(office.face.stop(), 5)


async def test_what_keeps_the_bot_out_later_is_told_where_people_look(open_office):
    office: Office = await open_office(start=False, polling=True)
    bot = office.face._bot
    await bot.initialize()
    await bot.set_webhook("http://127.0.0.1:9/another-program")
    office.telegram.world.faults.add(Fault(platform="telegram", kind="reset", method="getWebhookInfo"))
    await office.face.start()
    await eventually(office.troubled)
    await office.face.stop()
    (alert,) = await office.alerts()
    assert alert.text.startswith(
        "The editors' bot cannot start: this bot's updates go to another program, at 127.0.0.1:9"
    )


async def test_an_answer_that_telegram_holds_back_for_a_second_comes_once(office: Office):
    office.telegram.world.faults.add(Fault(platform="telegram", kind="flood", method="sendMessage", seconds=1, times=2))
    await office.ask(OWNER, "/help", "You are owner here.")
    assert len(office.said()) == 1


async def test_a_command_that_is_in_hand_when_the_bot_stops_is_answered(open_office):
    office: Office = await open_office(start=False, patience=20)
    await office.face.start()
    office.telegram.world.faults.add(Fault(platform="telegram", kind="delay", method="sendMessage", seconds=0.5))
    await _take(office, "/help")
    await office.face.stop()
    assert "You are owner here." in "".join(office.said())


async def test_a_command_that_waits_for_its_turn_in_the_chat_is_answered_at_once_when_the_bot_stops(open_office):
    office: Office = await open_office(start=False, patience=20)
    await office.face.start()
    async with office.newsroom.store.write() as connection:
        until = office.newsroom.clock.now().timestamp() + 3600
        await lanes.close(connection, chat_lanes(TOKEN.partition(":")[0], CHAT, 0, 0)[0].name, until)
    await _take(office, "/help")
    await asyncio.wait_for(office.face.stop(), 3)
    assert "You are owner here." in "".join(office.said())


async def test_a_flood_does_not_keep_the_bot_from_stopping_and_who_got_no_answer_is_counted(open_office):
    office: Office = await open_office(start=False)
    await office.face.start()
    office.telegram.world.faults.add(Fault(platform="telegram", kind="flood", method="sendMessage", seconds=30))
    await _take(office, "/help")
    with capture_logs() as logs:
        await asyncio.wait_for(office.face.stop(), 10)
    assert [one["unanswered"] for one in logs if "unanswered" in one] == [1]


async def _take(office: Office, command: str) -> None:
    """The bot has taken the command from Telegram."""
    office.say(OWNER, command)
    await eventually(lambda: not office.telegram.bots[TOKEN].updates.pending)


async def test_when_the_group_becomes_a_supergroup_the_bot_goes_along_and_remembers(open_office, api: str):
    office: Office = await open_office()
    _upgrade(office)
    article = await office.article()
    await office.until(f"#{article.id} new", chat=MOVED_TO)
    await office.ask(OWNER, "/help", "You are owner here.", chat=MOVED_TO)
    await office.face.stop()
    again: Office = await open_office()
    later = await again.article(url="https://news.example/en/later")
    await again.until(f"#{later.id} new", chat=MOVED_TO)
    async with aiohttp.ClientSession() as session:
        scope = f'{{"type": "chat", "chat_id": {MOVED_TO}}}'
        async with session.get(f"{api}/bot{TOKEN}/getMyCommands", params={"scope": scope}) as answer:
            assert (await answer.json())["result"]


def _upgrade(office: Office) -> None:
    telegram = office.telegram
    telegram.add_group(MOVED_TO, "Editors")
    telegram.set_member(MOVED_TO, int(TOKEN.partition(":")[0]), rights=["can_pin_messages"])
    for person in (OWNER, EDITOR):
        telegram.set_member(MOVED_TO, person, "member")
    telegram.chats[CHAT].upgraded_to = MOVED_TO
