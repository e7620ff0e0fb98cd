"""The real python-telegram-bot against the stand-in: every method it plays, and an application that is talked to."""

from __future__ import annotations

import asyncio
import io
import json

import pytest
import telegram as ptb
from telegram import error
from telegram.ext import Application, CallbackQueryHandler, CommandHandler

URL_BUTTON = ptb.InlineKeyboardMarkup([[ptb.InlineKeyboardButton("Read", url="https://caliber.az/en")]])


async def test_who_am_i_and_where(bot, api):
    me = await bot.get_me()
    assert (me.id, me.username, me.first_name) == (123456, "caliber_bot", "Caliber")
    chat = await bot.get_chat("@caliber_en")
    assert (chat.id, chat.type, chat.title) == (api.channel, "channel", "Caliber.Az English")
    member = await bot.get_chat_member(api.channel, me.id)
    assert isinstance(member, ptb.ChatMemberAdministrator)
    assert member.can_post_messages
    assert not member.can_invite_users
    assert {m.user.id for m in await bot.get_chat_administrators(api.channel)} == {me.id, 1_000_001}
    assert await bot.get_chat_member_count(api.channel) == 2
    assert isinstance(await bot.get_chat_member(api.group, api.reader), ptb.ChatMemberLeft)


async def test_texts(bot, api):
    entities = [ptb.MessageEntity("bold", 0, 4)]
    preview = ptb.LinkPreviewOptions(url="https://caliber.az/en", prefer_large_media=True)
    sent = await bot.send_message(
        api.channel, "Baku caliber.az", entities=entities, link_preview_options=preview, reply_markup=URL_BUTTON
    )
    assert [e.type for e in sent.entities] == ["bold", "url"]
    assert sent.link_preview_options == preview
    assert sent.reply_markup == URL_BUTTON
    edited = await bot.edit_message_text("<i>new</i>", api.channel, sent.message_id, parse_mode="HTML")
    assert edited.edit_date
    assert edited.reply_markup is None
    marked = await bot.edit_message_reply_markup(api.channel, sent.message_id, reply_markup=URL_BUTTON)
    assert marked.reply_markup == URL_BUTTON
    with pytest.raises(error.BadRequest, match="Message is not modified"):
        await bot.edit_message_reply_markup(api.channel, sent.message_id, reply_markup=URL_BUTTON)


async def test_pictures(bot, api, picture):
    sent = await bot.send_photo(api.channel, picture(), caption="<b>c</b>", parse_mode="HTML", reply_markup=URL_BUTTON)
    assert sent.caption_entities[0].type == "bold"
    assert (sent.photo[-1].width, sent.photo[-1].height) == (640, 480)
    again = await bot.send_photo(api.channel, sent.photo[-1].file_id)
    assert again.photo[-1].file_unique_id == sent.photo[-1].file_unique_id
    assert (await bot.edit_message_caption(api.channel, sent.message_id, caption="new")).caption == "new"
    media = ptb.InputMediaPhoto(picture(300, 200), caption="other")
    assert (await bot.edit_message_media(media, api.channel, sent.message_id)).photo[-1].width == 300
    file = await bot.get_file(again.photo[-1].file_id)
    out = io.BytesIO()
    await file.download_to_memory(out)
    assert out.getvalue() == picture()


async def test_albums(bot, api, picture):
    media = [ptb.InputMediaPhoto(picture(), caption="one"), ptb.InputMediaPhoto(picture(200, 200))]
    first, second = await bot.send_media_group(api.channel, media)
    assert first.media_group_id == second.media_group_id
    assert first.caption == "one"


async def test_forward_copy_pin_delete(bot, api):
    sent = await bot.send_message(api.channel, "x")
    forward = await bot.forward_message(api.reader, api.channel, sent.message_id)
    assert isinstance(forward.forward_origin, ptb.MessageOriginChannel)
    assert (await bot.copy_message(api.reader, api.channel, sent.message_id)).message_id > forward.message_id
    assert await bot.pin_chat_message(api.channel, sent.message_id)
    assert await bot.unpin_chat_message(api.channel)
    assert await bot.send_chat_action(api.reader, "typing")
    assert await bot.delete_message(api.channel, sent.message_id)
    assert await bot.delete_messages(api.channel, [sent.message_id])
    assert await bot.leave_chat(api.group)


async def test_what_the_bot_says_of_itself(bot, api):
    scope = ptb.BotCommandScopeChat(api.group)
    assert await bot.set_my_commands([("queue", "What is next")], scope=scope, language_code="az")
    assert (await bot.get_my_commands(scope=scope, language_code="az"))[0].command == "queue"
    assert await bot.get_my_commands() == ()
    assert await bot.delete_my_commands(scope=scope, language_code="az")
    with pytest.raises(error.BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([("Queue!", "x")])
    assert await bot.set_my_name("Xəbər", language_code="az")
    assert (await bot.get_my_name(language_code="az")).name == "Xəbər"
    assert (await bot.get_my_name()).name == "Caliber"
    assert await bot.set_my_description("long")
    assert (await bot.get_my_description(language_code="ru")).description == "long"
    assert await bot.set_my_short_description("short")
    assert (await bot.get_my_short_description()).short_description == "short"


async def test_webhooks(bot):
    assert await bot.set_webhook("http://127.0.0.1:9/hook", secret_token="s", allowed_updates=["message"])
    found = await bot.get_webhook_info()
    assert (found.url, found.allowed_updates) == ("http://127.0.0.1:9/hook", ("message",))
    with pytest.raises(error.Conflict):
        await bot.get_updates()
    assert await bot.delete_webhook()


@pytest.mark.filterwarnings(
    "ignore:Deprecated since version v22.2"
)  # of RetryAfter.retry_after: it will be a timedelta
async def test_leaving_the_cloud(bot, world):
    with pytest.raises(error.RetryAfter):
        await bot.close()
    world.offset = 601
    assert await bot.close()
    assert await bot.log_out()
    with pytest.raises(error.TelegramError, match="Logged out"):
        await bot.get_me()


async def test_errors_reach_the_caller_as_its_library_knows_them(bot, api, telegram):
    with pytest.raises(error.BadRequest, match="Chat not found"):
        await bot.send_message(-1007, "x")
    telegram.set_member(api.channel, bot.id, "kicked")
    with pytest.raises(error.Forbidden, match="bot was kicked from the channel chat"):
        await bot.send_message(api.channel, "x")
    telegram.add_group(-9, "old")
    telegram.set_member(-9, bot.id, "member")
    telegram.chats[-9].upgraded_to = api.group
    with pytest.raises(error.ChatMigrated) as moved:
        await bot.send_message(-9, "x")
    assert moved.value.new_chat_id == api.group
    stranger = ptb.Bot("1:wrong", base_url=f"{api.base}/telegram/bot")
    with pytest.raises(error.InvalidToken):
        await stranger.initialize()
    await stranger.shutdown()


async def test_an_application_answers_commands_and_buttons(api):
    async def start(update, _):
        button = ptb.InlineKeyboardButton("Approve", callback_data="ok:1")
        await update.message.reply_html("<b>Welcome</b>", reply_markup=ptb.InlineKeyboardMarkup([[button]]))

    async def pressed(update, _):
        await update.callback_query.answer("Done", show_alert=True)
        await update.callback_query.edit_message_text("Approved")

    app = Application.builder().token(api.token).base_url(f"{api.base}/telegram/bot").build()
    app.add_handler(CommandHandler("start", start))
    app.add_handler(CallbackQueryHandler(pressed))
    async with app:
        await app.updater.start_polling(timeout=5)
        await app.start()
        await api.control("telegram/say", chat_id=api.reader, user_id=api.reader, text="/start")
        welcome = await event(api, "sent")
        press = {"chat_id": api.reader, "message_id": welcome["message"]["message_id"], "user_id": api.reader}
        query = await api.control("telegram/press", **press, data="ok:1")
        assert (await event(api, "edited"))["message"]["text"] == "Approved"
        answer = (await api.look(f"telegram/answers?id={query['id']}"))["answer"]
        assert (answer["text"], answer["show_alert"]) == ("Done", True)
        await app.updater.stop()
        await app.stop()


async def event(api, kind):
    """The detail of the first event of a kind, as soon as it is there."""
    async with asyncio.timeout(10), api.http.get(f"{api.base}/control/events") as stream:
        name = ""
        async for line in stream.content:
            field, _, value = line.decode().strip().partition(": ")
            if field == "event":
                name = value
            elif field == "data" and name == kind:
                return json.loads(value)["detail"]
    raise AssertionError(f"the stream ended without {kind}")


async def test_a_button_is_answered_once_and_in_time(bot, api, world):
    markup = ptb.InlineKeyboardMarkup([[ptb.InlineKeyboardButton("x", callback_data="d")]])
    sent = await bot.send_message(api.reader, "x", reply_markup=markup)
    press = {"chat_id": api.reader, "message_id": sent.message_id, "data": "d", "user_id": api.reader}
    first = (await api.control("telegram/press", **press))["id"]
    late = (await api.control("telegram/press", **press))["id"]
    assert await bot.answer_callback_query(first, "ok")
    with pytest.raises(error.BadRequest, match="Query is too old and response timeout expired or query id is invalid"):
        await bot.answer_callback_query(first, "again")
    world.offset = 31
    with pytest.raises(error.BadRequest, match="Query is too old"):
        await bot.answer_callback_query(late)
