"""/late: what becomes of the posts of a channel that waited too long, typed or pressed under the alert."""

from __future__ import annotations

from bot.ask import Ask, Command, Pressed
from bot.buttons import Data, Key, Rows, Tap
from desk.deciding import backlog
from desk.deciding.review import Said
from newswire.editor import Act

_DEEDS = {"newest": "Send newest 3", "spread": "New times for all", "drop": "Let all go"}
_USAGE = f"<channel> <{' or '.join(_DEEDS)}>"


def keys(channel: str) -> Rows:
    """A button for each thing that can be done."""

    def key(deed: str) -> Key:
        data = Data(Tap.LATE, argument=f"{channel}:{deed}")
        return Key(_DEEDS[deed], str(data), "danger" if deed == "drop" else "")

    return ((key("newest"), key("spread")), (key("drop"),))


async def _late(ask: Ask) -> None:
    name, _, deed = ask.words.partition(" ")
    if not name:
        await ask.answer(f"Which channel, and what shall become of its late posts?\n/late {_USAGE}")
        return
    if not deed.strip() and ask.newsroom.channel(name):
        await ask.answer(f"What shall become of the late posts of {name}?", keys(name))
        return
    await ask.answer((await backlog.decide(ask.newsroom, ask.editor, name, deed.strip().lower())).text)


async def _pressed(pressed: Pressed) -> Said:
    """The alert is drawn again by itself, as it is over."""
    name, _, deed = pressed.data.argument.partition(":")
    return await backlog.decide(pressed.newsroom, pressed.editor, name, deed)


COMMANDS = (
    Command(
        name="late",
        says="what becomes of posts that waited too long",
        carry_out=_late,
        usage=_USAGE,
        examples=("/late tg-en newest",),
        act=Act.PAUSE,
    ),
)
TAPS = {Tap.LATE: _pressed}
