"""An article's own page: what it says in JSON-LD, in its metadata, and to its readers' eyes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser

from newswire.article import Article, Image
from newswire.errors import SourceError
from newswire.source import Source
from sources._answers import without_secrets
from sources._body import (
    LONGEST_PARAGRAPH,
    after_headline,
    body,
    figures,
    in_one_piece,
    in_shreds,
    pictures,
    sifted,
    strip_chrome,
)
from sources._dates import read_date
from sources._decode import decode
from sources._entries import SOON, TITLE_LIMIT
from sources._extraction import extract
from sources._fetch import PAGES, Fetched, Fetcher
from sources._guesses import document_title, read_guesses
from sources._html import base_of, parse
from sources._identity import same_site
from sources._jsonld import SCRIPTS, kinds_in, read_jsonld, read_video
from sources._metadata import (
    address_of,
    alternates_of,
    language_of,
    read_metadata,
    shortlink_of,
    site_name_of,
    without_by,
)
from sources._places import body_at, check_selectors, read_places
from sources._profiles import profiles
from sources._reading import Reading
from sources._robots import ask_leave
from sources._text import take_flags

MOST_SCRIPTS = 20
# A lead shares this part of its words with the text, or it is the site's general description.
SHARED = 1 / 3
FEWEST_STEMS = 3
# How much of a text told in one piece or in shreds a better reading must hold.
MOST_OF_IT = 0.6
# What must stand in the page of a short text, for the page to be believed to have the rest of it.
BEGINNING = 60
# Characters of text from which on a page without a headline is taken for an article.
ENOUGH = 300
STEM = re.compile(r"\b[^\W\d_]{4}")

# What pages mark for machines in their text itself (https://schema.org, as microdata), and older marks.
MARKED = {
    "title": "[itemprop=headline]",
    "lead": "[itemprop=description]:not(meta)",
    "time": "[itemprop=datePublished], time[pubdate], .published[title], abbr.published",
    "modified": "[itemprop=dateModified]",
    "author": "[itemprop=author] [itemprop=name], [itemprop=author]:not([itemscope]), a[rel~=author]",
    "section": "[itemprop=articleSection]",
    "cover": "[itemprop=image] [itemprop=url], [itemprop=image][src], [itemprop=image][content], [itemprop=image][href]",
}

Extract = Callable[[str], list[str]]


async def read(fetcher: Fetcher, url: str, source: Source, *, now: datetime, sure: bool = True) -> Article:
    """The article whose page is at `url`, with the page's canonical address. Raises `SourceError` and nothing else.

    The site's robots.txt is asked first. Not `sure`: the page may be one that lists articles, which is refused.
    """
    await ask_leave(fetcher, url, now)
    answer = await fetcher.get(url, accept=PAGES, any_port=source.any_port and same_site(url, source.url))
    return await asyncio.to_thread(_read_page, answer, source, now, sure=sure)


def _read_page(answer: Fetched, source: Source, now: datetime, *, sure: bool) -> Article:
    if not sure and lists_articles(answer):
        raise SourceError(
            f"{without_secrets(answer.url)} looks like a page of many articles; give the address of one article",
            lists=True,
        )
    return read_page(answer, source, now, extract)


def lists_articles(answer: Fetched) -> bool:
    """Whether a page tells machines that it is a section or a front page: a collection, or a website without a date."""
    text, _ = decode(answer.body, answer.charset)
    try:
        tree = parse(text)
    except ValueError:
        return False
    kinds = kinds_in(node.text() for node in tree.css(SCRIPTS)[:MOST_SCRIPTS])
    if "Article" in kinds or "CollectionPage" in kinds:
        return "CollectionPage" in kinds and "Article" not in kinds
    is_website = tree.css_first('meta[property="og:type"][content="website" i]') is not None
    dated = read_metadata(tree, answer.url).published or len(tree.css(MARKED["time"])) == 1
    return (is_website or "WebPage" in kinds) and not dated


def read_page(answer: Fetched, source: Source, now: datetime, extract: Extract | None = None) -> Article:
    """The article in an answer; `extract` is asked for the text where the page does not say plainly where it is.

    Raises `SourceError` for what is no article's page.
    """
    text, _ = decode(answer.body, answer.charset)
    try:
        tree = parse(text)
        check_selectors(tree, source.selectors, source.name)
        parts = _parts(tree, answer.url, source)
        parts.lines = _without_repeats(_lines(tree, parts, extract, text), parts, answer.url)
        return _article(tree, answer.url, source, now, parts)
    except ValueError as reason:
        raise SourceError(f"{without_secrets(answer.url)} {reason}") from reason


@dataclass(slots=True, kw_only=True)
class _Parts:
    """What each part of the page says; `lines` are the paragraphs of the article."""

    own: Reading
    structured: Reading
    meta: Reading
    known: Reading
    marked: Reading
    plain: Reading
    video: Reading
    captioned: list[Image]
    zone: ZoneInfo
    tab: str
    lines: list[str] = field(default_factory=list)

    def by_machines(self) -> tuple[Reading, ...]:
        """The source's own selectors, what machines are told, then what readers see."""
        return (self.own, self.structured, self.meta, self.known, self.marked, self.plain, self.video)

    def from_tab(self) -> str:
        """The document's title where there is text enough; pages that only wait or forbid have titles too."""
        return self.tab if sum(map(len, self.lines)) >= ENOUGH else ""

    def headlines(self) -> set[str]:
        """The headline in all its wordings."""
        titles = {part.title for part in self.by_machines() if part.title}
        return titles | {take_flags(title)[0] for title in titles}

    def by_eye(self) -> tuple[Reading, ...]:
        """For titles: what readers see where we know the site, for machines are often told other ones."""
        return (self.own, self.known, self.structured, self.meta, self.marked, self.plain)


def _parts(tree: LexborHTMLParser, url: str, source: Source) -> _Parts:
    """Read all parts; after this the tree holds no chrome any more."""
    base = base_of(tree, url)
    profile = next((one for one in profiles() if tree.css_first(one.when)), None)
    selectors = profile.selectors if profile else {}
    at_home = profile and profile.zone and same_site(profile.site, url)
    scripts = [node.text() for node in tree.css(SCRIPTS)[:MOST_SCRIPTS]]
    parts = _Parts(
        own=read_places(tree, source.selectors, base),
        structured=read_jsonld(scripts, base, url),
        meta=read_metadata(tree, base),
        known=read_places(tree, selectors, base),
        marked=read_places(tree, MARKED, base),
        plain=read_guesses(tree),
        video=read_video(scripts),
        tab=document_title(tree),
        captioned=list(figures(tree, base)),
        zone=ZoneInfo(profile.zone) if profile and at_home else source.zone,
    )
    strip_chrome(tree, filter(None, (selectors.get("drop"), source.selectors.get("drop"))))
    parts.own.body, parts.known.body = (body_at(tree, places) for places in (source.selectors, selectors))
    return parts


def _lines(tree: LexborHTMLParser, parts: _Parts, extract: Extract | None, text: str) -> list[str]:
    """The article's paragraphs: where somebody says they are, else where an extractor, else where we find most text.

    Machines are often told the whole text in one piece, in shreds, or its beginning: then the page's own is looked for.
    """
    told = sifted(parts.structured.body)
    doubtful = in_one_piece(told) or in_shreds(told) or sum(map(len, told)) < LONGEST_PARAGRAPH
    if said := parts.own.body or parts.known.body or ([] if doubtful else told):
        return said
    found = (sifted(extract(text)) if extract else []) or body(tree)
    found = after_headline(found, parts.headlines())
    if in_one_piece(told) or in_shreds(told):
        return told if sum(map(len, found)) < sum(map(len, told)) * MOST_OF_IT else found
    return found if not told or told[0][:BEGINNING] in " ".join(found) else told


def _without_repeats(lines: list[str], parts: _Parts, url: str) -> list[str]:
    """Without lines that only say again what is told beside the text: headline, byline, time, section, the site's name."""
    told = parts.headlines() | {_site(url)}
    told.update(text for part in parts.by_machines() for text in (part.author, part.published, part.section))
    told.discard("")
    return [line for line in lines if not {line, line.casefold(), without_by(line)} & told] or lines


def _site(url: str) -> str:
    """The name of the site that `url` is of, as it calls itself: its host."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _article(tree: LexborHTMLParser, url: str, source: Source, now: datetime, parts: _Parts) -> Article:
    order = parts.by_machines()
    title, flags = take_flags((_first(parts.by_eye(), lambda part: part.title) or parts.from_tab())[:TITLE_LIMIT])
    if not title:
        raise ValueError("has no title that can be found; name its place with `selectors.title`")
    section = _first(order, lambda part: part.section)
    published, modified = (_moment(order, name, parts.zone, now) for name in ("published", "modified"))
    language = language_of(tree, *(part.language for part in order))
    return Article(
        url=address_of(tree, url),
        title=title,
        source=source.name,
        edition=source.edition or language,
        guid=shortlink_of(tree, url),
        lead=_lead(parts, title, _site(url), site_name_of(tree)),
        body="\n\n".join(parts.lines),
        section=section,
        categories=(section,) if section else (),
        author=_first(order, lambda part: part.author),
        published_at=published,
        modified_at=modified,
        images=pictures([image for part in order for image in part.images], parts.captioned),
        flags=flags,
        language=language,
        alternates=alternates_of(tree, url),
    )


def _first(parts: Iterable[Reading], name: Callable[[Reading], str]) -> str:
    return next(filter(None, map(name, parts)), "")


def _moment(parts: Iterable[Reading], name: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The first date that can be read; what is more than a day ahead is taken as now.

    A day alone gives way to the next part that tells the minute of that day.
    """
    dates = [date for part in parts if (text := getattr(part, name)) and (date := read_date(text, zone))]
    if not dates:
        return None
    found = next((date for date in dates if _completes(date, dates[0], zone)), dates[0])
    return now if found > now + SOON else found


def _completes(date: datetime, day: datetime, zone: ZoneInfo) -> bool:
    """Whether `date` is a time of day on `day`, which has none of its own."""
    at_midnight = time() in (day.time(), day.astimezone(zone).time())
    return at_midnight and abs(date - day) < SOON and time() not in (date.time(), date.astimezone(zone).time())


def _lead(parts: _Parts, title: str, site: str, name: str) -> str:
    """The lead; the first paragraph where there is none, or where the lead says no more than that or the title do.

    A description for machines that shares few words with the article, its site's name aside, is no lead.
    """
    first = parts.lines[0] if parts.lines else ""
    about = _stems(" ".join((title, *parts.lines)))
    for part in parts.by_eye():
        lead = part.lead
        if not lead:
            continue
        if first and (first.startswith(lead.rstrip(" .…")) or lead == title or not sifted([lead])):
            break
        seen = part is parts.own or part is parts.known
        own = _stems(lead)
        of_site = _stems(site) | (_stems(name) if name.casefold() in lead.casefold() else set())
        names_site = bool(own & of_site)
        own -= of_site
        too_few = len(own) < FEWEST_STEMS and not names_site
        if seen or not first or too_few or len(own & about) >= max(SHARED * len(own), 2 * names_site):
            return lead
    return first


def _stems(text: str) -> set[str]:
    """The beginnings of its words: endings differ, the word is the same."""
    return set(STEM.findall(text.casefold()))
