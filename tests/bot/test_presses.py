"""An editor's day on a card: it appears, is pressed, is redrawn; who comes second, late or without a role hears so."""

import asyncio
from datetime import timedelta

import pytest
from support.editors import CHAT, EDITOR, OWNER, STRANGER, VIEWER, Office, buttons, eventually

from desk.writing import revising
from newswire.post import PostState
from sandbox.faults import Fault

NOTED = (
    "Noted: it is there. I do not know its number there. Reply to its card with the post's link, and I can correct it and "
    "take it back; without, please do so by hand."
)


async def test_a_card_appears_is_approved_by_a_press_and_shows_what_went_out(office: Office):
    article = await office.article()
    card = await office.until(f"#{article.id} new")
    assert "Needs 1 approval" in card["text"]
    assert buttons(card) == [["✅ Approve", "⚡ Now", "🙈 Skip"], ["👁 Preview", "🕒 Time"]]
    assert await office.press(EDITOR, card, "Approve") == "Approved."
    await office.until(f"✅ #{article.id} approved · Anar")
    await office.deliver()
    shown = await office.until("✅ out")
    assert shown["message_id"] == card["message_id"]
    assert len(office.said()) == 1


async def test_the_second_press_hears_who_was_first(office: Office):
    article = await office.article()
    card = await office.until(f"#{article.id} new")
    await office.press(EDITOR, card, "Approve")
    assert await office.press(OWNER, card, "Approve") == "Already approved by Anar."


async def test_two_presses_at_the_same_moment_decide_once(office: Office):
    card = await office.until(f"#{(await office.article()).id} new")
    heard = await asyncio.gather(*(office.press(who, card, "Approve") for who in (EDITOR, OWNER, EDITOR, OWNER)))
    assert heard.count("Approved.") == 1
    assert len([one for one in heard if one.startswith("Already approved by")]) == 3


async def test_a_press_on_a_card_of_an_older_revision_decides_nothing(office: Office):
    article = await office.article()
    card = await office.until(f"#{article.id} new")
    newer = await office.article("Talks on water begin", url="https://news.example/en/other")
    assert newer.id != article.id
    changed = type(article)(**{**_content(article), "title": "Talks on water fail"})
    await revising.changed(office.newsroom, article, changed, by="source site-en")
    assert "has changed" in await office.press(EDITOR, card, "Approve")
    shown = await office.until("Talks on water begin → Talks on water fail")
    assert shown["message_id"] == card["message_id"]
    assert await office.press(EDITOR, shown, "Approve") == "Approved."


def _content(article):
    return {name: getattr(article, name) for name in ("url", "title", "lead", "body", "edition", "source")}


async def test_a_viewer_cannot_approve(office: Office):
    card = await office.until(f"#{(await office.article()).id} new")
    assert await office.press(VIEWER, card, "Approve") == "Your role (viewer) cannot do this."
    assert await office.press(VIEWER, card, "Time") == "Your role (viewer) cannot do this."


async def test_a_stranger_cannot_press(office: Office):
    card = await office.until(f"#{(await office.article()).id} new")
    assert await office.press(STRANGER, card, "Approve") == "This button is for the editors of Caspian Lantern."


async def test_skip_takes_the_article_off_the_wire(office: Office):
    article = await office.article()
    card = await office.until(f"#{article.id} new")
    assert await office.press(EDITOR, card, "Skip") == "Skipped."
    shown = await office.until(f"🙈 #{article.id} skipped · Anar")
    assert buttons(shown) == [["👁 Preview"]]
    await office.deliver()
    assert "out ·" not in "".join(office.said())


async def test_another_time_is_chosen_in_place(office: Office):
    article = await office.article()
    card = await office.until(f"#{article.id} new")
    assert await office.press(EDITOR, card, "Time") == ""
    menu = office.messages()[-1]
    assert menu["text"] == card["text"]
    assert buttons(menu)[0] == ["Next slot", "+15 min", "+1 h"]
    assert buttons(menu)[-1] == ["◀ Back", "Type…"]
    assert (await office.press(EDITOR, menu, "+1 h")).startswith("Set to ")
    await eventually(lambda: "✅ Approve" in str(buttons(office.messages()[-1])))


async def test_back_closes_the_times(office: Office):
    card = await office.until(f"#{(await office.article()).id} new")
    await office.press(EDITOR, card, "Time")
    await office.press(EDITOR, office.messages()[-1], "Back")
    await eventually(lambda: "✅ Approve" in str(buttons(office.messages()[-1])))


async def test_a_button_of_another_version_is_answered_all_the_same(office: Office):
    card = await office.until(f"#{(await office.article()).id} new")
    place = office.telegram.chats[CHAT]
    rows = place.messages[card["message_id"]].markup["inline_keyboard"]
    rows[0][0]["callback_data"] = "v0|1|1|ap"
    assert "out of date" in await office.press(EDITOR, office.messages()[-1], "Approve")


async def test_who_approves_what_another_has_skipped_hears_who_it_was(office: Office):
    card = await office.until(f"#{(await office.article()).id} new")
    await office.press(OWNER, card, "Skip")
    assert await office.press(EDITOR, card, "Approve") == "Already skipped by Leyla."


async def test_the_times_on_a_card_of_an_older_revision_are_not_opened_and_the_new_card_is_shown(office: Office):
    article = await office.article()
    card = await office.until(f"#{article.id} new")
    changed = type(article)(**{**_content(article), "title": "Talks on water fail"})
    await revising.changed(office.newsroom, article, changed, by="source site-en")
    assert "has changed" in await office.press(EDITOR, card, "Time")
    shown = await office.until("Talks on water fail")
    assert shown["message_id"] == card["message_id"]
    assert "Next slot" not in str(buttons(shown))


async def test_two_editors_who_open_the_times_at_once_see_them_both(office: Office):
    card = await office.until(f"#{(await office.article()).id} new")
    assert await asyncio.gather(office.press(EDITOR, card, "Time"), office.press(OWNER, card, "Time")) == ["", ""]
    assert buttons(office.messages()[-1])[0] == ["Next slot", "+15 min", "+1 h"]


@pytest.mark.parametrize(
    "data",
    [
        "v1|99|1|ap",
        "v1|1|99|ap",
        "v1|1|1|zz",
        "v1|1|1|at|x",
        "v1|x|1|ap",
        "v1|1|1|th|x",
        "v1",
        "|||||",
        "v1|1|1|qu|:-1",
    ],
)
async def test_a_button_that_makes_no_sense_is_answered_and_decides_nothing(office: Office, data: str):
    article = await office.article()
    card = await office.until(f"#{article.id} new")
    office.telegram.chats[CHAT].messages[card["message_id"]].markup["inline_keyboard"][0][0]["callback_data"] = data
    await office.press(EDITOR, office.messages()[-1], "Approve")
    assert {post.state for post in (await office.posts(article)).values()} == {PostState.IN_REVIEW}


async def test_a_press_whose_answer_comes_too_late_for_telegram_still_decides(office: Office):
    article = await office.article()
    card = await office.until(f"#{article.id} new")
    office.telegram.world.faults.add(Fault(platform="telegram", kind="error", method="answerCallbackQuery", status=400))
    office.push(EDITOR, card, "Approve")
    await office.until("approved · Anar")


async def test_what_failed_is_tried_again_from_its_card(office: Office):
    article = await office.article()
    await office.failed(article, "tg-en", why="the text is too long")
    card = await office.until("❌ not taken: the text is too long")
    assert card["text"].startswith(f"⚠️ #{article.id} needs you")
    assert await office.press(EDITOR, card, "Try again") == "Trying again."
    await office.deliver()
    await office.until("tg-en  ✅ out")


async def test_of_a_post_nobody_knows_about_a_person_says_it_is_there(office: Office):
    article = await office.article()
    await office.until("Needs 1 approval")
    await office.uncertain(article, "tg-en")
    await office.press(OWNER, office.messages()[-1], "Skip")
    card = await office.until("❓ nobody knows whether it is out: no answer in 60 s")
    assert card["text"].startswith(f"⚠️ #{article.id} needs you")
    assert (
        "Please look at tg-en, then press, or reply with the post's link. Until then nothing is sent there again."
        in card["text"]
    )
    assert ["It is there", "It is not: send"] in buttons(card)
    assert await office.press(VIEWER, card, "It is there") == "Your role (viewer) cannot do this."
    assert await office.press(EDITOR, card, "It is there") == NOTED
    assert (await office.posts(article))["tg-en"].state is PostState.PUBLISHED
    assert (
        await office.press(OWNER, card, "It is not: send") == "Already seen there by a person (number unknown) by Anar."
    )
    card = await office.until("I cannot change it there")
    assert "tg-en  ✅ out" in card["text"]
    assert "It is" not in str(buttons(card))


async def test_of_a_post_nobody_knows_about_a_person_says_it_is_not_and_it_is_sent(office: Office):
    article = await office.article()
    await office.uncertain(article, "tg-en")
    card = await office.until("nobody knows whether it is out")
    await office.deliver()
    assert (await office.posts(article))["tg-en"].state is PostState.UNCERTAIN
    assert await office.press(EDITOR, card, "It is not: send") == "Sending it again."
    await office.deliver()
    assert (await office.posts(article))["tg-en"].state is PostState.PUBLISHED


async def test_two_posts_nobody_knows_about_have_buttons_with_their_channels_names(office: Office):
    article = await office.article()
    await office.uncertain(article, "tg-en", "x-en")
    card = await office.until("Please look at tg-en and x-en")
    assert buttons(card)[:2] == [
        ["tg-en: it is there", "tg-en: it is not: send"],
        ["x-en: it is there", "x-en: it is not: send"],
    ]
    assert await office.press(EDITOR, card, "x-en: it is there") == NOTED
    assert {name: post.state for name, post in (await office.posts(article)).items()} == {
        "tg-en": PostState.UNCERTAIN,
        "x-en": PostState.PUBLISHED,
    }


async def test_while_newswire_looks_for_a_post_by_itself_nobody_is_asked(office: Office):
    article = await office.article()
    await office.uncertain(article, "tg-en", "x-en", due_at=office.newsroom.clock.now() + timedelta(minutes=1))
    card = await office.until("🔎 perhaps out, I am looking: no answer in 60 s")
    assert "needs you" not in card["text"]
    await eventually(lambda: buttons(office.messages()[-1]) == [["👁 Preview"]])
