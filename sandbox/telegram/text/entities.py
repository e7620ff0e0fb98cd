"""Entities: the styles and links over a text, in UTF-16 units, and how Telegram puts them in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from sandbox.telegram.refusal import bad_request
from sandbox.telegram.text.links import BadLink, check_link

SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
QUOTES = ("blockquote", "expandable_blockquote")
CONTINUOUS = ("pre", "code", "text_link", "text_mention", "custom_emoji", "date_time")
MOST = 100
_ORDER = (*QUOTES, "pre", "code", "text_link", "text_mention", *SPLITTABLE, "custom_emoji", "date_time")
_EXTRAS = {
    "text_link": "url",
    "text_mention": "user",
    "custom_emoji": "custom_emoji_id",
    "pre": "language",
    "date_time": "unix_time",
}


@dataclass(frozen=True, slots=True)
class Entity:
    """A style or link over the UTF-16 units `start` to `end`. `extra` is what its kind carries besides."""

    kind: str
    start: int
    end: int
    extra: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As the Bot API writes it."""
        return {"type": self.kind, "offset": self.start, "length": self.end - self.start, **self.extra}


def read_entities(given: Any) -> list[Entity]:
    """Entities that came with a call. Unknown kinds and those Telegram finds for itself are passed over."""
    if not isinstance(given, list):
        return []
    return [entity for item in given if (entity := _read(item)) is not None]


def _read(item: Any) -> Entity | None:
    if not isinstance(item, dict):
        raise bad_request("can't parse MessageEntity: expected an Object")
    for name, kind in (("type", str), ("offset", int), ("length", int)):
        if name not in item:
            raise bad_request(f"can't parse MessageEntity: Can't find field \"{name}\"")
        if not isinstance(item[name], kind):
            raise bad_request(f'can\'t parse MessageEntity: Field "{name}" must be of type {_word(kind)}')
    name, start, length = item["type"], item["offset"], item["length"]
    if name not in _ORDER:
        return None
    if not 0 <= start <= 1_000_000:
        raise bad_request(f"receive an entity with incorrect offset {start}")
    if not 0 <= length <= 1_000_000:
        raise bad_request(f"receive an entity with incorrect length {length}")
    return Entity(name, start, start + length, _extra(name, item))


def _word(kind: type) -> str:
    return "String" if kind is str else "Number"


def _extra(name: str, item: dict[str, Any]) -> dict[str, Any]:
    key = _EXTRAS.get(name)
    if key is None or (key == "language" and not item.get(key)):
        return {}
    if not item.get(key):
        raise bad_request(f"can't parse MessageEntity: Can't find field \"{key}\"")
    if name == "text_link":
        try:
            return {"url": check_link(str(item["url"]))}
        except BadLink as reason:
            raise bad_request(f"entity URL '{item['url']}' is invalid: {reason}") from None
    extra = {key: item[key]}
    if name == "date_time" and item.get("date_time_format"):
        extra["date_time_format"] = item["date_time_format"]
    return extra


def in_order(entities: Iterable[Entity]) -> list[Entity]:
    """Sorted by place, the longer first, the outer kind first."""
    return sorted(entities, key=lambda e: (e.start, -e.end, _ORDER.index(e.kind) if e.kind in _ORDER else -1))


def nested(entities: Iterable[Entity]) -> list[Entity]:
    """Entities that lie in each other or apart: what crosses is cut (styles) or left out (links, code, quotes)."""
    given = in_order(e for e in entities if e.end > e.start)
    firm = _apart(e for e in given if e.kind in CONTINUOUS)
    quotes = _apart(e for e in given if e.kind in QUOTES)
    firm = [e for e in firm if not any(_crosses(e, q) for q in quotes)]
    code = [e for e in firm if e.kind in ("pre", "code")]
    kept = [*firm, *quotes]
    for style in _merged(e for e in given if e.kind in SPLITTABLE):
        pieces = _cut(style, kept)
        kept += [piece for piece in pieces if not any(c.start <= piece.start and piece.end <= c.end for c in code)]
    return in_order(kept)


def with_found(entities: list[Entity], found: Iterable[Entity]) -> list[Entity]:
    """`entities` and, where there is room for them, those Telegram finds for itself."""
    firm = [e for e in entities if e.kind in CONTINUOUS]
    quotes = [e for e in entities if e.kind in QUOTES]
    new = [f for f in found if not any(_touches(f, e) for e in firm) and not any(_crosses(f, q) for q in quotes)]
    styles = [e for e in entities if e.kind in SPLITTABLE]
    return in_order([*firm, *quotes, *new, *(piece for style in styles for piece in _cut(style, new))])


def first_hundred(entities: list[Entity]) -> list[Entity]:
    """Telegram keeps the first hundred that the sender asked for, and drops the others without a word."""
    asked = 0
    kept = []
    for entity in entities:
        asked += entity.kind in _ORDER
        if asked <= MOST or entity.kind not in _ORDER:
            kept.append(entity)
    return kept


def _apart(entities: Iterable[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in entities:
        if not kept or entity.start >= kept[-1].end:
            kept.append(entity)
    return kept


def _merged(styles: Iterable[Entity]) -> list[Entity]:
    """One entity a stretch and style: those of one kind that touch become one."""
    last: dict[str, int] = {}
    merged: list[Entity] = []
    for style in styles:
        at = last.get(style.kind)
        if at is not None and style.start <= merged[at].end:
            merged[at] = replace(merged[at], end=max(merged[at].end, style.end))
        else:
            last[style.kind] = len(merged)
            merged.append(style)
    return merged


def _cut(style: Entity, others: Iterable[Entity]) -> list[Entity]:
    marks = {style.start, style.end}
    for other in others:
        if _crosses(style, other):
            marks |= {mark for mark in (other.start, other.end) if style.start < mark < style.end}
    edges = sorted(marks)
    return [replace(style, start=a, end=b) for a, b in pairwise(edges)]


def _touches(one: Entity, other: Entity) -> bool:
    return one.start < other.end and other.start < one.end


def _crosses(one: Entity, other: Entity) -> bool:
    inside = one.start >= other.start and one.end <= other.end
    around = one.start <= other.start and one.end >= other.end
    return _touches(one, other) and not inside and not around
