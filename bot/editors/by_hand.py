"""/post and /preview: an article that an editor names."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from bot import gather, previews
from bot.ask import Ask, Command
from bot.cards import UNDECIDED, place
from bot.words import lasted, lines, many, short
from desk.deciding import by_hand
from desk.deciding.by_hand import Posted
from desk.newsroom import Newsroom
from newswire.editor import Act
from newswire.errors import NewswireError, SourceError
from newswire.post import PostState
from newswire.richtext import RichText, Style, styled

_TITLE = 120
_SOON = 1.5
_SURE = "anyway"


async def _post(ask: Ask) -> None:
    """Say what became of it; a page that takes its time is announced first."""
    if not ask.about:
        await ask.answer("Which article? Write its address, for example:\n/post https://news.example/en/482")
        return
    work = asyncio.ensure_future(_posted(ask))
    done, _ = await asyncio.wait([work], timeout=_SOON)
    if done:
        await ask.answer(await work)
        return
    reading = await ask.answer(f"Reading {urlsplit(ask.about).netloc or ask.about}…")
    await ask.room.amend(await work, chat=reading.chat.id, message=reading.message_id)


async def _posted(ask: Ask) -> RichText:
    try:
        sure = ask.words.split()[1:] == [_SURE]
        return await _result(ask.newsroom, await by_hand.post(ask.newsroom, ask.about, by=ask.editor.name, sure=sure))
    except SourceError as error:
        way = f"\nIf it is one article all the same: /post {ask.about} {_SURE}" if error.lists else ""
        return RichText(f"❌ Not posted: {error}{way}")
    except NewswireError as error:
        return RichText(f"❌ Not posted: {error}")


async def _result(newsroom: Newsroom, posted: Posted) -> RichText:
    """What became of it, and where each post is by now."""
    article = posted.taken.article
    head = RichText(f"#{article.id} ") + styled(short(article.title, _TITLE, article.edition), Style.BOLD)
    if not posted.posts:
        reasons = [f"{name}: {reason}" for name, reason in posted.refusals.items()]
        return lines([head, "It is noted, but no channel takes it.", *reasons])
    async with newsroom.store.read() as connection:
        facts = await gather.facts(connection, article.id, newsroom.clock.now())
    places = [place(post, facts, newsroom.settings) for post in facts.posts] if facts else []
    return lines([head, _summary(newsroom, posted), *places])


def _summary(newsroom: Newsroom, posted: Posted) -> str:
    if not posted.known:
        waits = any(post.state in UNDECIDED for post in posted.posts)
        return "Waits for approval; its card comes now." if waits else f"Goes to {many(len(posted.posts), 'channel')}."
    out = [post.published_at for post in posted.posts if post.state is PostState.PUBLISHED and post.published_at]
    if not out:
        return "It is here already. Nothing was changed."
    ago = lasted(newsroom.clock.now() - min(out))
    return f"It is here already: went out {ago} ago to {many(len(out), 'channel')}. Nothing was sent again."


async def _preview(ask: Ask) -> None:
    if not ask.about:
        await ask.answer("Which article? Write its number or address, or reply to its card:\n/preview #482")
        return
    begun = await previews.begin(ask.room, ask.about, person=ask.editor.id, chat=ask.message.chat.id)
    if isinstance(begun, str):
        await ask.answer(begun)
        return
    if begun.where != ask.message.chat.id:
        await ask.answer("Sent to you in private.")
    await begun.finish()


COMMANDS = (
    Command(
        name="post",
        says="post an article by its address",
        carry_out=_post,
        usage="<address>",
        examples=("/post https://news.example/en/482",),
        act=Act.POST,
    ),
    Command(
        name="preview",
        says="see an article as each channel shows it",
        carry_out=_preview,
        usage="<#number or address>",
        examples=("/preview #482",),
    ),
)
