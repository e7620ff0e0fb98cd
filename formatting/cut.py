"""Rich text made shorter: at a sentence's end, else at a word's with an ellipsis, never inside what must stay whole."""

# ruff: noqa: RUF001 - punctuation of all scripts

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import replace

import regex  # type: ignore[import-untyped]  # ships no types

from formatting.measure import grapheme_ends
from formatting.sentences import sentence_ends
from formatting.urls import find_urls
from newswire.richtext import RichText, Style

Measure = Callable[[str], int]

ELLIPSIS = "…"
_TRAILING = frozenset(".,;:!?…-–—‒―/|·•&+=¿¡՝։،؛؟。，、；：！？｡．‥")
_TAG = re.compile(r"[#@$\uff03\uff20][\w\u200c]+|(?<!\S)\S*://\S*|(?<![\w.+-])[\w.+-]+@[\w.-]+")
_FIGURE = regex.compile(
    r"[+\-−±$€£¥₽₼₺֏]?\d+(?:[.,:/'’–-]\d+|[ \u00a0\u2009\u202f]\d{3}(?!\d))*[ \u00a0\u202f]?[%‰°€£₽₼₺֏]?[千百万亿億兆만억조천]*"
)
_FIGURE_AND_WORD = regex.compile(_FIGURE.pattern + r"(?:\s+\S+)?")
_NO_SPACES = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー々。、「」『』（），！？：；]"
)
_PAIRS = [
    ("(", ")"),
    ("[", "]"),
    ("«", "»"),
    ("„", "“”"),
    ("「", "」"),
    ("『", "』"),
    ("（", "）"),
    ("《", "》"),
    ("“", "”"),
]
_NOT_AT_START = frozenset("。、，．！？：；）」』】〉》・ー々ぁぃぅぇぉっゃゅょ…’”")


def cut(text: RichText, budget: int, measure: Measure, language: str = "") -> RichText:
    """`text` with `measure` at most `budget`, empty when nothing sensible fits.

    A sentence's end is taken when a third of the budget or more is used; else a word's end, with "…"; a character's
    end (as readers see characters) where words are not spaced, or where the first word alone is too long.
    Links, bare addresses, hashtags and numbers stay whole or go; a number keeps the word after it. A quotation or a
    bracket that would stay open goes too, unless that is more than half.
    """
    if measure(text.text) <= budget:
        return text
    places = _Places(text, language)
    whole = _longest(text, places.sentences, budget, measure, lambda place: text[:place].strip())
    if 3 * measure(whole.text) >= budget and whole:
        return whole
    for ends in (places.words, places.characters):
        if part := _longest(text, ends, budget, measure, places.with_ellipsis):
            return part
    return whole


def _longest(
    text: RichText, places: list[int], budget: int, measure: Measure, build: Callable[[int], RichText]
) -> RichText:
    """The longest of what `build` makes at `places` that fits; `measure` grows with length, but for small steps."""
    count = bisect_right(places, budget, key=lambda place: measure(build(place).text))
    for place in reversed(places[:count]):
        part = build(place)
        if not part or (measure(part.text) <= budget and len(part) < len(text)):
            return part  # empty: nothing but punctuation stands before, and so before every earlier place
    return RichText()


class _Places:
    """Where one text may be cut."""

    def __init__(self, text: RichText, language: str) -> None:
        self.text = text
        plain = text.text
        whole = [*_whole(text), *(m.span() for m in _FIGURE.finditer(plain))]
        held = _inside([*whole, *(m.span() for m in _FIGURE_AND_WORD.finditer(plain))], len(plain))
        self.split = _inside(whole, len(plain))
        self.ends_of_whole = sorted(end for _, end in whole)
        graphemes = [end for end in grapheme_ends(plain) if not self.split[end]]
        seen = set(graphemes)
        self.characters = graphemes
        self.sentences = [end for end in sentence_ends(plain, language) if end in seen]
        self.words = [end for end in graphemes if not held[end] and _ends_word(plain, end)]

    def with_ellipsis(self, place: int) -> RichText:
        """The text up to `place` and "…", without punctuation or an opening quote before it. Styles go on over it."""
        end = self._trimmed(place)
        opening = _unclosed(self.text.text[:end])
        if 2 * opening >= end and not self.split[opening]:
            end = self._trimmed(opening)
        if not end:
            return RichText()
        spans = self.text[:end].spans
        going_on = {replace(s, end=end) for s in self.text.spans if s.start < end < s.end and s.style is not Style.LINK}
        longer = tuple(replace(s, end=end + 1) if s in going_on else s for s in spans)
        return RichText(self.text.text[:end] + ELLIPSIS, longer)

    def _trimmed(self, end: int) -> int:
        """`end` moved to the left over white space, punctuation and opening quotes, not into what stays whole."""
        known = bisect_right(self.ends_of_whole, end)
        floor = self.ends_of_whole[known - 1] if known else 0
        while end > floor and (self.text.text[end - 1].isspace() or _hangs(self.text.text, end - 1)):
            end -= 1
        return end


def _whole(text: RichText) -> Iterable[tuple[int, int]]:
    """What a cut must not fall into: links, addresses, hashtags, mentions."""
    yield from ((s.start, s.end) for s in text.spans if s.style is Style.LINK)
    yield from find_urls(text.text)
    yield from (match.span() for match in _TAG.finditer(text.text))


def _inside(ranges: Iterable[tuple[int, int]], size: int) -> bytearray:
    """For each place of a text, 1 when it lies inside one of `ranges`."""
    inside = bytearray(size + 1)
    for start, end in ranges:
        inside[start + 1 : end] = b"\1" * max(end - start - 1, 0)
    return inside


def _ends_word(text: str, place: int) -> bool:
    """Whether a word ends at `place`: before white space, or between two characters of a script without spaces."""
    before, after = text[place - 1], text[place : place + 1]
    if before.isspace():
        return False
    if not after or after.isspace():
        return True
    return bool(_NO_SPACES.match(before) or _NO_SPACES.match(after)) and after not in _NOT_AT_START


def _unclosed(text: str) -> int:
    """The place of the last quote or bracket in `text` that is not closed, -1 for none."""
    last = max((text.rfind(opening) for opening, closing in _PAIRS if _later(text, opening, closing)), default=-1)
    straight = text.rfind('"')
    return max(last, straight) if text.count('"') % 2 else last


def _later(text: str, opening: str, closing: str) -> bool:
    return text.rfind(opening) > max(text.rfind(char) for char in closing)


def _hangs(text: str, place: int) -> bool:
    """Whether the character at `place` must not stand before an ellipsis."""
    char = text[place]
    if char in "\"'":
        return text[:place].count(char) % 2 == 0 and (place == 0 or not text[place - 1].isalnum())
    return char in _TRAILING or unicodedata.category(char) in ("Ps", "Pi")
