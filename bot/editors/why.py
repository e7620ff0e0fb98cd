"""/why: the whole story of an article."""

from __future__ import annotations

from bot.ask import Ask, Command
from bot.words import lines
from desk.deciding import why
from newswire.richtext import Style, styled


async def _explain(ask: Ask) -> None:
    if not ask.about:
        await ask.answer("Which article? Write its number or address, or reply to its card:\n/why #482")
        return
    number = await why.find(ask.newsroom, ask.about)
    told = await why.story(ask.newsroom, number) if number is not None else None
    if told is None:
        await ask.answer(f"I have never seen {ask.about}. If it is on the site, /post and its address brings it in.")
        return
    first, *rest = why.lines(told, ask.newsroom)
    await ask.answer(lines([styled(first, Style.BOLD), *rest]))


COMMANDS = (
    Command(
        name="why",
        says="what happened to an article, and why",
        carry_out=_explain,
        usage="<#number or address>",
        examples=("/why #482",),
    ),
)
