"""Where sentences end, in the languages of the newsroom: `U.S.`, `т.е.`, initials and Armenian's own stops included."""

# ruff: noqa: RUF001, RUF002 - words and stops of many scripts

from __future__ import annotations

import re

_CLOSING = "\"'”’»›)\\]）】』」〉》"
_STOP = re.compile(rf"([.!?…؟۔।॥։]+|[。！？｡．]+)[{_CLOSING}]*")
_ARMENIAN_STOP = re.compile(rf"([։:!?…]+|\.{{3}})[{_CLOSING}]*")
_FULL_WIDTH = frozenset("。！？｡．")
_WORD_BEFORE = re.compile(r"[^\s(\[{«“„\"'‘—–]+$")
_OPENING = "\"'“”„«‹‘’([{¿¡—–-・「『（【《〈 \u00a0"

# Short forms that never end a sentence, whatever follows. Single letters and words with inner dots need no list.
_SHORT = {
    "en": "mr mrs ms mx dr prof gen col lt sgt capt cmdr maj adm gov sen rep rev hon pres st mt ft vs jr sr inc ltd co"
    " corp bros dept univ approx est ed eds messrs supt insp det",
    "ru": "гг вв тыс млн млрд трлн руб коп долл мин сек ч см мм км кг га ул пр просп пер пл наб корп стр кв им акад проф"
    " доц гос зам нач пом ред сост обл респ пос дер тел факс ст рис табл гл экз чел англ нем фр лат греч ген полк подп лейт",
    "tr": "dr prof doç av sn yrd alb gen org kd bşk müh arş öğr bkz cad sok mah ltd şti tic san nr tel",
    "az": "dr prof akad dos cild səh bax gen küç pr mln mlrd tel müh ped fiz riyaz",
}
# Short forms only before a figure: "No. 5", "Sept. 24", "рис. 3".
_BEFORE_FIGURE = {
    "en": "no nos p pp art fig figs vol ch sec jan feb mar apr jun jul aug sep sept oct nov dec",
    "ru": "янв фев февр мар апр июн июл авг сен сент окт ноя нояб дек",
    "tr": "no s",
    "az": "no s",
}
# Forms with dots that may end a sentence: "etc.", "и т.д."
_MAY_END = frozenset({"etc", "т.д", "т.п", "др", "пр", "a.m", "p.m", "vb"})
_AROUND = 40  # characters looked at on either side of a stop
_ORDINAL_DOT = frozenset({"tr", "de", "cs", "sk", "hu", "sr", "hr", "lv", "et", "fi", "no", "da"})


def base(language: str) -> str:
    """`en` of `en-GB`."""
    return language.replace("_", "-").partition("-")[0].lower()


def sentence_ends(text: str, language: str = "") -> list[int]:
    """The places in `text` where a sentence ends, its closing quotes included; the last is the end of the text."""
    tongue = base(language)
    stop = _ARMENIAN_STOP if tongue == "hy" else _STOP
    ends = [match.end() for match in stop.finditer(text) if _ends(text, match, tongue)]
    length = len(text.rstrip())
    return ends if ends and ends[-1] >= length else [*ends, length] if length else []


def sentences(text: str, language: str = "") -> list[str]:
    """The sentences of `text`, without the white space between them. In doubt two sentences stay one."""
    ends = sentence_ends(text, language)
    return [part for start, end in zip([0, *ends], ends, strict=False) if (part := text[start:end].strip())]


def _ends(text: str, stop: re.Match[str], language: str) -> bool:
    """Whether a sentence ends at `stop`."""
    following = text[stop.end() : stop.end() + _AROUND]
    if not following.strip():
        return len(text) <= stop.end() + _AROUND
    if stop[1][0] in _FULL_WIDTH:
        return True
    if not following[0].isspace():
        return False
    first = following.lstrip().lstrip(_OPENING)[:1]
    if not first or first.islower() or not (first.isalnum() or ord(first) > 0x2000):  # noqa: PLR2004 - emoji and signs
        return False
    return stop[1] != "." or not _is_short(text[max(stop.start() - _AROUND, 0) : stop.start()], first, language)


def _is_short(before: str, first: str, language: str) -> bool:
    """Whether the dot after `before` belongs to a short form, a number or an initial. `first` follows it."""
    match = _WORD_BEFORE.search(before)
    if not match:
        return False
    word = match[0].casefold()
    if word in _MAY_END:
        return False
    if word.isdigit():
        return language in _ORDINAL_DOT and len(word) < 4  # noqa: PLR2004 - a year ends a sentence
    if len(match[0]) == 1 or ("." in word and not any(char.isdigit() for char in word)):
        return match[0].isalpha() or "." in word
    if word in _SHORT.get(language, _SHORT["en"]).split():
        return True
    return first.isdigit() and word in _BEFORE_FIGURE.get(language, _BEFORE_FIGURE["en"]).split()
