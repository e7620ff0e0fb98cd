"""Rich text: plain text with spans laid over it, so that markup can neither leak nor be cut in two."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class Style(StrEnum):
    """What a span does to its text. Platforms that lack a style show the text plain."""

    BOLD = "bold"
    ITALIC = "italic"
    UNDERLINE = "underline"
    STRIKE = "strike"
    CODE = "code"
    QUOTE = "quote"
    LINK = "link"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A style over `text[start:end]`, in code points. `url` is set for links only."""

    start: int
    end: int
    style: Style
    url: str = ""


@dataclass(frozen=True, slots=True)
class RichText:
    """Text and its spans. Spans are sorted, not empty, and inside the text."""

    text: str = ""
    spans: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        kept = sorted(
            replace(span, start=max(span.start, 0), end=min(span.end, len(self.text)))
            for span in self.spans
            if max(span.start, 0) < min(span.end, len(self.text))
        )
        object.__setattr__(self, "spans", tuple(kept))

    def __str__(self) -> str:
        return self.text

    def __len__(self) -> int:
        return len(self.text)

    def __add__(self, other: RichText | str) -> RichText:
        more = other if isinstance(other, RichText) else RichText(other)
        moved = tuple(replace(s, start=s.start + len(self.text), end=s.end + len(self.text)) for s in more.spans)
        return RichText(self.text + more.text, self.spans + moved)

    def __getitem__(self, part: slice) -> RichText:
        """The text between two places, with what of the spans lies there. A link cut this way stays a link."""
        start, end, _ = part.indices(len(self.text))
        moved = tuple(
            replace(s, start=max(s.start, start) - start, end=min(s.end, end) - start)
            for s in self.spans
            if s.start < end and s.end > start
        )
        return RichText(self.text[start:end], moved)

    def strip(self) -> RichText:
        """Without white space at either end."""
        start = len(self.text) - len(self.text.lstrip())
        return self[start : len(self.text.rstrip())] if self.text.strip() else RichText()

    def to_json(self) -> dict[str, Any]:
        """A form that JSON can hold; `from_json` is its inverse."""
        return {"text": self.text, "spans": [[s.start, s.end, s.style.value, s.url] for s in self.spans]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> RichText:
        """The inverse of `to_json`."""
        return cls(data["text"], tuple(Span(a, b, Style(style), url) for a, b, style, url in data["spans"]))


def styled(text: str, style: Style, url: str = "") -> RichText:
    """The whole of `text` in one style."""
    return RichText(text, (Span(0, len(text), style, url),))


def link(text: str, url: str) -> RichText:
    """`text` that leads to `url`."""
    return styled(text, Style.LINK, url)
