"""The lead: the first sentences a reader should see, from the feed's lead when it is a real one, else from the body."""

# ruff: noqa: RUF001 - words of many scripts

from __future__ import annotations

import re

from formatting.clean import one_line, paragraphs
from formatting.cut import cut
from formatting.sentences import base, sentence_ends, sentences
from newswire.article import Article
from newswire.richtext import RichText

LONGEST = 500
LEAST_LETTERS = 15
READ_AT_MOST = 20_000  # characters of a lead, whatever its feed puts in
DATELINE = 120
ENDING = 200  # characters in which "Read more…" is looked for

_MORE = (
    r"read (?:more|on|the full (?:story|article))|continue reading|click here|learn more|full story|see more"
    r"|подробнее|подробности|читать (?:далее|дальше|полностью|ещё)|читайте (?:далее|также|подробнее)|продолжение следует"
    r"|ətraflı(?: oxu)?|daha ətraflı|ardını oxu|davamını oxu|devamını oku|devamı(?: için tıklayın)?|detaylar için tıklayın"
    r"|կարդալ (?:ավելին|ամբողջը)|ավելին"
)
_TAIL = re.compile(rf"(?:[\s(\[«>|→»:–—-]*(?:{_MORE})(?: (?:on|at|на|в) \S+)?[\s)\]»>|→.:…!]*)+$", re.IGNORECASE)
_BOILERPLATE = re.compile(
    rf"^(?:{_MORE})\b|^the post\b.*\bappeared first on\b|^(?:photo|foto|фото|video|видео)\s*[:/©]|^(?:©|all rights reserved)"
    r"|^(?:subscribe|follow us|подписывайтесь|подпишитесь|bizi izləyin|abunə olun)\b|^https?://\S+$",
    re.IGNORECASE,
)
_APPEARED = re.compile(r"\s*The post\b.{0,500}\bappeared first on\b.*$", re.IGNORECASE | re.DOTALL)
_UNFINISHED = re.compile(r"(?:\s*(?:\[\s*(?:…|\.{3})\s*\]|…|\.{3,}))$")

_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|янв|фев|мар|апр|мая|май|июн|июл|авг|сен|окт|ноя|дек"
    r"|yan|fev|iyn|iyul|iyun|avq|sen|okt|noy|dek|oca|şub|nis|haz|tem|ağu|eyl|eki|kas|ara"
    r"|հունվ|փետ|մարտ|ապր|մայ|հունիս|հուլ|օգոս|սեպ|հոկ|նոյ|դեկ)\w*\.?"
)
_SMALL = "a-zа-яёəğıöüçşա-և"  # small letters of the newsroom's languages
_PLACE = r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){0,3}?"
_AGENCY = rf"(?:\([^()]{{2,40}}\)|/[^/]{{2,40}}/|(?<=[,.] )(?-i:[^\W\d_{_SMALL}])[\w .-]{{1,30}}?)"
_KNOWN_AGENCY = (
    r"(?:РИА Новости|ТАСС|Интерфакс[\w-]*|Sputnik(?: \w+)?|Trend|АЗЕРТАДЖ|APA|Report|Reuters|AP|AFP|Anadolu|AA|İHA|DHA"
    r"|AZ[EƏ]RTA[CJ]|INTERFAX[\w.-]*|Арменпресс|Armenpress|ԱՐՄԵՆՊՐԵՍՍ|Арменинфо|News\.[Aa]m|Caliber\.[Aa]z|1news\.az)"
)
_DASH = r"\s*[—–:-]+\s*"
_CAPITAL = rf"(?=[«“„\"‘(]?(?-i:[^\W_{_SMALL}]))"  # what follows a dateline begins a sentence
_DATED = re.compile(
    rf"^{_PLACE}(?:,\s*{_PLACE})?[,.]\s*(?:\d{{1,2}}\s+{_MONTH}|{_MONTH}\s+\d{{1,2}})(?:,?\s*\d{{4}})?"
    rf"(?:[,.]?\s*{_AGENCY}{_DASH}|[,.]?\s*{_AGENCY}(?<=[/)])[.:]?\s*|[,.]\s*{_KNOWN_AGENCY}\s+|[,.]?{_DASH})"
    rf"(?:{_KNOWN_AGENCY}\.\s+)?{_CAPITAL}",
    re.IGNORECASE,
)
_CAPITALS = re.compile(
    rf"^[^\W\d_{_SMALL}]{{3,}}(?:[ .,-]{{1,2}}[^\W\d_{_SMALL}]{{2,}}){{0,3}}(?:\s*\([^()]{{2,40}}\)\s*[—–-]|\s*[—–])\s*"
    rf"(?:{_KNOWN_AGENCY}\.\s+)?{_CAPITAL}"
)
_AGENCY_FIRST = re.compile(
    rf"^(?:{_PLACE}[,.]\s*)?(?:/[^/]{{2,40}}/[.:]?\s*[—–-]?\s*|{_KNOWN_AGENCY}(?::|\s*[—–-])\s+){_CAPITAL}"
    rf"|^{_PLACE}\s*\([^()]{{2,40}}\)\s*[—–-]+\s*{_CAPITAL}",
)


def lead(article: Article, language: str = "", sentences: int = 2) -> str:
    """The first `sentences` sentences of the lead, or of the body where the lead is missing or says nothing.

    One line of plain text, at most about `LONGEST` code points; empty when the article has no words of its own
    beyond its title. The dateline is left out: the post has its own time.
    """
    given = _real(article.lead, article.title, language)
    whole, mark = _unfinished(given)
    body = _from_body(article, language) if mark or not given else ""
    return _first(body or (whole + "…" if mark else given), language, sentences)


def without_dateline(text: str) -> str:
    """`text` without "BAKU, September 24 —", "Баку, 24 сентября. /Агентство/" and the like."""
    for form in (_DATED, _CAPITALS, _AGENCY_FIRST):
        match = form.match(text[:DATELINE])
        if match and match.end() < len(text):
            return text[match.end() :].lstrip()
    return text


def _first(text: str, language: str, count: int) -> str:
    """The first `count` sentences that stay within `LONGEST`; of a longer first one, its beginning."""
    ends = sentence_ends(text, language)[: max(count, 0)]
    fitting = [end for end in ends if end <= LONGEST]
    if fitting:
        return text[: fitting[-1]].strip()
    return str(cut(RichText(text[: ends[0]]), LONGEST, len, language)) if ends else ""


def _real(text: str, title: str, language: str) -> str:
    """`text` on one line, without boilerplate, dateline and a repeated title; empty when nothing is left."""
    line = _APPEARED.sub("", one_line(text[:READ_AT_MOST]))
    line = without_dateline(line[:-ENDING] + _TAIL.sub("", line[-ENDING:]))
    if _BOILERPLATE.match(line):
        return ""
    if title and line.casefold().startswith(one_line(title).casefold()):
        line = line[len(one_line(title)) :].lstrip(" .:–—-|")
    enough = sum(map(str.isalnum, line)) >= (LEAST_LETTERS if base(language) not in ("zh", "ja", "ko") else 4)
    return line if enough and _letters(line) != _letters(title) else ""


def _from_body(article: Article, language: str) -> str:
    """The body's paragraphs that say something, joined, as far as a lead can reach."""
    told = ""
    for paragraph in paragraphs(article.body):
        if line := _real(paragraph, article.title, language):
            told = f"{told} {line}".strip()
        if len(told) > LONGEST:
            break
    return told


def _unfinished(text: str) -> tuple[str, str]:
    """`text` without the "[…]" or "..." at its end, and that mark."""
    mark = _UNFINISHED.search(text, max(len(text) - ENDING, 0))
    return (text[: mark.start()], mark[0]) if mark else (text, "")


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


__all__ = ["lead", "sentences", "without_dateline"]
