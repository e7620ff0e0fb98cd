"""The configuration as files: newswire.toml, `.env` and the environment become `Settings`, or one clear line."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path as FilePath
from typing import Any, get_origin

from dotenv import dotenv_values
from pydantic import BaseModel, ValidationError

from newswire.channel import Channel
from newswire.errors import ConfigError
from newswire.secret import Secrets
from newswire.settings import Settings
from newswire.timetable import is_quiet, local
from newswire.toml_lines import Path, lines, nearest

DEFAULT_FILE = "newswire.toml"
_PREFIX = "NEWSWIRE_"
CONFIG = "NEWSWIRE_CONFIG"  # which file; the command line reads it
_NEARLY = 0.9  # of 1: `WEB_PROT`, but not what a system adds, such as `WEB_SERVICE_HOST`
_ANY_DAY = date(2026, 1, 15)


def environment(folder: FilePath, process: Mapping[str, str] | None = None) -> dict[str, str]:
    """What `.env` in `folder` and the process say; the process wins."""
    file = folder / ".env"
    try:
        from_file = {key: value for key, value in dotenv_values(file).items() if value}
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(file, error) from None
    return {**from_file, **(os.environ if process is None else process)}


def load(path: FilePath | str = DEFAULT_FILE, process: Mapping[str, str] | None = None) -> Settings:
    """Read and check everything. ConfigError names file, line, thing and way out."""
    file = FilePath(path)
    no_folder(file)
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(f"{file}: there is no such file; `newswire init` writes one") from None
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(file, error) from None
    return parse(text, file=str(path), environ=environment(file.parent, process))


def no_folder(file: FilePath) -> None:
    """ConfigError where the file that was named is a folder."""
    if os.path.isdir(file):  # noqa: PTH112 - False for what cannot be looked at; Path's own raises for some of it
        raise ConfigError(f"{file} is a folder; name the file in it: --config {file / DEFAULT_FILE}")


def _unreadable(file: FilePath, error: OSError | UnicodeDecodeError) -> ConfigError:
    """What keeps a file from being read, and what helps."""
    if isinstance(error, UnicodeDecodeError):
        reason = "it is not UTF-8 text; save it as UTF-8"
    elif isinstance(error, PermissionError):
        reason = f"{error.strerror}; let the user that runs Newswire read it"
    else:
        reason = f"{error.strerror}; name another file with --config"
    return ConfigError(f"{file}: cannot be read: {reason}")


def parse(text: str, *, file: str = DEFAULT_FILE, environ: Mapping[str, str] | None = None) -> Settings:
    """`Settings` from the text of the file."""
    environ = environ or {}
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        at = line[1] if line else max(len(text.splitlines()), 1)
        raise ConfigError(f"{file}:{at} is not TOML: {error}") from error
    places = lines(text)
    overridden = _override(data, environ)
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        explained = (_explain(problem, data, places, file, overridden) for problem in error.errors())
        raise ConfigError("\n".join(explained)) from None
    settings = settings.placed(file, places, Secrets(environ))
    _check(settings)
    return settings


@cache
def overrides() -> dict[str, tuple[str, ...]]:
    """NEWSWIRE_WEB_PORT stands over `[web] port`: every such variable and the path of its setting. No lists, no tables."""
    found: dict[str, tuple[str, ...]] = {}
    for name, field in Settings.model_fields.items():
        kind = field.annotation
        inside = kind.model_fields if isinstance(kind, type) and issubclass(kind, BaseModel) else {}
        paths = [(name, key) for key, one in inside.items() if _is_single(one.annotation)]
        found |= {f"{_PREFIX}{'_'.join(path)}".upper(): path for path in paths}
        if not inside and _is_single(kind):
            found[f"{_PREFIX}{name}".upper()] = (name,)
    return found


def _is_single(kind: Any) -> bool:
    return get_origin(kind) not in (tuple, dict) and not (isinstance(kind, type) and issubclass(kind, BaseModel))


def _override(data: dict[str, Any], environ: Mapping[str, str]) -> dict[Path, str]:
    """Put what the environment says over `data`. Path -> variable, for each that did."""
    done: dict[Path, str] = {}
    for variable, path in overrides().items():
        table = data if len(path) == 1 else data.setdefault(path[0], {})
        if variable in environ and isinstance(table, dict):
            table[path[-1]] = environ[variable]
            done[path] = variable
    return done


_PLAINLY = {
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "int_from_float": "write a whole number",
    "string_type": "write a text in quotes",
    "string_pattern_mismatch": "use small letters, digits and '-' only, 40 at most",
    "tuple_type": 'write a list, such as ["a", "b"], or [[…]] for a table',
    "too_short": "at least one is needed",
    "model_type": "this is a table: write it as [table] with its settings below",
}
"""What pydantic says in a programmer's words."""


def _explain(
    problem: Any, data: dict[str, Any], places: Mapping[Path, int], file: str, overridden: Mapping[Path, str]
) -> str:
    """One line for one of pydantic's errors."""
    path: Path = tuple(problem["loc"])
    line = nearest(dict(places), path)
    place = f"{file}:{line}" if line else file
    kind, context = problem["type"], problem.get("ctx", {})
    reason = str(context["error"]) if "error" in context else _PLAINLY.get(kind, problem["msg"])
    reason = reason.replace("Input should be", "must be")
    if variable := overridden.get(path[:2]):
        return f"{variable}: {reason}"
    thing = _thing(path, data)
    key = ".".join(str(part) for part in (path[2:] if thing else path) if not isinstance(part, int))
    if kind == "extra_forbidden":
        return f"{place} {thing}unknown setting '{path[-1]}'{_guess(path)}"
    if kind == "missing":
        return f"{place} {thing}'{path[-1]}' is missing"
    return f"{place} {thing}{key}: {reason}"


def _thing(path: Path, data: dict[str, Any]) -> str:
    """`channel 'x-en': ` for a path inside the list of channels."""
    if len(path) > 1 and path[0] in ("channel", "source") and isinstance(path[1], int):
        table = data[path[0]][path[1]]
        name = table.get("name") if isinstance(table, dict) else None
        return f"{path[0]} '{name}': " if name else f"{path[0]} number {path[1] + 1}: "
    return ""


def _guess(path: Path) -> str:
    """`; did you mean 'feeds'?` when one of the known names is close."""
    kind: Any = Settings
    for part in path[:-1]:
        if (
            isinstance(part, str)
            and isinstance(kind, type)
            and issubclass(kind, BaseModel)
            and part in kind.model_fields
        ):
            kind = kind.model_fields[part].annotation
            arguments = getattr(kind, "__args__", ())
            kind = next((a for a in arguments if isinstance(a, type) and issubclass(a, BaseModel)), kind)
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return ""
    close = difflib.get_close_matches(str(path[-1]), kind.model_fields, n=1)
    return f"; did you mean '{close[0]}'?" if close else f"; known here: {', '.join(kind.model_fields)}"


def _check(settings: Settings) -> None:
    """What one table alone cannot know: names used twice, sections that are not there, slots nobody would see."""
    troubles = [*_misspelt(settings), *_troubles(settings)]
    for n, channel in enumerate(settings.channel):
        troubles += [
            f"{settings.where('channel', n, key)} channel '{channel.name}': {trouble}"
            for key, trouble in _channel_troubles(settings, channel)
        ]
    if troubles:
        raise ConfigError("\n".join(troubles))


def _misspelt(settings: Settings) -> Iterator[str]:
    """Variables that are nearly one of ours. Others are let be: systems put in their own, as Kubernetes for a service."""
    known = (*overrides(), CONFIG)
    own = tuple(f"{channel.name.upper().replace('-', '_')}_" for channel in settings.channel)  # its secrets
    for name in sorted(settings.secrets.environment):
        if name.startswith(_PREFIX) and name not in known and not name.startswith(own):
            for close in difflib.get_close_matches(name, known, n=1, cutoff=_NEARLY):
                yield f"{name}: unknown setting; did you mean {close}?"


def _troubles(settings: Settings) -> Iterator[str]:
    for kind in ("source", "channel"):
        seen: set[str] = set()
        for n, table in enumerate(getattr(settings, kind)):
            if table.name in seen:
                yield f"{settings.where(kind, n)} {kind} '{table.name}': this name is used twice"
            seen.add(table.name)
    if settings.bot.updates == "webhook" and not settings.bot.webhook_url:
        yield (
            f'{settings.where("bot", "updates")} bot.updates: a webhook needs webhook_url = "https://…", the public '
            'address of this daemon; without one write updates = "polling"'
        )


def _channel_troubles(settings: Settings, channel: Channel) -> Iterator[tuple[str, str]]:
    """Which setting of a channel is wrong, and why."""
    known = ", ".join(settings.sections) or "none yet"
    for section in channel.sections:
        if section not in settings.sections:
            yield "sections", f"there is no section '{section}' in [sections] (known: {known})"
    table = settings.timetable(channel)
    if table.slots and all(is_quiet(local(_ANY_DAY, slot, table.zone), table) for slot in table.slots):
        yield "slots", "every slot lies in its quiet hours, so nothing would ever go out"
    if channel.template and channel.template_file:
        yield "template_file", "template and template_file are both set: remove one of them"
