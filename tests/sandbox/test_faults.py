"""Faults on order, through the stand-in's real door."""

from __future__ import annotations

import asyncio
import time

import aiohttp
import pytest

from sandbox.faults import Fault, Faults
from sandbox.telegram import Telegram

CHANNEL = -1001


@pytest.fixture
async def send(world, serve, http):
    """Sends a message to a channel by a bot; the stand-in's messages are at `send.posted`."""
    telegram = Telegram(world, rates=None)
    bot = telegram.add_bot("1:abc", "b")
    telegram.add_channel(CHANNEL)
    telegram.set_member(CHANNEL, bot.id)
    base = await serve(telegram)

    async def send(method="sendMessage"):
        params = {"chat_id": CHANNEL, "text": "x"} if method == "sendMessage" else {}
        async with http.post(f"{base}/telegram/bot1:abc/{method}", json=params) as answer:
            return answer.status, await answer.json()

    send.posted = telegram.chats[CHANNEL].messages
    return send


def order(world, kind, **more):
    world.faults.add(Fault(platform="telegram", kind=kind, **more))


async def test_without_orders_nothing_goes_wrong(send):
    assert (await send())[0] == 200


async def test_a_delay_waits_and_then_works(world, send):
    order(world, "delay", seconds=0.2)
    began = time.monotonic()
    assert (await send())[0] == 200
    assert time.monotonic() - began >= 0.2


async def test_a_dropped_call_is_taken_though_its_answer_is_lost(world, send):
    order(world, "drop", method="sendMessage")
    with pytest.raises(aiohttp.ClientConnectionError):
        await send()
    assert len(send.posted) == 1


async def test_a_reset_call_is_not_taken(world, send):
    order(world, "reset")
    with pytest.raises(aiohttp.ClientConnectionError):
        await send()
    assert send.posted == {}


@pytest.mark.parametrize(("kind", "taken"), [("error", 0), ("error_after", 1)])
async def test_an_error_is_worded_as_the_platform_does(world, send, kind, taken):
    order(world, kind, status=502)
    assert await send() == (502, {"ok": False, "error_code": 502, "description": "Bad Gateway"})
    assert len(send.posted) == taken


async def test_a_flood_says_how_long_or_keeps_it_to_itself(world, send):
    order(world, "flood", seconds=7)
    order(world, "flood")
    assert (await send())[1] == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 7",
        "parameters": {"retry_after": 7},
    }
    assert await send() == (429, {"ok": False, "error_code": 429, "description": "Too Many Requests"})
    assert send.posted == {}


async def test_an_order_holds_for_its_method_and_its_times(world, send):
    order(world, "error", method="sendMessage", times=2)
    assert (await send("getMe"))[0] == 200
    assert [(await send())[0] for _ in range(3)] == [500, 500, 200]


async def test_an_order_without_end_holds_until_cleared(world, send):
    order(world, "error", times=None)
    assert [(await send())[0] for _ in range(3)] == [500, 500, 500]
    world.faults.clear()
    assert (await send())[0] == 200


def test_chance_decides_the_same_way_each_time():
    def run():
        faults = Faults()
        faults.add(Fault(platform="telegram", kind="error", times=None, chance=0.5))
        return [faults._take("telegram", "getMe") is not None for _ in range(100)]

    assert run() == run()
    assert 30 < sum(run()) < 70


async def test_what_was_read_is_done_though_the_caller_hangs_up(world, send):
    order(world, "delay", seconds=0.3)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(send(), 0.1)
    await asyncio.sleep(0.4)
    assert len(send.posted) == 1
