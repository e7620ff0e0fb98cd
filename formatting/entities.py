"""Rich text as Telegram's entities and back: UTF-16 offsets, its nesting rules, at most a hundred, no white space at ends.

Rules: https://core.telegram.org/bots/api#messageentity
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NotRequired, TypedDict

from formatting.measure import utf16_offsets
from newswire.richtext import RichText, Span, Style

MOST = 100

_TYPES = {
    Style.BOLD: "bold",
    Style.ITALIC: "italic",
    Style.UNDERLINE: "underline",
    Style.STRIKE: "strikethrough",
    Style.CODE: "code",
    Style.QUOTE: "blockquote",
    Style.LINK: "text_link",
}
_STYLES = {name: style for style, name in _TYPES.items()}
# Who gives way where two overlap: a link is never lost, a quotation not for the styles inside it.
_RANK = {Style.LINK: 0, Style.QUOTE: 1, Style.CODE: 2}


class Entity(TypedDict):
    """One entity as the Bot API takes it; offset and length in UTF-16 units."""

    type: str
    offset: int
    length: int
    url: NotRequired[str]


def of(text: RichText) -> list[Entity]:
    """The entities of `text` in order, outer before inner; where there are too many, links are kept first."""
    kept: list[Span] = []
    for span in sorted(text.spans, key=lambda s: (_RANK.get(s.style, 3), s.start, -s.end)):
        pieces = (_trimmed(text.text, piece) for piece in _beside(kept, span))
        kept += [piece for piece in pieces if piece.start < piece.end]
    first = sorted(kept[:MOST], key=lambda s: (s.start, -s.end, _RANK.get(s.style, 3), s.style))
    places = utf16_offsets(text.text)
    return [_entity(span, places) for span in first]


def rich(text: str, given: Sequence[Entity]) -> RichText:
    """The inverse of `of`; kinds of entity that we do not use are left out."""
    at = {offset: place for place, offset in enumerate(utf16_offsets(text))}
    return RichText(
        text,
        tuple(
            Span(at[e["offset"]], at[e["offset"] + e["length"]], _STYLES[e["type"]], e.get("url", ""))
            for e in given
            if e["type"] in _STYLES
        ),
    )


def _beside(kept: Iterable[Span], new: Span) -> list[Span]:
    """What of `new` may stand with `kept`: nested is well, crossing is cut, code and quotations allow less."""
    parts = [new]
    for old in kept:
        parts = [piece for part in parts for piece in _against(old, part) if piece.start < piece.end]
    return parts


def _against(old: Span, new: Span) -> list[Span]:
    if new.end <= old.start or old.end <= new.start:
        return [new]
    outside = [replace(new, end=min(new.end, old.start)), replace(new, start=max(new.start, old.end))]
    alone = Style.CODE in (old.style, new.style) or old.style is new.style
    if alone:
        return outside
    if old.start <= new.start and new.end <= old.end:
        return [new]
    if new.start <= old.start and old.end <= new.end:
        return [new]
    return [*outside, replace(new, start=max(new.start, old.start), end=min(new.end, old.end))]


def _trimmed(text: str, span: Span) -> Span:
    """`span` without white space at its ends."""
    words = text[span.start : span.end]
    start = span.start + len(words) - len(words.lstrip())
    return replace(span, start=start, end=max(start, span.start + len(words.rstrip())))


def _entity(span: Span, places: list[int]) -> Entity:
    entity = Entity(type=_TYPES[span.style], offset=places[span.start], length=places[span.end] - places[span.start])
    if span.style is Style.LINK:
        entity["url"] = span.url
    return entity
