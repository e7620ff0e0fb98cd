"""/retract: takes an article's posts back, after a second word."""

from __future__ import annotations

from bot.ask import Ask, Command, Pressed
from bot.buttons import Data, Key, Tap
from desk.deciding import retract, why
from desk.deciding.review import Said
from newswire.editor import Act
from newswire.richtext import RichText


async def _ask(ask: Ask) -> None:
    if not ask.about:
        await ask.answer("Which article? Write its number, or reply to its card:\n/retract #482")
        return
    number = await why.find(ask.newsroom, ask.about)
    there = await retract.places(ask.newsroom, number) if number is not None else None
    if number is None or there is None:
        await ask.answer(f"I have never seen {ask.about}.")
        return
    sure = Key("Take it back everywhere", str(Data(Tap.RETRACT, number, there.revision)), "danger")
    keep = Key("Keep", str(Data(Tap.KEEP, number)))
    await ask.answer(f"Retract #{number}? {there.text}", ((sure, keep),))


async def _sure(pressed: Pressed) -> Said:
    said = await retract.retract(pressed.newsroom, pressed.press)
    await pressed.show(RichText(said.text), ())
    return said


async def _keep(pressed: Pressed) -> Said:
    text = f"#{pressed.data.article} stays."
    await pressed.show(RichText(text), ())
    return Said(True, text)


COMMANDS = (
    Command(
        name="retract",
        says="take an article's posts back",
        carry_out=_ask,
        usage="<#number or address>",
        examples=("/retract #482",),
        act=Act.RETRACT,
    ),
)
TAPS = {Tap.RETRACT: _sure, Tap.KEEP: _keep}
