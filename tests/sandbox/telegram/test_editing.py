"""Edit, delete and pin: what a bot may still change, and until when."""

from __future__ import annotations

import pytest

DAY = 86_400
SAME = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
BUTTON = {"inline_keyboard": [[{"text": "Read", "url": "https://caliber.az/"}]]}


@pytest.fixture
async def post(api):
    """A text in the channel, with a button."""
    sent = await api(
        "sendMessage", chat_id=api.channel, text="first <b>version</b>", parse_mode="HTML", reply_markup=BUTTON
    )
    return {"chat_id": api.channel, "message_id": sent["message_id"]}


@pytest.fixture
async def photo(api, picture):
    """A photo in the channel."""
    _, body = await api.form("sendPhoto", chat_id=api.channel, photo=picture(), caption="cap")
    return {"chat_id": api.channel, "message_id": body["result"]["message_id"]}


@pytest.fixture
def others(api, telegram):
    """A post of somebody else in the channel."""
    message = telegram.post(telegram.chats[api.channel], telegram.owner)
    return {"chat_id": api.channel, "message_id": message.id}


async def test_an_edit_shows_and_takes_the_buttons_off(api, world, post):
    edited = await api("editMessageText", **post, text="second version")
    assert edited["text"] == "second version"
    assert edited["edit_date"] >= edited["date"]
    assert "reply_markup" not in edited
    assert world.events[-1].kind == "edited"


async def test_the_same_again_is_not_modified(api, post):
    same = {**post, "text": "<b></b>first <b>version</b> ", "parse_mode": "HTML"}
    assert await api.refusal("editMessageText", **same, reply_markup=BUTTON) == SAME
    assert await api.refusal("editMessageReplyMarkup", **post, reply_markup=BUTTON) == SAME
    await api("editMessageText", **same)
    assert await api.refusal("editMessageReplyMarkup", **post) == SAME


async def test_another_preview_is_a_change(api, post):
    preview = {"url": "https://caliber.az/x", "prefer_large_media": True}
    edited = await api("editMessageText", **post, text="first version", link_preview_options=preview)
    assert edited["link_preview_options"] == preview


async def test_edits_too_long_carry_the_servers_own_names(api, post, photo):
    assert await api.refusal("editMessageText", **post, text="x" * 4097) == "Bad Request: MESSAGE_TOO_LONG"
    assert await api.refusal("editMessageCaption", **photo, caption="x" * 1025) == "Bad Request: MEDIA_CAPTION_TOO_LONG"


async def test_text_and_caption_are_not_each_other(api, post, photo):
    words = "Bad Request: there is no text in the message to edit"
    assert await api.refusal("editMessageText", **photo, text="x") == words
    words = "Bad Request: there is no caption in the message to edit"
    assert await api.refusal("editMessageCaption", **post, caption="x") == words


async def test_a_caption_can_be_taken_off(api, photo):
    assert "caption" not in await api("editMessageCaption", **photo)


async def test_a_text_becomes_a_photo(api, post, picture):
    media = {"type": "photo", "media": "attach://new", "caption": "now with a picture"}
    _, body = await api.form("editMessageMedia", **post, media=media, new=picture(200, 100))
    assert body["result"]["caption"] == "now with a picture"
    assert "text" not in body["result"]


async def test_what_is_not_there_cannot_be_edited_or_deleted(api, post):
    gone = {**post, "message_id": 999}
    assert await api.refusal("editMessageText", **gone, text="x") == "Bad Request: message to edit not found"
    assert await api.refusal("deleteMessage", **gone) == "Bad Request: message to delete not found"
    await api("deleteMessage", **post)
    assert await api.refusal("editMessageText", **post, text="x") == "Bad Request: message to edit not found"


async def test_a_bots_own_post_can_be_edited_at_any_age(api, world, post):
    world.offset = 400 * DAY
    await api("editMessageText", **post, text="a year later")


async def test_a_post_of_others_can_be_edited_with_the_right_and_for_two_days(api, world, others):
    assert (await api("editMessageText", **others, text="by the bot"))["text"] == "by the bot"
    world.offset = 2 * DAY
    assert await api.refusal("editMessageText", **others, text="x") == "Bad Request: message can't be edited"
    world.offset = 0
    await api.control("telegram/rights", chat_id=api.channel, rights=["can_post_messages"])
    assert await api.refusal("editMessageText", **others, text="x") == "Bad Request: message can't be edited"


async def test_a_forward_cannot_be_edited(api, post):
    sent = await api("forwardMessage", chat_id=api.reader, from_chat_id=api.channel, message_id=post["message_id"])
    where = {"chat_id": api.reader, "message_id": sent["message_id"]}
    assert await api.refusal("editMessageText", **where, text="x") == "Bad Request: message can't be edited"


async def test_a_post_is_deleted_and_on_record(api, world, telegram, post):
    assert await api("deleteMessage", **post) is True
    assert world.events[-1].kind == "deleted"
    shown = (await api.look("telegram/chats"))["chats"]
    [message] = next(chat for chat in shown if chat["id"] == api.channel)["messages"]
    assert message["deleted"] is True
    assert message["text"] == "first version"


async def test_no_bot_deletes_what_is_older_than_48_hours(api, world, post):
    note = await api("sendMessage", chat_id=api.reader, text="hi")
    world.offset = 2 * DAY + 1
    assert await api.refusal("deleteMessage", **post) == "Bad Request: message can't be deleted"
    words = await api.refusal("deleteMessage", chat_id=api.reader, message_id=note["message_id"])
    assert words == "Bad Request: message can't be deleted for everyone"


async def test_just_under_48_hours_it_still_goes(api, world, post):
    world.offset = 2 * DAY - 60
    await api("deleteMessage", **post)


async def test_deleting_needs_the_right(api, post, others):
    await api.control("telegram/rights", chat_id=api.channel, rights=["can_post_messages"])
    assert await api.refusal("deleteMessage", **others) == "Bad Request: message can't be deleted"
    await api("deleteMessage", **post)


async def test_many_are_deleted_at_once_and_the_missing_passed_over(api, telegram, post):
    assert await api("deleteMessages", chat_id=api.channel, message_ids=[post["message_id"], 998, 999]) is True
    assert telegram.chats[api.channel].live(post["message_id"]) is None
    words = await api.refusal("deleteMessages", chat_id=api.channel, message_ids=list(range(1, 102)))
    assert words == "Bad Request: too many message identifiers specified"
    words = await api.refusal("deleteMessages", chat_id=api.channel, message_ids=[0])
    assert words == "Bad Request: invalid message identifier specified"


async def test_pinning_needs_its_right(api, post):
    assert await api("pinChatMessage", **post) is True
    assert (await api("getChat", chat_id=api.channel))["pinned_message"]["message_id"] == post["message_id"]
    assert await api("unpinChatMessage", chat_id=api.channel) is True
    assert "pinned_message" not in await api("getChat", chat_id=api.channel)
    await api.control("telegram/rights", chat_id=api.channel, rights=["can_post_messages"])
    words = await api.refusal("pinChatMessage", **post)
    assert words == "Bad Request: not enough rights to manage pinned messages in the chat"
