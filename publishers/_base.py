"""What a publisher is: a platform's limits, its options, and the calls that reach the public."""

from __future__ import annotations

import difflib
import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from formatting.measure import length
from newswire.channel import Channel
from newswire.clock import Clock
from newswire.delivery import Receipt, Search
from newswire.errors import (
    ConfigError,
    DeliveryError,
    NewswireError,
    OutcomeUnknown,
    Rejected,
    Unavailable,
    UsageProblem,
)
from newswire.platform import Account, Can, Lane, Limits
from newswire.post import Message
from newswire.secret import Secret, Secrets


class BadOptions(ConfigError):
    """Options that a platform does not take: `troubles` are the option and what is wrong with it, each in one line."""

    def __init__(self, troubles: Sequence[tuple[str, str]]) -> None:
        super().__init__("\n".join(text for _, text in troubles))
        self.troubles = tuple(troubles)


class Config(BaseModel):
    """A channel's options for its platform. Fields of type `Secret` come from the environment, never from the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    @classmethod
    def secret_fields(cls) -> dict[str, str]:
        """Field name -> the name its secret has in the environment (X_API_KEY)."""
        return {
            name: str(field.json_schema_extra["env"])
            for name, field in cls.model_fields.items()
            if isinstance(field.json_schema_extra, dict) and "env" in field.json_schema_extra
        }

    @classmethod
    def file_fields(cls) -> list[str]:
        """The options that newswire.toml may set."""
        return [name for name in cls.model_fields if name not in cls.secret_fields()]

    @classmethod
    def read(cls, channel: str, platform: str, options: dict[str, Any], secrets: Secrets) -> Self:
        """The options of `channel`, with its secrets. ConfigError (without the place) names what is wrong.

        A channel's own secret goes before its platform's: X_EN_API_KEY for channel x-en, then X_API_KEY.
        """
        found: dict[str, Any] = {}
        for field, env in cls.secret_fields().items():
            if field in options:
                text = f"'{field}' is a secret: put it into .env as {env}, not into the file"
                raise BadOptions([(field, text)])
            own = f"{channel.upper().replace('-', '_')}_{env.removeprefix(platform.upper() + '_')}"
            secret = secrets.first(own, env)
            if secret is None and cls.model_fields[field].is_required():
                raise ConfigError(f"{env} is not set; put it into .env (or {own}, for this channel alone)")
            if secret is not None:
                found[field] = secret
        try:
            return cls.model_validate({**options, **found})
        except ValidationError as error:
            raise BadOptions([(str(p["loc"][0]), _explain(cls, p)) for p in error.errors()]) from None


def _explain(config: type[Config], problem: Any) -> str:
    """One line for one of pydantic's errors."""
    name = ".".join(map(str, problem["loc"]))
    if problem["type"] == "extra_forbidden":
        return f"unknown setting '{name}'{_guess(config, name)}"
    if problem["type"] == "missing":
        return f"'{name}' is missing"
    context = problem.get("ctx", {})
    reason = context["error"] if "error" in context else problem["msg"].replace("Input should be", "must be")
    return f"{config.secret_fields().get(name, name)}: {reason}"


def _guess(config: type[Config], name: str) -> str:
    """`; did you mean 'every'?` when a setting of channels, or one of this platform, is close."""
    of_channels = [field.alias or key for key, field in Channel.model_fields.items()]
    close = difflib.get_close_matches(name, [*config.file_fields(), *of_channels], n=1)
    if close:
        return f"; did you mean '{close[0]}'?"
    own = ", ".join(config.file_fields())
    return f"; this platform knows: {own}" if own else "; this platform has no settings of its own"


def from_env(name: str, *, description: str, required: bool = True) -> Any:
    """A field of `Config` whose value is the secret called `name`."""
    extra: dict[str, Any] = {"env": name}
    if required:
        return Field(description=description, json_schema_extra=extra)
    return Field(default=None, description=description, json_schema_extra=extra)


def hush(*libraries: str) -> None:
    """Keep back the debug lines of libraries that write keys and tokens into them."""
    for name in libraries:
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.getEffectiveLevel(), logging.INFO))


@contextmanager
def understood(title: str) -> Iterator[None]:
    """An answer that makes no sense says nothing about the post: OutcomeUnknown, whatever tripped over it."""
    try:
        yield
    except NewswireError:
        raise
    except Exception as error:
        raise OutcomeUnknown(f"{title} gave an answer that cannot be read") from error


@contextmanager
def repeatable() -> Iterator[None]:
    """What does no harm when it is done twice: where the answer was lost, it is to be done again."""
    try:
        yield
    except OutcomeUnknown as error:
        raise Unavailable(str(error)) from error


class Publisher(ABC):
    """One channel's way out. Its errors are the decisions of newswire/errors.py.

    A platform fills in how one part of a post is put out, changed, removed and looked for; threads are made of those here.
    `patience` is how long an answer may take, in seconds.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    public: ClassVar[bool] = True
    limits: ClassVar[Limits]
    can: ClassVar[Can]
    Config: ClassVar[type[Config]]

    def __init__(self, config: Any, *, clock: Clock, patience: float = 45.0) -> None:
        self.config = config
        self.clock = clock
        self.patience = patience

    async def open(self) -> None:  # noqa: B027 - not every platform has something to open
        """Get ready: connections, sessions. No call to the platform yet."""

    async def close(self) -> None:  # noqa: B027 - see open
        """Give everything back."""

    @abstractmethod
    def lanes(self) -> Sequence[Lane]:
        """The lanes each message of this channel uses. A platform's wait closes the first."""

    def search_lanes(self) -> Sequence[Lane]:
        """The lanes that looking for a lost post uses, where that sends something."""
        return ()

    @abstractmethod
    async def verify(self) -> Account:
        """Who am I, what may I do. For `newswire check` and `init`."""

    def check(self, message: Message) -> None:
        """Rejected when a part of `message` would not be taken, so that nothing of a thread goes out before all of it can."""
        parts = message.parts
        if len(parts) > 1 and not self.can.thread:
            raise Rejected(f"{self.title} has no threads: make it one post")
        for number, part in enumerate(parts, 1):
            if trouble := self._trouble(part):
                raise Rejected(f"{self.title}: {f'part {number}: ' if len(parts) > 1 else ''}{trouble}")

    def _trouble(self, part: Message) -> str:
        """Why the platform would not take `part`, in words; empty when it would, as far as can be told."""
        caption = bool(part.media and self.limits.caption)
        room = self.limits.caption if caption else self.limits.text
        long = length(part.text.text, self.limits.unit)
        if long > room:
            return f"the {'caption' if caption else 'text'} is too long, {long} of {room} characters"
        return "" if part.media or part.text.strip() else "there is no text to post"

    async def publish(self, message: Message, *, key: str, done: Receipt | None = None) -> Receipt:
        """Put `message` out, once. `key` is the same for every try of one post, `done` what an earlier try had put out.

        An error in the midst of a thread holds in its own `done` what is out by then.
        """
        self.check(message)
        for number, part in enumerate(message.parts):
            if done and number < len(done.ids):
                continue
            try:
                sent = await self._put(
                    part, key=f"{key}.{number}" if number else key, after=done.ids[-1] if done else ""
                )
            except DeliveryError as error:
                error.done = done
                raise
            done = done.followed_by(sent.remote_id) if done else sent
        assert done is not None  # noqa: S101 - there is at least one part
        return done

    @abstractmethod
    async def _put(self, part: Message, *, key: str, after: str) -> Receipt:
        """Post one part, as an answer to the part with the id `after` unless that is empty."""

    async def edit(self, receipt: Receipt, message: Message) -> Receipt:
        """Let the post of `receipt` say `message`. Saying the same again is no error; Gone when it is not there."""
        self.check(message)
        if len(message.parts) != len(receipt.ids):
            parts = f"{len(receipt.ids)} parts, the correction {len(message.parts)}"
            raise Rejected(f"{self.title}: the post has {parts}: make them as many, or retract it and post again")
        for remote_id, part in zip(receipt.ids, message.parts, strict=True):
            with repeatable():
                await self._change(remote_id, part)
        return receipt

    @abstractmethod
    async def _change(self, remote_id: str, part: Message) -> None:
        """Let one part say something else."""

    async def delete(self, receipt: Receipt) -> None:
        """Take the post of `receipt` away, the last part first. What is gone already is no error; Undeletable says stay."""
        for remote_id in reversed(receipt.ids):
            with repeatable():
                await self._remove(remote_id, receipt)

    @abstractmethod
    async def _remove(self, remote_id: str, receipt: Receipt) -> None:
        """Take one part of the post of `receipt` away."""

    async def named(self, link: str) -> Receipt:
        """The post that a person's `link` leads to, in this very channel. UsageProblem says why it leads to none."""
        raise UsageProblem(f"{self.title} has no links to posts ({link})")

    async def find(self, message: Message, search: Search) -> Receipt | None:
        """What is out of a post whose answer was lost. None: certainly nothing. OutcomeUnknown: nobody can tell (yet).

        A receipt with fewer ids than `message` has parts is a thread that broke off: `publish` it with that as `done`.
        No other error is raised: whatever stands in the way, the post stays as uncertain as it was.
        """
        done = search.done
        left = message.parts[len(done.ids) if done else 0 :]
        for found in await self._look(left, search) if left else ():
            done = done.followed_by(found.remote_id) if done else found
        return done

    async def _look(self, parts: Sequence[Message], search: Search) -> Sequence[Receipt]:  # noqa: ARG002 - for platforms that can look
        """Those of `parts` that are out, from the first on without a gap; the others certainly are not."""
        raise OutcomeUnknown(f"{self.title} cannot be asked whether the post is there; please look")


def secret(value: Secret | None) -> str:
    """The value of a secret that must be there by now."""
    return value.reveal() if value else ""
