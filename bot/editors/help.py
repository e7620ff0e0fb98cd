"""/help: what this editor can do, and how it is written."""

from __future__ import annotations

from collections.abc import Sequence

from bot.ask import Ask, Command
from bot.words import lines
from newswire.editor import LEAST, Role
from newswire.richtext import RichText, Style, styled


def command(others: Sequence[Command]) -> Command:
    """The help for `others` and itself."""

    async def show(ask: Ask) -> None:
        await ask.answer(text(ask.editor.role, others))

    return Command(name="help", says="what you can do here", carry_out=show)


def text(role: Role, commands: Sequence[Command]) -> RichText:
    """The commands that `role` may use, each with an example."""
    mine = [one for one in commands if role >= LEAST[one.act]]
    return lines(
        [
            styled(f"You are {role.name.lower()} here.", Style.BOLD),
            *(_line(one) for one in mine),
            "",
            "An article is named by its number (#482), its address, or by replying to its card."
            + (" The buttons under a card decide about it." if role > Role.VIEWER else ""),
        ]
    )


def _line(one: Command) -> RichText:
    written = f"/{one.name} {one.usage}".rstrip()
    example = f"\n     for example {', '.join(one.examples)}" if one.usage and one.examples else ""
    return RichText(f"{written} – {one.says}{example}")  # noqa: RUF001 - a dash as editors write it
