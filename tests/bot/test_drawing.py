"""Cards and alerts in the chat: each once, in its place, whatever Telegram answers and whenever the bot dies."""

from datetime import timedelta

from support.editors import CHAT, EDITOR, OWNER, Office, buttons, eventually

from db import alerts, cards
from sandbox.faults import Fault

AGAIN = "Telegram did not say whether this card arrived before. If there are two, use this one."


def _order(office: Office, kind: str, method: str = "sendMessage", **more: object) -> None:
    office.telegram.world.faults.add(Fault(platform="telegram", kind=kind, method=method, **more))


async def test_a_card_that_telegram_holds_back_for_a_second_comes_once(office: Office):
    _order(office, "flood", seconds=1)
    article = await office.article()
    await office.until(f"#{article.id} new")
    assert len(office.said()) == 1
    assert AGAIN not in office.said()[0]


async def test_a_redrawing_that_telegram_holds_back_comes_a_second_later(office: Office):
    card = await office.until(f"#{(await office.article()).id} new")
    _order(office, "flood", "editMessageText", seconds=1)
    await office.press(EDITOR, card, "Approve")
    assert (await office.until("approved · Anar"))["message_id"] == card["message_id"]
    assert len(office.said()) == 1


async def test_a_card_whose_answer_was_lost_comes_once_more_and_says_so(office: Office):
    _order(office, "drop")
    article = await office.article()
    newer = await office.until(AGAIN)
    older = office.messages()[0]
    assert [f"#{article.id} new" in text for text in office.said()] == [True, True]
    assert await office.press(EDITOR, older, "Approve") == "Approved."
    shown = await office.until("approved · Anar")
    assert shown["message_id"] == newer["message_id"]
    await eventually(lambda: len(office.said()) == 1)
    assert AGAIN not in office.said()[0]


async def test_while_no_answer_comes_through_no_more_copies_of_a_card_go(office: Office):
    await eventually(lambda: len(office.calls("setMyCommands")) == 4)
    _order(office, "drop", "*", times=2)
    article = await office.article()

    async def stands() -> bool:
        return (await office.card(article.id)).message_id is not None

    await eventually(stands)
    assert len(office.said()) == 2


async def test_a_card_that_was_being_sent_when_the_bot_died_comes_once_more_at_the_next_start_and_no_further(
    open_office,
):
    office: Office = await open_office(start=False)
    article = await office.article()
    async with office.newsroom.store.write() as connection:
        await cards.clean(connection, article.id)
    for copies in (1, 1):
        await office.face.start()
        await office.until(AGAIN)
        await office.face.stop()
        assert len(office.said()) == copies
        office = await open_office(start=False)


async def test_a_card_that_was_being_redrawn_when_the_bot_died_is_redrawn_in_its_place(open_office):
    office: Office = await open_office(start=False)
    await office.face.start()
    article = await office.article()
    card = await office.until(f"#{article.id} new")
    await office.face.stop()
    async with office.newsroom.store.write() as connection:
        await cards.dirty(connection, article.id, note="⏸ Held.")
        await cards.clean(connection, article.id)
    again: Office = await open_office()
    assert (await again.until("⏸ Held."))["message_id"] == card["message_id"]
    assert len(again.said()) == 1


async def test_a_card_that_somebody_deleted_comes_back_when_there_is_something_to_say(office: Office):
    article = await office.article()
    card = await office.until(f"#{article.id} new")
    office.telegram.delete(office.telegram.chats[CHAT].messages[card["message_id"]])
    async with office.newsroom.store.write() as connection:
        await cards.dirty(connection, article.id, note="⏸ Held.")
    office.newsroom.bell.ring("cards")
    assert (await office.until("⏸ Held."))["message_id"] != card["message_id"]


async def test_a_card_that_telegram_refuses_does_not_hold_up_the_next(office: Office):
    _order(office, "error", status=400, times=3)
    refused = await office.article()
    await eventually(lambda: office.telegram.world.faults.orders[0].times == 0)  # the next try is seconds away
    await office.article("Later news")
    later = await office.until("Later news")
    shown = await office.until(f"#{refused.id} new")
    assert later["message_id"] < shown["message_id"]
    assert len(office.said()) == 2


async def _raise(office: Office, text: str, *, place: str = "channel tg-en", cause: str = "rejected") -> None:
    async with office.newsroom.store.write() as connection:
        await alerts.raise_(connection, place, cause, text, now=office.newsroom.clock.now())
    office.newsroom.bell.ring("cards")


async def _close(office: Office) -> None:
    async with office.newsroom.store.write() as connection:
        await alerts.close(connection, "channel tg-en", now=office.newsroom.clock.now() + timedelta(minutes=14))
    office.newsroom.bell.ring("cards")


async def test_an_alert_is_one_message_that_counts_and_in_the_end_says_that_it_is_over(office: Office):
    await _raise(office, "tg-en did not take #1: too long\nOther channels are not affected.")
    first = await office.until("❌ tg-en did not take #1: too long\nOther channels are not affected.\nSince ")
    for _ in range(2):
        await _raise(office, "tg-en did not take #2: too long")
    counted = await office.until("· 3 times")
    await _close(office)
    over = await office.until("✅ Over after 14 min\ntg-en did not take #2: too long")
    assert {counted["message_id"], over["message_id"]} == {first["message_id"]}
    assert len(office.said()) == 1


async def test_an_alert_that_was_over_before_anybody_saw_it_is_not_shown(open_office):
    office: Office = await open_office(start=False)
    await _raise(office, "tg-en did not take #1")
    await _close(office)
    await office.face.start()
    await office.ask(OWNER, "/help", "You are owner here.")
    await office.face.stop()
    assert len(office.said()) == 1


async def test_a_channel_that_paused_itself_is_resumed_from_its_alert(office: Office):
    await _raise(office, "tg-en is paused: log-in ended\nIts queue stays.", cause="paused")
    alert = await office.until("❌ tg-en is paused")
    assert buttons(alert) == [["▶️ Resume tg-en"]]
    assert "cannot resume" in await office.press(EDITOR, alert, "Resume")


async def test_an_alert_that_telegram_holds_back_comes_once(office: Office):
    _order(office, "flood", seconds=1)
    await _raise(office, "tg-en did not take #1")
    await office.until("❌ tg-en did not take #1")
    assert len(office.said()) == 1


async def test_while_no_answer_comes_through_no_more_copies_of_an_alert_go(office: Office):
    await eventually(lambda: len(office.calls("setMyCommands")) == 4)
    _order(office, "drop", "*", times=2)
    await _raise(office, "tg-en did not take #1")

    async def stands() -> bool:
        return all(alert.message_id for alert in await office.alerts())

    await eventually(stands)
    assert len(office.said()) == 2
