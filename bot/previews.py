"""Previews: an article as each channel would post it, shown to the editor who asked."""

from __future__ import annotations

from telegram import Bot, LinkPreviewOptions
from telegram.error import TelegramError

from bot.words import styled
from desk import by_hand
from desk.by_hand import Shown
from desk.newsroom import Newsroom
from newswire.errors import NewswireError
from newswire.richtext import RichText, Style
from newswire.richtext import styled as in_style
from publishers.telegram import keyboard


async def send(newsroom: Newsroom, bot: Bot, person: int, chat: int, wanted: str) -> None:
    """To the person in private; into `chat` when they have never written to the bot."""
    try:
        shown = await by_hand.preview(newsroom, wanted)
    except NewswireError as error:
        await bot.send_message(chat, f"This cannot be shown: {error}")
        return
    if not shown:
        await bot.send_message(chat, "No channel takes this article. /why tells the reasons.")
        return
    where = person
    for one in shown:
        try:
            await _one(bot, where, one)
        except TelegramError:
            where = chat
            await _one(bot, where, one)


async def _one(bot: Bot, where: int, shown: Shown) -> None:
    head = in_style(f"{shown.channel} · {shown.used}/{shown.limit}", Style.ITALIC)
    if shown.trouble:
        head = head + f"\n❌ {shown.trouble}"
    text, entities = styled(head + "\n\n" + (shown.message.text if not shown.trouble else RichText()))
    card = shown.message.preview
    options = LinkPreviewOptions(is_disabled=True)
    if card:
        options = LinkPreviewOptions(
            url=card.url, prefer_large_media=card.large or None, show_above_text=card.above_text or None
        )
    await bot.send_message(
        where, text, entities=entities, reply_markup=keyboard(shown.message.buttons), link_preview_options=options
    )
