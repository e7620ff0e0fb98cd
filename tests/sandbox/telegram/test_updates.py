"""How a bot hears of things: the long poll, the webhook, and who is told what."""

from __future__ import annotations

import asyncio
import time

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


async def say(api, text, chat_id=None, **more):
    return await api.control("telegram/say", chat_id=chat_id or api.reader, user_id=api.reader, text=text, **more)


async def test_what_a_reader_says_comes_once_confirmed_never_again(api):
    await say(api, "/start news")
    [update] = await api("getUpdates")
    message = update["message"]
    assert message["from"] == {
        "id": api.reader,
        "is_bot": False,
        "first_name": "Leyla",
        "last_name": "Aliyeva",
        "username": "leyla",
        "language_code": "az",
    }
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert await api("getUpdates") == [update]
    assert await api("getUpdates", offset=update["update_id"] + 1) == []
    assert await api("getUpdates") == []


async def test_a_negative_offset_keeps_the_last(api):
    for text in ("one", "two", "three"):
        await say(api, text)
    assert [u["message"]["text"] for u in await api("getUpdates", offset=-1)] == ["three"]
    assert len(await api("getUpdates")) == 1


async def test_a_limit_is_kept(api):
    for text in ("one", "two", "three"):
        await say(api, text)
    assert [u["message"]["text"] for u in await api("getUpdates", limit=2)] == ["one", "two"]


async def test_a_long_poll_wakes_at_once(api):
    began = time.monotonic()
    poll = asyncio.create_task(api("getUpdates", timeout=20))
    await asyncio.sleep(0.1)
    await say(api, "hello")
    [update] = await poll
    assert update["message"]["text"] == "hello"
    assert time.monotonic() - began < 5


async def test_a_long_poll_ends_empty(api):
    began = time.monotonic()
    assert await api("getUpdates", timeout=1) == []
    assert 0.9 < time.monotonic() - began < 3


async def test_a_second_poller_ends_the_first_with_a_conflict(api):
    first = asyncio.create_task(api.raw("getUpdates", timeout=20))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(api("getUpdates", timeout=20))
    status, body = await first
    assert (status, body["error_code"], body["description"]) == (409, 409, CONFLICT)
    await say(api, "x")
    assert len(await second) == 1


async def test_only_what_was_asked_for_comes_and_the_wish_is_remembered(api):
    await api("getUpdates", allowed_updates=["callback_query"])
    await say(api, "lost")
    assert await api("getUpdates") == []
    await api("getUpdates", allowed_updates=[])
    await say(api, "heard")
    assert len(await api("getUpdates")) == 1


async def test_updates_are_kept_for_a_day(api, world):
    await say(api, "old")
    world.offset = 86_401
    assert await api("getUpdates") == []


async def test_a_bot_hears_of_others_posts_in_its_channel_not_of_its_own(api, telegram):
    other = telegram.add_bot("777:OTHER", "other_bot")
    telegram.set_member(api.channel, other.id)
    await api("sendMessage", chat_id=api.channel, text="mine")
    await say_as_owner(api, telegram, "by the owner")
    assert [u["channel_post"]["text"] for u in await api("getUpdates")] == ["by the owner"]
    api.token = "777:OTHER"
    posts = [u["channel_post"]["text"] for u in await api("getUpdates") if "channel_post" in u]
    assert posts == ["mine", "by the owner"]


async def say_as_owner(api, telegram, text):
    return await api.control("telegram/say", chat_id=api.channel, user_id=telegram.owner.id, text=text)


async def test_in_a_group_a_bot_hears_commands_and_replies_to_it_only(api, telegram):
    mine = await api("sendMessage", chat_id=api.group, text="the bot speaks")
    for text in ("just talk", "/queue", "/queue@caliber_bot", "/queue@another_bot"):
        await say(api, text, chat_id=api.group)
    await say(api, "to you", chat_id=api.group, reply_to_message_id=mine["message_id"])
    heard = [u["message"]["text"] for u in await api("getUpdates")]
    assert heard == ["/queue", "/queue@caliber_bot", "to you"]
    telegram.set_member(api.group, 123456, "administrator")
    await say(api, "now all", chat_id=api.group)
    assert (await api("getUpdates"))[-1]["message"]["text"] == "now all"


async def test_a_change_of_rights_is_told(api):
    await api.control("telegram/rights", chat_id=api.channel, status="kicked")
    [update] = await api("getUpdates")
    change = update["my_chat_member"]
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == ("administrator", "kicked")
    assert change["old_chat_member"]["can_post_messages"] is True


@pytest.fixture
async def listener():
    """An address that takes webhooks; `fail` says how many to refuse first."""

    class Listener:
        def __init__(self):
            self.got, self.fail, self.url = asyncio.Queue(), 0, ""
            self.refused = asyncio.Event()

        async def take(self, request):
            if self.fail:
                self.fail -= 1
                self.refused.set()
                return web.Response(status=503)
            secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
            self.got.put_nowait((secret, (await request.json())["message"]["text"]))
            return web.Response()

    listener = Listener()
    app = web.Application()
    app.router.add_post("/hook", listener.take)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    listener.url = str(server.make_url("/hook"))
    yield listener
    await server.close()


async def test_a_webhook_is_brought_updates_in_order_with_its_secret(api, listener):
    await say(api, "before")
    status, body = await api.raw("setWebhook", url=listener.url, secret_token="s3cret_A-z")
    assert (status, body["description"]) == (200, "Webhook was set")
    await say(api, "after")
    assert [await listener.got.get() for _ in range(2)] == [("s3cret_A-z", "before"), ("s3cret_A-z", "after")]
    await asyncio.sleep(0.05)
    assert (await api("getWebhookInfo"))["pending_update_count"] == 0
    _, body = await api.raw("deleteWebhook")
    assert body["description"] == "Webhook was deleted"
    _, body = await api.raw("deleteWebhook")
    assert body["description"] == "Webhook is already deleted"


async def test_a_webhook_that_fails_is_tried_again(api, listener):
    listener.fail = 2
    await api("setWebhook", url=listener.url)
    await say(api, "again and again")
    await listener.refused.wait()
    await asyncio.sleep(0.05)
    info = await api("getWebhookInfo")
    assert info["pending_update_count"] == 1
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"
    assert await listener.got.get() == (None, "again and again")


async def test_poll_and_webhook_exclude_each_other(api, listener):
    poll = asyncio.create_task(api.raw("getUpdates", timeout=20))
    await asyncio.sleep(0.1)
    await api("setWebhook", url=listener.url)
    _, body = await poll
    assert body["description"] == "Conflict: terminated by setWebhook request"
    words = await api.refusal("getUpdates")
    assert words == (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"url": "http://example.com/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://example.com:9000/"}, "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ({"url": "nonsense"}, "invalid webhook URL specified"),
        ({"url": "http://127.0.0.1:1/", "secret_token": "with space"}, "secret token contains unallowed characters"),
        ({"url": "http://127.0.0.1:1/", "secret_token": "x" * 257}, "secret token is too long"),
    ],
)
async def test_bad_webhooks(api, params, words):
    assert await api.refusal("setWebhook", **params) == f"Bad Request: {words}"


async def test_pending_updates_can_be_dropped(api):
    await say(api, "x")
    await api("deleteWebhook", drop_pending_updates=True)
    assert await api("getUpdates") == []
