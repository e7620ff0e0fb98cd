"""/channels, /pause and /resume: how the channels stand, stopping one, letting it go on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import publishers
from bot import times
from bot.ask import Ask, Command, Pressed
from bot.buttons import Data, Key, Rows, Tap
from bot.words import clock, lines, many, need, short
from desk.deciding import queue
from desk.deciding.queue import ChannelView
from desk.deciding.review import Said
from desk.newsroom import Newsroom
from newswire.editor import Act
from newswire.post import PostState
from newswire.richtext import RichText, Style, styled

_REASON = 160
_HOUR = "60"
_MORNING = "morning"


async def _show(ask: Ask) -> None:
    await ask.answer(*await _drawn(ask.newsroom))


async def _drawn(newsroom: Newsroom) -> tuple[RichText, Rows]:
    views = await queue.overview(newsroom)
    if not views:
        return RichText("There is no channel in newswire.toml yet."), ()
    paused = [view.name for view in views if not queue.is_on(view)]
    return lines(_line(view, newsroom) for view in views), tuple((_resume_key(name),) for name in paused)


def _line(view: ChannelView, newsroom: Newsroom) -> RichText:
    """As `🟢 tg-en on · Telegram · 12 out · 3 waiting · last 14:22`."""
    now, zone = newsroom.clock.now(), newsroom.settings.timezone
    standing, count = view.standing, view.counts.get
    platform = publishers.load(view.platform).title
    waits = count(PostState.SCHEDULED, 0) + count(PostState.PUBLISHING, 0)
    needy = count(PostState.UNCERTAIN, 0) + count(PostState.FAILED, 0)
    review = count(PostState.IN_REVIEW, 0)
    parts = [
        platform,
        f"{count(PostState.PUBLISHED, 0)} out",
        f"{waits} waiting" if waits else "",
        f"{review} to approve" if review else "",
        f"⚠️ {need(needy)}" if needy else "",
        f"last {clock(zone, standing.last_sent_at, now)}" if standing.last_sent_at else "",
    ]
    mark, state, reason = "🟢", "on", ""
    if not queue.is_on(view):
        until = f" until {clock(zone, standing.until, now)}" if standing.until else ""
        mark, state, reason = "⏸", f"paused{until}", f"\n     by {standing.by}: {short(standing.reason, _REASON)}"
    elif view.closed_until > now.timestamp():
        opens = datetime.fromtimestamp(view.closed_until, zone)
        mark, state = "🟡", f"waits until {clock(zone, opens, now)}, as {platform} asks"
    about = " · ".join(part for part in parts if part)
    return RichText(f"{mark} ") + styled(view.name, Style.BOLD) + f" {state} · {about}{reason}"


async def _pause(ask: Ask) -> None:
    """Stop first; when it ends can be said afterwards."""
    name, _, rest = ask.words.partition(" ")
    if not name:
        await ask.answer(
            "Which channel shall stop?", _choice(ask.newsroom, "⏸ {}", lambda n: Data(Tap.PAUSE, argument=n))
        )
        return
    end, why = times.until(rest.strip(), ask.newsroom.settings.timezone, ask.newsroom.clock.now())
    said = await queue.pause(ask.newsroom, ask.editor, name, why=why, until=end)
    await ask.answer(said.text, _keys(name, end) if said.done else ())


async def _pause_pressed(pressed: Pressed) -> Said:
    """`tg-en`: stop it. `tg-en:60`, `tg-en:morning`: it is stopped, and now has an end."""
    name, _, length = pressed.data.argument.partition(":")
    newsroom, now = pressed.newsroom, pressed.newsroom.clock.now()
    end: datetime | None = None
    if length == _MORNING:
        end = times.next_at(times.MORNING, newsroom.settings.timezone, now)
    elif length.isdecimal():
        end = now + timedelta(minutes=int(length))
    reason = next(
        (v.standing.reason for v in await queue.overview(newsroom) if v.name == name and not queue.is_on(v)), ""
    )
    said = await queue.pause(newsroom, pressed.editor, name, why=reason, until=end)
    if said.done:
        await pressed.show(RichText(said.text), _keys(name, end))
    return said


def _keys(name: str, end: datetime | None) -> Rows:
    """The way out of a pause, and what may be said of one that has no end."""
    if end is not None:
        return ((_resume_key(name),),)
    hour = Key("For 1 h", str(Data(Tap.PAUSE, argument=f"{name}:{_HOUR}")))
    morning = Key(f"Until {times.MORNING:%H:%M}", str(Data(Tap.PAUSE, argument=f"{name}:{_MORNING}")))
    return ((hour, morning), (_resume_key(name),))


async def _resume(ask: Ask) -> None:
    name = ask.words.split()[0] if ask.words else ""
    if not name:
        paused = [view.name for view in await queue.overview(ask.newsroom) if not queue.is_on(view)]
        keys = tuple((_resume_key(one),) for one in paused)
        await ask.answer("Which channel shall go on?" if paused else "No channel is paused.", keys)
        return
    late = await _overdue(ask.newsroom, name)
    said = await queue.resume(ask.newsroom, ask.editor, name)
    await ask.answer(_resumed(said, late))


async def _resume_pressed(pressed: Pressed) -> Said:
    late = await _overdue(pressed.newsroom, pressed.data.argument)
    said = await queue.resume(pressed.newsroom, pressed.editor, pressed.data.argument)
    if said.done:
        await pressed.show(RichText(_resumed(said, late)), ())
    return said


async def _overdue(newsroom: Newsroom, name: str) -> int:
    """How many posts of the channel should be out by now."""
    now = newsroom.clock.now()
    found = await queue.waiting(newsroom, channel="" if name == "all" else name)
    return sum(
        one.post.state is PostState.SCHEDULED and bool(one.post.due_at and one.post.due_at <= now) for one in found
    )


def _resumed(said: Said, late: int) -> str:
    if not (said.done and late):
        return said.text
    first = said.text.partition(". ")[0].removesuffix(".")
    go = "it goes out now" if late == 1 else "they go out now, one after another"
    return f"{first}. {many(late, 'post')} became overdue; {go}. /queue shows what waits."


def _resume_key(name: str) -> Key:
    return Key(f"▶️ Resume {name}", str(Data(Tap.RESUME, argument=name)))


def _choice(newsroom: Newsroom, label: str, data: Callable[[str], Data]) -> Rows:
    names = [channel.name for channel in newsroom.settings.channel]
    return tuple((Key(label.format(name), str(data(name))),) for name in (*names, "all"))


COMMANDS = (
    Command(name="channels", says="how the channels stand", carry_out=_show),
    Command(
        name="pause",
        says="stop a channel; its queue stays",
        carry_out=_pause,
        usage="<channel or all> [1h, until 08:00 or tomorrow] [reason]",
        examples=("/pause tg-en 1h wrong picture", "/pause x-en until 08:00", "/pause all"),
        act=Act.PAUSE,
    ),
    Command(
        name="resume",
        says="let a channel go on",
        carry_out=_resume,
        usage="<channel or all>",
        examples=("/resume tg-en",),
        act=Act.PAUSE,
    ),
)
TAPS = {Tap.PAUSE: _pause_pressed, Tap.RESUME: _resume_pressed}
