"""Names: what a name sounds like, whatever script a newspaper writes it in. Pure."""

# ruff: noqa: RUF001 - letters of many scripts

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# What letters sound like, in classes that hold across spellings: k is g, q, kh, gh and h as well; a is any vowel;
# S is sh, C is ch, c is ts or dz, Z is zh, j is dzh.
_LETTERS = {
    **dict(zip("abcdefghijklmnopqrstuvwxyzəıøæ", "abkdafkkajklmnapkrstavvkazaaaa", strict=True)),
    **dict(zip("çşščžğ", "CSSCZk", strict=True)),
    **dict(zip("абвгдеёжзийклмнопрстуфхцчшщыэюяіїєґў", "abvkdaaZzaaklmnaprstafkcCSSaaaaaaakv", strict=True)),
    **dict(zip("աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ", "abkdazaatZalkckkckCmanSaCpjrsvtrcvpkaf", strict=True)),
    **dict(zip("აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ", "abkdavztaklmnapZrstapkkkSCccCCkjk", strict=True)),
}
_EVERYWHERE = {"дж": "j", "дз": "c", "тс": "c", "ու": "a", "և": "av", "դժ": "j", "ts": "c", "dz": "c"}
_TURKIC = {"c": "j", "j": "Z", "x": "k"}
_OTHERS = {"sch": "S", "sh": "S", "ch": "C", "kh": "k", "gh": "k", "zh": "Z", "tz": "c", "ph": "f"}
_OTHERS |= {"th": "t", "ck": "k", "ce": "sa", "ci": "sa", "cy": "sa", "x": "ks"}

# Names that are not the same word everywhere: their beginnings in English, Russian, Azerbaijani, Turkish and Armenian.
_OTHERWISE = {
    "Armenia": "armeni армени ermənis ermenis հայաստան",
    "Athens": "athens афин afina atina աթենք",
    "Austria": "austria австри avstri avustur ավստրի",
    "Azerbaijan": "azerbaijan азербайджан azərbaycan azerbaycan ադրբեջան",
    "Beijing": "beijing пекин pekin պեկին",
    "China": "china кита çin չինաստան",
    "Egypt": "egypt егип misir mısır եգիպտ",
    "EU": "eu ес ab եմ евросоюз",
    "France": "france франци fransa ֆրանսի",
    "Geneva": "geneva женев cenevr ժնև",
    "Georgia": "georgia грузи gürcüst gürcist վրաստան",
    "Germany": "germany герман almani almany գերմանի",
    "Greece": "greece греци yunanıs yunanis հունաստան",
    "Hungary": "hungary венгри macarıs macaris հունգարի",
    "India": "india инди hindis հնդկաստան",
    "Israel": "israel израил israil իսրայել",
    "Japan": "japan япони yaponi japony ճապոնի",
    "Poland": "poland польш polşa polony լեհաստան",
    "Rome": "rome рим roma հռոմ",
    "Russia": "russia росси rusiya rusya ռուսաստան",
    "Tbilisi": "tbilisi тбилиси tiflis թբիլիսի",
    "Turkey": "turkey turkiye türkiye турци türkiyə թուրքի",
    "UN": "un оон bmt bm մակ",
    "US": "us usa сша abş abd ամն",
    "Vienna": "vienna вена вене вену vyana viyana վիեննա",
}
_WHOLE = 3  # beginnings so short count as whole words only
_BEGINNINGS = {part: name for name, parts in _OTHERWISE.items() for part in parts.split()}

# Written with a capital in English or Turkish, and no names.
_CAPITALS = (
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august"
    " september october november december the a an in on at for and but he she it they we his her this that photo video"
    " pazartesi salı çarşamba perşembe cuma cumartesi pazar ocak şubat mart nisan mayıs haziran temmuz ağustos eylül"
    " ekim kasım aralık"
)
_NO_NAMES = frozenset(_CAPITALS.split())
_WORD = re.compile(r"[^\W\d_]+(?:[’'ʼ][^\W\d_]+)?")
_FIRST = re.compile(r"(?:^|[.!?։…\n:—–])[\s\"'«“„(\[]*$")
_BEFORE = 6  # characters that tell whether a sentence begins
_SHORT = 3
_FEWEST_WORDS = 3
_LONGEST_ENDING = 2
_SURE = 3  # sounds of which a name must have so many to be told from others by them


def _table(own: dict[str, str]) -> tuple[re.Pattern[str], dict[str, str]]:
    sounds = {**_LETTERS, **_EVERYWHERE, **own}
    several = sorted((part for part in sounds if len(part) > 1), key=len, reverse=True)
    return re.compile("|".join([*several, "."]), re.DOTALL), sounds


_TABLES = {True: _table(_TURKIC), False: _table(_OTHERS)}


@lru_cache(maxsize=50_000)
def key(word: str, language: str = "en") -> str:
    """What a name sounds like: its consonants in classes, and one sign for a vowel at its beginning.

    `Aliyev`, `Алиев`, `Əliyev` and `Ալիև` are one. Places that each language calls otherwise are their English names.
    """
    plain = unicodedata.normalize("NFC", word.replace("İ", "i")).lower()
    plain = re.split(r"[’'ʼ]", plain)[0] or plain
    for length in range(len(plain), 1, -1):
        name = _BEGINNINGS.get(plain[:length])
        if name and (length > _WHOLE or length == len(plain)):
            return name
    if plain.startswith("ո") and not plain.startswith("ու"):
        plain = f"վ{plain}"
    pattern, sounds = _TABLES[language in ("az", "tr")]
    heard = pattern.sub(
        lambda part: sounds.get(part[0]) or sounds.get(unicodedata.normalize("NFD", part[0])[0], ""), plain
    )
    once = re.sub(r"(.)\1+", r"\1", heard)
    return once[:1] + once[1:].replace("a", "")


def alike(one: str, other: str) -> bool:
    """Whether two keys are one name, in whatever case it stands: the longer goes on a little where the shorter ends."""
    short, long = sorted((one, other), key=len)
    if short == long:
        return True
    known = short in _OTHERWISE or long in _OTHERWISE
    return not known and len(short) >= _SURE and len(long) - len(short) <= _LONGEST_ENDING and long.startswith(short)


@dataclass(frozen=True, slots=True)
class Names:
    """The keys of the names in a text, in its order, each once.

    Those in `sure` stand within sentences; the others at the beginning of one, where any word has its capital.
    """

    every: tuple[str, ...] = ()
    sure: frozenset[str] = frozenset()


def names(text: str, language: str = "en", *, headline: bool = False) -> Names:
    """The names in `text`. A `headline` all of whose longer words have capitals tells none for sure."""
    words = list(_WORD.finditer(text))
    longer = [word for word in words if len(word[0]) > _SHORT]
    titled = headline and len(longer) >= _FEWEST_WORDS and all(word[0][0].isupper() for word in longer)
    every: dict[str, None] = {}
    sure = set()
    for word in words:
        if not word[0][0].isupper() or len(word[0]) == 1 or word[0].lower() in _NO_NAMES:
            continue
        if len(sound := key(word[0], language)) > 1:
            every.setdefault(sound)
            if not titled and not _FIRST.search(text[max(0, word.start() - _BEFORE) : word.start()]):
                sure.add(sound)
    return Names(tuple(every), frozenset(sure))
