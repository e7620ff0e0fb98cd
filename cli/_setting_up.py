"""One run of setting up: what is known so far, and trying each step until it is right or left out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

import publishers
from cli._files import Answers
from cli._operator import Operator
from newswire.clock import SystemClock
from newswire.errors import ConfigError, DependencyDown, NewswireError, Unauthorized, UsageProblem
from newswire.platform import Account
from newswire.secret import Secret, Secrets
from publishers import Publisher

TOKEN = "TELEGRAM_BOT_TOKEN"  # noqa: S105 - a name
X_KEYS = {
    "X_API_KEY": "the app's consumer key",
    "X_API_SECRET": "the app's consumer secret",
    "X_ACCESS_TOKEN": "the account's access token",
    "X_ACCESS_SECRET": "the account's access token secret",
}
_T = TypeVar("_T")


@dataclass(slots=True)
class Given:
    """What the command line says already; empty: to be asked. Editions and channels by language code."""

    site: str = ""
    name: str = ""
    timezone: str = ""
    editions: dict[str, str] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    editors_chat: int | None = None
    owner: int | None = None
    x: bool = False


@dataclass(slots=True)
class SettingUp:
    """One run: who answers, what is known, and what has been found out so far.

    `bot` is the bot's name. `refused` are secrets that were known but not accepted: they are asked for anew.
    """

    operator: Operator
    given: Given
    answers: Answers
    secrets: Secrets
    bot: str = ""
    refused: set[str] = field(default_factory=set)
    refusals: int = 0

    def api(self, platform: str) -> dict[str, str]:
        """The option that sends a platform's calls elsewhere, where that is wanted."""
        address = self.answers.apis.get(platform)
        return {"api": address} if address else {}

    def secret(self, name: str) -> Secret | None:
        """A secret that is known, from wherever."""
        if name in self.answers.secrets:
            return Secret(self.answers.secrets[name])
        return None if name in self.refused else self.secrets.get(name)

    def refuse(self, *names: str) -> None:
        """These were not accepted, wherever they came from."""
        for name in names:
            self.answers.secrets.pop(name, None)
        self.refused.update(names)
        self.refusals += 1

    def publisher(self, platform: str, **options: object) -> Publisher:
        """A way out, made of what is known so far."""
        kind = publishers.load(platform)
        known = Secrets({name: s.reveal() for name in (TOKEN, *X_KEYS) if (s := self.secret(name))})
        config = kind.Config.read("init", platform, {**self.api(platform), **options}, known)
        return kind(config, clock=SystemClock())


def plainly(error: NewswireError) -> NewswireError:
    """The same with the exit code it should have here: what is wrong is 78, what is silent is 69."""
    if isinstance(error, ConfigError | UsageProblem):
        return error
    return ConfigError(str(error)) if isinstance(error, Unauthorized) else DependencyDown(str(error))


async def until_right(up: SettingUp, attempt: Callable[[], Awaitable[_T]]) -> _T | None:
    """What `attempt` brings; after trouble the operator may try again or leave it out (None).

    Secrets that were not accepted are asked for again at once.
    """
    while True:
        refusals = up.refusals
        try:
            return await attempt()
        except NewswireError as error:
            if not up.operator.present:
                raise plainly(error) from error
            up.operator.trouble(str(error))
            if isinstance(error, Unauthorized) and up.refusals > refusals:
                continue  # straight on to the next, unseen: whoever is asked anything now pastes a secret into it
            if not up.operator.sure("Try again?", default=True):
                return None


async def verified(publisher: Publisher) -> Account:
    await publisher.open()
    try:
        return await publisher.verify()
    finally:
        await publisher.close()
