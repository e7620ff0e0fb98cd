"""/retract: takes an article's posts back, after a second word."""

from __future__ import annotations

from bot.ask import Ask, Command, Pressed
from bot.buttons import Data, Key, Tap
from db import articles, posts, wishes
from desk import retract, why
from desk.review import Said
from newswire.editor import Act
from newswire.post import PostState
from newswire.richtext import RichText

_OUT = (PostState.PUBLISHED, PostState.CORRECTING)


async def _ask(ask: Ask) -> None:
    number = await why.find(ask.newsroom, ask.about) if ask.about else None
    if number is None and ask.about:
        await ask.answer(f"I have never seen {ask.about}.")
        return
    if number is None:
        await ask.answer("Which article? Write its number, or reply to its card:\n/retract #482")
        return
    async with ask.newsroom.store.read() as connection:
        stored = await articles.get(connection, number)
        own = await posts.of_article(connection, number)
    out = [post.channel for post in own if post.state in _OUT]
    perhaps = [post.channel for post in own if post.state in wishes.IN_DOUBT]
    places = f"It is out in {', '.join(out)}." if out else "It is out nowhere; what waits will be called off."
    if perhaps:
        places = f"It is out in {', '.join(out) or 'no channel for certain'}, and perhaps in {', '.join(perhaps)}."
    sure = Key(
        "Take it back everywhere", str(Data(Tap.RETRACT, number, stored.article.revision if stored else 0)), "danger"
    )
    keep = Key("Keep", str(Data(Tap.KEEP, number)))
    await ask.answer(f"Retract #{number}? {places}", ((sure, keep),))


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
