"""/queue: what waits, channel by channel, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.ask import SLOW, Ask, Command, Pressed
from bot.buttons import Data, Key, Rows, Tap
from bot.cards import UNDECIDED
from bot.words import clock, lines, need, short
from db import cards
from desk.deciding import queue
from desk.deciding.queue import Waiting
from desk.deciding.review import Said
from desk.newsroom import Newsroom
from newswire.post import PostState
from newswire.richtext import RichText, Style, link, styled

_PAGE = 12
_TITLE = 60
_MOST = 2_000
_FILTERS = 7  # with "All" the eight buttons of a row
_SUPERGROUP = "-100"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a queue: what waits there, and where it is among the others."""

    channel: str
    number: int
    count: int
    posts: Sequence[Waiting]


async def _show(ask: Ask) -> None:
    channel = ask.words.split()[0] if ask.words else ""
    if channel == "all":
        channel = ""
    if channel and ask.newsroom.channel(channel) is None:
        await ask.answer(f"There is no channel '{channel}'. /channels lists them.")
        return
    await ask.answer(*await _drawn(ask.newsroom, channel, 1))


async def _turn(pressed: Pressed) -> Said:
    channel, _, number = pressed.data.argument.partition(":")
    shown = await pressed.show(*await _drawn(pressed.newsroom, channel, int(number) if number.isdecimal() else 1))
    return Said(True, "") if shown else SLOW


async def _drawn(newsroom: Newsroom, channel: str, number: int) -> tuple[RichText, Rows]:
    found = await queue.waiting(newsroom, channel=channel, limit=_MOST)
    order = {one.name: n for n, one in enumerate(newsroom.settings.channel)}
    found.sort(key=lambda one: order.get(one.post.channel, len(order)))  # within a channel the first due stays first
    count = max(-(-len(found) // _PAGE), 1)
    number = min(max(number, 1), count)
    page = Page(channel, number, count, found[(number - 1) * _PAGE : number * _PAGE])
    return lines([_head(channel, found), *await _posts(newsroom, page)]), _rows(newsroom, page)


def _head(channel: str, found: Sequence[Waiting]) -> RichText:
    """As `Queue · 9 waiting · 2 to approve · 1 needs you`."""
    name = f"Queue of {channel}" if channel else "Queue"
    if not found:
        return styled(f"{name} · Nothing waits", Style.BOLD)
    states = [one.post.state for one in found]
    review = sum(state in UNDECIDED for state in states)
    trouble = sum(state in (PostState.UNCERTAIN, PostState.FAILED) for state in states)
    parts = [
        f"{len(found)} waiting",
        f"{review} to approve" if review else "",
        need(trouble) if trouble else "",
    ]
    return styled(" · ".join([name, *(part for part in parts if part)]), Style.BOLD)


async def _posts(newsroom: Newsroom, page: Page) -> list[RichText]:
    """The posts of a page, each channel under its name. A number leads to the article's card."""
    text: list[RichText] = []
    above = ""
    async with newsroom.store.read() as connection:
        shown = {one.post.article_id: await cards.get(connection, one.post.article_id) for one in page.posts}
    for one in page.posts:
        if one.post.channel != above:
            above = one.post.channel
            text.append(RichText(f"— {above} —"))
        card = shown[one.post.article_id]
        where = _address(card.chat_id, card.message_id) if card else ""
        name = f"#{one.post.article_id}"
        number = link(name, where) if where else RichText(name)
        text.append(RichText(f"{_when(newsroom, one)} ") + number + f" {short(one.title, _TITLE)}")
    return text


def _when(newsroom: Newsroom, one: Waiting) -> str:
    now, due, zone = newsroom.clock.now(), one.post.due_at, newsroom.settings.timezone
    at = clock(zone, due, now) if due and due > now else "at once"
    match one.post.state:
        case PostState.UNCERTAIN:
            return "❓ is it out?"
        case PostState.FAILED:
            return "❌ not taken"
        case PostState.PUBLISHING:
            return "📤 going out"
        case PostState.SCHEDULED:
            return f"⚠️ overdue since {clock(zone, due, now)}" if due and due <= now else at
        case _:
            return f"{at}, to approve:"


def _address(chat: int | None, message: int | None) -> str:
    """A link to a message in a supergroup; other chats have none."""
    bare = str(chat or "")
    return (
        f"https://t.me/c/{bare.removeprefix(_SUPERGROUP)}/{message}" if bare.startswith(_SUPERGROUP) and message else ""
    )


def _rows(newsroom: Newsroom, page: Page) -> Rows:
    def key(label: str, channel: str, number: int) -> Key:
        return Key(label, str(Data(Tap.QUEUE, argument=f"{channel}:{number}")))

    turning = [key("◀ Back", page.channel, page.number - 1)] if page.number > 1 else []
    if page.count > 1:
        turning.append(key(f"{page.number}/{page.count}", page.channel, page.number))
    if page.number < page.count:
        turning.append(key("More ▶", page.channel, page.number + 1))
    names = [channel.name for channel in newsroom.settings.channel]
    filters = [key(f"• {name}" if name == page.channel else name, name, 1) for name in names[:_FILTERS]]
    everything = key("• All" if not page.channel else "All", "", 1)
    return (turning, (everything, *filters) if len(names) > 1 else ())


COMMANDS = (
    Command(
        name="queue",
        says="what waits, and when it goes out",
        carry_out=_show,
        usage="[channel]",
        examples=("/queue", "/queue tg-en"),
    ),
)
TAPS = {Tap.QUEUE: _turn}
