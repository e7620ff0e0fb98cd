"""Types and values of settings in the words of people who write newswire.toml."""

from __future__ import annotations

import types
from datetime import time, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from newswire.channel import Names
from newswire.units import written

_PLAIN = {
    bool: "true or false",
    int: "whole number",
    float: "number",
    str: "text",
    timedelta: 'length of time: "90s", "45m", "2h", "1d"',
    time: 'time of day: "08:30"',
    ZoneInfo: 'time zone: "Asia/Baku"',
}
_ONE_OR_MANY = get_args(Names)[1]


def kind(field: FieldInfo) -> str:
    """What may be written for `field`."""
    if _ONE_OR_MANY in field.metadata:
        return "text, or a list of texts"
    return _kind(field.annotation) + _bounds(field.metadata)


def _kind(annotation: Any) -> str:
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return " or ".join(f'"{one.value}"' for one in annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "table"
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _kind(inside[0])
    if origin is Literal:
        return " or ".join(f'"{one}"' for one in inside)
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(_kind(one) for one in inside if one is not types.NoneType))
    if origin is tuple:
        return _of_many(inside)
    return "table of texts" if inside[1:] == (str,) else "table of tables"


def _of_many(inside: tuple[Any, ...]) -> str:
    """A list; two times of day are hours of silence."""
    if inside == (time, time):
        return 'hours: "23:30-07:00"'
    one, _, example = _kind(inside[0]).partition(": ")
    if one == "table":
        return "list of tables"
    if example:
        return f"list of {one.replace('time', 'times')}: [{example}]"
    return f"list of {one}" if '"' in one else f"list of {one}s"


def _bounds(metadata: list[Any]) -> str:
    """`, 0 to 200`."""
    found = {
        name: value
        for one in metadata
        for name in ("ge", "gt", "le")
        if (value := getattr(one, name, None)) is not None
    }
    match found:
        case {"ge": low, "le": high}:
            return f", {low} to {high}"
        case {"ge": low}:
            return f", {low} or more"
        case {"gt": low}:
            return f", more than {low}"
    return ""


def default(field: FieldInfo) -> str:
    """The default as newswire.toml would say it."""
    return "needed" if field.is_required() else _shown(field.get_default(call_default_factory=True))


def _shown(value: Any) -> str:
    if value is None or value in ((), "", {}):
        return "none"
    if isinstance(value, BaseModel):
        return "see below"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, timedelta):
        return f'`"{written(value)}"`'
    if isinstance(value, tuple):
        return f"`[{', '.join(_shown(one).strip('`') for one in value)}]`"
    return f'`"{value}"`' if isinstance(value, str | ZoneInfo) else f"`{value}`"
