"""The page of settings: each table of newswire.toml, and each platform's own."""

from __future__ import annotations

from pydantic import BaseModel

import publishers
import sources
from cli._reference import values
from cli._reference.table import table
from newswire.channel import Channel, Pace
from newswire.settings import Review, Section, Settings, SourceTable

_HEAD = ("setting", "what may be written", "default", "what it does")
_TABLES = ("site", "editors", "bot", "web", "fetch", "log", "delivery")
_TOP = f"""
# Settings: newswire.toml

Everything that is not a secret. `newswire config show` prints the settings as they count, `newswire check` reads them
over, and what a file does not know is an error with its line. Single values can also be set in the environment:
`NEWSWIRE_WEB_PORT=9000` stands over `port` of `[web]`. Secrets are never in this file: see
[environment.md](environment.md).

Kinds of source: {", ".join(f"`{name}`" for name in sources.kinds())}.
Platforms: {", ".join(f"`{name}`" for name in publishers.known())}.
"""


def page() -> str:
    """The whole page."""
    parts = [_TOP.strip(), "## At the top of the file", _of(Settings, only=_single(Settings))]
    for name in _TABLES:
        model = Settings.model_fields[name].annotation
        assert isinstance(model, type)  # noqa: S101 - each of them is a table
        parts += [f"## [{name}]", _said(model), _of(model)]
    parts += ["## [editors] approve", _said(Review), "Written as `approve = { default = 1 }`.", _of(Review)]
    parts += ["## [[source]]", _said(SourceTable), _of(SourceTable)]
    parts += ["## [sections]", _said(Section), 'Written as `sport = { match = ["SPORT"] }`.', _of(Section)]
    parts += ["## [[channel]]", _said(Channel), _of(Channel)]
    parts += ["## [[channel]] limits", _said(Pace), "Written as `limits = { per_hour = 6 }`.", _of(Pace)]
    parts += [
        "## Settings of each platform",
        "Written in a `[[channel]]` of that type, or in",
        "`[platform.<type>]` for all.",
    ]
    for name in publishers.known():
        kind = publishers.load(name)
        config = kind.Config
        parts += [f"### {name}", _said(config), _of(config, only=config.file_fields()) if config.file_fields() else ""]
        secrets = ", ".join(f"`{env}`" for env in config.secret_fields().values())
        parts.append(f"Secrets: {secrets}." if secrets else "")
    return "\n\n".join(part for part in parts if part)


def _said(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").strip()


def _single(model: type[BaseModel]) -> list[str]:
    """The settings that are no tables."""
    return [name for name, field in model.model_fields.items() if "table" not in values.kind(field)]


def _of(model: type[BaseModel], *, only: list[str] | None = None) -> str:
    rows = [
        (f"`{field.alias or name}`", values.kind(field), values.default(field), field.description or "")
        for name, field in model.model_fields.items()
        if only is None or name in only
    ]
    return table(_HEAD, rows)
