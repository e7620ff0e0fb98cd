"""Hashtags from the newsroom's tags: letters, digits and underscores of any script, words joined in CamelCase."""

from __future__ import annotations

from collections.abc import Iterable

import regex  # type: ignore[import-untyped]  # ships no types

from formatting.sentences import base

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}_]+")
_APOSTROPHES = regex.compile("['\u2019\u02bc\u00ad\u200b-\u200d\u2060]")


def hashtag(tag: str, language: str = "") -> str:
    """`#SouthCaucasus` for "South Caucasus", `#COVID19` for "COVID-19"; empty when no letter is left."""
    words = _WORD.findall(_APOSTROPHES.sub("", tag))
    name = "".join(words) if len(words) < 2 else "".join(_capital(word, language) for word in words)  # noqa: PLR2004
    return f"#{name}" if any(map(str.isalpha, name)) else ""


def tags(words: Iterable[str], limit: int = 2, language: str = "") -> tuple[str, ...]:
    """The first `limit` different hashtags of `words`; case makes no difference."""
    made: dict[str, str] = {}
    for word in words:
        if tag := hashtag(word, language):
            made.setdefault(tag.casefold(), tag)
    return tuple(made.values())[: max(limit, 0)]


def _capital(word: str, language: str) -> str:
    """`word` with a capital first letter; Turkish and Azerbaijani keep the dot of their i."""
    if word[0] == "i" and base(language) in ("tr", "az"):
        return "İ" + word[1:]
    return word[0].upper() + word[1:]
