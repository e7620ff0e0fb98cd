"""What a publisher is: a platform's limits, its options, and the calls that reach the public."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from newswire.clock import Clock
from newswire.delivery import Receipt
from newswire.errors import ConfigError, NewswireError, OutcomeUnknown
from newswire.platform import Account, Can, Lane, Limits
from newswire.post import Message
from newswire.secret import Secret, Secrets


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
                raise ConfigError(f"'{field}' is a secret: put it into .env as {env}, not into the file")
            own = f"{channel.upper().replace('-', '_')}_{env.removeprefix(platform.upper() + '_')}"
            secret = secrets.first(own, env)
            if secret is None and cls.model_fields[field].is_required():
                raise ConfigError(f"{env} is not set; put it into .env (or {own}, for this channel alone)")
            if secret is not None:
                found[field] = secret
        try:
            return cls.model_validate({**options, **found})
        except ValidationError as error:
            raise ConfigError("; ".join(_explain(cls, problem) for problem in error.errors())) from None


def _explain(config: type[Config], problem: Any) -> str:
    name = ".".join(map(str, problem["loc"]))
    if problem["type"] == "extra_forbidden":
        return f"unknown setting '{name}'; this platform knows: {', '.join(config.file_fields())}"
    if problem["type"] == "missing":
        return f"'{name}' is missing"
    context = problem.get("ctx", {})
    return f"{name}: {context['error'] if 'error' in context else problem['msg']}"


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
        raise OutcomeUnknown(f"{title} gave an answer that cannot be read ({type(error).__name__})") from error


class Publisher(ABC):
    """One channel's way out. Its errors are the decisions of newswire/errors.py.

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

    @abstractmethod
    async def verify(self) -> Account:
        """Who am I, what may I do. For `newswire check` and `init`."""

    @abstractmethod
    async def publish(self, message: Message, *, key: str) -> Receipt:
        """Put `message` out, once. `key` is the same for every try of one post."""

    @abstractmethod
    async def edit(self, receipt: Receipt, message: Message) -> Receipt:
        """Let the post of `receipt` say `message`. Saying the same again is no error."""

    @abstractmethod
    async def delete(self, receipt: Receipt) -> None:
        """Take the post of `receipt` away. One that is gone already is no error."""

    async def find(self, message: Message, *, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002 - for platforms that can look
        """Whether a post whose answer was lost is there. None: certainly not. OutcomeUnknown: nobody can tell."""
        raise OutcomeUnknown(f"{self.title} cannot be asked whether the post is there; please look")


def secret(value: Secret | None) -> str:
    """The value of a secret that must be there by now."""
    return value.reveal() if value else ""
