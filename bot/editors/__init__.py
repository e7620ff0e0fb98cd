"""What editors type: one small module for each group of commands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from difflib import get_close_matches

from telegram import Message

from bot.ask import Ask, Command
from bot.editors import by_hand, channels, late, queue, retract, there, time, why
from bot.editors import help as help_

COMMANDS: tuple[Command, ...] = (
    *queue.COMMANDS,
    *by_hand.COMMANDS,
    *time.COMMANDS,
    *channels.COMMANDS,
    *late.COMMANDS,
    *retract.COMMANDS,
    *there.COMMANDS,
    *why.COMMANDS,
)
"""In the order of the menu; the help, which shows them, comes last."""

ALL: tuple[Command, ...] = (*COMMANDS, help_.command(COMMANDS))

_ALIKE = 0.7
_NAMES = [command.name for command in ALL]
_MEANT = {"status": "channels", "breaking": "post", "hold": "pause", "delete": "retract", "schedule": "time"}
"""What editors type who know other tools."""


def answered(message: Message) -> Callable[[Ask], Awaitable[None]] | None:
    """Who waits for such an answer to a message of ours; None for nobody."""
    return next((one.answered for one in (time, there) if one.is_answer(message)), None)


def hint(text: str, bot: str) -> str:
    """What is said to `/qeue`; empty for what is nowhere near a command of ours, or is meant for another bot than `bot`."""
    name, _, whom = text.partition(" ")[0].partition("@")
    if not name.startswith("/") or whom.lower() not in ("", bot.lower()):
        return ""
    word = name[1:].lower()
    near = [_MEANT[word]] if word in _MEANT else get_close_matches(word, _NAMES, n=1, cutoff=_ALIKE)
    return f"There is no {name}. Did you mean /{near[0]}?" if near else ""
