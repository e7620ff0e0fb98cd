"""The control of the sandbox: events, faults, the clock, and what people do on Telegram."""

from __future__ import annotations

import asyncio
import json

import pytest

from sandbox.control import Control
from sandbox.telegram import Telegram

CHANNEL = -1001
PERSON = 5


@pytest.fixture
def telegram(world):
    telegram = Telegram(world, rates=None)
    bot = telegram.add_bot("1:abc", "b")
    telegram.add_channel(CHANNEL, "news", "News")
    telegram.set_member(CHANNEL, bot.id)
    telegram.add_user(PERSON, "Leyla")
    return telegram


@pytest.fixture
async def ask(world, telegram, serve, http):
    """`await ask("post", "faults", {...})` is the status and the JSON of an answer."""
    base = await serve(telegram, Control(world, telegram))

    async def ask(verb, path, order=None):
        async with http.request(verb, f"{base}/control/{path}", json=order) as answer:
            return answer.status, await answer.json()

    ask.base = base
    return ask


async def test_events_are_numbered_and_can_be_asked_for_from_a_number(world, ask):
    for text in ("one", "two", "three"):
        world.tell("telegram", "sent", "1", text=text)
    _, body = await ask("get", "events.json?after=1")
    assert [(e["number"], e["detail"]["text"]) for e in body["events"]] == [(2, "two"), (3, "three")]
    assert body["last"] == 3
    assert (await ask("get", "events.json?after=x"))[0] == 400


async def test_events_stream_the_old_and_then_the_new(world, ask, http):
    world.tell("telegram", "sent", "1", text="old")
    world.tell("telegram", "sent", "1", text="Bakı")
    async with asyncio.timeout(5), http.get(f"{ask.base}/control/events?after=1") as stream:
        assert stream.content_type == "text/event-stream"
        assert await stream.content.readline() == b"id: 2\n"
        assert await stream.content.readline() == b"event: sent\n"
        assert json.loads((await stream.content.readline())[6:])["detail"] == {"text": "Bakı"}
        await stream.content.readline()
        world.tell("x", "edited", "me", text="new")
        assert await stream.content.readline() == b"id: 3\n"


async def test_a_browser_that_comes_back_goes_on_where_it_was(world, ask, http):
    for _ in range(3):
        world.tell("telegram", "sent", "1")
    async with asyncio.timeout(5), http.get(f"{ask.base}/control/events", headers={"Last-Event-ID": "2"}) as stream:
        assert await stream.content.readline() == b"id: 3\n"


async def test_faults_are_ordered_shown_and_cleared(world, ask):
    status, body = await ask("post", "faults", {"platform": "telegram", "kind": "drop", "times": 2})
    assert (status, body["faults"][0]["kind"]) == (200, "drop")
    assert world.faults.orders[0].times == 2
    assert (await ask("delete", "faults")) == (200, {"faults": []})


@pytest.mark.parametrize(
    "order",
    [
        {"platform": "telegram"},
        {"platform": "telegram", "kind": "explode"},
        {"platform": "telegram", "kind": "drop", "colour": "red"},
        {"platform": "telegram", "kind": "delay", "seconds": "long"},
        [],
    ],
)
async def test_a_fault_that_is_none_is_refused_with_a_reason(world, ask, order):
    status, body = await ask("post", "faults", order)
    assert status == 400
    assert body["error"]
    assert world.faults.orders == []


async def test_the_clock_can_be_moved(world, ask):
    before = world.now()
    _, body = await ask("post", "clock", {"offset": 86_400})
    assert body["now"] - before == pytest.approx(86_400, abs=5)
    assert (await ask("post", "clock", {"offset": "tomorrow"}))[0] == 400


async def test_chats_show_what_people_see(ask, telegram):
    await ask("post", "telegram/say", {"chat_id": PERSON, "user_id": PERSON, "text": "/start"})
    _, body = await ask("get", "telegram/chats")
    channel, private = body["chats"]
    assert (channel["title"], channel["bot"], channel["messages"]) == ("News", None, [])
    assert (private["bot"], private["messages"][0]["text"], private["messages"][0]["deleted"]) == ("b", "/start", False)
    _, body = await ask("get", "telegram/people")
    assert [who["id"] for who in body["people"]] == [1, 1_000_001, PERSON]
    assert "1:abc" not in json.dumps(body)


@pytest.mark.parametrize(
    ("path", "order", "reason"),
    [
        ("say", {"chat_id": PERSON, "text": "x"}, "user_id is missing or unknown."),
        ("say", {"chat_id": PERSON, "user_id": 99, "text": "x"}, "Nobody has the id 99: add_user first."),
        ("say", {"chat_id": CHANNEL, "user_id": PERSON, "text": "x"}, "Leyla may not post in News."),
        ("say", {"chat_id": PERSON, "user_id": PERSON, "text": " "}, "An empty message cannot be sent."),
        ("say", {"chat_id": PERSON, "user_id": PERSON, "text": "x", "bot": "nobody"}, "No bot is called nobody."),
        (
            "press",
            {"chat_id": CHANNEL, "message_id": 1, "data": "x", "user_id": PERSON},
            "There is no message 1 in chat -1001.",
        ),
        ("rights", {"chat_id": -7, "status": "member"}, "-7 is missing or unknown."),
    ],
)
async def test_what_nobody_could_do_is_refused(ask, path, order, reason):
    assert await ask("post", f"telegram/{path}", order) == (400, {"error": reason})


async def test_a_button_must_be_there_to_be_pressed(ask, telegram, world):
    bot = telegram.bots["1:abc"]
    markup = {"inline_keyboard": [[{"text": "Ok", "callback_data": "ok"}]]}
    message = telegram.post(telegram.chats[CHANNEL], bot, markup=markup)
    press = {"chat_id": CHANNEL, "message_id": message.id, "user_id": PERSON}
    assert (await ask("post", "telegram/press", {**press, "data": "no"}))[0] == 400
    status, body = await ask("post", "telegram/press", {**press, "data": "ok"})
    assert status == 200
    assert world.events[-1].kind == "pressed"
    assert await ask("get", f"telegram/answers?id={body['id']}") == (
        200,
        {"id": body["id"], "data": "ok", "answer": None},
    )
    assert (await ask("get", "telegram/answers?id=7"))[0] == 404


async def test_rights_are_set_and_answered(ask, telegram):
    order = {"chat_id": CHANNEL, "bot": "b", "rights": ["can_post_messages", "can_fly"]}
    assert await ask("post", "telegram/rights", order) == (
        200,
        {"status": "administrator", "rights": ["can_post_messages"]},
    )


async def test_pictures_can_be_looked_at(ask, http):
    async with http.get(f"{ask.base}/control/telegram/pictures/none") as answer:
        assert answer.status == 404
