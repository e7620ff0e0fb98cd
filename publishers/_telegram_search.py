"""Looking for a lost post on Telegram, which shows bots no history: candidates are forwarded to the ops chat and read there.

The ids of a channel's or supergroup's posts grow, so a lost post lies in the window after the last one known. Each
candidate there is forwarded without a sound, read, and the copy is deleted. Nothing is ever edited on the way: an edit
could change another post. See https://core.telegram.org/bots/api#forwardmessage
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from typing import TypeVar

from telegram import Bot, ChatFullInfo, MessageOriginChannel, MessageOriginChat, MessageOriginUser
from telegram import Message as TelegramMessage
from telegram.constants import ChatType, MessageEntityType
from telegram.error import TelegramError, TimedOut

from newswire.clock import Clock
from newswire.delivery import Receipt, Search
from newswire.errors import DeliveryError, OutcomeUnknown, RateLimited, Unavailable
from newswire.post import Message
from publishers._readback import Reading, Shown, unseen
from publishers._telegram_album import joined, numbers
from publishers._telegram_errors import decide, is_no_forward, is_not_there

SETTLING = timedelta(seconds=20)
"""How long after a broken connection Telegram may still take what was sent over it."""
BEYOND = 20
"""So many ids in a row without a post are the end of the chat: longer than any album or sweep an admin deletes at once."""
EARLY = 3
"""So many are enough while nothing is certain yet."""
MOST = 20
"""Posts forwarded in one search: a minute's worth in a group."""
_TRIES = 4
_LONGEST_WAIT = timedelta(seconds=3)
_OLD = timedelta(hours=1)
_OWN_IDS = (ChatType.CHANNEL, ChatType.SUPERGROUP)  # other chats share their ids, so that a gap says nothing
_KEPT = 200
_LINKS = (MessageEntityType.URL, MessageEntityType.TEXT_LINK)
_T = TypeVar("_T")


@dataclass(slots=True)
class TelegramSearch:
    """Reads back the posts of the chat `to` by way of the chat `ops`. One search at a time; what was read is kept a while."""

    bot: Bot
    to: int | str
    ops: int | None
    clock: Clock
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)
    _read: dict[int, Shown | None] = field(default_factory=dict)
    _gaps: dict[tuple[str, datetime], set[int]] = field(default_factory=dict)
    _forwarded: int = 0

    async def look(self, parts: Sequence[Message], search: Search) -> Sequence[Receipt]:
        """Those of `parts` that are out. OutcomeUnknown says why nobody can tell."""
        async with self._one:
            chat = await self._chat(search)
            reading = Reading(list(parts))
            self._forwarded = 0
            last = await self._last_before(chat, search)
            posts = self._after(last, chat, search)
            async for shown in _albums(posts) if any(len(part.media) > 1 for part in parts) else posts:
                if reading.over(shown):
                    return reading.found
            if chat.type not in _OWN_IDS:
                raise OutcomeUnknown(
                    "Telegram does not show the post, but cannot be sure in a small group: please look"
                )
            if last is None and not reading.found:
                raise OutcomeUnknown("Telegram does not show where the channel's new posts begin: please look")
            return reading.verdict("Telegram", search, now=self.clock.now(), settling=SETTLING)

    async def _chat(self, search: Search) -> ChatFullInfo:
        """The chat, when it can be read back at all: forwards are allowed, and go where no reader is."""
        if self.ops is None:
            raise OutcomeUnknown(
                "Telegram shows a bot no history, and newswire.toml names no ops_chat to read posts in: please look"
            )
        chat = await self._asked(partial(self.bot.get_chat, self.to), search)
        if self.ops in (chat.id, chat.linked_chat_id):
            raise OutcomeUnknown("ops_chat is the channel itself or its discussion, where readers are: please look")
        if chat.has_protected_content:
            raise OutcomeUnknown("the channel does not let its posts be forwarded, so they cannot be read: please look")
        return chat

    async def _last_before(self, chat: ChatFullInfo, search: Search) -> int | None:
        """The id of a post that was there before the lost one; None where nobody knows any."""
        if told := list(numbers(search.done.ids[-1] if search.done else search.after)):
            return max(told)
        if not search.known or chat.type not in _OWN_IDS:
            return None
        return await self._back_from(min(chain.from_iterable(map(numbers, search.known))), chat, search)

    async def _back_from(self, number: int, chat: ChatFullInfo, search: Search) -> int:
        """The id before all that may be the lost post, in a channel whose first posts of ours came in the same minutes.

        Back to a post from long before, or to the chat's beginning. No post comes to stand in a gap before another.
        """
        gaps, missing = self._gaps_for(search), 0
        while number > 1 and missing < BEYOND:
            number -= 1
            missing += 1
            try:
                shown = await self._candidate(number, chat, search, gaps)
            except LookupError:
                continue
            missing = 0
            if shown and shown.date and shown.date < search.since - _OLD:
                return number
        return number - 1

    async def _after(self, last: int | None, chat: ChatFullInfo, search: Search) -> AsyncIterator[Shown]:
        """The posts after `last` that are not known to be others, until the chat ends. OutcomeUnknown when it does not."""
        known = set(chain.from_iterable(map(numbers, search.known)))
        newest = max(known, default=0)
        settled = self.clock.now() >= search.until + SETTLING
        gaps = self._gaps_for(search) if settled else set()
        missing = 0
        number = last or 0
        while missing < (BEYOND if settled else EARLY) or number < newest:
            number += 1
            missing += 1
            if number in known:
                missing = 0
                continue
            try:
                shown = await self._candidate(number, chat, search, gaps)
            except LookupError:
                continue
            missing = 0
            if shown:
                if last is None and shown.date and shown.date < search.since - _OLD:
                    return  # an old chat, and nobody knows where its new posts begin
                yield shown
        for old in sorted(self._read)[:-_KEPT]:
            del self._read[old]

    async def _candidate(self, number: int, chat: ChatFullInfo, search: Search, gaps: set[int]) -> Shown | None:
        """As `_shown`, each id asked for once: a free one joins `gaps`. OutcomeUnknown when too many were forwarded."""
        if number in gaps:
            raise LookupError(number)
        if number not in self._read:
            if self._forwarded == MOST:
                raise OutcomeUnknown(f"Telegram has more than {MOST} newer posts, too many to read: please look")
            try:
                self._read[number] = await self._shown(number, chat, search)
            except LookupError:
                gaps.add(number)
                raise
            self._forwarded += 1
        return self._read[number]

    def _gaps_for(self, search: Search) -> set[int]:
        """The ids found free when this very post could not arrive any more: a search that breaks off goes on from there."""
        gaps = self._gaps.setdefault((search.key, search.until), set())
        if len(self._gaps) > _KEPT:
            del self._gaps[next(iter(self._gaps))]
        return gaps

    async def _shown(self, number: int, chat: ChatFullInfo, search: Search) -> Shown | None:
        """The post with that id; None for one that cannot be ours, LookupError where there is none."""
        assert self.ops is not None  # noqa: S101 - _chat saw to it
        forward = partial(self.bot.forward_message, self.ops, chat.id, number, disable_notification=True)
        try:
            copy = await self._asked(forward, search)
        except OutcomeUnknown as error:
            refusal = error.__cause__
            if isinstance(refusal, TelegramError) and is_not_there(refusal):
                raise LookupError from error
            if isinstance(refusal, TelegramError) and is_no_forward(refusal):
                return None  # a service message: that something was pinned, say
            raise
        with suppress(OutcomeUnknown):  # it stays in the ops chat then
            await self._asked(partial(self.bot.delete_message, self.ops, copy.message_id), search)
        if not self._ours(number, chat, copy):
            return None
        date = copy.forward_origin.date if copy.forward_origin else None
        words = copy.text or copy.caption or ""
        return Shown(self._receipt(number, chat), words, _targets(copy), date, bool(copy.photo))

    def _ours(self, number: int, chat: ChatFullInfo, copy: TelegramMessage) -> bool:
        """Whether the bot may have written it: what others wrote, and what they forwarded, is named as theirs."""
        match copy.forward_origin:
            case MessageOriginChannel() as origin:
                return origin.chat.id == chat.id and origin.message_id == number
            case MessageOriginUser() as origin:
                return origin.sender_user.id == int(self.bot.token.partition(":")[0])
            case MessageOriginChat() as origin:  # as an anonymous administrator
                return origin.sender_chat.id == chat.id
            case _:
                return False

    def _receipt(self, number: int, chat: ChatFullInfo) -> Receipt:
        place = chat.username or f"c/{str(chat.id).removeprefix('-100')}"
        return Receipt(remote_id=str(number), at=self.clock.now(), url=f"https://t.me/{place}/{number}")

    async def _asked(self, call: Callable[[], Awaitable[_T]], search: Search) -> _T:
        """A call that does no harm when it is made again. What goes wrong with it for good leaves the post uncertain."""
        tries = 0
        while True:
            try:
                return await call()
            except TelegramError as error:
                now = self.clock.now()
                decision, tries = decide(error, now), tries + 1
                wait = _short_wait(error, decision, now)
                if wait is None or tries == _TRIES:
                    raise unseen(decision, search, now) from error
            await asyncio.sleep(wait + 0.1 * tries)


def _short_wait(error: TelegramError, decision: DeliveryError, now: datetime) -> float | None:
    """Seconds after which it is worth to ask again within this search; None: it is not."""
    match decision:
        case RateLimited(retry_at=at):
            return (at - now).total_seconds() if at - now <= _LONGEST_WAIT else None
        case Unavailable() | OutcomeUnknown() if not isinstance(error, TimedOut):
            return 0.0
        case _:
            return None


async def _albums(posts: AsyncIterator[Shown]) -> AsyncIterator[Shown]:
    """`posts`, with the pictures that follow another in the same second, without words, as one post with it."""
    held: Shown | None = None
    async for shown in posts:
        if held and held.picture and shown.picture and not shown.text and shown.date == held.date:
            ids = joined([*numbers(held.receipt.remote_id), *numbers(shown.receipt.remote_id)])
            held = replace(held, receipt=replace(held.receipt, remote_id=ids))
            continue
        if held:
            yield held
        held = shown
    if held:
        yield held


def _targets(copy: TelegramMessage) -> frozenset[str]:
    """Where a message leads: its links and its card; its buttons only where those lead nowhere.

    Buttons lead to the story's other editions as well, whose own posts may be in the same channel.
    """
    entities = {**copy.parse_entities(), **copy.parse_caption_entities()}
    links = {entity.url or text for entity, text in entities.items() if entity.type in _LINKS}
    card = copy.link_preview_options and copy.link_preview_options.url
    rows = copy.reply_markup.inline_keyboard if copy.reply_markup else ()
    buttons = {button.url for row in rows for button in row}
    said = frozenset(target for target in (*links, card) if isinstance(target, str))
    return said or frozenset(target for target in buttons if isinstance(target, str))
