"""/late: a heap of late posts is held, and one press or one line decides about all of them."""

from datetime import timedelta

import pytest
from support.desk import NOON
from support.editors import CHIEF, EDITOR, SETTINGS, Going, Office, buttons

from desk.deciding import backlog
from newswire.post import PostState

AT_ONCE = SETTINGS.replace("viewers =", "approve = { default = 0 }\nviewers =") + "\n[delivery]\nmost_late = 1\n"


@pytest.fixture
async def office(open_office) -> Office:
    """Two posts a channel waited for half an hour."""
    office: Office = await open_office(AT_ONCE, clock=Going(NOON))
    for _ in range(2):
        await office.article()
    office.newsroom.clock.move(timedelta(minutes=30))
    await backlog.sweep(office.newsroom)
    return office


async def _states(office: Office) -> set[PostState]:
    async with office.newsroom.store.read() as connection:
        found = [await backlog.posts.of_article(connection, number) for number in (1, 2)]
    return {post.state for own in found for post in own if post.channel == "tg-en"}


async def test_the_alert_has_a_button_for_each_way_out_and_a_press_ends_it(office: Office):
    alert = await office.until("❌ tg-en: 2 posts waited since 16:00 and are held.")
    assert buttons(alert) == [["Send newest 3", "New times for all"], ["Let all go"]]
    assert "cannot decide" in await office.press(EDITOR, alert, "Let all go")
    assert await office.press(CHIEF, alert, "Let all go") == "2 posts will not go out."
    office.newsroom.clock.move(timedelta(minutes=1))  # the chat takes more again
    over = await office.until("✅ Over after")
    assert over["message_id"] == alert["message_id"]
    assert buttons(over) == []
    assert await _states(office) == {PostState.EXPIRED}


async def test_the_same_is_typed(office: Office):
    await office.ask(CHIEF, "/late tg-en newest", "The newest 2 go out now.")
    assert await _states(office) == {PostState.SCHEDULED}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (
            "/late",
            "Which channel, and what shall become of its late posts?\n/late <channel> <newest or spread or drop>",
        ),
        ("/late fb-en drop", "There is no channel 'fb-en'. /channels lists them."),
        ("/late tg-en burn", "Say /late tg-en newest, spread or drop."),
    ],
)
async def test_what_is_not_understood_is_answered_with_how_it_is_written(office: Office, text: str, answer: str):
    await office.ask(CHIEF, text, answer)
    assert await _states(office) == {PostState.IN_REVIEW}


async def test_a_channel_alone_is_answered_with_the_buttons(office: Office):
    told = await office.ask(CHIEF, "/late tg-en", "What shall become of the late posts of tg-en?")
    assert await office.press(CHIEF, told, "New times for all") == "2 posts have new times."
