"""Drawing: keeps every card and alert in the editors' chat saying what is true, each message edited in place for life.

A card is marked clean before its facts are read, so whatever changes while it is drawn makes it dirty again. If Newswire
dies between sending a card and writing down where it is, the next start sends another: a card twice among editors is a
lesser evil than an article nobody was shown.
"""

from __future__ import annotations

import asyncio
import time

from telegram import Bot, LinkPreviewOptions
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot import gather
from bot.buttons import markup
from bot.cards import Drawn, draw
from bot.words import ago, styled
from db import alerts, cards
from db.alerts import Alert
from db.cards import Card
from desk.newsroom import Newsroom
from newswire import log
from newswire.errors import DependencyDown

logger = log.get("newswire.bot.drawing")

_AT_MOST = 5.0
_BATCH = 20
_GAP = 3.1  # 20 messages a minute in a group: https://core.telegram.org/bots/faq
_BURST = 12
_AFTER_TROUBLE = 5.0


class Draughtsman:
    """Draws what is dirty, at the pace one group takes; many changes of one card become one edit."""

    def __init__(self, newsroom: Newsroom, bot: Bot, chat: int) -> None:
        self._newsroom, self._bot, self._chat = newsroom, bot, chat
        self._free_at = 0.0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                more = await self.round()
            except RetryAfter as error:
                more = True
                await asyncio.sleep(_seconds(error))
            except (TelegramError, DependencyDown) as error:
                logger.warning("cards wait", error=str(error))
                more = True
                await asyncio.sleep(_AFTER_TROUBLE)
            except Exception:  # a mistake of ours over one card must not silence all the others
                logger.exception("a card could not be drawn")
                more = True
                await asyncio.sleep(_AFTER_TROUBLE)
            if not more:
                await self._newsroom.bell.wait("cards", _AT_MOST)

    async def round(self) -> bool:
        """Draw a batch; whether there was anything to draw."""
        async with self._newsroom.store.read() as connection:
            dirty = await cards.to_draw(connection, _BATCH)
            trouble = await alerts.to_draw(connection)
        for alert in trouble:
            await self._alert(alert)
        for card in dirty:
            await self._card(card)
        return bool(dirty or trouble)

    async def _card(self, card: Card) -> None:
        async with self._newsroom.store.write() as connection:
            await cards.clean(connection, card.article_id)
        try:
            facts = await gather.facts(self._newsroom, card.article_id)
            if facts is None:
                return
            drawn = draw(facts, self._newsroom.settings)
            if card.message_id and card.shown == drawn.digest:
                return
            message_id = await self._edited(card.message_id, drawn) if card.message_id else None
            message_id = message_id or await self._sent(drawn)
        except Exception:
            async with self._newsroom.store.write() as connection:
                await cards.dirty(connection, card.article_id)
            raise
        async with self._newsroom.store.write() as connection:
            await cards.drawn(
                connection, card.article_id, chat_id=self._chat, message_id=message_id, shown=drawn.digest
            )

    async def _turn(self) -> None:
        """Wait until the group takes another message."""
        now = time.monotonic()
        self._free_at = max(self._free_at, now - _GAP * _BURST) + _GAP
        if self._free_at > now:
            await asyncio.sleep(self._free_at - now)

    async def _sent(self, drawn: Drawn) -> int:
        await self._turn()
        text, entities = styled(drawn.text)
        message = await self._bot.send_message(
            self._chat,
            text,
            entities=entities,
            reply_markup=markup(drawn.keys),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
        return message.message_id

    async def _edited(self, message_id: int, drawn: Drawn) -> int | None:
        """The message's id; None when it is not there any more."""
        await self._turn()
        text, entities = styled(drawn.text)
        try:
            await self._bot.edit_message_text(
                text,
                self._chat,
                message_id,
                entities=entities,
                reply_markup=markup(drawn.keys),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except BadRequest as error:
            said = str(error).lower()
            if "not modified" in said:
                return message_id
            if "not found" in said or "can't be edited" in said:
                return None
            raise
        return message_id

    async def _alert(self, alert: Alert) -> None:
        """One message for a trouble: counted while it lasts, ended in place when it is over."""
        text = self._alert_text(alert)
        message_id = alert.message_id
        await self._turn()
        try:
            if message_id:
                await self._bot.edit_message_text(text, self._chat, message_id)
            elif not alert.closed_at:
                message_id = (await self._bot.send_message(self._chat, text)).message_id
        except BadRequest as error:
            logger.warning("alert not drawn", error=str(error))
        async with self._newsroom.store.write() as connection:
            await alerts.drawn(connection, alert.id, chat_id=self._chat, message_id=message_id)

    @staticmethod
    def _alert_text(alert: Alert) -> str:
        if alert.closed_at:
            lasted = ago((alert.closed_at - alert.opened_at).total_seconds())
            return f"✅ Over after {lasted}: {alert.text}"
        times = f"\n({alert.count} times)" if alert.count > 1 else ""
        return f"⚠️ {alert.text}{times}"


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return float(wait) if isinstance(wait, int) else wait.total_seconds()
