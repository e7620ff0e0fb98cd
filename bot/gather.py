"""Gather: the facts a card shows, as one transaction sees them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cards import Decision, Facts
from db import articles, audit, cards, channels, posts, revisions, siblings
from db.audit import Entry
from newswire.channel import ChannelState
from newswire.difference import Difference, Weight
from newswire.post import PostState


async def facts(connection: AsyncConnection, article_id: int, now: datetime) -> Facts | None:
    """The facts of #id; None when there is no such article."""
    stored = await articles.get(connection, article_id)
    if stored is None:
        return None
    card = await cards.get(connection, article_id)
    standings = await channels.states(connection)
    return Facts(
        stored=stored,
        posts=await posts.of_article(connection, article_id),
        now=now,
        note=card.note if card else "",
        answer_by=card.answer_by if card else None,
        correction=_correction(await revisions.last_change(connection, article_id)),
        former_title=await revisions.former_title(connection, article_id) if stored.article.revision > 1 else "",
        decision=_decision(await audit.of_article(connection, article_id)),
        paused=frozenset(name for name, at in standings.items() if at.state is not ChannelState.ON),
        again=card is not None and card.sending and card.message_id is None,
        like=await siblings.alike(connection, article_id),
        editions=await siblings.of(connection, article_id),
    )


def _correction(change: Difference) -> str:
    """What was corrected in the article beside its headline; "" where only words were changed."""
    corrected = (part for part in change.parts if part.weight is Weight.CORRECTION and part.name != "title")
    return next((part.said() for part in corrected), "")


def _decision(entries: Sequence[Entry]) -> Decision | None:
    """The last word a person had: approved or skipped."""
    for entry in reversed(entries):
        decided = entry.act in (PostState.SCHEDULED, PostState.SKIPPED) and entry.by != "newswire"
        if decided and entry.detail.startswith(("approved", "skipped")):
            return Decision(entry.detail.partition(",")[0], entry.by, entry.at)
    return None
