"""Difference: what the site changed in an article, and how much it weighs: typography, words, or a correction. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import islice
from typing import Any

from newswire.article import Article, Image
from newswire.wording import Told, corrects, tokens, told

_EXCERPT = 160
_READ = 20_000
_MOST_LINES = 400
_MOST_PAIRS = 400
_PAIRED = 20
_ALIKE = 0.5


class Weight(StrEnum):
    """What a change asks for: nothing, another text, or somebody's eye."""

    SILENT = "silent"
    VISIBLE = "visible"
    CORRECTION = "correction"


_ORDER = tuple(Weight)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the article that changed: title, lead, body, picture or section. Of a long text, where it changed."""

    name: str
    weight: Weight
    old: str
    new: str

    def said(self) -> str:
        """As `headline corrected: 12 dead → 14 dead`."""
        name = _NAMES[self.name]
        if self.weight is Weight.SILENT:
            return f"{name}: typography only"
        verb = "corrected" if self.weight is Weight.CORRECTION else "changed"
        if self.name == "picture":
            return f"picture {verb}"
        return f"{name} {verb}: {_short(self.old) or 'nothing'} → {_short(self.new) or 'nothing'}"


_NAMES = {"title": "headline", "lead": "lead", "body": "text", "picture": "picture", "section": "section"}


@dataclass(frozen=True, slots=True)
class Difference:
    """All that changed. It weighs as much as its heaviest part, and nothing when there is none."""

    parts: tuple[Part, ...] = ()

    @property
    def weight(self) -> Weight:
        """The heaviest part's."""
        return heaviest(part.weight for part in self.parts)

    def said(self) -> str:
        """In one line, what weighs most first."""
        return "; ".join(part.said() for part in sorted(self.parts, key=lambda part: -_ORDER.index(part.weight)))

    def to_json(self) -> list[dict[str, str]]:
        """In a form that JSON can hold."""
        return [asdict(part) for part in self.parts]

    @classmethod
    def from_json(cls, data: list[dict[str, Any]]) -> Difference:
        """The inverse of `to_json`."""
        return cls(tuple(Part(**{**part, "weight": Weight(part["weight"])}) for part in data))


def heaviest(weights: Iterator[Weight]) -> Weight:
    """The heaviest of `weights`; silent when there is none."""
    return max(weights, key=_ORDER.index, default=Weight.SILENT)


def compare(old: Article, new: Article) -> Difference:
    """What changed from `old` to `new` of what readers see: the parts of `Article.content_hash`."""
    language = (new.language or new.edition or old.language).partition("-")[0].lower()
    known = told(language, "\n".join(one[:_READ] for one in (old.lead, new.lead, old.body, new.body)))
    found = []
    for name in ("title", "lead"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            found.append(Part(name=name, weight=_weigh(before, after, known), old=before, new=after))
    if old.body != new.body:
        found.append(_bodies(old.body, new.body, known))
    if [image.url for image in old.images] != [image.url for image in new.images]:
        found.append(_pictures(old.images, new.images))
    if old.section != new.section:
        found.append(Part(name="section", weight=Weight.VISIBLE, old=old.section, new=new.section))
    return Difference(tuple(found))


def _pictures(old: Sequence[Image], new: Sequence[Image]) -> Part:
    before, after = ([_address(image.url) for image in images] for images in (old, new))
    weight = Weight.SILENT if before == after else Weight.VISIBLE
    return Part(name="picture", weight=weight, old=next(iter(before), ""), new=next(iter(after), ""))


def _address(url: str) -> str:
    """A picture's address without what asks for another size or a fresh copy of it."""
    return url.partition("?")[0].partition("://")[2]


def weigh(old: str, new: str, language: str = "", context: str = "") -> Weight:
    """How much a change of one text weighs.

    `language` is en, ru, az, hy or tr (others are compared by numbers and capitals alone). `context` is what else is
    known of the article: it tells names from words that only begin a sentence.
    """
    return _weigh(old, new, told(language, context[:_READ]))


def _weigh(old: str, new: str, known: Told) -> Weight:
    before, after = tokens(old), tokens(new)
    if before == after:
        return Weight.SILENT
    return Weight.CORRECTION if before and after and corrects(before, after, known) else Weight.VISIBLE


def _bodies(old: str, new: str, known: Told) -> Part:
    """Two texts, paragraph by paragraph. What was only added or taken out is words; what was rewritten is weighed."""
    before, after = (list(filter(None, map(str.strip, text.split("\n")))) for text in (old, new))
    plain_before, plain_after = ([" ".join(tokens(line)) for line in lines[:_MOST_LINES]] for lines in (before, after))
    heavy = Part(name="body", weight=Weight.SILENT, old="", new="")
    if len(before) > _MOST_LINES or len(after) > _MOST_LINES:
        heavy = Part(name="body", weight=Weight.VISIBLE, old="", new="")
    pairs = (
        pair
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, plain_before, plain_after, autojunk=False).get_opcodes()
        if tag != "equal"
        for pair in _pairs(before[i1:i2], after[j1:j2])
    )
    for one, other in islice(pairs, _MOST_PAIRS):
        weight = _weigh(one, other, known)
        if _ORDER.index(weight) > _ORDER.index(heavy.weight):
            heavy = Part(name="body", weight=weight, old=one, new=other)
    return _around(heavy)


def _pairs(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Paragraphs that became others, side by side; "" for what has no counterpart."""
    if len(before) == len(after):
        yield from zip(before, after, strict=True)
        return
    left = list(after[:_PAIRED])
    for one in before[:_PAIRED]:
        likest = max(left, key=lambda other: _likeness(one, other), default="")
        if likest and _likeness(one, likest) >= _ALIKE:
            left.remove(likest)
            yield one, likest
        else:
            yield one, ""
    yield from (("", other) for other in left)


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()


def _around(part: Part) -> Part:
    """A long paragraph's part that differs, from a word before it on."""
    old, new = part.old.split(), part.new.split()
    same = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = max(same - 3, 0)
    cut_old, cut_new = (" ".join(words[start:]) for words in (old, new))
    return Part(name=part.name, weight=part.weight, old=_short(cut_old), new=_short(cut_new))


def _short(text: str) -> str:
    return text if len(text) <= _EXCERPT else text[:_EXCERPT].rpartition(" ")[0] + "…"
