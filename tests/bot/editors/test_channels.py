"""/channels, /pause and /resume: who may, for how long, and the buttons that save typing."""

from datetime import timedelta

import pytest
from support.desk import NOON
from support.editors import CHIEF, EDITOR, OWNER, VIEWER, Going, Office, buttons

from desk.deciding import queue


@pytest.fixture
async def office(open_office) -> Office:
    """At 16:00 in Baku."""
    return await open_office(clock=Going(NOON))


async def _paused(office: Office) -> dict[str, str]:
    """The channels that are paused, and until when."""
    zone = office.newsroom.settings.timezone
    return {
        view.name: f"{view.standing.until.astimezone(zone):%d %H:%M}" if view.standing.until else ""
        for view in await queue.overview(office.newsroom)
        if not queue.is_on(view)
    }


async def test_channels_says_how_each_stands(office: Office):
    await office.article()
    told = await office.ask(VIEWER, "/channels", "🟢 tg-en on · Dry run · 0 out · 1 to approve")
    assert "🟢 x-en on" in told["text"]
    assert buttons(told) == []


async def test_a_paused_channel_says_by_whom_and_why_and_is_resumed_by_its_button(office: Office):
    await office.ask(
        CHIEF, "/pause tg-en 1h wrong picture", "tg-en paused until 17:00: wrong picture. The queue stays."
    )
    told = await office.ask(VIEWER, "/channels", "⏸ tg-en paused until 17:00")
    assert "by Tamar: wrong picture" in told["text"]
    assert buttons(told) == [["▶️ Resume tg-en"]]
    assert await office.press(EDITOR, told, "Resume") == "Your role (editor) cannot resume a channel."
    assert await _paused(office) == {"tg-en": "24 17:00"}
    assert await office.press(CHIEF, told, "Resume") == "tg-en on again."
    assert await _paused(office) == {}
    assert await office.press(OWNER, told, "Resume") == "tg-en is not paused."


async def test_a_pause_stops_at_once_and_its_end_is_chosen_afterwards(office: Office):
    told = await office.ask(CHIEF, "/pause tg-en until further notice", "tg-en paused: until further notice.")
    assert await _paused(office) == {"tg-en": ""}
    assert buttons(told) == [["For 1 h", "Until 08:30"], ["▶️ Resume tg-en"]]
    await office.press(CHIEF, told, "For 1 h")
    assert await _paused(office) == {"tg-en": "24 17:00"}
    await office.press(CHIEF, told, "Until 08:30")
    assert await _paused(office) == {"tg-en": "25 08:30"}
    assert "until further notice" in (await office.ask(VIEWER, "/channels", "⏸ tg-en"))["text"]


async def test_a_pause_until_tomorrow_says_so_and_ends_by_itself(office: Office):
    told = await office.ask(CHIEF, "/pause tg-en tomorrow", "tg-en paused until tomorrow 08:30. The queue stays.")
    assert buttons(told) == [["▶️ Resume tg-en"]]
    office.newsroom.clock.move(timedelta(hours=16))
    await queue.end_pauses(office.newsroom)
    assert await _paused(office) == {"tg-en": "25 08:30"}
    office.newsroom.clock.move(timedelta(minutes=31))
    await queue.end_pauses(office.newsroom)
    assert await _paused(office) == {}


async def test_pause_without_a_name_offers_the_channels(office: Office):
    told = await office.ask(CHIEF, "/pause", "Which channel shall stop?")
    assert buttons(told) == [["⏸ tg-en"], ["⏸ x-en"], ["⏸ all"]]
    assert "paused" in await office.press(CHIEF, told, "all")
    assert set(await _paused(office)) == {"tg-en", "x-en"}


async def test_resume_without_a_name_offers_the_paused_ones(office: Office):
    await office.ask(CHIEF, "/resume", "No channel is paused.")
    await office.ask(CHIEF, "/pause x-en", "x-en paused.")
    told = await office.ask(CHIEF, "/resume", "Which channel shall go on?")
    assert buttons(told) == [["▶️ Resume x-en"]]
    await office.press(CHIEF, told, "Resume x-en")
    assert await _paused(office) == {}


async def test_who_resumes_hears_what_became_overdue_meanwhile(office: Office):
    article = await office.article()
    card = await office.until(f"#{article.id} new")
    await office.ask(CHIEF, "/pause tg-en", "tg-en paused.")
    await office.press(EDITOR, card, "Now")
    office.newsroom.clock.move(timedelta(minutes=5))
    told = await office.ask(CHIEF, "/resume tg-en", "tg-en on again")
    assert told["text"] == "tg-en on again. 1 post became overdue; it goes out now. /queue shows what waits."


async def test_a_channel_that_does_not_exist_is_named(office: Office):
    for command in ("/pause fb-en", "/resume fb-en"):
        await office.ask(CHIEF, command, "There is no channel 'fb-en'. /channels lists them.")


async def test_the_card_shows_that_a_channel_is_paused(office: Office):
    article = await office.article()
    await office.ask(CHIEF, "/pause tg-en", "tg-en paused.")
    await office.ask(EDITOR, f"/time #{article.id} 18:30", "Set to")
    await office.until("tg-en  ⏸ channel paused · 18:30")
