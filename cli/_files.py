"""The two files that setting up writes: newswire.toml for people to read on, and .env with what is secret."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import tomlkit
from dotenv import dotenv_values
from tomlkit.items import Table

from newswire.errors import ConfigError

_PLAIN = re.compile(r"[A-Za-z0-9_:./@%+=,-]*")


@dataclass(slots=True)
class Edition:
    """A language edition: where its articles appear, and its Telegram channel (empty: none)."""

    code: str
    feed: str
    channel: int | str = ""


@dataclass(slots=True)
class Answers:
    """All that setting up needs to know. `apis` has the addresses that stand in for a platform's own."""

    site: str = ""
    name: str = ""
    timezone: str = "UTC"
    editions: list[Edition] = field(default_factory=list)
    editors_chat: int | None = None
    owner: int | None = None
    x_edition: str = ""
    allow_loopback: bool = False
    apis: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)


def toml(answers: Answers) -> str:
    """newswire.toml with a word to the reader beside what is not plain."""
    file = tomlkit.document()
    file.add(tomlkit.comment("Everything that is not a secret; secrets are in .env. `newswire check` reads it over."))
    file.add(tomlkit.comment("`newswire config show` prints every setting there is, with its default."))
    _put(file, "timezone", answers.timezone, "all clock times in this file are in this zone")
    file["languages"] = [edition.code for edition in answers.editions]
    site = tomlkit.table()
    site["name"], site["url"] = answers.name, answers.site
    file["site"] = site
    if answers.editors_chat is not None:
        file["editors"] = _editors(answers)
    if answers.allow_loopback:
        file["fetch"] = fetch = tomlkit.table()
        _put(fetch, "allow_loopback", True, "for trying out: sites on this very machine may be read")
    for platform, address in answers.apis.items():
        table = tomlkit.table()
        table["api"] = address
        file.setdefault("platform", tomlkit.table(is_super_table=True))[platform] = table
    file["source"] = sources = tomlkit.aot()
    for edition in answers.editions:
        sources.append(_source(edition))
    channels = tomlkit.aot()
    for edition in answers.editions:
        if edition.channel:
            channels.append(_telegram(edition))
    if answers.x_edition:
        channels.append(_x(answers.x_edition))
    if channels:
        file["channel"] = channels
    return re.sub(r"(?<!\n)\n\[\[", "\n\n[[", tomlkit.dumps(file))


def _put(table: Table | tomlkit.TOMLDocument, key: str, value: object, comment: str) -> None:
    item = tomlkit.item(value)
    item.comment(comment)
    table[key] = item


def _editors(answers: Answers) -> Table:
    table = tomlkit.table()
    _put(table, "chat", answers.editors_chat, "where cards arrive")
    table["owners"] = [answers.owner] if answers.owner else []
    rule = tomlkit.inline_table()
    rule["default"] = 1
    _put(table, "approve", rule, "an editor must approve; 0: posts go by themselves")
    return table


def _source(edition: Edition) -> Table:
    table = tomlkit.table()
    table["name"], table["edition"], table["feeds"] = f"site-{edition.code}", edition.code, [edition.feed]
    _put(table, "first_run", "skip", "articles already there: skip, queue or ask")
    return table


def _telegram(edition: Edition) -> Table:
    table = tomlkit.table()
    table["name"], table["type"] = f"tg-{edition.code}", "telegram"
    table["to"], table["edition"] = edition.channel, edition.code
    table.add(tomlkit.comment('slots = ["08:30", "12:00", "18:30"]   one post a slot; without: at once'))
    table.add(tomlkit.comment('quiet = "23:30-07:00"'))
    return table


def _x(edition: str) -> Table:
    table = tomlkit.table()
    table["name"], table["type"], table["edition"] = f"x-{edition}", "x", edition
    _put(table, "every", "20m", "time between two posts")
    return table


def env(old: str, secrets: Mapping[str, str]) -> str:
    """The text of .env with `secrets` in it; every other line stays as it is."""
    lines, left = [], dict(secrets)
    for line in old.splitlines():
        name = line.removeprefix("export ").partition("=")[0].strip()
        lines.append(f"{name}={_quoted(left.pop(name))}" if name in left else line)
    lines += [f"{name}={_quoted(value)}" for name, value in left.items()]
    return "".join(f"{line}\n" for line in lines)


def _quoted(value: str) -> str:
    """`value` as .env holds it: bare where that is safe, else in single quotes."""
    if _PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def secrets_in(text: str) -> dict[str, str]:
    """What a .env says."""
    return {name: value for name, value in dotenv_values(stream=StringIO(text)).items() if value}


def write(texts: Mapping[Path, tuple[str, int]]) -> None:
    """Each text to its file with its mode: all of them whole, or none of them."""
    parts: dict[Path, Path] = {}
    try:
        for file, (text, mode) in texts.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            part = file.with_name(f".{file.name}.part")
            parts[file] = part
            part.unlink(missing_ok=True)
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(handle)
        for file, part in parts.items():
            part.replace(file)
    except OSError as error:
        raise ConfigError(
            f"{error.filename or file}: cannot be written: {error.strerror}; nothing was changed"
        ) from error
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
