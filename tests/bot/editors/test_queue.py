"""/queue: page by page, channel by channel, with what needs somebody."""

import pytest
from support.editors import CHAT, EDITOR, OWNER, VIEWER, Office, buttons

from db import posts


async def test_an_empty_queue_says_so(office: Office):
    told = await office.ask(VIEWER, "/queue", "Queue · Nothing waits")
    assert buttons(told) == [["• All", "tg-en", "x-en"]]


async def test_many_posts_are_turned_page_by_page_in_the_same_message(office: Office):
    for n in range(1, 9):
        await office.article(f"Story {n}")
    first = await office.ask(VIEWER, "/queue", "Queue · 16 waiting · 16 to approve")
    assert buttons(first)[0] == ["1/2", "More ▶"]
    assert first["text"].count("#") == 12
    assert first["text"].splitlines()[1] == "— tg-en —"
    assert "at once, to approve: #1 Story 1" in first["text"]
    assert await office.press(VIEWER, first, "More") == ""
    second = next(m for m in office.messages() if m["message_id"] == first["message_id"])
    assert second["text"].count("#") == 4
    assert buttons(second)[0] == ["◀ Back", "2/2"]
    assert await office.press(VIEWER, second, "Back") == ""
    assert next(m for m in office.messages() if m["message_id"] == first["message_id"])["text"] == first["text"]


async def test_turning_a_page_that_looks_the_same_is_no_trouble(office: Office):
    told = await office.ask(EDITOR, "/queue", "Nothing waits")
    assert await office.press(EDITOR, told, "All") == ""


async def test_a_page_that_is_not_there_any_more_shows_the_last_one(office: Office):
    for n in range(1, 8):
        await office.article(f"Story {n}")
    first = await office.ask(OWNER, "/queue", "14 waiting")
    async with office.newsroom.store.write() as connection:
        for number in range(1, 7):
            for post in await posts.of_article(connection, number):
                await posts.move(
                    connection, post.id, "skipped", by="Anar", now=office.newsroom.clock.now(), why="skipped"
                )
    assert await office.press(OWNER, first, "More") == ""
    shown = next(m for m in office.messages() if m["message_id"] == first["message_id"])
    assert "Queue · 2 waiting" in shown["text"]
    assert buttons(shown) == [["• All", "tg-en", "x-en"]]


async def test_one_channel_is_chosen_by_name_or_by_its_button(office: Office):
    await office.article()
    told = await office.ask(EDITOR, "/queue x-en", "Queue of x-en · 1 waiting")
    assert buttons(told) == [["All", "tg-en", "• x-en"]]
    assert await office.press(EDITOR, told, "tg-en") == ""
    await office.until("Queue of tg-en")
    await office.ask(EDITOR, "/queue fb-en", "There is no channel 'fb-en'. /channels lists them.")


async def test_what_needs_somebody_is_counted_and_named_and_a_number_leads_to_its_card(office: Office):
    article = await office.article()
    card = await office.until(f"#{article.id} new")
    await office.uncertain(article, "tg-en")
    told = await office.ask(EDITOR, "/queue", "Queue · 2 waiting · 1 to approve · 1 needs you")
    assert "❓ is it out? #1 Talks on water begin" in told["text"]
    links = {e["url"] for e in told["entities"] if e["type"] == "text_link"}
    assert links == {f"https://t.me/c/{str(CHAT).removeprefix('-100')}/{card['message_id']}"}


@pytest.mark.parametrize("text", ["/queue@lantern_bot", "/QUEUE"])
async def test_the_command_is_known_however_it_is_written(office: Office, text: str):
    await office.ask(EDITOR, text, "Nothing waits")


async def test_a_command_for_another_bot_is_none_of_ours(office: Office):
    office.say(EDITOR, "/queue@another_bot")
    await office.ask(EDITOR, "/help", "You are editor here.")
    assert len(office.said()) == 1
