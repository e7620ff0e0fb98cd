"""Another time for an article: typed with /time, or after a card's `Type…`."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from support.desk import NOON
from support.editors import CHAT, EDITOR, OWNER, STRANGER, VIEWER, Going, Office, buttons, eventually

from newswire.post import PostState

KIND = "I do not understand 'soonish' as a time."


@pytest.fixture
async def office(open_office) -> Office:
    """At 16:00 in Baku."""
    return await open_office(clock=Going(NOON))


async def _due(office: Office, article) -> set[str]:
    zone = ZoneInfo("Asia/Baku")
    return {f"{post.due_at.astimezone(zone):%d %H:%M}" for post in (await office.posts(article)).values()}


@pytest.mark.parametrize(
    ("wish", "due", "shown"),
    [
        ("18:30", "24 18:30", "18:30"),
        ("tomorrow 9", "25 09:00", "tomorrow 09:00"),
        ("+20m", "24 16:20", "16:20"),
        ("now", "24 16:00", "at once"),
    ],
)
async def test_a_time_is_typed_for_a_numbered_article_and_its_card_shows_it(
    office: Office, wish: str, due: str, shown: str
):
    article = await office.article()
    await office.until("Needs 1 approval")
    await office.ask(EDITOR, f"/time #{article.id} {wish}", "Set to ")
    assert await _due(office, article) == {due}
    assert {post.state for post in (await office.posts(article)).values()} == {PostState.IN_REVIEW}
    await office.until(f"tg-en  {shown}")


async def test_a_time_is_typed_in_reply_to_the_card(office: Office):
    article = await office.article()
    card = await office.until(f"#{article.id} new")
    await office.ask(EDITOR, "/time 18:30", "Set to 18:30, 24 Nov.", reply_to=card["message_id"])
    assert await _due(office, article) == {"24 18:30"}


async def test_next_gives_the_article_back_to_its_channels_times(office: Office):
    article = await office.article()
    await office.ask(EDITOR, f"/time #{article.id} 18:30", "Set to ")
    await office.ask(EDITOR, f"/time #{article.id} next", "Back to the channels' own times.")
    assert await _due(office, article) == {"24 16:00"}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/time", "Which article, and when? For example:\n/time #482 18:30"),
        ("/time 18:30", "Which article, and when?"),
        ("/time #1", "Which article, and when?"),
        ("/time #99 18:30", "I have never seen #99."),
        ("/time #1 soonish", f"{KIND} Write it as 18:30, tomorrow 9, +20m, next or now."),
    ],
)
async def test_what_cannot_be_done_is_answered_with_how_it_is_written(office: Office, text: str, answer: str):
    article = await office.article()
    await office.ask(EDITOR, text, answer)
    assert await _due(office, article) == {"24 16:00"}


async def _asked(office: Office) -> tuple[dict, dict]:
    """The card, and the question after `Type…`."""
    card = await office.until(f"#{(await office.article()).id} new")
    await office.press(EDITOR, card, "Time")
    assert await office.press(EDITOR, office.messages()[-1], "Type…") == ""
    return card, await office.until("Anar, when shall #1 go out? Write 18:30, tomorrow 9, +20m, next or now.")


async def test_type_asks_whoever_pressed_and_their_answer_sets_the_time(office: Office):
    card, question = await _asked(office)
    assert question["markup"] == {"force_reply": True, "selective": True}
    assert [(e["type"], e["user"]["id"]) for e in question["entities"]] == [("text_mention", EDITOR)]
    office.say(EDITOR, "tomorrow 9", reply_to=question["message_id"])
    await office.until("#1: Set to 09:00, 25 Nov.")
    await eventually(lambda: not any("when shall" in text for text in office.said()))
    shown = await office.until("tg-en  tomorrow 09:00")
    assert shown["message_id"] == card["message_id"]
    await eventually(lambda: "✅ Approve" in str(buttons(office.messages()[0])))


async def test_an_answer_that_is_no_time_gets_one_kind_line_and_may_be_given_again(office: Office):
    _, question = await _asked(office)
    office.say(EDITOR, "soonish", reply_to=question["message_id"])
    again = await office.until("Anar, I do not understand 'soonish' as a time: when shall #1 go out?")
    assert again["markup"]["force_reply"]
    await eventually(lambda: len(office.said()) == 2)
    office.say(EDITOR, "+20m", reply_to=again["message_id"])
    await office.until("#1: Set to 16:20, 24 Nov.")


async def test_another_editor_may_answer_but_no_viewer_and_no_stranger(office: Office):
    _, question = await _asked(office)
    office.say(VIEWER, "18:30", reply_to=question["message_id"])
    await office.until("Your role (viewer) cannot do this.")
    office.say(STRANGER, "18:30", reply_to=question["message_id"])
    await office.until("This bot serves the editors")
    office.say(OWNER, "18:30", reply_to=question["message_id"])
    await office.until("#1: Set to 18:30")


async def test_a_viewer_is_not_asked(office: Office):
    card = await office.until(f"#{(await office.article()).id} new")
    await office.press(EDITOR, card, "Time")
    assert "viewer" in await office.press(VIEWER, office.messages()[-1], "Type…")
    assert len(office.said()) == 1


async def test_what_is_out_already_has_no_other_time(office: Office):
    article = await office.article()
    card = await office.until(f"#{article.id} new")
    await office.press(EDITOR, card, "Now")
    await office.deliver()
    office.newsroom.clock.move(timedelta(minutes=1))
    answer = await office.ask(EDITOR, f"/time #{article.id} 18:30", "Already")
    assert "by Anar" in answer["text"]
    assert answer["chat"]["id"] == CHAT
