"""What editors type: one small module for each group of commands."""

from __future__ import annotations

from bot.ask import Command
from bot.editors import by_hand, channels, late, queue, retract, time, why
from bot.editors import help as help_

COMMANDS: tuple[Command, ...] = (
    *queue.COMMANDS,
    *by_hand.COMMANDS,
    *time.COMMANDS,
    *channels.COMMANDS,
    *late.COMMANDS,
    *retract.COMMANDS,
    *why.COMMANDS,
)
"""In the order of the menu; the help, which shows them, comes last."""

ALL: tuple[Command, ...] = (*COMMANDS, help_.command(COMMANDS))
