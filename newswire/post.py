"""A post: one article on its way to one channel, and the message it carries there."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from newswire.delivery import Receipt
from newswire.richtext import RichText


class PostState(StrEnum):
    """Where a post is on its way. `MOVES` holds the only ways from one to the next."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    SCHEDULED = "scheduled"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    CORRECTING = "correcting"
    RETRACTED = "retracted"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    SKIPPED = "skipped"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


S = PostState
MOVES: dict[PostState, frozenset[PostState]] = {
    S.DRAFT: frozenset({S.IN_REVIEW, S.SCHEDULED, S.SKIPPED, S.EXPIRED, S.CANCELLED}),
    S.IN_REVIEW: frozenset({S.SCHEDULED, S.SKIPPED, S.EXPIRED, S.CANCELLED}),
    S.SCHEDULED: frozenset({S.IN_REVIEW, S.PUBLISHING, S.SKIPPED, S.EXPIRED, S.CANCELLED}),
    S.PUBLISHING: frozenset({S.PUBLISHED, S.SCHEDULED, S.FAILED, S.UNCERTAIN}),
    S.UNCERTAIN: frozenset({S.PUBLISHED, S.SCHEDULED, S.FAILED, S.CANCELLED}),
    S.FAILED: frozenset({S.SCHEDULED, S.PUBLISHED, S.CANCELLED}),
    S.PUBLISHED: frozenset({S.CORRECTING, S.RETRACTED}),
    S.CORRECTING: frozenset({S.PUBLISHED, S.RETRACTED}),
    S.RETRACTED: frozenset(),
    S.SKIPPED: frozenset({S.SCHEDULED}),
    S.EXPIRED: frozenset({S.SCHEDULED}),
    S.CANCELLED: frozenset(),
}
WAITING = frozenset({S.DRAFT, S.IN_REVIEW, S.SCHEDULED})
SETTLED = frozenset({S.PUBLISHED, S.RETRACTED, S.SKIPPED, S.EXPIRED, S.CANCELLED})


class Priority(IntEnum):
    """Who goes first when several posts are due: the smaller number."""

    BREAKING = 0
    EDITOR = 10
    TIMED = 20
    CORRECTION = 30
    DIGEST = 40
    READERS = 50
    BACKLOG = 60


_CLASS = 100_000_000_000_000  # milliseconds: more than any time in this millennium
_MINUTE = 60_000


def rank(priority: int, due_at: datetime) -> int:
    """The place in the line, smaller first: breaking before an editor's press before all the rest.

    Among the rest, each step of priority is worth a minute of waiting, so that nobody waits for ever: a post of the
    backlog goes before a timed one that is due forty minutes later.
    """
    at = int(due_at.timestamp() * 1000)
    if priority <= Priority.EDITOR:
        return at if priority <= Priority.BREAKING else at + _CLASS
    return at + 2 * _CLASS + priority * _MINUTE


class ButtonKind(StrEnum):
    """What a press does: open a page, or copy a text (Telegram)."""

    URL = "url"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message. `value` is an address, or the text to copy."""

    label: str
    value: str
    kind: ButtonKind = ButtonKind.URL


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture to send. `path` is the local copy when there is one; `url` is where it came from."""

    url: str
    alt: str = ""
    path: str = ""
    mime: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The link card a platform draws: for which address, and how it is wished."""

    url: str
    large: bool = True
    above_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a platform receives, already fitted to its limits.

    `link` is the article's address as this channel carries it (with the channel's own parameters);
    it is in the text, in a span of it, or in the preview: never left out.
    `dropped` names what gave way for want of room, in the order it went (`lead`, `tags`, `picture`).
    `more` are the parts that follow the first where the platform has threads; they have no parts of their own.
    """

    text: RichText
    link: str
    language: str = ""
    media: tuple[Media, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    preview: Preview | None = None
    silent: bool = False
    dropped: tuple[str, ...] = ()
    more: tuple[Message, ...] = ()

    @property
    def parts(self) -> tuple[Message, ...]:
        """Every part in order: this one alone, then those that follow."""
        return (replace(self, more=()) if self.more else self, *self.more)

    def to_json(self) -> dict[str, Any]:
        """A form that JSON can hold; `from_json` is its inverse."""
        form = {**asdict(self), "text": self.text.to_json(), "more": [part.to_json() for part in self.more]}
        return form if self.more else {name: value for name, value in form.items() if name != "more"}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Message:
        """The inverse of `to_json`."""
        return cls(
            text=RichText.from_json(data["text"]),
            link=data["link"],
            language=data["language"],
            media=tuple(Media(**media) for media in data["media"]),
            buttons=tuple(
                tuple(Button(b["label"], b["value"], ButtonKind(b["kind"])) for b in row) for row in data["buttons"]
            ),
            preview=Preview(**data["preview"]) if data["preview"] else None,
            silent=data["silent"],
            dropped=tuple(data["dropped"]),
            more=tuple(map(cls.from_json, data.get("more", ()))),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One article for one channel. `due_at` says when it may go, `attempt` counts the tries, both kept by `db.posts`.

    For an uncertain post `due_at` is the next look whether it is there (none: a person was asked), `looks` counts them.
    For one that is being corrected `change` is `edit` or `delete`, and `wish` what it shall say; `delete` on one that is
    in doubt is kept until it is known whether it is out. `parts` are the ids of
    a thread, as far as it went out. `revision` is the article's revision that the message was written from; `version` grows whenever an editor or
    the desk changes the post, so that a button drawn for an older version cannot act on a newer one.
    """

    id: int
    article_id: int
    channel: str
    state: PostState
    message: Message
    due_at: datetime | None
    priority: int = Priority.TIMED
    revision: int = 1
    version: int = 1
    attempt: int = 0
    serial: int = 1
    reason: str = ""
    remote_id: str = ""
    remote_url: str = ""
    parts: tuple[str, ...] = ()
    change: str = ""
    wish: Message | None = None
    looks: int = 0
    seen_at: datetime | None = None
    published_at: datetime | None = None

    @property
    def key(self) -> str:
        """The same for every try of this post, on every platform that takes a key of ours."""
        return f"nw-{self.article_id}-{self.channel}-{self.serial}"

    def begun(self, at: datetime) -> Receipt | None:
        """What is out of a thread that broke off; None when nothing is."""
        if not self.parts:
            return None
        return Receipt(remote_id=self.parts[0], at=at, url=self.remote_url, parts=self.parts)
