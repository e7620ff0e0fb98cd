"""How fast a bot may go: 30 a second in all, bursts and then one a second in a chat, 20 a minute in groups and channels."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from sandbox.telegram.rates import Pace, Rates
from sandbox.telegram.refusal import Refused


@pytest.fixture(autouse=True)
def a_clock_that_stands(monkeypatch):
    """On a busy machine a second may pass between two calls."""
    monkeypatch.setattr("sandbox.world.time", SimpleNamespace(time=lambda: 1_790_000_000.0))


def sent(pace, times, chat=1, *, group=False):
    """How many of the sends at `times` pass."""
    passed = 0
    for at in times:
        try:
            pace.spend(at, chat, group=group)
            passed += 1
        except Refused:
            pass
    return passed


def test_a_chat_takes_a_burst_then_one_a_second():
    pace = Pace(Rates(burst=5))
    assert sent(pace, [0.0] * 10) == 5
    assert sent(pace, [1.0, 1.0, 2.0, 2.0]) == 2


def test_a_channel_takes_twenty_a_minute():
    pace = Pace(Rates())
    passed = sent(pace, [float(i) for i in range(61)], group=True)
    assert 20 <= passed <= 40, "twenty at once, and twenty more in the minute after"
    assert sent(Pace(Rates()), [i * 3.0 for i in range(60)], group=True) == 60


def test_all_chats_together_take_thirty_a_second():
    pace = Pace(Rates())
    assert sum(sent(pace, [0.0], chat=chat) for chat in range(100)) == 30
    assert sum(sent(pace, [1.0], chat=chat) for chat in range(100, 200)) == 30


def test_a_refusal_says_how_long_and_waiting_so_long_is_enough():
    pace = Pace(Rates(burst=1))
    pace.spend(100.0, 1, group=False)
    with pytest.raises(Refused) as refused:
        pace.spend(100.4, 1, group=False)
    assert refused.value.parameters == {"retry_after": 1}
    pace.spend(101.4, 1, group=False)


def test_a_wait_is_rounded_up():
    pace = Pace(Rates(per_group_minute=20, per_chat_second=None))
    for _ in range(20):
        pace.spend(0.0, 1, group=True)
    with pytest.raises(Refused) as refused:
        pace.spend(0.9, 1, group=True)
    assert refused.value.parameters == {"retry_after": 3}, "2.1 seconds are left"


def test_a_refused_send_costs_nothing():
    pace = Pace(Rates(burst=1))
    pace.spend(0.0, 1, group=False)
    assert sent(pace, [0.1] * 50) == 0
    assert sent(pace, [1.0]) == 1


def test_an_album_counts_each_of_its_messages():
    pace = Pace(Rates(burst=5))
    pace.spend(0.0, 1, group=False, messages=4)
    assert sent(pace, [0.0, 0.0]) == 1


async def test_the_wait_is_in_the_answer(api, telegram):
    bot = telegram.bots[api.token]
    bot.pace = Pace(Rates(burst=1))
    await api("sendMessage", chat_id=api.channel, text="1")
    status, body = await api.raw("sendMessage", chat_id=api.channel, text="2")
    assert (status, body) == (
        429,
        {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 1",
            "parameters": {"retry_after": 1},
        },
    )
    assert len(telegram.chats[api.channel].messages) == 1
    await api("getMe")
    await api("getUpdates")


async def test_edits_count_like_posts(api, telegram):
    bot = telegram.bots[api.token]
    sent = await api("sendMessage", chat_id=api.channel, text="1")
    bot.pace = Pace(Rates(burst=1))
    where = {"chat_id": api.channel, "message_id": sent["message_id"]}
    await api("editMessageText", **where, text="2")
    assert await api.refusal("editMessageText", **where, text="3") == "Too Many Requests: retry after 1"


async def test_a_clock_moved_on_opens_the_lane(api, telegram, world):
    telegram.bots[api.token].pace = Pace(Rates(burst=1))
    await api("sendMessage", chat_id=api.channel, text="1")
    world.offset += 1
    await api("sendMessage", chat_id=api.channel, text="2")
