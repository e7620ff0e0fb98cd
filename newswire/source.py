"""A source: a place where articles appear, and what is remembered of it between two looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from newswire.article import Article

# A source whose newest article is older has been left by whoever filled it.
STALE = timedelta(days=180)


class FirstRun(StrEnum):
    """What becomes of the articles a source already has when it is seen for the first time."""

    SKIP = "skip"
    QUEUE = "queue"
    ASK = "ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A place to watch. `kind` is the name of a file in sources/. `selectors` override how its pages are read.

    It is looked at every `poll_seconds`; less often, but at least every `slowest_seconds`, where the site asks for it or
    seldom has anything new. `any_port` lets it stand on another port than 80 and 443.
    """

    name: str
    url: str
    kind: str = "feed"
    edition: str = "en"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    poll_seconds: float = 60.0
    slowest_seconds: float = 300.0
    any_port: bool = False
    first_run: FirstRun = FirstRun.SKIP
    read_page: bool = True
    selectors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What a source needs for its next look: HTTP validators, and whatever its kind keeps in `extra` (JSON-ready)."""

    etag: str = ""
    last_modified: str = ""
    url: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One look at a source. `complete` says that the list is all the source has, so that what is missing has vanished.

    `articles` is None when nothing changed (304, or the same bytes). `next_at` is set when the site asks for a pause.
    `rolls` says that it is a list of the newest only, out of which the others roll, and `older` where it goes on with
    them, if the site tells. `gone` are addresses of articles that the source itself says it has withdrawn.
    """

    memory: Memory
    articles: tuple[Article, ...] | None = None
    complete: bool = False
    rolls: bool = False
    older: str = ""
    gone: tuple[str, ...] = ()
    title: str = ""
    next_at: datetime | None = None
    warnings: tuple[str, ...] = ()
