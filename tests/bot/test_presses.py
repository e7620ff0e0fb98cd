"""An editor's day on a card: it appears, is pressed, is redrawn; who comes second, late or without a role hears so."""

import asyncio

from support.editors import CHAT, EDITOR, OWNER, STRANGER, VIEWER, Office, buttons

from desk import deliver, intake, recover
from newswire.post import PostState


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
    await intake.changed(office.newsroom, article, changed, by="source site-en")
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
    assert buttons(menu)[-1] == ["◀ Back"]
    assert (await office.press(EDITOR, menu, "+1 h")).startswith("Set to ")
    await _until_buttons(office, "✅ Approve")


async def test_back_closes_the_times(office: Office):
    card = await office.until(f"#{(await office.article()).id} new")
    await office.press(EDITOR, card, "Time")
    await office.press(EDITOR, office.messages()[-1], "Back")
    await _until_buttons(office, "✅ Approve")


async def _until_buttons(office: Office, label: str) -> None:
    for _ in range(200):
        if label in str(buttons(office.messages()[-1])):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(buttons(office.messages()[-1]))


async def test_a_button_of_another_version_is_answered_all_the_same(office: Office):
    card = await office.until(f"#{(await office.article()).id} new")
    place = office.telegram.chats[CHAT]
    rows = place.messages[card["message_id"]].markup["inline_keyboard"]
    rows[0][0]["callback_data"] = "v0|1|1|ap"
    assert "out of date" in await office.press(EDITOR, office.messages()[-1], "Approve")


async def test_what_nobody_knows_is_settled_by_a_person(office: Office):
    article = await office.article()
    card = await office.until(f"#{article.id} new")
    await office.press(EDITOR, card, "Approve")
    await office.newsroom.publishers["tg-en"].close()
    claims = await _lose(office)
    shown = await office.until("nobody knows whether it is out")
    assert ["tg-en: it is there", "tg-en: it is not, send"] in buttons(shown)
    assert await office.press(EDITOR, shown, "tg-en: it is there") == "Noted: it is there."
    assert await office.press(OWNER, shown, "tg-en: it is not") == "This has been settled already."
    assert claims


async def _lose(office: Office) -> list[str]:
    """Every post is claimed, and its carrier dies."""
    taken = (await deliver.claim(office.newsroom, 10)).claims
    await recover.recover(office.newsroom)
    return [claim.post.channel for claim in taken if claim.post.state is PostState.PUBLISHING]
