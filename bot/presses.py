"""Presses: a button becomes one deed at the desk. Decide first, answer second, both fast."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable

from telegram import CallbackQuery
from telegram.error import BadRequest, TelegramError

from bot import gather, previews, times
from bot.ask import SLOW, Deed, Pressed, not_allowed
from bot.buttons import Tap, markup, parse
from bot.editors import channels, late, queue, retract, time
from bot.room import Room, is_same
from db import cards
from desk.deciding import review, witness
from desk.deciding.review import Press, Said
from desk.newsroom import Newsroom
from newswire import log
from newswire.editor import Act, Editor
from newswire.errors import NewswireError
from publishers._ptb import described

logger = log.get("newswire.bot.presses")

_LONGEST = 200
_GLANCE = 60  # what is longer than a glance stays until it is read
_OLD = Said(False, "This button is out of date. Please use the newest card.")


async def press(room: Room, query: CallbackQuery, editor: Editor | None, refusal: str) -> None:
    """Carry out a press and tell whoever pressed, in a few words; `refusal` is for one without a role."""
    data = parse(query.data or "")
    said: Said | None
    if editor is None:
        said = Said(False, refusal)
    elif data is None:
        said = _OLD
    else:
        pressed = Pressed(room=room, query=query, editor=editor, data=data)
        said = await _decide(pressed)
        await _take_away_older(pressed)
    if said is not None:
        await _tell(query, said)


async def _tell(query: CallbackQuery, said: Said) -> None:
    try:
        await query.answer(said.text[:_LONGEST] or None, show_alert=not said.done and len(said.text) > _GLANCE)
    except TelegramError as error:  # too late: what was decided stands, and the card shows it
        logger.info("press not answered", error=described(error))


async def _decide(pressed: Pressed) -> Said | None:
    try:
        return await _DEEDS[pressed.data.tap](pressed)
    except NewswireError as error:
        return Said(False, f"That did not work: {error}")
    except TelegramError as error:
        logger.warning("press not shown", error=described(error))
        return SLOW


async def _take_away_older(pressed: Pressed) -> None:
    """A card that was sent twice (its answer was lost) has an older copy, known by this press: it goes."""
    if pressed.data.tap in retract.TAPS:  # pressed on a question, which is no card
        return
    chat, message = pressed.place
    async with pressed.newsroom.store.read() as connection:
        card = await cards.get(connection, pressed.data.article)
    if card is None or card.message_id in (None, message) or not chat == card.chat_id == pressed.room.chat:
        return
    with contextlib.suppress(TelegramError):
        await pressed.room.bot.delete_message(chat, message)


def _by_desk(deed: Callable[[Newsroom, Press], Awaitable[Said]]) -> Deed:
    async def carry_out(pressed: Pressed) -> Said:
        return await deed(pressed.newsroom, pressed.press)

    return carry_out


async def _settle(pressed: Pressed) -> Said:
    if not pressed.data.argument.isdecimal():
        return _OLD
    there = pressed.data.tap is Tap.THERE
    return await witness.settle(pressed.newsroom, pressed.editor, int(pressed.data.argument), there=there)


async def _preview(pressed: Pressed) -> Said | None:
    """Whoever pressed hears where it is as soon as it begins to come."""
    chat, _ = pressed.place
    begun = await previews.begin(pressed.room, f"#{pressed.data.article}", person=pressed.editor.id, chat=chat)
    if isinstance(begun, str):
        return Said(False, begun)
    await _tell(pressed.query, Said(True, "" if begun.where == chat else "Sent to you in private."))
    await begun.finish()
    return None


async def _open_times(pressed: Pressed) -> Said:
    """The card's buttons become times, until one is pressed or the card is drawn again."""
    newsroom, now = pressed.newsroom, pressed.newsroom.clock.now()
    if not pressed.editor.may(Act.RESCHEDULE):
        return not_allowed(pressed.editor)
    async with newsroom.store.write() as connection:
        facts = await gather.facts(connection, pressed.data.article, now)
        await cards.forget_shown(connection, pressed.data.article, redraw=False)
    if facts is None or facts.stored.article.revision != pressed.data.revision:
        await _close_times(pressed)
        return Said(False, "The article has changed since this card was drawn. Please look again.")
    chat, message = pressed.place
    rows = times.menu(facts.stored.article, newsroom.settings.timezone, now)
    try:
        await pressed.room.bot.edit_message_reply_markup(chat, message, reply_markup=markup(rows))
    except BadRequest as error:
        if not is_same(error):  # somebody else opened them at the same moment
            raise
    return Said(True, "")


async def _close_times(pressed: Pressed) -> Said:
    """The card is drawn again, with its usual buttons."""
    async with pressed.newsroom.store.write() as connection:
        await cards.forget_shown(connection, pressed.data.article)
    pressed.newsroom.bell.ring("cards")
    return Said(True, "")


async def _next_slot(pressed: Pressed) -> Said:
    await _close_times(pressed)
    return await review.next_slot(pressed.newsroom, pressed.press)


async def _at(pressed: Pressed) -> Said:
    await _close_times(pressed)
    due = times.chosen(pressed.data, pressed.newsroom.clock.now())
    if due is None:
        return Said(False, "That time has passed. Please choose another.")
    return await review.reschedule(pressed.newsroom, pressed.press, due)


_DEEDS: dict[Tap, Deed] = {
    Tap.APPROVE: _by_desk(review.approve),
    Tap.NOW: _by_desk(review.send_now),
    Tap.SKIP: _by_desk(review.skip),
    Tap.RETRY: _by_desk(review.retry),
    Tap.THERE: _settle,
    Tap.NOT_THERE: _settle,
    Tap.PREVIEW: _preview,
    Tap.TIMES: _open_times,
    Tap.BACK: _close_times,
    Tap.NEXT_SLOT: _next_slot,
    Tap.AFTER: _at,
    Tap.AT: _at,
    **time.TAPS,
    **queue.TAPS,
    **channels.TAPS,
    **late.TAPS,
    **retract.TAPS,
}
