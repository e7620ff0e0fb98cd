"""/there, and a post's link as a reply to its card: where a post is of which nobody knew whether it is out, or its number."""

from __future__ import annotations

import re

from telegram import Message

from bot.ask import Ask, Command
from desk.deciding import why, witness
from newswire.editor import Act

_LINK = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/\S+", re.IGNORECASE)
_CARD = re.compile(r"#\d+")


async def _there(ask: Ask) -> None:
    first, *rest = ask.words.split() or [""]
    about, links = (ask.replied, [first, *rest]) if ask.replied and not first.startswith("#") else (first, rest)
    if not (about and links and links[0]):
        await ask.answer("Which article, and where is its post? For example:\n/there #482 https://t.me/lantern/123")
        return
    number = await why.find(ask.newsroom, about)
    if number is None:
        await ask.answer(f"I have never seen {about}.")
        return
    await ask.answer((await witness.point_out(ask.newsroom, ask.editor, number, links)).text)


def is_answer(message: Message) -> bool:
    """Whether somebody replies to a card of ours with nothing but links."""
    card, words = message.reply_to_message, (message.text or "").split()
    ours = card is not None and card.from_user is not None and card.from_user.id == message.get_bot().id
    about = card is not None and bool(_CARD.search(card.text or ""))
    return ours and about and bool(words) and all(_LINK.fullmatch(word) for word in words)


async def answered(ask: Ask) -> None:
    """Such a reply. Where no post is looked for, editors talk among themselves."""
    number = int(ask.replied.lstrip("#"))
    if await witness.unknown(ask.newsroom, number):
        await ask.answer((await witness.point_out(ask.newsroom, ask.editor, number, ask.words.split())).text)


COMMANDS = (
    Command(
        name="there",
        says="where a post is that I could not find",
        carry_out=_there,
        usage="<#number> <link of the post>",
        examples=("/there #482 https://t.me/lantern/123",),
        act=Act.SETTLE,
    ),
)
