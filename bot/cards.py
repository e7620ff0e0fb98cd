"""A card: one article under the editors' eyes, as text and buttons. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.buttons import Data, Key
from bot.words import MARKS, clock
from db.articles import Stored
from newswire.post import Post, PostState
from newswire.richtext import RichText, Style, link, styled
from newswire.settings import Settings

_LEAD = 200
_REASON = 120
_UNDECIDED = (PostState.DRAFT, PostState.IN_REVIEW)
_WAITING = (*_UNDECIDED, PostState.SCHEDULED)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a card shows. `former_title` is the headline before the last change; `decided` who decided, and when."""

    stored: Stored
    posts: Sequence[Post]
    now: datetime
    note: str = ""
    former_title: str = ""
    decided: str = ""
    paused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A card ready to be sent. `digest` tells whether two look the same."""

    text: RichText
    keys: tuple[tuple[Key, ...], ...]

    @property
    def digest(self) -> str:
        """A short hash of what is shown."""
        return hashlib.sha256(repr((self.text, self.keys)).encode()).hexdigest()[:16]


def draw(facts: Facts, settings: Settings) -> Drawn:
    """The card."""
    lines = [_head(facts, settings), styled(facts.stored.article.title, Style.BOLD)]
    lines += [RichText(text) for text in _about(facts)]
    lines += [RichText()] + [_place(post, facts, settings) for post in facts.posts]
    lines += [RichText(text) for text in _foot(facts, settings)]
    text = lines[0]
    for line in lines[1:]:
        text = text + "\n" + line
    return Drawn(text, _keys(facts))


def _head(facts: Facts, settings: Settings) -> RichText:
    stored = facts.stored
    article = stored.article
    mark = "🗑" if stored.gone_at else "🆕"
    section = article.section.capitalize()
    parts = [
        f"{mark} #{article.id}",
        article.edition.upper(),
        section,
        article.source,
        clock(settings, stored.seen_at, facts.now),
    ]
    return RichText(" · ".join(part for part in parts if part))


def _about(facts: Facts) -> list[str]:
    article = facts.stored.article
    lead = article.lead or article.body
    short = lead if len(lead) <= _LEAD else lead[:_LEAD].rsplit(" ", 1)[0] + "…"
    words = len(article.body.split())
    picture = "photo ✓" + (" alt ✓" if article.images[0].alt else "") if article.images else "no photo"
    facts_line = [f"By {article.author}" if article.author else "", f"{words} words" if words else "", picture]
    return [text for text in (short, " · ".join(part for part in facts_line if part)) if text]


def _place(post: Post, facts: Facts, settings: Settings) -> RichText:
    """`tg-en  ✅ link · 14:22:07`"""  # noqa: D400 - an example of the line
    mark = MARKS[post.state]
    if post.state is PostState.PUBLISHED and post.published_at:
        at = f"{post.published_at.astimezone(settings.timezone):%H:%M:%S}"
        where = link("link", post.remote_url) if post.remote_url else RichText("out")
        return RichText(f"{post.channel}  {mark} ") + where + f" · {at}"
    if post.channel in facts.paused and post.state in _WAITING:
        return RichText(f"{post.channel}  ⏸ channel paused")
    if post.state in _WAITING and post.due_at:
        due = "now" if post.due_at <= facts.now else clock(settings, post.due_at, facts.now)
        dropped = f" · without {', '.join(post.message.dropped)}" if post.message.dropped else ""
        return RichText(f"{post.channel}  {mark} {due}{dropped}")
    reason = (
        f": {post.reason[:_REASON]}" if post.reason and post.state in (PostState.FAILED, PostState.UNCERTAIN) else ""
    )
    return RichText(f"{post.channel}  {mark}{reason}")


def _foot(facts: Facts, settings: Settings) -> list[str]:
    lines = []
    if facts.former_title and facts.former_title != facts.stored.article.title:
        lines.append(f"♻️ The site changed the headline. It was: {facts.former_title}")
    elif facts.stored.article.revision > 1:
        lines.append(f"♻️ The site changed the article (revision {facts.stored.article.revision}).")
    if facts.stored.gone_at:
        lines.append(f"🗑 The site took it away at {clock(settings, facts.stored.gone_at, facts.now)}.")
    if facts.decided:
        lines.append(facts.decided)
    if any(post.state in _UNDECIDED for post in facts.posts):
        lines.append("Needs 1 approval.")
    if facts.note:
        lines.append(facts.note)
    return ["", *lines] if lines else []


def _keys(facts: Facts) -> tuple[tuple[Key, ...], ...]:
    article = facts.stored.article

    def key(label: str, act: str, argument: str = "", style: str = "") -> Key:
        return Key(label, str(Data(article.id, article.revision, act, argument)), style=style)

    states = {post.state for post in facts.posts}
    rows: list[tuple[Key, ...]] = []
    if states & set(_UNDECIDED):
        rows.append(
            (key("✅ Approve", "ap", style="success"), key("⚡ Now", "nw"), key("🙈 Skip", "sk", style="danger"))
        )
    elif PostState.SCHEDULED in states:
        rows.append((key("⚡ Now", "nw"), key("🙈 Skip", "sk", style="danger")))
    rows += [
        (key(f"{post.channel}: it is there", "th", str(post.id)), key("It is not: send", "nt", str(post.id)))
        for post in facts.posts
        if post.state is PostState.UNCERTAIN
    ]
    if PostState.FAILED in states:
        rows.append((key("🔁 Try again", "rt"),))
    second = [key("👁 Preview", "pv")]
    if states & set(_WAITING):
        second.append(key("🕒 Time", "tm"))
    rows.append((*second, Key("Open ↗", url=article.url)))
    return tuple(rows)


def times(facts: Facts) -> tuple[tuple[Key, ...], ...]:
    """The buttons of the clock: where else the post could go."""
    article = facts.stored.article
    choices = (
        ("Next slot", "next"),
        ("+15 min", "+15"),
        ("+1 h", "+60"),
        ("Tonight 20:00", "20:00"),
        ("Tomorrow 08:30", "t08:30"),
    )
    keys = [Key(label, str(Data(article.id, article.revision, "at", when))) for label, when in choices]
    back = Key("◀ Back", str(Data(article.id, article.revision, "bk")))
    return (tuple(keys[:3]), tuple(keys[3:]), (back,))
