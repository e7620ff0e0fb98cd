"""What the stand-in remembers: accounts with their tokens and money, posts, media, and every request it saw."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from sandbox.x.weight import Link

_EPOCH_MS = 1_288_834_974_657
SCOPES = frozenset({"tweet.read", "tweet.write", "users.read", "media.write", "offline.access"})


@dataclass(slots=True, kw_only=True)
class Account:
    """One X account and the app that posts for it. `credits` in dollars, None for as much as it likes.

    Tests may change `credits`, `permissions`, `capped` (the month's cap is reached) and `suspended` at any time.
    """

    id: str
    username: str
    name: str
    api_key: str
    api_secret: str
    access_token: str
    access_secret: str
    credits: float | None = None
    premium: bool = False
    permissions: Literal["write", "read"] = "write"
    capped: bool = False
    suspended: bool = False
    spent: float = 0.0
    created_at: float = 0.0
    reads: set[tuple[str, str]] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """An OAuth 2 user token: whose it is, what it may do, and until when (seconds since 1970)."""

    account: Account
    scopes: frozenset[str]
    expires: float


@dataclass(slots=True, kw_only=True)
class Medium:
    """One uploaded file. `kind` is photo, animated_gif or video; it is "" until the upload is complete."""

    id: str
    owner: str
    category: str
    expires: float
    owners: frozenset[str] = frozenset()
    total: int | None = None
    segments: dict[int, bytes] = field(default_factory=dict)
    data: bytes = b""
    kind: str = ""
    mime: str = ""
    width: int = 0
    height: int = 0
    alt: str = ""
    ready: float = 0.0

    @property
    def key(self) -> str:
        """X's other name for it: a number for the kind, and the id."""
        return f"{ {'tweet_image': 3, 'tweet_gif': 16}.get(self.category, 7) }_{self.id}"


@dataclass(slots=True, kw_only=True)
class Tweet:
    """One post as it was written: `text` in NFC, with the links in it."""

    id: str
    author: Account
    text: str
    at: float
    links: tuple[Link, ...] = ()
    media: tuple[Medium, ...] = ()
    reply_to: str = ""
    reply_to_user: str = ""
    quoted: str = ""
    conversation: str = ""
    history: tuple[str, ...] = ()
    reply_settings: str = "everyone"
    deleted: bool = False
    replaced: bool = False

    @property
    def visible(self) -> bool:
        """Whether a reader still sees it: neither deleted nor replaced by an edited version."""
        return not self.deleted and not self.replaced


@dataclass(slots=True, kw_only=True)
class Call:
    """One request and its answer. `operation` is the path with `{id}`; `status` 0 says that no answer was made.

    Uploaded bytes are left out of `body`: a string that says how many there were stands for them.
    """

    at: float
    name: str
    method: str
    operation: str
    path: str
    query: dict[str, str]
    content_type: str
    body: Any
    username: str = ""
    status: int = 0
    answer: Any = None


class Ids:
    """Ids as X makes them: the time in milliseconds, then a counter, so that later posts have larger ids."""

    def __init__(self) -> None:
        self._last = 0

    def next(self, now: float) -> str:
        """A new id, larger than all before."""
        self._last = max(self._last + 1, (int(now * 1000) - _EPOCH_MS) << 22)
        return str(self._last)


def iso(at: float) -> str:
    """A time as X writes it: 2026-11-24T03:56:00.000Z."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
