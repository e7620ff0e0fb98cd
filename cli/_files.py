"""The two files that setting up writes: newswire.toml for people to read on, and .env with what is secret."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import tomlkit
from dotenv import dotenv_values
from tomlkit.items import Table

from newswire.errors import ConfigError
from newswire.toml_lines import lines

_PLAIN = re.compile(r"[A-Za-z0-9_:./@%+=,-]*")


@dataclass(slots=True)
class Edition:
    """A language edition: where its articles appear, in what kind of place, and its Telegram channel (empty: none)."""

    code: str
    feed: str
    channel: int | str = ""
    kind: str = "feed"


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
        sources.append(_source(f"site-{edition.code}", edition.code, edition.kind, edition.feed))
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


def _source(name: str, edition: str, kind: str, url: str) -> Table:
    table = tomlkit.table()
    table["name"], table["edition"] = name, edition
    if kind != "feed":
        table["kind"] = kind
    table["feeds"] = [url]
    _put(table, "first_run", "skip", "articles already there: skip, queue or ask")
    return table


def with_source(text: str, *, name: str, edition: str, kind: str, url: str) -> str:
    """The text of newswire.toml with one source more, behind those it has; all else stays as it is, letter by letter.

    ValueError where the sources are written in a way that has no place for another.
    """
    block = tomlkit.document()
    block["source"] = tables = tomlkit.aot()
    tables.append(_source(name, edition, kind, url))
    added = tomlkit.dumps(block).strip() + "\n"
    rows = text.splitlines(keepends=True)
    if place := _behind_sources(rows):
        new = "".join([*rows[:place], "\n", added, *rows[place:]])
    else:
        new = f"{text.rstrip()}\n\n{added}" if text.strip() else added
    old = tomllib.loads(text)
    if tomllib.loads(new) != {**old, "source": [*old.get("source", []), *tomllib.loads(added)["source"]]}:
        raise ValueError(added)
    return new


def _behind_sources(rows: Sequence[str]) -> int:
    """How many lines come before the place for another source; 0: the end of the file.

    What stands between two tables belongs to the second one where it touches it.
    """
    found = lines("".join(rows))
    last = max((line for path, line in found.items() if path[0] == "source"), default=0)
    heads = (line for line in found.values() if line > last and rows[line - 1].lstrip().startswith("["))
    place = min(heads, default=1) - 1 if last else 0
    while place and rows[place - 1].lstrip().startswith("#"):
        place -= 1
    while place and not rows[place - 1].strip():
        place -= 1
    return place


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
    rows, left = [], dict(secrets)
    for line in old.splitlines():
        name = line.removeprefix("export ").partition("=")[0].strip()
        rows.append(f"{name}={_quoted(left.pop(name))}" if name in left else line)
    rows += [f"{name}={_quoted(value)}" for name, value in left.items()]
    return "".join(f"{row}\n" for row in rows)


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
