"""Secrets: values that never show themselves, and the places they may come from."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from newswire.errors import ConfigError

_PASSWORD = re.compile(r"://[^/\s:@]*:([^\s@]+)@|password=([^&\s]+)")


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A value that is shown as dots. `reveal()` is the one way to it."""

    _value: str

    def reveal(self) -> str:
        """The value itself, for the call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('•••')"

    def __str__(self) -> str:
        return "•••"

    def __bool__(self) -> bool:
        return bool(self._value)


@dataclass(slots=True)
class Secrets:
    """Every place a secret may come from: the environment, `.env`, a file named by NAME_FILE, systemd credentials.

    `environment` is what the process and `.env` give, the process first. `known` collects what was handed out,
    so that the log can hide it.
    """

    environment: Mapping[str, str] = field(repr=False)
    known: set[str] = field(default_factory=set, repr=False)

    def get(self, name: str) -> Secret | None:
        """The secret called `name`, or None. Both NAME and NAME_FILE set is a ConfigError: one would be ignored."""
        value = self._found(name)
        if not value:
            return None
        self.known.add(value)
        return Secret(value)

    def address(self, name: str) -> Secret | None:
        """As `get`, for an address that may hold a password: only that is hidden, so that people can read the rest."""
        value = self._found(name)
        if not value:
            return None
        found = [word for words in _PASSWORD.findall(value) for word in words if word] if "://" in value else [value]
        self.known.update(found, map(unquote, found))
        return Secret(value)

    def _found(self, name: str) -> str:
        """The value of `name` from wherever it is; empty when it is nowhere."""
        value, file = self.environment.get(name, ""), self.environment.get(f"{name}_FILE", "")
        if value and file:
            raise ConfigError(f"{name} and {name}_FILE are both set: remove one of them")
        if file:
            return self._read(Path(file), f"{name}_FILE")
        if not value and (folder := self.environment.get("CREDENTIALS_DIRECTORY")):
            return self._read(Path(folder) / name.lower(), "CREDENTIALS_DIRECTORY", needed=False)
        return value

    def first(self, *names: str) -> Secret | None:
        """The first of `names` that is set."""
        return next((secret for name in names if (secret := self.get(name))), None)

    @staticmethod
    def _read(path: Path, variable: str, *, needed: bool = True) -> str:
        try:
            return path.read_text(encoding="utf-8").strip()
        except OSError as error:
            if isinstance(error, FileNotFoundError) and not needed:
                return ""
            raise ConfigError(f"{variable}: cannot read {path}: {os.strerror(error.errno or 0)}") from error
        except UnicodeDecodeError:
            raise ConfigError(f"{variable}: cannot read {path}: it is not text") from None
