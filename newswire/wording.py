"""Wording: whether other words say something else: other numbers, other names, a "not", another one who did it. Pure.

Word by word, without dictionaries of names: in doubt two texts differ in what they say.
"""

# ruff: noqa: RUF001 - words of many scripts

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

_LONGEST = 1_000
_QUOTES = str.maketrans(dict.fromkeys('“”„‟«»‹›‘’‚‛`´"′″ʼʻ＂', "'"))
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−⁓➖֊", "-"))
_UNSEEN = re.compile("[\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u0301]")
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:[ ']\d{3})+(?!\d)")
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*|\S")
_NUMBER = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]")
_SENTENCE_ENDS = frozenset(".!?:;'•|()")
_TITLE_CASE = 0.6


def tokens(text: str) -> list[str]:
    """Words, numbers and marks, whatever the typography: quotes, dashes, white space, ellipses, ё, grouped thousands."""
    text = unicodedata.normalize("NFKC", text.translate(_QUOTES)).translate(_QUOTES).translate(_DASHES)
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", text)).replace("ё", "е").replace("Ё", "Е").replace("։", ":")
    text = _GROUPED.sub(lambda found: re.sub(r"\D", "", found[0]), " ".join(text.split()))
    found = _TOKEN.findall(re.sub(r"'{2,}", "'", re.sub(r"-{2,}", "-", text)))
    while found and found[-1] in (".", "'") and (found[-1] == "." or found.count("'") % 2):
        del found[-1]
    return found


def fold(word: str) -> str:
    """A word without regard to capitals, the Turkish i among them."""
    return word.replace("İ", "i").replace("I", "i").casefold().replace("ı", "i")


@dataclass(frozen=True, slots=True)
class Told:
    """What is known beside the two texts: their language, words that are written small, and names for certain."""

    language: str
    common: frozenset[str]
    proper: frozenset[str]


def told(language: str, context: str) -> Told:
    """What `context`, the rest of the article, tells."""
    found = tokens(context.replace("\n", " . "))
    return Told(
        language,
        frozenset(fold(word) for word in found if word[0].islower()),
        frozenset(
            fold(word)
            for before, word in zip([".", *found], found, strict=False)
            if word[0].isupper() and before not in _SENTENCE_ENDS and before != "-"
        ),
    )


def corrects(before: Sequence[str], after: Sequence[str], told: Told) -> bool:
    """Whether the second says something else than the first, and not only the same, or more, in other words."""
    before, after = before[:_LONGEST], after[:_LONGEST]
    return (
        _denials(before, told.language) != _denials(after, told.language)
        or _numbers_differ(before, after, told.language)
        or _turned(before, after, told.language)
        or _names_differ(before, after, told)
    )


# -- negation

NEGATIONS = {
    "en": "no not never none nobody nothing neither nor without cannot nowhere",
    "ru": "не нет ни никогда никто никого ничего ничто без нельзя отнюдь",
    "az": "deyil yox yoxdur yoxdu heç nə nəinki",
    "tr": "değil yok yoktur hiç hiçbir ne asla",
    "hy": "ոչ չէ չի չեն չեմ չենք չես չեք չէր չէին չկա չկան առանց երբեք չունի",
}
_SETS = {language: frozenset(map(fold, words.split())) for language, words in NEGATIONS.items()}
_SETS["az"] -= {"nə"}
_SETS["tr"] -= {"ne"}
_INFIX = re.compile(r"m(?:[aeə]z|[aeə]y|[aeəıiuü])?")
_BEFORE = {"en": ("un", "in", "im", "il", "ir", "dis", "non"), "ru": ("не", "без", "бес"), "hy": ("չ", "ան")}
_BEHIND = {"az": ("siz", "suz", "süz"), "tr": ("siz", "suz", "süz"), "en": ("less",)}
_SHORTEST = 3


def _denials(words: Iterable[str], language: str) -> int:
    small = _SETS.get(language, frozenset())
    return sum(1 for word in map(fold, words) if word in small or (language == "en" and word.endswith("n't")))


def _turned(before: Sequence[str], after: Sequence[str], language: str) -> bool:
    """Whether a word became its own opposite: lawful, unlawful; gəldi, gəlmədi; գնաց, չգնաց."""
    gone, come = Counter(map(fold, before)), Counter(map(fold, after))
    left, right = list(gone - come), list(come - gone)
    if len(left) * len(right) > _LONGEST:
        return False
    return any(_opposite(one, other, language) for one in left for other in right)


def _opposite(one: str, other: str, language: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(short) < _SHORTEST or len(short) == len(long):
        return False
    if any(long == prefix + short for prefix in _BEFORE.get(language, ())):
        return True
    if any(long == short + suffix for suffix in _BEHIND.get(language, ())):
        return True
    return language in ("az", "tr") and any(
        _hard(long[: found.start()] + long[found.end() :]) == _hard(short) for found in _infixes(long)
    )


def _hard(word: str) -> str:
    """Without the difference between d and t, which a verb's ending makes: etti, etmedi."""
    return word.replace("d", "t")


def _infixes(word: str) -> Iterable[re.Match[str]]:
    """Where in a Turkic verb its negation may stand, each way of reading it."""
    for at in range(2, len(word)):
        for end in range(at + 3, at, -1):
            if found := _INFIX.fullmatch(word, at, min(end, len(word))):
                yield found


# -- numbers

_NUMBER_WORDS = {
    "en": "two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 dozen=12 hundred=h hundreds=h"
    " thousand=t thousands=t million=m millions=m billion=b billions=b trillion=tr half=1/2 double=x2 triple=x3",
    "ru": "два=2 две=2 двух=2 двое=2 три=3 трех=3 трое=3 четыре=4 четырех=4 пять=5 пяти=5 шесть=6 шести=6 семь=7 семи=7"
    " восемь=8 восьми=8 девять=9 девяти=9 десять=10 десяти=10 сто=h сотни=h тысяча=t тысячи=t тысяч=t тыс=t миллион=m"
    " миллиона=m миллионов=m млн=m миллиард=b миллиарда=b миллиардов=b млрд=b",
    "az": "iki=2 üç=3 dörd=4 beş=5 altı=6 yeddi=7 səkkiz=8 doqquz=9 on=10 yüz=h min=t milyon=m mln=m milyard=b mlrd=b",
    "tr": "iki=2 üç=3 dört=4 beş=5 altı=6 yedi=7 sekiz=8 dokuz=9 on=10 yüz=h bin=t milyon=m milyar=b trilyon=tr",
    "hy": "երկու=2 երեք=3 չորս=4 հինգ=5 վեց=6 յոթ=7 ութ=8 ինը=9 տասը=10 հարյուր=h հազար=t միլիոն=m մլն=m միլիարդ=b մլրդ=b",
}
_VALUES = {
    language: {fold(word): value for word, value in (pair.split("=") for pair in words.split())}
    for language, words in _NUMBER_WORDS.items()
}


def _numbers(words: Iterable[str], language: str) -> list[str]:
    values = _VALUES.get(language, {})
    return [
        word if _NUMBER.match(word) else values[fold(word)]
        for word in words
        if _NUMBER.match(word) or fold(word) in values
    ]


def _numbers_differ(before: Sequence[str], after: Sequence[str], language: str) -> bool:
    """Whether a number is not there any more, or they stand in another order. One more is more said, nothing else."""
    was, now = _numbers(before, language), _numbers(after, language)
    return bool(Counter(was) - Counter(now)) or (was != now and Counter(was) == Counter(now))


# -- names

_SMALL_WORDS = (
    "the a an this that these those in on at to for of new more how why what who when where it he she they we i is are as"
    " в на о об по из за к с у и а но как что кто где почему новый новая новые это он она они"
    " bu bir və ki o necə niyə yeni ve nasıl neden այս նոր ինչպես ինչու"
)
_NO_NAMES = frozenset(_SMALL_WORDS.split())
# Endings that a name takes in a sentence.
_ENDINGS = {
    "ru": "ского ской ому ему ого его ыми ими ами ями ых их ах ях ам ям ой ей ою ею ым им ом ем ую юю а у е ы и о я ю ь й",
    "az": "larının lərinin larına lərinə lardan lərdən ların lərin lara lərə ndan ndən dan dən nın nin nun nün lar lər nda ndə"
    " da də ya yə na nə la lə ın in un ün nı ni nu nü yı yi yu yü ı i u ü a ə",
    "tr": "larının lerinin lardan lerden ların lerin lara lere ndan nden dan den tan ten nın nin nun nün lar ler nda nde da de"
    " ta te ya ye na ne yla yle la le ın in un ün nı ni nu nü yı yi yu yü ı i u ü a e",
    "hy": "ներին ներից ներում ներով ների ները ներ ությունը ությանը ության ում ից ով ին ան ի ը ն ու",
    "en": "'s '",
}
_ENDS = {language: frozenset(map(fold, words.split())) | {""} for language, words in _ENDINGS.items()}
_CASES = frozenset({"ru", "az", "tr", "hy"})
_ROOT = 3


class _Roots:
    """Names by their roots: forms of one name, such as Алиев and Алиева, have the same."""

    def __init__(self, language: str) -> None:
        self._ends = _ENDS.get(language, frozenset({""}))
        self._apostrophe = language in _CASES
        self._known: dict[str, list[str]] = {}

    def __call__(self, word: str) -> str:
        """The form under which the name was met first."""
        word = fold(word)
        if self._apostrophe:
            word = word.partition("'")[0]
        near = self._known.setdefault(word[:_ROOT], [])
        for one in near:
            if one == word or self._same(one, word):
                return one
        near.append(word)
        return word

    def _same(self, one: str, other: str) -> bool:
        """Whether both are one root with endings of the language."""
        for at in range(min(len(one), len(other)), _ROOT - 1, -1):
            if one[at:] in self._ends and other[at:] in self._ends and one[:at] == other[:at]:
                return True
        return False


@dataclass(frozen=True, slots=True)
class _Names:
    """Names in their order, and words that may be names: they only begin a sentence."""

    sure: list[str]
    perhaps: list[str]

    def __contains__(self, word: str) -> bool:
        return word in self.sure or word in self.perhaps


def _names(words: Sequence[str], told: Told) -> _Names:
    letters = [word for word in words if _WORD.match(word) and len(word) > _ROOT]
    headline = len(letters) > _ROOT and sum(word[0].isupper() for word in letters) > _TITLE_CASE * len(letters)
    found = _Names([], [])
    for before, word in zip([".", *words], words, strict=False):
        if len(word) < 2 or not word[0].isupper() or fold(word) in _NO_NAMES or fold(word) in told.common:  # noqa: PLR2004 - one letter is none
            continue
        shouted = word.isupper() and not headline
        if fold(word) in told.proper or shouted or not (headline or before in _SENTENCE_ENDS):
            found.sure.append(word)
        elif not (headline and told.proper):
            found.perhaps.append(word)
    return found


def _names_differ(before: Sequence[str], after: Sequence[str], told: Told) -> bool:
    """Whether a name is not there any more, gave its place to another one, or stands as another who did it."""
    root = _Roots(told.language)
    small = told.common | {fold(word) for word in (*before, *after) if word[0].islower()}
    was, now = (_names(words, Told(told.language, small, told.proper)) for words in (before, after))
    old, new = ([root(word) for word in words] for words in (before, after))
    if not {root(name) for name in was.sure} <= set(new):
        return True
    likely_old, likely_new = ({root(name) for name in (*names.sure, *names.perhaps)} for names in (was, now))
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "replace" and likely_old & set(old[i1:i2]) - set(new) and likely_new & set(new[j1:j2]) - set(old):
            return True
    return likely_old == likely_new and _roles_differ(before, after, was, now, told.language)


def _roles_differ(before: Sequence[str], after: Sequence[str], was: _Names, now: _Names, language: str) -> bool:
    """Whether the same names stand in another order, in other cases, or with the verb turned round."""
    root = _Roots(language)
    old, new = ([fold(word) for word in words if word in was or word in now] for words in (before, after))
    order_old, order_new = ([root(name) for name in names] for names in (old, new))
    if len(set(order_old)) < 2:  # noqa: PLR2004 - one who did it, one to whom it was done
        return False
    if list(dict.fromkeys(order_old)) != list(dict.fromkeys(order_new)):
        return language not in _CASES or Counter(old) != Counter(new)
    if language in _CASES:
        changed = sum(1 for a, b in zip_longest(old, new) if a != b)
        rest_old, rest_new = ([fold(w) for w in words if not (w in was or w in now)] for words in (before, after))
        return changed > 1 or (changed == 1 and rest_old == rest_new)
    return language == "en" and [*map(fold, before)].count("by") != [*map(fold, after)].count("by")
