"""The Bot API's own description as judge over calls and answers."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sandbox.control import Control
from sandbox.telegram import Telegram
from sandbox.telegram.methods import METHODS
from sandbox.telegram.spec import Description
from sandbox.telegram.updates import KINDS

SMALL = {
    "methods": {
        "send": {
            "fields": [
                {"name": "chat_id", "types": ["Integer", "String"], "required": True},
                {"name": "size", "types": ["Integer"], "required": False},
                {"name": "photo", "types": ["InputFile", "String"], "required": False},
                {"name": "marks", "types": ["Array of Mark"], "required": False},
                {"name": "loud", "types": ["Boolean"], "required": False},
            ],
            "returns": ["Mark", "Boolean"],
        }
    },
    "types": {
        "Mark": {"subtypes": ["Dot", "Line"]},
        "Dot": {"fields": [{"name": "x", "types": ["Float"], "required": True}]},
        "Line": {"fields": [{"name": "to", "types": ["Array of Integer"], "required": True}]},
    },
}


@pytest.fixture
def small():
    return Description(SMALL["methods"], SMALL["types"])


@pytest.mark.parametrize(
    ("params", "problems"),
    [
        ({"chat_id": "1", "size": "3", "marks": '[{"x": 1.5}, {"to": [1, 2]}]', "loud": "true"}, []),
        ({}, ["send.chat_id: missing"]),
        ({"chat_id": "1", "colour": "red"}, ["send.colour: no such field"]),
        ({"chat_id": "1", "size": "big"}, ["send.size: 'big' is not Integer"]),
        ({"chat_id": "1", "size": "1.5"}, ["send.size: '1.5' is not Integer"]),
        ({"chat_id": "1", "size": "true"}, ["send.size: 'True' is not Integer"]),
        ({"chat_id": "1", "marks": '{"x": 1}'}, ["send.marks: not an array"]),
        ({"chat_id": "1", "marks": '[{"x": "1"}]'}, ["send.marks[0].x: '1' is not Float"]),
        ({"chat_id": "1", "marks": "[7]"}, ["send.marks[0]: not an object"]),
    ],
)
def test_calls_are_judged_by_their_description(small, params, problems):
    assert small.check_call("send", params) == problems


def test_files_are_taken_where_they_belong(small):
    assert small.check_call("send", {"chat_id": "1", "photo": "attach://a"}, ["a"]) == []
    assert small.check_call("send", {"chat_id": "1"}, ["photo"]) == []
    assert small.check_call("send", {"chat_id": "1"}, ["size"]) == ["send.size: takes no file"]
    assert small.check_call("send", {"chat_id": "1"}, ["b"]) == ["send.b: no such field"]


def test_answers_are_judged_too(small):
    assert small.check_answer("send", True) == []
    assert small.check_answer("send", {"x": 1}) == []
    assert small.check_answer("send", {"y": 1}) != []
    assert small.check_answer("fly", True) == ["fly: no such method"]


@pytest.fixture
def whole():
    folder = os.environ.get("NEWSWIRE_SPECS")
    if not folder:
        pytest.skip("NEWSWIRE_SPECS is not set: the Bot API's description is not at hand.")
    return Path(folder) / "telegram-bot-api.json"


def test_every_method_and_update_we_play_is_in_the_bot_api(whole):
    data = json.loads(whole.read_text())
    assert set(METHODS) <= set(data["methods"])
    assert {field["name"] for field in data["types"]["Update"]["fields"]} - {"update_id"} == KINDS


async def test_a_call_the_bot_api_does_not_know_is_refused_and_kept(whole, world, serve, http):
    telegram = Telegram(world, spec=whole)
    telegram.add_bot("1:abc", "b")
    base = await serve(telegram, Control(world, telegram))
    async with http.post(f"{base}/telegram/bot1:abc/sendMessage", json={"chat_id": 1, "txt": "x"}) as answer:
        assert answer.status == 400
        words = (await answer.json())["description"]
    assert words.startswith("Bad Request: not in the Bot API: ")
    assert sorted(telegram.mistakes) == ["sendMessage.text: missing", "sendMessage.txt: no such field"]


async def test_what_was_asked_is_on_record(api, telegram, picture):
    await api.form("sendPhoto", chat_id=api.channel, photo=picture(), caption="c")
    asked = telegram.calls[-1]
    assert (asked.method, asked.bot) == ("sendPhoto", "caliber_bot")
    assert asked.params == {"chat_id": str(api.channel), "caption": "c"}
    assert asked.uploads == {"photo": len(picture())}
