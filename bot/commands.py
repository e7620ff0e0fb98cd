"""Commands: what editors type. Each takes the words after its name and answers with one message."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from telegram import LinkPreviewOptions, Message, MessageEntity
from telegram.error import RetryAfter

from bot import presses, previews
from bot.words import MARKS, clock, styled
from desk import by_hand, queue, why
from desk.newsroom import Newsroom
from desk.queue import ChannelView
from newswire.editor import LEAST, Act, Editor
from newswire.errors import NewswireError
from newswire.post import PostState
from newswire.richtext import RichText, Style
from newswire.richtext import styled as in_style

_PAGE = 15
_LONGEST = 4000
_LENGTH = re.compile(r"^(\d+)(m|h|d)$")


@dataclass(frozen=True, slots=True)
class Asked:
    """A command: who asked, where, and the words after its name. `about`: the article it is about, if it says."""

    newsroom: Newsroom
    editor: Editor
    message: Message
    words: str
    about: str = ""


Answer = Callable[[Asked], Awaitable[RichText | str]]


async def show_queue(asked: Asked) -> RichText:
    """What waits, by channel."""
    newsroom = asked.newsroom
    now = newsroom.clock.now()
    found = await queue.waiting(newsroom, channel=asked.words)
    if not found:
        return RichText("Nothing waits." if not asked.words else f"Nothing waits in {asked.words}.")
    review = sum(one.post.state is PostState.IN_REVIEW for one in found)
    text = in_style(f"Queue · {len(found)} waiting · {review} to approve", Style.BOLD)
    channel = ""
    for one in sorted(found[: _PAGE * 3], key=lambda w: w.post.channel):
        if one.post.channel != channel:
            channel = one.post.channel
            text = text + f"\n— {channel} —"
        due = one.post.due_at
        late = (
            " ⚠ overdue" if due and one.post.state is PostState.SCHEDULED and due < now - timedelta(minutes=5) else ""
        )
        at = clock(newsroom.settings, due, now) if due else ""
        text = text + f"\n{at} #{one.post.article_id} {one.title[:50]} {MARKS[one.post.state]}{late}"
    more = len(found) - _PAGE * 3
    return text + (f"\n… and {more} more. /queue and a channel's name shows one channel." if more > 0 else "")


async def show_channels(asked: Asked) -> str:
    """Every channel and how it stands."""
    views = await queue.overview(asked.newsroom)
    return "\n".join(_channel_line(view, asked.newsroom) for view in views) or "There is no channel in newswire.toml."


def _channel_line(view: ChannelView, newsroom: Newsroom) -> str:
    now = newsroom.clock.now()
    last = view.standing.last_sent_at
    said = f"last {clock(newsroom.settings, last, now)}" if last else "nothing yet"
    out, waits = view.counts.get(PostState.PUBLISHED, 0), view.counts.get(PostState.SCHEDULED, 0)
    if not queue.is_on(view):
        return f"🔴 {view.name} paused: {view.standing.reason} · {waits} waiting → /resume {view.name}"
    mark = "🟡" if view.counts.get(PostState.UNCERTAIN) or view.counts.get(PostState.FAILED) else "🟢"
    return f"{mark} {view.name} ({view.platform}) · {out} out · {waits} waiting · {said}"


async def post(asked: Asked) -> str:
    """An article by its address goes to its channels."""
    if not asked.about:
        return "Which article? /post and its address, for example /post https://news.example/en/482"
    done = await by_hand.post(asked.newsroom, asked.about, by=asked.editor.name)
    number = done.taken.article.id
    if not done.known:
        where = ", ".join(one.channel for one in done.posts)
        return (
            f"#{number} goes to {where}." if where else f"#{number} is noted, but no channel takes it: /why #{number}"
        )
    places = "\n".join(f"{one.channel} {MARKS[one.state]} {one.remote_url}".rstrip() for one in done.posts)
    return f"#{number} is here already:\n{places or 'without posts; /why tells the reason'}"


async def preview(asked: Asked) -> str:
    """An article as each channel would post it."""
    if not asked.about:
        return "Which article? /preview and its address or number, for example /preview #482"
    message = asked.message
    await previews.send(asked.newsroom, message.get_bot(), asked.editor.id, message.chat.id, asked.about)
    return ""


async def explain(asked: Asked) -> str:
    """Everything that happened to an article here."""
    if not asked.about:
        return "Which article? /why and its number or address, for example /why #482"
    number = await why.find(asked.newsroom, asked.about)
    told = await why.story(asked.newsroom, number) if number is not None else None
    if told is None:
        return f"I have never seen {asked.about}. If it is on the site: /post and its address."
    return "\n".join(why.lines(told, asked.newsroom))


async def pause(asked: Asked) -> str:
    """`/pause tg-en 1h reason`, `/pause tg-en until 08:00`, `/pause all`."""
    name, _, rest = asked.words.partition(" ")
    if not name:
        return "Which channel? /pause tg-en, /pause tg-en 1h, /pause tg-en until 08:00, /pause all"
    until, reason = None, rest.strip()
    first, _, others = reason.partition(" ")
    if found := _LENGTH.match(first):
        minutes = int(found[1]) * {"m": 1, "h": 60, "d": 1440}[found[2]]
        until, reason = asked.newsroom.clock.now() + timedelta(minutes=minutes), others
    elif first == "until" and re.match(r"^\d\d:\d\d\b", others):
        until, reason = presses.moment(asked.newsroom, others[:5]), others[5:].strip()
    return (await queue.pause(asked.newsroom, asked.editor, name, why=reason, until=until)).text


async def resume(asked: Asked) -> str:
    """A channel goes on."""
    if not asked.words:
        return "Which channel? /resume tg-en, or /resume all"
    return (await queue.resume(asked.newsroom, asked.editor, asked.words)).text


async def show_help(asked: Asked) -> str:
    """What this editor can do."""
    role = asked.editor.role
    lines = [
        f"/{name} {one.usage} — {one.says}".replace("  ", " ")
        for name, one in COMMANDS.items()
        if role >= LEAST[one.act]
    ]
    return "\n".join(
        [
            f"You are {role.name.lower()} here.",
            *lines,
            "An article is named by #482, its address, or as a reply to its card.",
        ]
    )


@dataclass(frozen=True, slots=True)
class Command:
    """A command: what it does in a few words, how it is used, who may."""

    answer: Answer
    says: str
    usage: str = ""
    act: Act = Act.LOOK


COMMANDS: dict[str, Command] = {
    "queue": Command(show_queue, "what waits", "[channel]"),
    "post": Command(post, "post an article", "<address>", Act.POST),
    "preview": Command(preview, "how an article would look everywhere", "<#number or address>"),
    "channels": Command(show_channels, "how the channels stand"),
    "pause": Command(
        pause, "stop a channel; its queue stays", "<channel or all> [1h | until 08:00] [reason]", Act.PAUSE
    ),
    "resume": Command(resume, "let it go on", "<channel or all>", Act.PAUSE),
    "why": Command(explain, "what happened to an article", "<#number or address>"),
    "help": Command(show_help, "this list"),
}


async def answer(newsroom: Newsroom, message: Message, editor: Editor, name: str, words: str) -> None:
    """Carry out a command and answer it. Our own errors are answers too."""
    command = COMMANDS[name]
    if not editor.may(command.act):
        await message.reply_text(f"Your role ({editor.role.name.lower()}) cannot do this.")
        return
    try:
        said = await command.answer(Asked(newsroom, editor, message, words.strip(), _about(message, words)))
    except NewswireError as error:
        said = f"That did not work: {error}"
    text, entities = styled(said if isinstance(said, RichText) else RichText(said))
    if text:
        cut = text if len(text) <= _LONGEST else text[:_LONGEST] + "\n…"
        await reply(message, cut, entities if cut == text else [])


async def reply(message: Message, text: str, entities: list[MessageEntity]) -> None:
    """Answer, as soon as the chat's pace allows: an editor who asked much at once still hears everything."""
    for last in (False, False, True):
        try:
            await message.reply_text(
                text, entities=entities or None, link_preview_options=LinkPreviewOptions(is_disabled=True)
            )
        except RetryAfter as error:
            if last:
                raise
            wait = error.retry_after
            await asyncio.sleep(float(wait) if isinstance(wait, int) else wait.total_seconds())
        else:
            return


def _about(message: Message, words: str) -> str:
    """The article a command is about: named in its words, or by the card it replies to."""
    first = words.split(maxsplit=1)[0] if words.split() else ""
    if first:
        return first
    replied = message.reply_to_message
    found = re.search(r"#\d+", (replied.text or "") if replied else "")
    return found[0] if found else ""
