"""How X counts: an address is 23, Latin and Cyrillic letters 1, all else 2, a whole emoji 2.

The rules are X's published configuration, version 3: https://docs.x.com/fundamentals/counting-characters
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import regex  # type: ignore[import-untyped]  # ships no types

from formatting.urls import find_urls


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """One version of the counting rules. `light` are the characters that weigh 1, as a class of a regular expression."""

    most: int = 280
    url: int = 23
    light: str = r"\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037"
    emoji: bool = True


X = Rules()

_INVALID = re.compile("[\ufffe\ufeff\uffff]")
# Nothing without one of these makes an emoji of several characters, or one that weighs less than 2 as a character.
_EMOJI_SIGNS = re.compile("[©®\ufe0f\u20e3\u200d\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e007f]")
_FLAGS = (
    "ACADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCPCRCUCVCWCXCYCZ"
    "DEDGDJDKDMDODZEAECEEEGEHERESETEUFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUICIDIEILIMINIOIQIRISIT"
    "JEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONP"
    "NRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTATCTDTFTGTHTJTKTLTMTNTOTR"
    "TTTVTWTZUAUGUMUNUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW"
)
_JOIN, _SIGN = "\u200d", "\ufe0f?"


def weight(text: str, rules: Rules = X) -> int:
    """The weighted length of `text`, normalised (NFC) first as X does."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    total, at = 0, 0
    for start, end in find_urls(text):
        total += _plain(text[at:start], rules) + rules.url
        at = end
    return total + _plain(text[at:], rules)


def valid(text: str, rules: Rules = X) -> bool:
    """Whether X takes `text`: not empty, not too long, none of the three characters that are never text."""
    return bool(text) and not _INVALID.search(text) and weight(text, rules) <= rules.most


def _plain(text: str, rules: Rules) -> int:
    """The weight of text without addresses."""
    if rules.emoji and _EMOJI_SIGNS.search(text):
        rest, count = _emoji().subn("", text)
        return 2 * int(count) + _characters(rest, rules)
    return _characters(text, rules)


def _characters(text: str, rules: Rules) -> int:
    return len(text) if text.isascii() else len(text) + len(_heavy(rules.light).findall(text))


@lru_cache(maxsize=4)
def _heavy(light: str) -> re.Pattern[str]:
    return re.compile(f"[^{light}]")


@lru_cache(maxsize=1)
def _emoji() -> Any:  # regex.Pattern[str]
    """Emoji of several characters that count as one: those of Emoji 12, the set X documents.

    Newer joined emoji are counted by their parts: that is never less than what X counts.
    """
    letters = [chr(ord(c) + 0x1F1E6 - ord("A")) for c in _FLAGS]
    flags = "|".join(a + b for a, b in zip(letters[::2], letters[1::2], strict=True))
    nations = "|".join("".join(chr(0xE0000 + ord(c)) for c in code) for code in ("gbeng", "gbsct", "gbwls"))
    tone = "[\U0001f3fb-\U0001f3ff]"
    forms = [
        "[0-9#*]\ufe0f?\u20e3",
        rf"\U0001f3f4(?:{nations})\U000e007f",
        flags,
        # families, couples, hands
        f"(?:👨{_JOIN}[👨👩]|👩{_JOIN}👩|[👨👩]){_JOIN}(?:👧{_JOIN}[👦👧]|👦{_JOIN}👦|[👦👧])",
        f"(?:👩{_JOIN}❤{_SIGN}{_JOIN}(?:💋{_JOIN})?[👨👩]|👨{_JOIN}❤{_SIGN}{_JOIN}(?:💋{_JOIN})?👨)",
        f"👩{tone}?{_JOIN}🤝{_JOIN}[👨👩]{tone}?|👨{tone}?{_JOIN}🤝{_JOIN}👨{tone}?|🧑{tone}?{_JOIN}🤝{_JOIN}🧑{tone}?",
        # people at work, hair, wheelchairs, and people of either sex doing something
        f"[👨👩]{tone}?{_JOIN}(?:[⚕⚖✈]{_SIGN}|[🌾🍳🎓🎤🎨🏫🏭💻💼🔧🔬🚀🚒🦯🦰🦱🦲🦳🦼🦽])",
        rf"[👯🤼🧞🧟]{_JOIN}[♀♂]{_SIGN}|[⛹🏃🏄🏊-🏌👁-🙏🚣🚴-🚶🤦-🤾🦸🦹🧍-🧏🧖-🧝👮👱👳👷💁💂💆💇🕵](?:{tone}|\ufe0f)?{_JOIN}[♀♂]{_SIGN}",
        f"👁{_SIGN}{_JOIN}🗨{_SIGN}|🏳{_SIGN}{_JOIN}🌈|🏴{_JOIN}☠{_SIGN}|🐕{_JOIN}🦺",
        # a skin tone, a picture asked for where text is the default
        rf"\p{{Emoji_Modifier_Base}}{tone}",
        r"[\p{Emoji}--\p{Emoji_Presentation}--[0-9#*]]\ufe0f",
        "[©®]",
    ]
    return regex.compile("(?V1)" + "|".join(forms))
