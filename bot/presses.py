"""Presses: a button becomes one deed at the desk. Decide first, answer second, both fast."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta

from telegram import CallbackQuery
from telegram.error import TelegramError

from bot import gather, previews
from bot.buttons import Data, markup, parse
from bot.cards import times
from db import cards
from desk import review
from desk.newsroom import Newsroom
from desk.review import Press, Said
from newswire import log
from newswire.editor import Act, Editor
from newswire.timetable import local

logger = log.get("newswire.bot.presses")

_TOAST = 190  # Telegram cuts at 200
_CLOCK = re.compile(r"^(t?)(\d\d):(\d\d)$")

Deed = Callable[[Newsroom, Press], Awaitable[Said]]
_DEEDS: dict[str, Deed] = {
    "ap": review.approve,
    "nw": review.send_now,
    "sk": review.skip,
    "rt": review.retry,
}


async def press(newsroom: Newsroom, query: CallbackQuery, editor: Editor | None) -> None:
    """Carry out a press and tell the one who pressed, in a few words."""
    data = parse(query.data or "")
    if editor is None:
        said = Said(False, "This button is for the editors.")
    elif data is None:
        said = Said(False, "This button is out of date. Please use the newest card.")
    else:
        said = await _decide(newsroom, query, editor, data)
    try:
        await query.answer(said.text[:_TOAST] or None, show_alert=not said.done and bool(said.text))
    except TelegramError as error:  # the answer came too late: what was decided stands, and the card shows it
        logger.info("press not answered", error=str(error))


async def _decide(newsroom: Newsroom, query: CallbackQuery, editor: Editor, data: Data) -> Said:
    drawn_for = Press(editor, data.article, data.revision)
    if data.act in _DEEDS:
        return await _DEEDS[data.act](newsroom, drawn_for)
    if data.act in ("th", "nt") and data.argument.isdigit():
        return await review.settle(newsroom, editor, int(data.argument), there=data.act == "th")
    if data.act == "at":
        return await _at(newsroom, drawn_for, data.argument)
    if data.act == "tm":
        return await _open_times(newsroom, query, editor, data)
    if data.act == "bk":
        return await _back(newsroom, data)
    if data.act == "pv" and editor.may(Act.LOOK):
        await previews.send(
            newsroom,
            query.get_bot(),
            query.from_user.id,
            query.message.chat.id if query.message else 0,
            f"#{data.article}",
        )
        return Said(True, "Preview below.")
    return Said(False, "This button is out of date. Please use the newest card.")


async def _at(newsroom: Newsroom, drawn_for: Press, when: str) -> Said:
    """Another time; the card goes back to its usual buttons by being drawn again."""
    async with newsroom.store.write() as connection:
        await cards.forget_shown(connection, drawn_for.article_id)
    if when == "next":
        return await review.next_slot(newsroom, drawn_for)
    return await review.reschedule(newsroom, drawn_for, moment(newsroom, when))


def moment(newsroom: Newsroom, when: str) -> datetime:
    """`+15` minutes from now, `20:00` today (tomorrow if that has passed), `t08:30` tomorrow, in the newsroom's zone."""
    now = newsroom.clock.now()
    found = _CLOCK.match(when)
    if found is None:
        return now + timedelta(minutes=int(when.lstrip("+") or 0))
    zone = newsroom.settings.timezone
    today = now.astimezone(zone).date()
    at = time(int(found[2]), int(found[3]))
    due = local(today + timedelta(days=1 if found[1] else 0), at, zone)
    return due if due > now else local(today + timedelta(days=1), at, zone)


async def _open_times(newsroom: Newsroom, query: CallbackQuery, editor: Editor, data: Data) -> Said:
    facts = await gather.facts(newsroom, data.article)
    if facts is None or not editor.may(Act.RESCHEDULE):
        return Said(False, "Your role cannot do this.")
    if facts.stored.article.revision != data.revision:
        return await _back(newsroom, data)
    async with newsroom.store.write() as connection:
        await cards.forget_shown(connection, data.article, redraw=False)
    await query.edit_message_reply_markup(markup(times(facts)))
    return Said(True, "")


async def _back(newsroom: Newsroom, data: Data) -> Said:
    async with newsroom.store.write() as connection:
        await cards.forget_shown(connection, data.article)
    newsroom.bell.ring("cards")
    return Said(True, "")
