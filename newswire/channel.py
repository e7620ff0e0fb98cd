"""A channel: one account on one platform, what it takes, and when it speaks."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from newswire.units import ClockTime, Duration, QuietHours


class ChannelState(StrEnum):
    """`paused` by a person or a lost log-in; its queue stays."""

    ON = "on"
    PAUSED = "paused"


def _one_or_many(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_one_or_many)]
Approval = Literal["auto", "review"]
ShareTarget = Literal[
    "telegram", "x", "facebook", "whatsapp", "linkedin", "vk", "reddit", "bluesky", "threads", "email"
]


class Pace(BaseModel):
    """How fast a channel may speak, beside the platform's own rates."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    per_hour: int = Field(default=0, ge=0, description="posts in any hour; 0: no cap")
    min_gap: Duration = Field(default=timedelta(), description="time between two posts")


class Channel(BaseModel):
    """One `[[channel]]` of newswire.toml. What is not named here is the platform's own (`options`)."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", description="short name, used in commands and links")
    platform: str = Field(alias="type", description="a platform: `newswire check` lists them")
    editions: Names = Field(default=(), alias="edition", description="language editions it takes; none: all")
    sections: Names = Field(default=(), description="sections it takes; none: all")
    template: str = Field(default="", description="Jinja2 text; empty: the platform's own default")
    template_file: str = Field(default="", description="a file with the template, instead of `template`")
    approve: Approval | None = Field(default=None, description="auto or review; not set: as [editors] says")
    slots: tuple[ClockTime, ...] = Field(default=(), description="clock times; the queue drains one post a slot")
    quiet: QuietHours | None = Field(default=None, description="hours of silence, such as 23:30-07:00")
    every: Duration = Field(default=timedelta(), description="short for limits.min_gap")
    limits: Pace = Field(default=Pace(), description="per_hour and min_gap")
    max_age: Duration = Field(default=timedelta(hours=24), description="an article older than this is not posted")
    tags: int = Field(default=2, ge=0, le=10, description="hashtags at most")
    sentences: int = Field(default=2, ge=0, le=10, description="sentences of the lead at most")
    picture: Literal["auto", "card", "photo", "none"] = Field(default="auto", description="how the picture is shown")
    share: tuple[ShareTarget, ...] = Field(
        default=("telegram", "x", "facebook", "whatsapp"), description="share buttons, where the platform has buttons"
    )
    copy_link: bool = Field(default=True, description="Telegram's copy-link button")
    utm: dict[str, str] = Field(default_factory=dict, description="link parameters, such as source = telegram")
    silent: bool = Field(default=False, description="deliver without a sound, where the platform can")

    @property
    def options(self) -> dict[str, Any]:
        """What the file says for the platform itself (`to`, say)."""
        return dict(self.model_extra or {})

    @property
    def min_gap(self) -> timedelta:
        """The longer of the two ways to say it."""
        return max(self.every, self.limits.min_gap)
