"""Cards: for each article under review, the one message in the editors' chat, and whether it must be drawn again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import cards


@dataclass(frozen=True, slots=True)
class Card:
    """Where a card is (None: not sent yet) and what it last showed (a hash).

    `sending`: a drawing began whose end nobody wrote down, so its message may stand there all the same.
    """

    article_id: int
    chat_id: int | None
    message_id: int | None
    shown: str
    note: str
    sending: bool
    answer_by: datetime | None


async def add(connection: AsyncConnection, article_id: int, *, answer_by: datetime | None, note: str = "") -> None:
    """An article needs a card."""
    await connection.execute(insert(cards).values(article_id=article_id, answer_by=answer_by, note=note))


async def to_draw(connection: AsyncConnection, limit: int) -> list[Card]:
    """Cards that do not show the truth, oldest first."""
    rows = await connection.execute(select(cards).where(cards.c.dirty).order_by(cards.c.article_id).limit(limit))
    return [Card(r.article_id, r.chat_id, r.message_id, r.shown, r.note, r.sending, r.answer_by) for r in rows]


async def get(connection: AsyncConnection, article_id: int) -> Card | None:
    """The card of an article."""
    r = (await connection.execute(select(cards).where(cards.c.article_id == article_id))).first()
    return Card(r.article_id, r.chat_id, r.message_id, r.shown, r.note, r.sending, r.answer_by) if r else None


async def clean(connection: AsyncConnection, article_id: int) -> None:
    """About to be drawn: whatever changes from now on makes it dirty again. `drawn` or `not_drawn` says how it ended."""
    await connection.execute(update(cards).where(cards.c.article_id == article_id).values(dirty=False, sending=True))


async def not_drawn(connection: AsyncConnection, article_id: int, *, perhaps: bool) -> None:
    """It is to be drawn once more. `perhaps`: what was sent may stand there all the same."""
    await connection.execute(update(cards).where(cards.c.article_id == article_id).values(dirty=True, sending=perhaps))


async def interrupted(connection: AsyncConnection) -> int:
    """Cards that were being drawn when their draughtsman died are to be drawn once more; how many there are."""
    done = await connection.execute(update(cards).where(cards.c.sending, ~cards.c.dirty).values(dirty=True))
    return done.rowcount


async def drawn(connection: AsyncConnection, article_id: int, *, chat_id: int, message_id: int, shown: str) -> None:
    """The card stands there and shows that."""
    await connection.execute(
        update(cards)
        .where(cards.c.article_id == article_id)
        .values(chat_id=chat_id, message_id=message_id, shown=shown, sending=False)
    )


async def dirty(connection: AsyncConnection, article_id: int, *, note: str | None = None) -> None:
    """Draw it again, with another note if one is given."""
    values: dict[str, object] = {"dirty": True} | ({"note": note} if note is not None else {})
    await connection.execute(update(cards).where(cards.c.article_id == article_id).values(**values))


async def unanswered(connection: AsyncConnection, now: datetime) -> list[int]:
    """Articles whose card has waited for an answer long enough."""
    rows = await connection.execute(select(cards.c.article_id).where(cards.c.answer_by <= now))
    return [row.article_id for row in rows]


async def stop_waiting(connection: AsyncConnection, article_id: int) -> None:
    """Nobody is waited for any more."""
    await connection.execute(update(cards).where(cards.c.article_id == article_id).values(answer_by=None))


async def forget_shown(connection: AsyncConnection, article_id: int, *, redraw: bool = True) -> None:
    """The card was changed by hand (its buttons, say): whatever is drawn next is not what stands there."""
    values: dict[str, object] = {"shown": ""} | ({"dirty": True} if redraw else {})
    await connection.execute(update(cards).where(cards.c.article_id == article_id).values(**values))
