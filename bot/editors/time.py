"""/time, and times that are typed after a card's `Type…`: another time for an article, in people's words."""

from __future__ import annotations

import contextlib

from telegram import Message
from telegram.error import TelegramError

from bot import times
from bot.ask import Ask, Command, Pressed, not_allowed
from bot.buttons import Tap
from desk.deciding import review, why
from desk.deciding.review import Press, Said
from newswire.editor import Act
from newswire.errors import UsageProblem

_ASKED = "when shall #{} go out?"
_KNOWN_BY = _ASKED.partition("{}")[0]
_NAMES = ("#", "http://", "https://")


async def _time(ask: Ask) -> None:
    """The article is named, or its card replied to; the rest is the time."""
    first, _, rest = ask.words.partition(" ")
    about, wish = (first, rest) if first.startswith(_NAMES) else (ask.replied, ask.words)
    if not (about and wish.strip()):
        await ask.answer(f"Which article, and when? For example:\n/time #482 18:30\nTimes are {times.EXAMPLES}.")
        return
    number = await why.find(ask.newsroom, about)
    if number is None:
        await ask.answer(f"I have never seen {about}.")
        return
    try:
        said = await _set(ask, number, wish)
    except UsageProblem as error:
        await ask.answer(f"{error} Write it as {times.EXAMPLES}.")
    else:
        await ask.answer(f"#{number}: {said.text}")


async def _set(ask: Ask, number: int, wish: str) -> Said:
    """UsageProblem for what is no time."""
    press = Press(ask.editor, number)
    if times.means_slot(wish):
        return await review.next_slot(ask.newsroom, press)
    due = times.typed(wish, ask.newsroom.settings.timezone, ask.newsroom.clock.now())
    return await review.reschedule(ask.newsroom, press, due)


async def _type(pressed: Pressed) -> Said:
    """Ask whoever pressed for a time."""
    if not pressed.editor.may(Act.RESCHEDULE):
        return not_allowed(pressed.editor)
    chat, _ = pressed.place
    await pressed.room.question(_question(pressed.data.article), pressed.editor, chat=chat)
    return Said(True, "")


def _question(number: int) -> str:
    return f"{_ASKED.format(number)} Write {times.EXAMPLES}."


def is_answer(message: Message) -> bool:
    """Whether somebody replies to the question for a time."""
    asked = message.reply_to_message
    ours = asked is not None and asked.from_user is not None and asked.from_user.id == message.get_bot().id
    return ours and asked is not None and _KNOWN_BY in (asked.text or "")


async def answered(ask: Ask) -> None:
    """A reply to the question: it is carried out and the question goes away, or it is asked once more."""
    number = int(ask.replied.lstrip("#"))
    if not ask.editor.may(Act.RESCHEDULE):
        await ask.answer(not_allowed(ask.editor).text)
        return
    chat, question = ask.message.chat.id, ask.message.reply_to_message
    try:
        said = await _set(ask, number, ask.words)
    except UsageProblem as error:
        again = f"{str(error).removesuffix('.')}: {_question(number)}"
        await ask.room.question(again, ask.editor, chat=chat, reply_to=ask.message.message_id)
    else:
        await ask.answer(f"#{number}: {said.text}")
    if question is not None:
        with contextlib.suppress(TelegramError):
            await ask.room.bot.delete_message(chat, question.message_id)


COMMANDS = (
    Command(
        name="time",
        says="another time for an article that waits",
        carry_out=_time,
        usage="<#number or address> <time>",
        examples=("/time #482 18:30", "/time #482 tomorrow 9", "/time #482 +20m"),
        act=Act.RESCHEDULE,
    ),
)
TAPS = {Tap.TYPE: _type}
