"""Cards: one article under the editors' eyes, as text and buttons. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

from bot.buttons import Data, Key, Rows, Tap
from bot.words import clock, lines, short
from db.articles import Stored
from db.siblings import Alike, Sibling
from formatting.summary import lead
from newswire.article import Article
from newswire.delivery import Action
from newswire.post import WAITING, Post, PostState
from newswire.richtext import RichText, Style, link, styled
from newswire.settings import Settings

UNDECIDED = frozenset({PostState.DRAFT, PostState.IN_REVIEW})
TROUBLED = frozenset({PostState.FAILED, PostState.UNCERTAIN})

_TITLE = 300
_LEAD = 200
_OLD_TITLE = 120
_REASON = 160
_ADDRESS = 60


@dataclass(frozen=True, slots=True)
class Decision:
    """What an editor decided last: `word` is `approved` or `skipped`."""

    word: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything a card shows.

    `former_title` is the headline before the last change, `correction` what else that put right, `paused` names the
    channels that are, `answer_by` is when nobody is waited for any more. `again`: this card was sent before, and nobody
    knows whether it arrived. `like` is an article that this one looks like, `editions` are the same story in other
    languages.
    """

    stored: Stored
    posts: Sequence[Post]
    now: datetime
    note: str = ""
    answer_by: datetime | None = None
    former_title: str = ""
    correction: str = ""
    decision: Decision | None = None
    paused: frozenset[str] = frozenset()
    again: bool = False
    like: Alike | None = None
    editions: Sequence[Sibling] = ()

    def any_in(self, states: frozenset[PostState]) -> bool:
        """Whether a post is in one of `states`."""
        return any(post.state in states for post in self.posts)

    @property
    def asked(self) -> list[Post]:
        """The posts of which only a person can tell whether they are out."""
        return [post for post in self.posts if asks(post, self.now)]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A card ready to be sent."""

    text: RichText
    rows: Rows

    @property
    def digest(self) -> str:
        """A short hash of what is shown: two cards that look the same have the same."""
        return hashlib.sha256(repr((self.text, self.rows)).encode()).hexdigest()[:16]


def draw(facts: Facts, settings: Settings) -> Drawn:
    """The card."""
    article = facts.stored.article
    story: list[RichText | str] = [
        _head(facts, settings),
        styled(short(article.title, _TITLE, article.edition), Style.BOLD),
    ]
    if first := lead(article, article.edition):
        story.append(RichText(short(first, _LEAD, article.edition)))
    story.append(_about(article))
    places = [place(post, facts, settings) for post in facts.posts]
    foot = _foot(facts, settings)
    story += ["", *places] if places else []
    story += ["", *foot] if foot else []
    return Drawn(lines(story), _rows(facts))


def _head(facts: Facts, settings: Settings) -> RichText:
    """As `🆕 #482 new · EN · Politics · site-en · 14:02`."""
    article = facts.stored.article
    mark, word = _standing(facts, settings)
    seen = clock(settings.timezone, facts.stored.seen_at, facts.now)
    about = (article.edition.upper(), article.section.capitalize(), article.source, seen)
    return RichText(" · ".join((f"{mark} #{article.id} {word}", *(part for part in about if part))))


def _standing(facts: Facts, settings: Settings) -> tuple[str, str]:
    """How the article stands, as a mark and the words beside it: what asks for somebody comes first."""
    if facts.stored.gone_at:
        return "🗑", "gone from the site"
    if facts.any_in(frozenset({PostState.FAILED})) or facts.asked:
        return "⚠️", "needs you"
    if facts.any_in(UNDECIDED):
        return ("⏸", "held") if facts.note else ("🆕", "new")
    if facts.any_in(frozenset({PostState.RETRACTED})) and all(post.state in _OVER for post in facts.posts):
        return "🗑", "retracted"
    if facts.decision:
        mark = "🙈" if facts.decision.word == "skipped" else "✅"
        return mark, f"{facts.decision.word} · {_signed(facts.decision, facts, settings)}"
    return ("⏳", "goes out by itself") if facts.any_in(WAITING) else ("📰", "posted")


def _signed(decision: Decision, facts: Facts, settings: Settings) -> str:
    return f"{decision.by} {clock(settings.timezone, decision.at, facts.now)}"


def _about(article: Article) -> RichText:
    """As `By A. Author · 612 words · photo ✓ · news.example/en/482`."""
    words = len(article.body.split())
    picture = ("photo ✓ alt ✓" if article.images[0].alt else "photo ✓") if article.images else "no photo"
    parts = [f"By {article.author}" if article.author else "", f"{words} words" if words else "", picture]
    return RichText("".join(f"{part} · " for part in parts if part)) + link(_bare(article.url), article.url)


def _bare(url: str) -> str:
    """An address as people read it."""
    parts = urlsplit(url)
    bare = (parts.netloc.removeprefix("www.") + unquote(parts.path)).rstrip("/")
    return bare if len(bare) <= _ADDRESS else f"{bare[: _ADDRESS - 1]}…"


def place(post: Post, facts: Facts, settings: Settings) -> RichText:
    """The line of one channel, as `tg-en  ✅ out · 14:22:07`."""
    return styled(post.channel, Style.CODE) + "  " + _state(post, facts, settings)


def _state(post: Post, facts: Facts, settings: Settings) -> RichText:
    reason = f": {short(post.reason, _REASON)}" if post.reason else ""
    match post.state:
        case PostState.PUBLISHED:
            at = f" · {post.published_at.astimezone(settings.timezone):%H:%M:%S}" if post.published_at else ""
            mine = "" if post.remote_id else " · I cannot change it there"
            return RichText("✅ ") + (link("out", post.remote_url) if post.remote_url else "out") + at + mine
        case PostState.DRAFT | PostState.IN_REVIEW | PostState.SCHEDULED:
            return RichText(_waiting(post, facts, settings))
        case PostState.FAILED:
            return RichText(f"❌ not taken{reason}")
        case PostState.UNCERTAIN:
            doubt = "❓ nobody knows whether it is out" if asks(post, facts.now) else _LOOKING
            wish = "; if so, it is taken back" if post.change == Action.DELETE else ""
            return RichText(f"{doubt}{wish}{reason}")
        case PostState.PUBLISHING:
            return RichText("📤 going out, then taken back" if post.change == Action.DELETE else "📤 going out")
        case PostState.CORRECTING if post.change == Action.DELETE:
            return RichText("🗑 being taken back")
        case PostState.CANCELLED:
            return RichText(f"🚫 called off{reason}")
        case state:
            return RichText(_PLAINLY[state])


_OVER = frozenset({PostState.RETRACTED, PostState.CANCELLED, PostState.SKIPPED, PostState.EXPIRED})
_LOOKING = "🔎 perhaps out, I am looking"
_PLAINLY = {
    PostState.CORRECTING: "✏️ being corrected",
    PostState.RETRACTED: "🗑 retracted",
    PostState.SKIPPED: "🙈 skipped",
    PostState.EXPIRED: "⌛ too old by now, not sent",
}


def asks(post: Post, now: datetime) -> bool:
    """Whether only a person can tell what became of the post: nobody looks by himself any more."""
    return post.state is PostState.UNCERTAIN and not (post.due_at and post.due_at > now)


def _waiting(post: Post, facts: Facts, settings: Settings) -> str:
    """As `18:30 slot`, `⏳ 18:30 slot`, `⏸ channel paused · 18:30`, `⏳ once more 14:11: why the last try failed`."""
    due = post.due_at
    at = "at once" if due is None or due <= facts.now else clock(settings.timezone, due, facts.now)
    channel = next((c for c in settings.channel if c.name == post.channel), None)
    if due and channel and due.astimezone(settings.timezone).time() in channel.slots:
        at += " slot"
    if post.message.dropped:
        at += f" · without {', '.join(post.message.dropped)}"
    if post.channel in facts.paused:
        return f"⏸ channel paused · {at.replace('at once', 'at once when it goes on')}"
    if post.state is not PostState.SCHEDULED:
        return at
    if post.attempt and post.reason and due and due > facts.now:
        return f"⏳ once more {at}: {short(post.reason, _REASON)}"
    return f"⏳ {at}"


def _family(facts: Facts) -> list[str]:
    """As `⚠ 87 % like #481: Talks begin` and `Also as RU #480 · HY #483`."""
    like = facts.like
    told = [f"⚠ {like.percent} % like #{like.article_id}: {short(like.title, _OLD_TITLE)}"] if like else []
    others = " · ".join(f"{one.edition.upper()} #{one.article_id}" for one in facts.editions)
    return [*told, f"Also as {others}"] if others else told


def _foot(facts: Facts, settings: Settings) -> list[str]:
    """What it looks like, what has changed, who decided, what is waited for."""
    stored, undecided = facts.stored, facts.any_in(UNDECIDED)
    foot = _family(facts)
    if stored.article.revision > 1:
        foot.append(_change(facts, settings))
    if stored.gone_at:
        foot.append(f"🗑 The site took it away at {clock(settings.timezone, stored.gone_at, facts.now)}.")
    if facts.decision and (undecided or facts.any_in(TROUBLED) or stored.gone_at):
        before = (" before the change" if stored.article.revision > 1 else " before") if undecided else ""
        foot.append(f"{facts.decision.word.capitalize()}{before} · {_signed(facts.decision, facts, settings)}")
    if undecided:
        foot.append(_wanted(facts, settings))
        foot += [facts.note] if facts.note else []
    if asked := [post.channel for post in facts.asked]:
        foot.append(
            f"Please look at {' and '.join(asked)}, then press, or reply with the post's link. Until then nothing is sent there again."
        )
    if facts.again:
        foot.append("Telegram did not say whether this card arrived before. If there are two, use this one.")
    return foot


def _change(facts: Facts, settings: Settings) -> str:
    stored = facts.stored
    at = f" at {clock(settings.timezone, stored.changed_at, facts.now)}" if stored.changed_at else ""
    text = f"♻️ The site changed the text{at}"
    if facts.former_title not in ("", stored.article.title):
        old, new = short(facts.former_title, _OLD_TITLE), short(stored.article.title, _OLD_TITLE)
        text = f"♻️ The site changed the headline{at}: {old} → {new}"
    if facts.correction:
        text += f"\n⚠️ {facts.correction[:1].upper()}{facts.correction[1:]}"
    out = [p.channel for p in facts.posts if p.state is PostState.PUBLISHED and p.revision < stored.article.revision]
    return f"{text}\nStill with the old text: {', '.join(out)}" if out else text


def _wanted(facts: Facts, settings: Settings) -> str:
    """As `Needs 1 approval · held at 14:47 if nobody answers`."""
    if facts.answer_by is None:
        return "Needs 1 approval"
    then = {"hold": "held", "send": "goes out", "skip": "skipped"}[settings.editors.approve.on_timeout]
    return f"Needs 1 approval · {then} at {clock(settings.timezone, facts.answer_by, facts.now)} if nobody answers"


def _rows(facts: Facts) -> Rows:
    """What can be done, the most wanted first."""
    article = facts.stored.article

    def key(label: str, tap: Tap, argument: object = "", style: str = "") -> Key:
        return Key(label, str(Data(tap, article.id, article.revision, str(argument))), style)

    now, skip = key("⚡ Now", Tap.NOW), key("🙈 Skip", Tap.SKIP, style="danger")
    rows: list[tuple[Key, ...]] = []
    if facts.any_in(UNDECIDED):
        rows.append((key("✅ Approve", Tap.APPROVE, style="success"), now, skip))
    elif facts.any_in(WAITING):
        rows.append((now, skip))
    for post in facts.asked:
        name = f"{post.channel}: it" if len(facts.asked) > 1 else "It"
        there, not_there = (
            key(f"{name} is there", Tap.THERE, post.id),
            key(f"{name} is not" if post.change == Action.DELETE else f"{name} is not: send", Tap.NOT_THERE, post.id),
        )
        rows.append((there, not_there))
    if facts.any_in(frozenset({PostState.FAILED})):
        rows.append((key("🔁 Try again", Tap.RETRY),))
    times = [key("🕒 Time", Tap.TIMES)] if facts.any_in(WAITING) else []
    rows.append((key("👁 Preview", Tap.PREVIEW), *times))
    return tuple(rows)
