"""Texts, photos, albums, forwards and copies: what goes through, and in which words the rest is refused."""

from __future__ import annotations

import json

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer


async def test_a_text_is_posted_and_seen(api, world):
    sent = await api("sendMessage", chat_id=api.channel, text="<b>Breaking</b> caliber.az", parse_mode="HTML")
    assert sent["text"] == "Breaking caliber.az"
    assert [e["type"] for e in sent["entities"]] == ["bold", "url"]
    assert sent["sender_chat"]["id"] == sent["chat"]["id"] == api.channel
    assert "from" not in sent
    event = world.events[-1]
    assert (event.platform, event.kind, event.place) == ("telegram", "sent", str(api.channel))
    assert event.detail["message"]["text"] == "Breaking caliber.az"


async def test_a_channel_is_found_by_its_name_too(api):
    sent = await api("sendMessage", chat_id="@Caliber_EN", text="x")
    assert sent["chat"]["id"] == api.channel


@pytest.mark.parametrize("how", ["query", "form", "multipart", "json"])
async def test_parameters_come_in_every_form(api, http, how):
    url = f"{api.base}/telegram/bot{api.token}/SENDMESSAGE"
    params = {
        "chat_id": str(api.channel),
        "text": "Salam 👋",
        "link_preview_options": json.dumps({"is_disabled": True}),
    }
    if how == "query":
        answer = await http.get(url, params=params)
    elif how == "form":
        answer = await http.post(url, data=params)
    elif how == "multipart":
        answer = await http.post(url, data=_multipart(params))
    else:
        answer = await http.post(url, json={**params, "link_preview_options": {"is_disabled": True}})
    result = (await answer.json())["result"]
    assert result["text"] == "Salam 👋"
    assert result["link_preview_options"] == {"is_disabled": True}


def _multipart(params):
    import aiohttp  # noqa: PLC0415 - only this form of the body needs it

    form = aiohttp.FormData(default_to_multipart=True)
    for name, value in params.items():
        form.add_field(name, value)
    return form


async def test_4096_characters_pass_and_one_more_does_not(api):
    await api("sendMessage", chat_id=api.channel, text="<b>" + "😀" * 4096 + "</b>", parse_mode="HTML")
    words = await api.refusal("sendMessage", chat_id=api.channel, text="x" * 4097)
    assert words == "Bad Request: message is too long"


async def test_a_caption_of_1025_characters_is_refused(api, picture):
    status, _ = await api.form("sendPhoto", chat_id=api.channel, photo=picture(), caption="x" * 1024)
    assert status == 200
    _, body = await api.form("sendPhoto", chat_id=api.channel, photo=picture(), caption="x" * 1025)
    assert body["description"] == "Bad Request: message caption is too long"


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "message text is empty"), (" \n ", "text must be non-empty"), ("\u202e", "text must be non-empty")],
)
async def test_a_text_must_say_something(api, text, words):
    assert await api.refusal("sendMessage", chat_id=api.channel, text=text) == f"Bad Request: {words}"


@pytest.mark.parametrize(
    ("chat_id", "words"),
    [
        ("", "chat_id is empty"),
        (-1009999999999, "chat not found"),
        ("@nobody_here", "chat not found"),
        (42, "chat not found"),
    ],
)
async def test_a_chat_that_is_not_there(api, chat_id, words):
    assert await api.refusal("sendMessage", chat_id=chat_id, text="x") == f"Bad Request: {words}"


@pytest.mark.parametrize(
    ("status", "rights", "words"),
    [
        ("kicked", None, "Forbidden: bot was kicked from the channel chat"),
        ("left", None, "Forbidden: bot is not a member of the channel chat"),
        ("administrator", ["can_edit_messages"], "Bad Request: need administrator rights in the channel chat"),
        ("member", None, "Bad Request: need administrator rights in the channel chat"),
    ],
)
async def test_a_channel_takes_posts_only_from_who_may_post(api, status, rights, words):
    await api.control("telegram/rights", chat_id=api.channel, status=status, rights=rights)
    assert await api.refusal("sendMessage", chat_id=api.channel, text="x") == words


async def test_a_group_that_became_a_supergroup_names_it(api, telegram):
    telegram.add_group(-500, "Old")
    telegram.set_member(-500, 123456, "member")
    telegram.chats[-500].upgraded_to = api.group
    status, body = await api.raw("sendMessage", chat_id=-500, text="x")
    assert status == 400
    assert body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert body["parameters"] == {"migrate_to_chat_id": api.group}


async def test_a_person_who_has_not_started_or_has_blocked_the_bot(api, telegram):
    telegram.add_user(7, "Stranger", started=False)
    words = await api.refusal("sendMessage", chat_id=7, text="x")
    assert words == "Forbidden: bot can't initiate conversation with a user"
    await api.control("telegram/block", user_id=api.reader)
    words = await api.refusal("sendMessage", chat_id=api.reader, text="x")
    assert words == "Forbidden: bot was blocked by the user"
    [update] = await api("getUpdates")
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"


async def test_a_reply_needs_its_message(api):
    first = await api("sendMessage", chat_id=api.channel, text="first")
    reply = {"message_id": first["message_id"]}
    second = await api("sendMessage", chat_id=api.channel, text="second", reply_parameters=reply)
    assert second["reply_to_message"]["text"] == "first"
    gone = {"message_id": 999}
    words = await api.refusal("sendMessage", chat_id=api.channel, text="x", reply_parameters=gone)
    assert words == "Bad Request: message to be replied not found"
    gone["allow_sending_without_reply"] = True
    assert "reply_to_message" not in await api("sendMessage", chat_id=api.channel, text="x", reply_parameters=gone)


@pytest.mark.parametrize(
    ("button", "words"),
    [
        (
            {"text": "x", "url": "http://localhost:3000"},
            "inline keyboard button URL 'http://localhost:3000' is invalid: Wrong HTTP URL",
        ),
        ({"text": "x", "callback_data": "я" * 32 + "!"}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "copy_text": {"text": "y" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "x"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        ({"text": " ", "url": "https://a.az"}, "inline keyboard button text must be non-empty"),
        ({"text": "x", "web_app": {"url": "https://a.az"}}, "BUTTON_TYPE_INVALID"),
    ],
)
async def test_bad_buttons(api, button, words):
    markup = {"inline_keyboard": [[button]]}
    assert (
        await api.refusal("sendMessage", chat_id=api.channel, text="x", reply_markup=markup) == f"Bad Request: {words}"
    )


async def test_good_buttons_are_shown_as_telegram_writes_them(api):
    rows = [
        [{"text": "Read", "url": "caliber.az"}, {"text": "Copy", "copy_text": {"text": "y" * 256}}],
        [{"text": "Ok", "callback_data": "a" * 64}],
    ]
    sent = await api("sendMessage", chat_id=api.channel, text="x", reply_markup={"inline_keyboard": rows})
    rows[0][0]["url"] = "http://caliber.az/"
    assert sent["reply_markup"]["inline_keyboard"] == rows


@pytest.mark.parametrize("shape", [(101, 1), (1, 9), (60, 1, "x" * 200)])
async def test_a_keyboard_can_be_too_long(api, shape):
    rows, width, *label = shape
    button = {"text": label[0] if label else "x", "callback_data": "y"}
    markup = {"inline_keyboard": [[button] * width] * rows}
    words = await api.refusal("sendMessage", chat_id=api.channel, text="x", reply_markup=markup)
    assert words == "Bad Request: reply markup is too long"


async def test_an_uploaded_photo_comes_in_sizes_and_can_be_sent_again_and_fetched(api, http, picture):
    status, body = await api.form(
        "sendPhoto", chat_id=api.channel, photo=picture(1600, 900), caption="<i>cap</i>", parse_mode="HTML"
    )
    assert status == 200
    sizes = body["result"]["photo"]
    assert [(s["width"], s["height"]) for s in sizes] == [(90, 51), (320, 180), (800, 450), (1280, 720), (1600, 900)]
    assert body["result"]["caption_entities"] == [{"type": "italic", "offset": 0, "length": 3}]
    again = await api("sendPhoto", chat_id=api.channel, photo=sizes[-1]["file_id"])
    assert again["photo"] == sizes
    file = await api("getFile", file_id=sizes[-1]["file_id"])
    async with http.get(f"{api.base}/telegram/file/bot{api.token}/{file['file_path']}") as answer:
        assert await answer.read() == picture(1600, 900)


async def test_a_file_id_serves_only_its_own_bot(api, telegram, picture):
    _, body = await api.form("sendPhoto", chat_id=api.channel, photo=picture())
    other = telegram.add_bot("777:OTHER", "other_bot")
    telegram.set_member(api.channel, other.id)
    api.token = "777:OTHER"
    words = await api.refusal("sendPhoto", chat_id=api.channel, photo=body["result"]["photo"][0]["file_id"])
    assert words == "Bad Request: wrong file identifier/HTTP URL specified"


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((6000, 4001), "PHOTO_INVALID_DIMENSIONS"),
        ((2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        ((10, 201), "PHOTO_INVALID_DIMENSIONS"),
    ],
)
async def test_a_photo_has_its_proportions(api, picture, size, words):
    _, body = await api.form("sendPhoto", chat_id=api.channel, photo=picture(*size))
    assert body["description"] == f"Bad Request: {words}"


async def test_a_photo_must_be_a_picture_and_not_too_heavy(api, picture):
    for content, words in [
        (b"<html>", "IMAGE_PROCESS_FAILED"),
        (picture()[:-300], "IMAGE_PROCESS_FAILED"),
        (b"", "file must be non-empty"),
        (
            b"x" * (10 * 2**20 + 1),
            "file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes",
        ),
    ]:
        _, body = await api.form("sendPhoto", chat_id=api.channel, photo=content)
        assert body["description"] == f"Bad Request: {words}"
    assert (
        await api.refusal("sendPhoto", chat_id=api.channel, photo="") == "Bad Request: there is no photo in the request"
    )


@pytest.fixture
async def media(picture):
    """A site with a good picture, a page, a heavy picture, and a path that is not there."""
    app = web.Application()

    def give(body, kind):
        async def handle(_):
            return web.Response(body=body, content_type=kind)

        return handle

    app.router.add_get("/good.jpg", give(picture(), "image/jpeg"))
    app.router.add_get("/page.jpg", give(b"<html>", "text/html"))
    app.router.add_get("/heavy.jpg", give(picture() + b"\0" * 5 * 2**20, "image/jpeg"))
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    yield str(server.make_url("")).rstrip("/")
    await server.close()


async def test_a_photo_by_address_is_fetched(api, media):
    sent = await api("sendPhoto", chat_id=api.channel, photo=f"{media}/good.jpg")
    assert sent["photo"][-1]["width"] == 640


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/gone.jpg", "failed to get HTTP URL content"),
        ("/heavy.jpg", "failed to get HTTP URL content"),
        ("/page.jpg", "wrong type of the web page content"),
    ],
)
async def test_a_photo_by_address_that_cannot_be_had(api, media, path, words):
    assert await api.refusal("sendPhoto", chat_id=api.channel, photo=media + path) == f"Bad Request: {words}"


async def test_the_sandbox_fetches_nothing_outside_loopback(api):
    words = await api.refusal("sendPhoto", chat_id=api.channel, photo="https://example.com/x.jpg")
    assert words == "Bad Request: failed to get HTTP URL content"


def album(*names):
    return [{"type": "photo", "media": f"attach://{name}", "caption": name} for name in names]


async def test_an_album_is_one_group_of_messages(api, picture):
    _, body = await api.form(
        "sendMediaGroup", chat_id=api.channel, media=album("a", "b"), a=picture(), b=picture(300, 300)
    )
    first, second = body["result"]
    assert first["media_group_id"] == second["media_group_id"]
    assert (first["caption"], second["caption"]) == ("a", "b")
    assert second["message_id"] == first["message_id"] + 1


async def test_a_wrong_picture_fails_the_album_but_the_others_are_out(api, picture, telegram):
    _, body = await api.form(
        "sendMediaGroup", chat_id=api.channel, media=album("a", "b", "c"), a=picture(), b=b"no", c=picture()
    )
    assert body["description"] == 'Bad Request: failed to send message #2 with the error message "IMAGE_PROCESS_FAILED"'
    assert [m.body.text for m in telegram.chats[api.channel].messages.values()] == ["a", "c"]


async def test_albums_have_bounds(api, picture):
    assert (
        await api.refusal("sendMediaGroup", chat_id=api.channel, media=[])
        == "Bad Request: there are no messages to send"
    )
    _, body = await api.form(
        "sendMediaGroup", chat_id=api.channel, media=album(*"abcdefghijk"), **dict.fromkeys("abcdefghijk", picture())
    )
    assert body["description"] == "Bad Request: too many messages to send as an album"
    words = await api.refusal("sendMediaGroup", chat_id=api.channel, media=album("a", "b"))
    assert words == "Bad Request: can't parse InputMedia: media not found"


async def test_a_forward_names_its_source_and_a_copy_does_not(api):
    post = await api("sendMessage", chat_id=api.channel, text="news")
    where = {"chat_id": api.reader, "from_chat_id": api.channel, "message_id": post["message_id"]}
    forward = await api("forwardMessage", **where)
    assert forward["forward_origin"]["chat"]["id"] == api.channel
    assert forward["forward_origin"]["message_id"] == post["message_id"]
    assert set(await api("copyMessage", **where)) == {"message_id"}
    where["message_id"] = 99
    assert await api.refusal("forwardMessage", **where) == "Bad Request: message to forward not found"
    assert await api.refusal("copyMessage", **where) == "Bad Request: message to copy not found"


async def test_a_protected_message_is_not_passed_on(api):
    post = await api("sendMessage", chat_id=api.channel, text="x", protect_content=True)
    assert post["has_protected_content"] is True
    where = {"chat_id": api.reader, "from_chat_id": api.channel, "message_id": post["message_id"]}
    assert await api.refusal("forwardMessage", **where) == "Bad Request: the message can't be forwarded"


async def test_nothing_is_passed_on_from_a_protected_chat_and_the_chat_says_so(api, telegram):
    where = {"chat_id": api.reader, "from_chat_id": api.channel}
    telegram.chats[api.channel].protected = True
    post = await api("sendMessage", chat_id=api.channel, text="x")
    assert post["has_protected_content"] is True
    words = await api.refusal("forwardMessage", **where, message_id=post["message_id"])
    assert words == "Bad Request: the message can't be forwarded"
    assert (await api("getChat", chat_id=api.channel))["has_protected_content"] is True


async def test_a_service_message_takes_an_id_and_is_not_passed_on(api, telegram):
    first = await api("sendMessage", chat_id=api.channel, text="x")
    told = telegram.rename(telegram.chats[api.channel], "Caliber")
    assert told.to_json(0)["new_chat_title"] == "Caliber"
    assert told.id == first["message_id"] + 1
    for method, word in (("forwardMessage", "forwarded"), ("copyMessage", "copied")):
        words = await api.refusal(method, chat_id=api.reader, from_chat_id=api.channel, message_id=told.id)
        assert words == f"Bad Request: the message can't be {word}"


@pytest.mark.parametrize(
    ("buttons", "kept"),
    [
        ([{"text": "Read", "url": "https://a.az/1"}], True),
        ([{"text": "Read", "url": "https://a.az/1"}, {"text": "Copy", "copy_text": {"text": "https://a.az/1"}}], False),
        ([{"text": "Press", "callback_data": "a"}], False),
    ],
)
async def test_a_forward_keeps_a_keyboard_that_only_leads_to_pages(api, buttons, kept):
    post = await api("sendMessage", chat_id=api.channel, text="x", reply_markup={"inline_keyboard": [buttons]})
    where = {"chat_id": api.reader, "from_chat_id": api.channel, "message_id": post["message_id"]}
    assert ("reply_markup" in await api("forwardMessage", **where)) is kept
    assert (await api("sendMessage", chat_id=api.channel, text="y"))["message_id"] == post["message_id"] + 1


async def test_private_chats_and_small_groups_share_one_row_of_ids_and_channels_have_their_own(api, telegram):
    telegram.add_group(-77, "Friends")
    telegram.set_member(-77, telegram.bots[api.token].id, "member")
    chats = [api.reader, -77, api.channel, api.reader, api.group]
    ids = [(await api("sendMessage", chat_id=chat, text="x"))["message_id"] for chat in chats]
    assert ids == [1, 2, 1, 3, 1]


async def test_ids_grow_and_may_leave_gaps(api, telegram):
    telegram.gaps = 0.5
    ids = [(await api("sendMessage", chat_id=api.channel, text=str(i)))["message_id"] for i in range(20)]
    assert ids == sorted(set(ids))
    assert ids[-1] > 20


@pytest.mark.parametrize(
    ("token", "status", "words"),
    [("1:unknown", 401, "Unauthorized"), ("nonsense", 404, "Not Found")],
)
async def test_tokens_that_open_nothing(api, token, status, words):
    api.token = token
    assert await api.raw("getMe") == (status, {"ok": False, "error_code": status, "description": words})


async def test_an_unknown_method_is_not_found(api):
    assert await api.refusal("sendPigeon") == "Not Found: method not found"


async def test_a_message_in_a_topic_that_is_not_there(api):
    words = await api.refusal("sendMessage", chat_id=api.channel, text="x", message_thread_id=4)
    assert words == "Bad Request: message thread not found"


async def test_every_kind_of_entity_is_drawn_as_the_bot_api_has_it(api):
    source = (
        '<b>b</b> <pre><code class="language-py">p</code></pre> <blockquote>q</blockquote> <a href="tg://user?id=5">u</a> '
        '<tg-time unix="1700000000">t</tg-time> <tg-emoji emoji-id="5">e</tg-emoji> @name_of #tag $USD a@b.az /x a.az'
    )
    sent = await api("sendMessage", chat_id=api.channel, text=source, parse_mode="HTML")
    assert [entity["type"] for entity in sent["entities"]] == [
        *("bold", "pre", "blockquote", "text_link", "date_time", "custom_emoji"),
        *("mention", "hashtag", "cashtag", "email", "bot_command", "url"),
    ]


async def test_a_download_can_go_wrong_on_order(api, http, world, picture):
    _, body = await api.form("sendPhoto", chat_id=api.channel, photo=picture())
    file = await api("getFile", file_id=body["result"]["photo"][-1]["file_id"])
    await api.control("faults", platform="telegram", kind="error", method="file", status=503)
    url = f"{api.base}/telegram/file/bot{api.token}/{file['file_path']}"
    async with http.get(url) as answer:
        assert answer.status == 503
    async with http.get(url) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("sendMessage", {"text": "\ud800"}),
        ("sendMessage", {"text": "x", "reply_markup": "[1"}),
        ("sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": 5}}),
        ("sendMessage", {"text": "x", "reply_parameters": []}),
        ("sendMessage", {"text": "x", "entities": [5]}),
        ("sendMessage", {"text": "x", "link_preview_options": {"url": 5}}),
        ("sendMediaGroup", {"media": [{"type": "photo", "media": 5}, 7]}),
        ("editMessageText", {"message_id": "9" * 5000, "text": "x"}),
        ("setMyCommands", {"commands": [{}]}),
        ("getMyCommands", {"scope": {"type": []}}),
    ],
)
async def test_nonsense_is_refused_and_breaks_nothing(api, telegram, method, params):
    telegram.description = None
    status, body = await api.raw(method, chat_id=api.channel, **params)
    assert (status, body["description"][:12]) == (400, "Bad Request:")
