"""Settings: everything newswire.toml and the environment say, read once, at the top, and passed down."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr

from newswire.channel import Approval, Channel, Names
from newswire.editor import Role
from newswire.secret import Secret, Secrets
from newswire.source import FirstRun, Source
from newswire.timetable import Timetable
from newswire.toml_lines import Path, nearest
from newswire.units import Duration


def zone(value: object) -> ZoneInfo:
    """A zone by its name, such as Asia/Baku."""
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{value!r} is no time zone; write one such as Asia/Baku") from error


Zone = Annotated[ZoneInfo, BeforeValidator(zone)]


def base_path(value: object) -> str:
    """`/newswire`, or nothing."""
    if isinstance(value, str) and re.fullmatch(r"(/[\w.~-]+)*", value):
        return value
    raise ValueError(f'{value!r} is no path; write "/newswire", or leave it out')


BasePath = Annotated[str, BeforeValidator(base_path)]


def public_address(value: object) -> str:
    """`https://newswire.news.example`, without a slash at its end; or nothing."""
    if isinstance(value, str) and re.fullmatch(r"(https?://[^\s/?#]+(/[^\s?#]*)?)?", value):
        return value.rstrip("/")
    raise ValueError(f'{value!r} is no address; write "https://newswire.news.example", or leave it out')


PublicAddress = Annotated[str, BeforeValidator(public_address)]


class Table(BaseModel):
    """A table of the file: what it does not know is an error, and nothing changes once it is read."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Review(Table):
    """How many editors must approve, and what happens when nobody answers."""

    default: int = Field(default=1, ge=0, le=1, description="approvals a post needs; 0: posts go by themselves")
    timeout: Duration = Field(default=timedelta(minutes=45), description="how long a card waits for an answer")
    on_timeout: Literal["hold", "send", "skip"] = Field(
        default="hold", description="what happens to a card that nobody answers in time"
    )


class Editors(Table):
    """Where cards arrive, and who may press what (Telegram ids)."""

    chat: int | None = Field(
        default=None, description="number of the editors' chat; none: no cards, every post goes by itself"
    )
    owners: tuple[int, ...] = Field(default=(), description="Telegram numbers of those who may do everything")
    chiefs: tuple[int, ...] = Field(
        default=(), description="Telegram numbers of editors who also pause and resume channels"
    )
    editors: tuple[int, ...] = Field(
        default=(), description="Telegram numbers of those who approve, send, skip, reschedule and post"
    )
    viewers: tuple[int, ...] = Field(default=(), description="Telegram numbers of those who only look")
    approve: Review = Field(default=Review(), description="how many must approve, and what happens when nobody answers")

    def role(self, person: int) -> Role | None:
        """The role of a Telegram id; None for a stranger."""
        ranks = (
            (self.owners, Role.OWNER),
            (self.chiefs, Role.CHIEF),
            (self.editors, Role.EDITOR),
            (self.viewers, Role.VIEWER),
        )
        return next((role for people, role in ranks if person in people), None)


class SourceTable(Table):
    """One `[[source]]`: an edition of the site and the feeds where its articles appear."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", description="short name, used in commands and metrics")
    edition: str = Field(default="en", description="language edition its articles belong to")
    kind: str = Field(default="feed", description="what is at the addresses; `newswire source test` tries one")
    feeds: Names = Field(min_length=1, description="addresses of its feeds")
    poll: Duration = Field(default=timedelta(seconds=60), description="time between two looks")
    slowest: Duration | None = Field(
        default=None,
        description="longest time between two looks, whatever the site asks for; none: five minutes, or `poll` below a minute",
    )
    any_port: bool = Field(default=False, description="its addresses may name other ports than 80 and 443")
    first_run: FirstRun = Field(default=FirstRun.SKIP, description="articles already there: skip, queue or ask")
    read_page: bool = Field(default=True, description="read the article's page for what the feed lacks")
    selectors: dict[str, str] = Field(
        default_factory=dict, description="CSS selectors that override how pages are read"
    )


def _slowest(table: SourceTable) -> float:
    """The longest pause between two looks, whatever the site asks for: who wants a look within a minute means it."""
    poll = table.poll
    if table.slowest is not None:
        return max(table.slowest, poll).total_seconds()
    return poll.total_seconds() if poll < timedelta(minutes=1) else max(300.0, poll.total_seconds())


class Section(Table):
    """A section: the site's words for it, and the newsroom's tag."""

    match: Names = Field(default=(), description="categories of the site that belong to it")
    tag: Names = Field(default=(), description="hashtag, the same for all editions")
    tags: dict[str, str] = Field(default_factory=dict, description="hashtag by edition")
    approve: Approval | None = Field(default=None, description="auto or review, for this section")


class Site(Table):
    """The newsroom, as readers and servers see it."""

    name: str = Field(default="", description="the newsroom's name")
    url: str = Field(default="", description="home page; named in the User-Agent")
    contact: str = Field(default="", description="where servers' owners reach you; named in the User-Agent")
    ready_within: Duration = Field(
        default=timedelta(minutes=5),
        description="how long a first post waits for its article's page and picture to be there; 0s: not at all",
    )


class Bot(Table):
    """The editors' bot."""

    updates: Literal["polling", "webhook"] = Field(
        default="polling", description="how Telegram's updates arrive: asked for, or brought to webhook_url"
    )
    webhook_url: str = Field(default="", description="public address of this daemon, for webhook")
    language: str = Field(default="en", description="language of the bot's own words")


class Web(Table):
    """Health, metrics and webhooks over HTTP."""

    enabled: bool = Field(default=True, description="whether the daemon listens at all")
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8080, ge=0, le=65_535, description="port to listen on; 0: any free one")
    base: BasePath = Field(default="", description="path that a proxy puts in front, such as /newswire")
    url: PublicAddress = Field(
        default="", description="public address of all this, with that path; hubs and sites call below it"
    )


class Fetch(Table):
    """How the site is read."""

    user_agent: str = Field(default="", description="how we call ourselves; empty: Newswire and the site's address")
    allow_loopback: bool = Field(default=False, description="also read 127.0.0.1: for the demo and tests only")
    seconds: float = Field(default=20.0, gt=0, description="longest time for one document, in seconds")
    max_bytes: int = Field(default=5 * 2**20, gt=0, description="largest document, unpacked, in bytes")
    robots: bool = Field(default=True, description="leave pages alone that the site's robots.txt asks us not to read")


class Log(Table):
    """What is written to standard error."""

    format: Literal["text", "json"] = Field(default="text", description="text for people, json for machines")
    level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="least level shown")


class Delivering(Table):
    """How posts are carried."""

    at_once: int = Field(default=16, ge=1, le=200, description="posts in the air at the same time")
    timeout: Duration = Field(
        default=timedelta(seconds=30), description="a call without an answer for so long is unknown"
    )
    late: Duration = Field(
        default=timedelta(minutes=10), description="a post that waits so long past its time is late, and said to be"
    )
    most_late: int = Field(
        default=10, ge=0, description="late posts of a channel that go by themselves; if there are more, you are asked"
    )
    auto_migrate: bool = Field(default=False, description="let `run` update an older database by itself")


class Settings(Table):
    """The whole of newswire.toml, with the secrets beside it."""

    timezone: Zone = Field(default=ZoneInfo("UTC"), description="zone of all clock times in this file")
    languages: tuple[str, ...] = Field(default=("en",), description="language editions of the site")
    site: Site = Field(default=Site(), description="the newsroom")
    editors: Editors = Field(default=Editors(), description="people and approval")
    bot: Bot = Field(default=Bot(), description="the bot")
    web: Web = Field(default=Web(), description="HTTP")
    fetch: Fetch = Field(default=Fetch(), description="reading the site")
    log: Log = Field(default=Log(), description="the log")
    delivery: Delivering = Field(default=Delivering(), description="carrying posts")
    source: tuple[SourceTable, ...] = Field(default=(), description="places to watch")
    sections: dict[str, Section] = Field(default_factory=dict, description="the site's categories, by short name")
    channel: tuple[Channel, ...] = Field(default=(), description="where posts go")
    platform: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="options for all channels of a platform"
    )

    _file: str = PrivateAttr(default="newswire.toml")
    _lines: dict[Path, int] = PrivateAttr(default_factory=dict)
    _secrets: Secrets = PrivateAttr(default_factory=lambda: Secrets({}))

    def placed(self, file: str, lines: Mapping[Path, int], secrets: Secrets) -> Settings:
        """These settings, knowing where they come from."""
        self._file, self._lines, self._secrets = file, dict(lines), secrets
        return self

    def where(self, *path: str | int) -> str:
        """`newswire.toml:34` for the thing at `path`, for errors."""
        line = nearest(self._lines, path)
        return f"{self._file}:{line}" if line else self._file

    @property
    def secrets(self) -> Secrets:
        """Where secrets come from."""
        return self._secrets

    @property
    def database_url(self) -> str:
        """SQLAlchemy's address of the database; it may hold a password."""
        secret = self._secrets.address("DATABASE_URL")
        return secret.reveal() if secret else "sqlite+aiosqlite:///newswire.db"

    @property
    def bot_token(self) -> Secret | None:
        """The editors' bot's token."""
        return self._secrets.get("TELEGRAM_BOT_TOKEN")

    @property
    def hook_secret(self) -> str:
        """What sites sign their calls with, and what hubs' secrets are derived from; "" where none is set."""
        secret = self._secrets.get("HOOK_SECRET")
        return secret.reveal() if secret else ""

    @property
    def user_agent(self) -> str:
        """How we call ourselves to servers."""
        site = self.site
        who = [site.name, site.url and f"+{site.url}", site.contact]
        words = "; ".join(" ".join(part.split()) for part in who if part) or "+news distribution"
        return self.fetch.user_agent or f"Newswire/0.1 ({words})"

    def sources(self) -> list[Source]:
        """Every address to watch, one `Source` each; a second feed of a source is called `name#2`."""
        return [
            Source(
                name=table.name if n == 1 else f"{table.name}#{n}",
                url=url,
                kind=table.kind,
                edition=table.edition,
                zone=self.timezone,
                poll_seconds=table.poll.total_seconds(),
                slowest_seconds=_slowest(table),
                any_port=table.any_port,
                first_run=table.first_run,
                read_page=table.read_page,
                selectors=table.selectors,
            )
            for table in self.source
            for n, url in enumerate(table.feeds, start=1)
        ]

    def where_source(self, name: str) -> str:
        """`newswire.toml:34` for the table of the source called `name`, or `name#2` for its second feed."""
        own = name.partition("#")[0]
        return self.where("source", next((n for n, table in enumerate(self.source) if table.name == own), 0))

    def timetable(self, channel: Channel) -> Timetable:
        """When `channel` may speak."""
        return Timetable(
            zone=self.timezone,
            slots=channel.slots,
            quiet=channel.quiet,
            min_gap=channel.min_gap,
            per_hour=channel.limits.per_hour,
        )

    def section_of(self, categories: tuple[str, ...]) -> str:
        """The newsroom's short name for the site's `categories`; empty when none is known."""
        wanted = {category.casefold() for category in categories}
        for name, section in self.sections.items():
            if name.casefold() in wanted or wanted & {word.casefold() for word in section.match}:
                return name
        return ""

    def needs_review(self, channel: Channel, section: str) -> bool:
        """Whether a person must approve: the channel decides, then the section, then [editors]."""
        if self.editors.chat is None:
            return False
        rule = channel.approve or (self.sections[section].approve if section in self.sections else None)
        return rule == "review" if rule else self.editors.approve.default > 0
