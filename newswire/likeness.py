"""Likeness: whether two articles tell one story, in two languages or in one. Pure, and rather silent than wrong."""

# ruff: noqa: RUF001 - letters of many scripts

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from newswire.article import Article
from newswire.names import Names, alike, names

WINDOW = timedelta(hours=6)
"""Two editions of a story are published so close to each other."""

_TEXT = 1200  # characters of the text that count: what a story is about stands at its beginning
_WORDS = re.compile(r"[^\W_]+(?:[’'ʼ][^\W\d_]+)?")
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3})+(?!\d)|\d+(?:[.,]\d+)?")
_GROUPS = re.compile(r"[.,\u00a0\u202f ](?=\d{3}(?!\d))")
_YEARS = range(1990, 2100)
_SMALL = 12  # counts and days so small are in every second article
_SMALL_COUNTS = 0.3
_STEM = 6


def numbers(text: str) -> tuple[str, ...]:
    """The numbers in `text`, in its order, in one writing: `1,500`, `1 500` and `1.500` are 1500; `2,5` is 2.5."""
    found = []
    for match in _NUMBER.finditer(text):
        whole = _GROUPS.sub("", match[0]) if _GROUPS.search(match[0]) else match[0].replace(",", ".")
        found.append(whole.lstrip("0") or "0")
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What an article is recognised by. `title_names` are those of its headline, `pictures` the names of its pictures."""

    language: str
    at: datetime | None
    title: tuple[str, ...]
    title_numbers: tuple[str, ...]
    title_names: Names
    names: Names
    numbers: frozenset[str]
    pictures: frozenset[str]
    shingles: frozenset[tuple[str, ...]] = field(repr=False)
    length: int
    negated: bool


def traits(article: Article, *, at: datetime | None = None) -> Traits:
    """The traits of `article`; `at` is when it was seen, for one without a time of its own."""
    language = article.edition or article.language
    text = f"{article.lead}\n{article.body}"[:_TEXT]
    in_text = names(text, language)
    title_names = names(article.title, language, headline=True)
    # A headline in capitals says which words are names only where the text agrees.
    title_names = replace(title_names, sure=title_names.sure | (in_text.sure & set(title_names.every)))
    stems = tuple(map(_stem, _words(text)))
    return Traits(
        language=language,
        at=article.published_at or at,
        title=_words(article.title),
        title_numbers=numbers(article.title),
        title_names=title_names,
        names=Names(tuple(dict.fromkeys((*title_names.every, *in_text.every))), title_names.sure | in_text.sure),
        numbers=frozenset(numbers(f"{article.title}\n{text}")),
        pictures=frozenset(filter(None, (_picture(image.url) for image in article.images[:3]))),
        shingles=frozenset(zip(stems, stems[1:], stems[2:], strict=False)),
        length=len(stems),
        negated=not _NOT.isdisjoint(_words(article.title)),
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word[0].casefold().replace("’", "'") for word in _WORDS.finditer(text))


def _stem(word: str) -> str:
    """Its beginning: endings differ, the word is the same. Numbers stay whole."""
    return word if word.isdecimal() else word[:_STEM]


_SIZE = re.compile(
    r"[-_]?\d{2,4}x\d{2,4}(?=\.|$)|[-_](?:scaled|large|medium|small|thumb\w*|crop\w*)(?=\.|$)", re.IGNORECASE
)
_TELLING = re.compile(r"\d{4}|[0-9a-f]{8}|.{16}", re.IGNORECASE)


def _picture(url: str) -> str:
    """A picture's file name without its size; "" for one that says little, such as `cover.jpg`."""
    name = _SIZE.sub("", url.partition("?")[0].rpartition("/")[2].rpartition(".")[0].casefold())
    return name if _TELLING.search(name) else ""


_DENIALS = (
    "not no never without cannot won't don't doesn't isn't aren't не нет ни без нельзя never yox deyil heç değil yok hiç"
    " չի չէ չեն ոչ չկա առանց"
)
_NOT = frozenset(_DENIALS.split())


# ------------------------------------------------------------------ editions


def kinship(one: Traits, other: Traits, *, common: Collection[str] = (), picture: bool = False) -> float:
    """How sure it is that two articles in two languages are one story: 0 where it is not sure enough, else 1 and more.

    `common` are names that stand in many of the site's articles and tell nothing; `picture` says that the two show the
    same one, found by looking at it.
    """
    if one.at is None or other.at is None or abs(one.at - other.at) > WINDOW or not _numbers_agree(one, other):
        return 0.0
    shared = _shared(one.names, other.names, common)
    least = min(_weight(one.names.sure, common), _weight(other.names.sure, common))
    part = _weight(shared, common) / least if least else 0.0
    weight = _weight(shared, common)
    count = sum(map(_rarity, one.numbers & other.numbers))
    title = min(_told(one, other, common), _told(other, one, common))
    same_picture = picture or bool(one.pictures & other.pictures)
    sure = (
        (same_picture and (weight + count >= 1.5) and part >= 0.3)  # noqa: PLR2004 - all of these were found by trial
        or (count >= 1 and weight >= 3 and part >= 0.5)  # noqa: PLR2004
        or (count >= 2 and weight >= 2 and part >= 0.5)  # noqa: PLR2004
        or (title >= 3 and weight >= 3 and part >= 0.6)  # noqa: PLR2004
    )
    return weight + 1.5 * count + 3 * same_picture if sure else 0.0


def _weight(found: Iterable[str], common: Collection[str]) -> float:
    return sum(0.5 if len(name) < 3 else 1.0 for name in found if name not in common)  # noqa: PLR2004 - `bk` says little


def _rarity(number: str) -> float:
    if number.isdecimal() and int(number) in _YEARS:
        return 0.0
    return _SMALL_COUNTS if number.isdecimal() and int(number) <= _SMALL else 1.0


def _shared(one: Names, other: Names, common: Collection[str]) -> list[str]:
    """The names of one that are the other's too; what may be one counts where the other is sure."""
    return [n for n in one.every if n not in common and _in(n, other.every if n in one.sure else other.sure)]


def _in(name: str, pool: Collection[str]) -> bool:
    return name in pool or any(alike(name, another) for another in pool)


def _told(one: Traits, other: Traits, common: Collection[str]) -> float:
    """How many names of one's headline the other headline has too; 0 when a sure one is missing in the other article."""
    if not all(_in(name, other.names.every) for name in one.title_names.sure):
        return 0.0
    return _weight(_shared(one.title_names, other.title_names, common), common)


def _numbers_agree(one: Traits, other: Traits) -> bool:
    """Whether what the headlines count is nowhere contradicted: each finds its numbers in the other article."""
    return all(
        not (mine := {n for n in a.title_numbers if _rarity(n)}) or not b.title_numbers or mine <= b.numbers
        for a, b in ((one, other), (other, one))
    )


# ------------------------------------------------------------------ the same story twice in one language


def likeness(one: Traits, other: Traits) -> int:
    """How like two articles of one language are, in per cent. 0 when a number, a name or a "not" tells them apart."""
    if _told_apart(one, other):
        return 0
    titles = [tuple(map(_stem, article.title)) for article in (one, other)]
    in_titles = 2 * _common_run(*titles) / max(sum(map(len, titles)), 1)
    fewest = min(len(one.shingles), len(other.shingles))
    in_texts = len(one.shingles & other.shingles) / fewest if fewest else in_titles
    if in_texts >= _NEARLY_ALL and fewest >= _ENOUGH:  # the same text under another headline
        return round(100 * max(_both(in_titles, in_texts), 0.95 * in_texts))
    if _turned_round(one, other):
        return 0
    return round(100 * _both(in_titles, in_texts))  # the same headline over another text may be a series


def _both(in_titles: float, in_texts: float) -> float:
    return 0.4 * in_titles + 0.6 * in_texts


_ENOUGH = 25  # words
_NEARLY_ALL = 0.8
_FEW_NUMBERS = 3


def _told_apart(one: Traits, other: Traits) -> bool:
    if one.negated != other.negated:
        return True
    if one.title_numbers and other.title_numbers and one.title_numbers != other.title_numbers:
        return True
    fewest = min(len(one.numbers), len(other.numbers))
    if fewest >= _FEW_NUMBERS and len(one.numbers & other.numbers) < fewest / 2:
        return True
    return (_lacks(one, other) and _lacks(other, one)) or _infix_not(one.title, other.title)


def _lacks(one: Traits, other: Traits) -> bool:
    """Whether a name of one's headline is nowhere in the other article. If each lacks one, they are about different people."""
    return any(not _in(name, other.names.every) for name in one.title_names.sure)


def _turned_round(one: Traits, other: Traits) -> bool:
    """Whether the names that both headlines have, or where they have few its words, stand in another order: who beat whom."""
    places = _places(one.title_names.every, other.title_names.every)
    if len(places) < 2:  # noqa: PLR2004 - an order takes two
        places = _places(one.title, other.title)
    return places != sorted(places)


def _places(one: Sequence[str], other: Sequence[str]) -> list[int]:
    """For what stands once in both, in the order of one, its place in the other."""
    found = []
    for word in one:
        at = [n for n, another in enumerate(other) if alike(word, another)]
        if len(at) == 1 and one.count(word) == 1:
            found += at
    return found


_MORE = re.compile(r"m[aəeıiuü]?y?")
_COMMON_START = 3


def _infix_not(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether a word of one is a word of the other with Turkish's and Azerbaijani's "not" in it: gəlir, gəlmir."""
    theirs: dict[str, list[str]] = {}
    for word in _softened(set(other) - set(one)):
        theirs.setdefault(word[:_COMMON_START], []).append(word)
    mine = _softened(set(one) - set(other))
    return any(_is_denied(a, b) or _is_denied(b, a) for a in mine for b in theirs.get(a[:_COMMON_START], ()))


def _softened(words: Iterable[str]) -> list[str]:
    """`words` without a difference that a "not" may make as well: gidecek, gitmeyecek."""
    return [word.replace("d", "t") for word in words]


def _is_denied(plain: str, denied: str) -> bool:
    """Whether `denied` begins as `plain` does and goes on as that does after a "not"."""
    at = next((n for n, (a, b) in enumerate(zip(plain, denied, strict=False)) if a != b), min(len(plain), len(denied)))
    rest, left = denied[at:], plain[at:]
    more = _MORE.match(rest) if at >= _COMMON_START else None
    return more is not None and any(left.startswith(rest[n : n + 2]) for n in range(1, more.end() + 1) if rest[n:])


def _common_run(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words both have in the same order."""
    row = [0] * (len(other) + 1)
    for a in one:
        before = 0
        for n, b in enumerate(other, start=1):
            before, row[n] = row[n], before + 1 if a == b else max(row[n], row[n - 1])
    return row[-1]


# ------------------------------------------------------------------ pictures


def same_picture(one: int, other: int) -> bool:
    """Whether two 64-bit hashes are of one picture, in whatever size and quality."""
    return (one ^ other).bit_count() <= _BITS


_BITS = 6
