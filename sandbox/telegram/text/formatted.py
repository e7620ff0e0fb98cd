"""From what a bot sent to the text that readers see, or to the refusal Telegram would give."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sandbox.telegram.refusal import bad_request
from sandbox.telegram.text.entities import Entity, first_hundred, in_order, nested, read_entities, with_found
from sandbox.telegram.text.found import find_entities
from sandbox.telegram.text.html_tags import parse_html

_DROPPED = frozenset("\r\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u0333\u033f\u030a")
_BLANK = " \n"


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text and its entities. Its length, by which Telegram limits it, is in code points."""

    text: str = ""
    entities: tuple[Entity, ...] = ()

    def __len__(self) -> int:
        return len(self.text)

    def entities_json(self) -> list[dict[str, Any]]:
        """The entities as the Bot API writes them."""
        return [entity.to_json() for entity in self.entities]


EMPTY = Formatted()


def read_text(text: str, parse_mode: str, entities: Any) -> Formatted:
    """`text` parsed, cleaned and trimmed. Empty is no error here: a caption may be."""
    mode = parse_mode.strip().lower()
    if mode == "html":
        text, given = parse_html(text)
    elif mode in ("markdown", "markdownv2"):
        raise bad_request("can't parse entities: the sandbox reads HTML and explicit entities, not Markdown")
    elif mode not in ("", "none"):
        raise bad_request("unsupported parse_mode")
    else:
        given = read_entities(entities)
    text, given = _cleaned(text, nested(given))
    text, given = _trimmed(text, nested(_without_blank_starts(text, given)))
    return Formatted(text, tuple(first_hundred(with_found(given, find_entities(text)))))


def _cleaned(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Without what Telegram takes out of every text, the entities moved along."""
    places: list[int | None] = []
    kept: list[str] = []
    units = 0
    for c in text:
        wide = c > "\uffff"
        places += [units, None] if wide else [units]
        if c not in _DROPPED:
            kept.append(" " if c < " " and c != "\n" else c)
            units += 1 + wide
    places.append(units)
    return "".join(kept), in_order(e for e in (_moved(e, places, text) for e in entities) if e.end > e.start)


def _moved(entity: Entity, places: list[int | None], text: str) -> Entity:
    if entity.start >= len(places):
        raise bad_request(f"entity begins after the end of the text at UTF-16 offset {entity.start}")
    if entity.end >= len(places):
        raise bad_request(
            f"entity beginning at UTF-16 offset {entity.start} ends after the end of the text at UTF-16 offset "
            f"{entity.end}"
        )
    start, end = places[entity.start], places[entity.end]
    if start is None:
        at = _byte_after(text, entity.start)
        raise bad_request(f"entity begins in a middle of a UTF-16 symbol at byte offset {at}")
    if end is None:
        at = _byte_after(text, entity.end)
        raise bad_request(
            f"entity beginning at UTF-16 offset {entity.start} ends in a middle of a UTF-16 symbol at byte offset {at}"
        )
    return replace(entity, start=start, end=end)


def _byte_after(text: str, middle: int) -> int:
    """The byte offset behind the character whose second half is UTF-16 unit `middle`."""
    return len(text.encode("utf-16-le")[: 2 * (middle + 1)].decode("utf-16-le").encode())


def _without_blank_starts(text: str, entities: list[Entity]) -> list[Entity]:
    """Entities begin at something to be seen, and those with nothing to be seen go."""
    units = text.encode("utf-16-le")
    kept = []
    for entity in entities:
        shown = units[2 * entity.start : 2 * entity.end].decode("utf-16-le", "ignore")
        blank = len(shown) - len(shown.lstrip(_BLANK))
        if shown.strip(_BLANK):
            kept.append(replace(entity, start=entity.start + blank))
    return kept


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    text = text.rstrip(_BLANK)
    end = len(text.encode("utf-16-le")) // 2
    cut = len(text) - len(text.lstrip(_BLANK))
    return text[cut:], [
        replace(entity, start=entity.start - cut, end=min(entity.end, end) - cut) for entity in entities
    ]
