"""Gather: the facts a card shows, read in one look at the database."""

from __future__ import annotations

from bot.cards import Facts
from bot.words import clock
from db import articles, audit, cards, channels, posts
from db.audit import Entry
from desk.newsroom import Newsroom
from newswire.channel import ChannelState

_OURS = ("newswire",)


async def facts(newsroom: Newsroom, article_id: int) -> Facts | None:
    """The facts of #id; None when there is no such article."""
    now = newsroom.clock.now()
    async with newsroom.store.read() as connection:
        stored = await articles.get(connection, article_id)
        if stored is None:
            return None
        card = await cards.get(connection, article_id)
        own = await posts.of_article(connection, article_id)
        entries = await audit.of_article(connection, article_id)
        standings = await channels.states(connection)
        former = await articles.former_title(connection, article_id)
    paused = frozenset(name for name, at in standings.items() if at.state is not ChannelState.ON)
    return Facts(stored, own, now, card.note if card else "", former, _decided(entries, newsroom), paused)


def _decided(entries: list[Entry], newsroom: Newsroom) -> str:
    """`Approved by Anar, 14:05`: the last word a person had."""
    people = [e for e in entries if e.by not in _OURS and not e.by.startswith("source ") and e.detail]
    if not people:
        return ""
    last = people[-1]
    at = clock(newsroom.settings, last.at, newsroom.clock.now())
    return f"{last.detail[0].upper()}{last.detail[1:]} · {last.by} · {at}"
