"""Doors for webhooks: by name, with a cap on what they take."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping

import pytest

from newswire.errors import DependencyDown
from web.hooks import LARGEST


class Recorded:
    """A door that keeps what came, and answers what it is told to."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.came: list[tuple[bytes, str | None]] = []

    async def __call__(self, body: bytes, headers: Mapping[str, str]) -> int:
        self.came.append((body, headers.get("X-Telegram-Bot-Api-Secret-Token")))
        return self.status


async def test_a_door_gets_body_and_headers_in_any_case(serve):
    door = Recorded()
    served = await serve(doors={"telegram": door})
    headers = {"x-telegram-bot-api-secret-token": "s3cret"}
    async with served.http.post(served.url("/hooks/telegram"), data=b'{"update_id": 1}', headers=headers) as answer:
        assert answer.status == 200
        assert await answer.read() == b""
    assert door.came == [(b'{"update_id": 1}', "s3cret")]


@pytest.mark.parametrize("status", [200, 400, 403, 503])
async def test_the_doors_status_is_the_answer(serve, status: int):
    served = await serve(doors={"telegram": Recorded(status)})
    async with served.http.post(served.url("/hooks/telegram"), data=b"{}") as answer:
        assert answer.status == status


async def test_a_door_that_is_not_there_is_404_and_one_is_not_opened_by_get(serve):
    door = Recorded()
    served = await serve(doors={"telegram": door})
    async with served.http.post(served.url("/hooks/other"), data=b"{}") as answer:
        assert answer.status == 404
    assert (await served.get("/hooks/other"))[0] == 404
    assert (await served.get("/hooks/telegram"))[0] == 405
    assert door.came == []


async def test_a_megabyte_is_taken_and_a_byte_more_is_not(serve):
    door = Recorded()
    served = await serve(doors={"telegram": door})
    for size, status in ((LARGEST, 200), (LARGEST + 1, 413)):
        async with served.http.post(served.url("/hooks/telegram"), data=io.BytesIO(b"x" * size)) as answer:
            assert answer.status == status
    assert [len(body) for body, _ in door.came] == [LARGEST]


async def test_a_body_that_does_not_say_its_length_is_cut_off_all_the_same(serve):
    door = Recorded()
    served = await serve(doors={"telegram": door})

    async def endless():
        for _ in range(40):
            yield b"x" * 65_536
            await asyncio.sleep(0)

    async with served.http.post(served.url("/hooks/telegram"), data=endless()) as answer:
        assert answer.status == 413
    assert door.came == []


async def test_a_sender_that_hangs_up_half_way_brings_nothing(serve):
    door = Recorded()
    served = await serve(doors={"telegram": door})
    _, writer = await asyncio.open_connection(*served.face.address)
    writer.write(b"POST /hooks/telegram HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await served.get("/healthz"))[0] == 200
    assert door.came == []


async def test_when_the_database_is_silent_the_sender_is_asked_to_come_again(serve):
    async def door(body, headers):
        raise DependencyDown("the database does not answer")

    served = await serve(doors={"telegram": door})
    async with served.http.post(served.url("/hooks/telegram"), data=b"{}") as answer:
        assert answer.status == 503


class Asked(Recorded):
    """A door that a hub may ask as well."""

    async def challenge(self, query: Mapping[str, str]) -> str:
        if query.get("hub.topic") == "down":
            raise DependencyDown("the database does not answer")
        return query.get("hub.challenge", "") if query.get("hub.topic") == "https://news.example/ü" else ""


async def test_a_hub_that_asks_gets_its_challenge_back_word_for_word(serve):
    served = await serve(doors={"wire": Asked()})
    query = {"hub.topic": "https://news.example/ü", "hub.challenge": "<b>c&1</b>"}
    async with served.http.get(served.url("/hooks/wire"), params=query) as answer:
        assert (answer.status, await answer.text()) == (200, "<b>c&1</b>")
        assert answer.content_type == "text/plain"
    for topic, status in (("https://other.example/", 404), ("down", 503)):
        async with served.http.get(served.url("/hooks/wire"), params={"hub.topic": topic}) as answer:
            assert answer.status == status
