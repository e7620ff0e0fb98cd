"""Previews: the very message on Telegram, text and count elsewhere, in private where the editor has met the bot."""

import pytest
from support.editors import CHAT, EDITOR, SETTINGS, TOKEN, VIEWER, Office, eventually

from newswire.post import PostState
from sandbox.telegram import Telegram

CHANNEL = -1003333333333
ONE_OF_EACH = SETTINGS.replace(
    'name = "tg-en"\ntype = "dry_run"', 'name = "tg-en"\ntype = "telegram"\nto = "@lantern_en"'
)


@pytest.fixture
async def office(open_office, telegram: Telegram) -> Office:
    """Its first channel is a real one on Telegram."""
    telegram.add_channel(CHANNEL, "lantern_en", "Caspian Lantern")
    telegram.set_member(CHANNEL, int(TOKEN.partition(":")[0]))
    return await open_office(ONE_OF_EACH)


async def test_the_button_shows_each_channels_message_in_private_and_posts_nothing(office: Office):
    article = await office.article()
    card = await office.until(f"#{article.id} new")
    assert await office.press(VIEWER, card, "Preview") == "Sent to you in private."
    await eventually(lambda: len(office.said(VIEWER)) == 3)
    head, real, told = office.said(VIEWER)
    assert head.startswith("As each channel shows it\ntg-en · Telegram ")
    assert "Talks on water begin" in real
    assert told.startswith("x-en · Dry run ")
    assert office.messages(CHANNEL) == []
    assert len(office.said()) == 1
    assert {post.state for post in (await office.posts(article)).values()} == {PostState.IN_REVIEW}


async def test_the_preview_is_the_very_message_that_goes_out(office: Office):
    card = await office.until(f"#{(await office.article()).id} new")
    await office.press(EDITOR, card, "Preview")
    await eventually(lambda: len(office.said(EDITOR)) == 3)
    shown = office.messages(EDITOR)[1]
    await office.press(EDITOR, card, "Now")
    await office.deliver()
    (out,) = office.messages(CHANNEL)
    same = ("text", "entities", "link_preview_options", "markup")
    assert {name: shown.get(name) for name in same} == {name: out.get(name) for name in same}


async def test_who_never_wrote_to_the_bot_sees_it_in_the_chat_and_hears_how_to_have_it_alone(office: Office):
    office.telegram.people[EDITOR].started.clear()
    card = await office.until(f"#{(await office.article()).id} new")
    assert await office.press(EDITOR, card, "Preview") == ""
    head = await office.until("As each channel shows it")
    assert head["text"].endswith("Write to me once at t.me/lantern_bot, and previews come to you alone.")
    await office.until("x-en · Dry run")


@pytest.mark.parametrize("how", ["#1", "1", "https://news.example/en/1", "reply"])
async def test_the_command_takes_a_number_an_address_or_a_reply_to_the_card(office: Office, how: str):
    card = await office.until(f"#{(await office.article()).id} new")
    replied = card["message_id"] if how == "reply" else 0
    await office.ask(EDITOR, "/preview" if replied else f"/preview {how}", "Sent to you in private.", reply_to=replied)
    await office.until("As each channel shows it", chat=EDITOR)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/preview", "Which article? Write its number or address, or reply to its card:\n/preview #482"),
        ("/preview #99", "There is nothing to show: there is no #99"),
        ("/preview nonsense", "There is nothing to show: 'nonsense' is no address; write it whole, with https://"),
        ("/preview http://127.0.0.1:9/x", "There is nothing to show: "),
    ],
)
async def test_what_cannot_be_shown_is_answered_with_the_reason(office: Office, text: str, answer: str):
    await office.ask(EDITOR, text, answer)


async def test_an_article_that_no_channel_takes_is_said_so(office: Office):
    article = await office.article(edition="ka")
    answer = "No channel takes this article.\ntg-en: takes en only\nx-en: takes en only"
    await office.ask(EDITOR, f"/preview #{article.id}", answer)
    assert CHAT
