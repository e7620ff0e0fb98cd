"""Drawing: keeps every card and alert in the editors' chat saying what is true, each message edited in place for life.

In one transaction a card is read and marked clean, so whatever changes afterwards makes it dirty again; many changes
become one edit. A card whose answer is lost, or whose sender dies, is sent once more and says so: a card twice among
editors is a lesser evil than an article nobody was shown. A press on the older one takes that one away.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from functools import partial

from telegram.error import BadRequest, RetryAfter, TelegramError

from bot import alerts as words
from bot import gather
from bot.buttons import Rows
from bot.cards import Drawn, draw
from bot.room import Room
from db import alerts, cards, lanes
from db.alerts import Alert
from db.cards import Card
from newswire import log
from newswire.errors import DependencyDown
from newswire.richtext import RichText
from publishers._ptb import NeverLeft, described

logger = log.get("newswire.bot.drawing")

_LOOK_SECONDS = 5.0
_BATCH = 100
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0


@dataclass(frozen=True, slots=True)
class Turn:
    """A card whose turn it is: where it is by now, and what it is to show."""

    card: Card
    drawn: Drawn


class Draughtsman:
    """Draws what is dirty, what was never sent first, at the pace the room takes."""

    def __init__(self, room: Room) -> None:
        self._room, self._newsroom = room, room.newsroom
        self._pause = _FIRST_PAUSE
        self._refused: set[int] = set()  # these come last
        self._unanswered: set[int] = set()  # alerts that were sent, perhaps
        self._stuck = False  # nothing can be drawn for now, whatever it is
        self._ending = asyncio.Event()

    async def run(self) -> None:
        """Until `end` was called and all is drawn, or until cancelled."""
        await self._pick_up()
        while True:
            wait = min(await self.round(), _LONGEST_PAUSE)
            if self._ending.is_set():
                if not wait:
                    return
                await asyncio.sleep(wait)
            elif wait and self._stuck:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._ending.wait(), wait)
            else:
                await self._newsroom.bell.wait("cards", wait or _LOOK_SECONDS)

    def end(self) -> None:
        """Draw what is left, then come to an end."""
        self._ending.set()
        self._newsroom.bell.ring("cards")

    async def _pick_up(self) -> None:
        """What the last run was drawing when it died is drawn once more."""
        try:
            async with self._newsroom.store.write() as connection:
                await cards.interrupted(connection)
        except DependencyDown as error:
            logger.warning("cards wait", error=str(error))

    async def round(self) -> float:
        """Draw what is dirty; the seconds to wait before the rest can be, 0 when all is drawn."""
        self._stuck = True
        try:
            wait, failed = await self._draw()
            self._stuck = wait > 0
        except RetryAfter as error:
            await self._room.flooded(error)
            return _FIRST_PAUSE
        except (TelegramError, DependencyDown) as error:
            wait, failed = 0.0, described(error)
        except Exception as error:  # a mistake of ours must not silence the cards for ever
            logger.exception("a card could not be drawn")
            wait, failed = 0.0, type(error).__name__
        if failed:
            pause, self._pause = self._pause, min(2 * self._pause, _LONGEST_PAUSE)
            wait = min(wait, pause) if wait else pause  # the others wait only for their turn
            logger.warning("cards wait", error=failed, seconds=wait)
        elif not wait:
            self._pause = _FIRST_PAUSE
        return wait

    async def _draw(self) -> tuple[float, str]:
        """One after the other, until the room is full: the seconds to wait then, and what went wrong on the way."""
        async with self._newsroom.store.read() as connection:
            trouble = await alerts.to_draw(connection)
            dirty = await cards.to_draw(connection, _BATCH)
        jobs = [partial(self._alert, alert) for alert in trouble]
        dirty.sort(key=lambda c: (c.article_id in self._refused, c.message_id is not None))
        jobs += [partial(self._card, c.article_id) for c in dirty]
        failed = ""
        for job in jobs:
            try:
                wait = await job()
            except BadRequest as error:  # one that cannot be drawn does not hold up the next
                failed = described(error)
            else:
                if wait:
                    return wait, failed
        return 0.0, failed

    async def _card(self, article_id: int) -> float:
        """Draw one card; the seconds to wait if the room is full."""
        turn = await self._turn(article_id)
        if not isinstance(turn, Turn):
            return turn
        try:
            message = await self._shown(turn)
        except Exception as error:
            lost = not isinstance(error, RetryAfter | NeverLeft | BadRequest)
            self._refused |= {article_id} if isinstance(error, BadRequest) else set()
            async with self._newsroom.store.write() as connection:
                await cards.not_drawn(connection, article_id, perhaps=lost or turn.card.sending)
            raise
        self._refused.discard(article_id)
        async with self._newsroom.store.write() as connection:
            await cards.drawn(
                connection, article_id, chat_id=self._room.chat, message_id=message, shown=turn.drawn.digest
            )
        return 0.0

    async def _turn(self, article_id: int) -> Turn | float:
        """The card, read and marked clean; or the seconds to wait, when it stays as it is."""
        now = self._newsroom.clock.now()
        async with self._newsroom.store.write() as connection:
            card = await cards.get(connection, article_id)
            facts = await gather.facts(connection, article_id, now)
            if card is None or facts is None:
                return 0.0
            turn = Turn(card, draw(facts, self._newsroom.settings))
            here = card.message_id if card.chat_id == self._room.chat else None
            if here and card.shown == turn.drawn.digest:
                await cards.clean(connection, article_id)
                await cards.drawn(connection, article_id, chat_id=self._room.chat, message_id=here, shown=card.shown)
                return 0.0
            if (wait := await lanes.take(connection, self._room.lanes(), now.timestamp())) > 0:
                return wait
            await cards.clean(connection, article_id)
        return turn

    async def _shown(self, turn: Turn) -> int:
        """The message that shows the card now: its own, or a new one where there was none or it is gone."""
        drawn, room = turn.drawn, self._room
        here = turn.card.message_id if turn.card.chat_id == room.chat else None
        if here and await room.edit(drawn.text, drawn.rows, chat=room.chat, message=here):
            return here
        if turn.card.sending:  # its last answer was lost: before one more copy goes, see that answers come at all
            await room.bot.get_chat(room.chat)
        return (await room.send(drawn.text, drawn.rows)).message_id

    async def _alert(self, alert: Alert) -> float:
        """One message for a trouble: counted while it lasts, ended in place; one that was over unseen is not shown."""
        now, room = self._newsroom.clock.now(), self._room
        here = alert.message_id if alert.chat_id == room.chat else None
        async with self._newsroom.store.write() as connection:
            if alert.closed_at and not here:
                await alerts.drawn(connection, alert, chat_id=alert.chat_id, message_id=alert.message_id)
                return 0.0
            if (wait := await lanes.take(connection, room.lanes(), now.timestamp())) > 0:
                return wait
        text, rows = words.text(alert, self._newsroom.settings.timezone, now), words.rows(alert)
        if not (here and await room.edit(text, rows, chat=room.chat, message=here)):
            here = await self._told(alert, text, rows)
        async with self._newsroom.store.write() as connection:
            await alerts.drawn(connection, alert, chat_id=room.chat, message_id=here)
        return 0.0

    async def _told(self, alert: Alert, text: RichText, rows: Rows) -> int:
        """The message of an alert that has none yet. After a lost answer one more copy goes once answers come at all."""
        if alert.id in self._unanswered:
            await self._room.bot.get_chat(self._room.chat)
        try:
            message = await self._room.send(text, rows)
        except TelegramError as error:
            if not isinstance(error, RetryAfter | NeverLeft | BadRequest):
                self._unanswered.add(alert.id)
            raise
        self._unanswered.discard(alert.id)
        return message.message_id
