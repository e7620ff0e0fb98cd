"""What a page tells machines outside of JSON-LD: link cards, older names, its address, its language, its siblings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from newswire.article import Image
from sources._entries import person, pixels, resolved
from sources._identity import canonical, same_site
from sources._profiles import chrome
from sources._reading import Reading
from sources._text import fold, plain, plain_title

MOST_ALTERNATES = 50
YEAR = re.compile(r"\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d\d")
# No address of a page or mailbox, no handle, no number.
NAME = re.compile(r"^(?!https?://|@|www\.\S+$|\S+@\S+$)(?=.*[^\W\d_])")
LONGEST_NAME = 200
MAILBOX = re.compile(r"[\s|,;(<\u2013—-]{0,5}[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,63}[)>]?", re.ASCII)
# An attribute that is a piece of a value, in pages that a browser saved: `content="The " new"="" port"=""`.
CUT = re.compile(r"[\"']*+[^\"']++[\"']")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")


# Names that pages give to one thing, the commonest first.
TITLES = ("og:title", "twitter:title", "dc.title", "sailthru.title", "headline")
LEADS = ("og:description", "twitter:description", "description", "dc.description", "sailthru.description")
AUTHORS = (
    *("author", "article:author", "og:author", "parsely-author", "sailthru.author", "byl", "byline"),
    *("dc.creator", "dcterms.creator", "citation_author", "twitter:creator"),
)
PUBLISHED = (
    *("article:published_time", "datepublished", "og:published_time", "og:datepublished", "parsely-pub-date"),
    *("sailthru.date", "pubdate", "publishdate", "publish-date", "publish_date", "article_date_original"),
    *("cxenseparse:recs:publishtime", "dc.date.issued", "dc.issued", "dcterms.issued", "dcterms.created", "dc.created"),
    *("dc:created", "dc.date", "dcterms.date", "datecreated", "citation_publication_date", "created", "date"),
)
MODIFIED = (
    *("article:modified_time", "og:updated_time", "datemodified", "article_date_updated", "dcterms.modified"),
    "dc.date.modified",
)
LANGUAGES = ("og:locale", "content-language", "inlanguage", "language", "lang", "dc.language", "dcterms.language")
PICTURES = (
    *("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"),
    *("image", "thumbnailurl", "thumbnail"),
)


def read_metadata(tree: LexborHTMLParser, base: str) -> Reading:
    """What the page tells those who draw link cards: Open Graph, Twitter, and older names."""
    words = _words(tree)
    site = words.get("og:site_name", "")
    author = plain_title(_first(words, *AUTHORS))
    lead = plain(_first(words, *LEADS))
    url = resolved(base, _first(words, *PICTURES) or _linked_picture(tree))
    image = Image(
        url=url,
        alt=_first(words, "og:image:alt", "twitter:image:alt"),
        width=pixels(words.get("og:image:width")),
        height=pixels(words.get("og:image:height")),
    )
    return Reading(
        title=_without_site(plain_title(_first(words, *TITLES)), site),
        lead=lead if lead != site else "",
        author=without_by(", ".join(filter(NAME.search, person(author).split(", ")))),
        section=_first(words, "article:section", "parsely-section"),
        published=next((words[name] for name in PUBLISHED if YEAR.search(words.get(name, ""))), ""),
        modified=_first(words, *MODIFIED),
        language=_first(words, *LANGUAGES),
        images=[image] if url else [],
    )


def _words(tree: LexborHTMLParser) -> dict[str, str]:
    """What each name says first. A value whose end was taken for attributes says nothing."""
    words: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        held = node.attributes
        if any(map(CUT.match, held)):
            continue
        name = held.get("property") or held.get("name") or held.get("itemprop") or held.get("http-equiv") or ""
        if name:
            words.setdefault(name.lower(), fold(held.get("content") or ""))
    return words


def _linked_picture(tree: LexborHTMLParser) -> str:
    node = tree.css_first("link[rel=image_src][href]")
    return (node.attributes.get("href") or "") if node else ""


def _first(words: Mapping[str, str], *names: str) -> str:
    return next((words[name] for name in names if words.get(name)), "")


def _without_site(title: str, site: str) -> str:
    """`Title | Site` without the site."""
    if site and title.endswith(site):
        shorter = title.removesuffix(site).rstrip()
        if shorter[-1:] in tuple("|-\u2013—·•:"):
            return shorter[:-1].rstrip()
    return title


def without_by(author: str) -> str:
    """A name without what stands before it ("By", "Автор:") and the mailbox behind it."""
    name = chrome().byline.sub("", author)
    return (MAILBOX.sub("", name) if "@" in name[:LONGEST_NAME] else name).replace(" , ", ", ").strip()


def language_of(tree: LexborHTMLParser, *told: str) -> str:
    """The language the page is written in, two or three letters: its own word on <html>, else the first of `told`."""
    node = tree.css_first("html[lang]")
    own = (node.attributes.get("lang") or "") if node else ""
    return next((base for word in (own, *told) if (base := base_language(word))), "")


def base_language(word: str) -> str:
    """`en-GB` → `en`; "" for what is no language."""
    word = word.strip().lower().replace("_", "-")
    return word.partition("-")[0] if LANGUAGE.fullmatch(word) else ""


def site_name_of(tree: LexborHTMLParser) -> str:
    """What the site calls itself."""
    node = tree.css_first('meta[property="og:site_name"]')
    return fold(node.attributes.get("content") or "") if node else ""


def alternates_of(tree: LexborHTMLParser, base: str) -> tuple[tuple[str, str], ...]:
    """Languages and addresses of the same story in other languages. A front page is no story's sibling.

    https://developers.google.com/search/docs/specialty/international/localized-versions says how pages name them.
    """
    found: dict[str, str] = {}
    for node in tree.css("link[rel~=alternate][hreflang][href]")[:MOST_ALTERNATES]:
        language = base_language(node.attributes.get("hreflang") or "")
        url = resolved(base, node.attributes.get("href") or "")
        if language and language != "x" and len(urlsplit(url).path.strip("/")) > 2:  # noqa: PLR2004 - longer than /en/
            found.setdefault(language, url)
    return tuple(found.items())


def shortlink_of(tree: LexborHTMLParser, base: str) -> str:
    """The address that holds when the headline in the article's own one changes: WordPress' `?p=4`, say."""
    node = tree.css_first("link[rel~=shortlink][href]")
    return resolved(base, (node.attributes.get("href") or "") if node else "")


def address_of(tree: LexborHTMLParser, url: str) -> str:
    """The page's canonical address, where it is believable: of the same site, and not the front page's.

    A page fetched over https stays there.
    """
    path = urlsplit(url).path.strip("/")
    for selector, name in (("link[rel~=canonical]", "href"), ('meta[property="og:url"]', "content")):
        node = tree.css_first(selector)
        named = resolved(url, (node.attributes.get(name) or "") if node else "").partition("#")[0]
        if not named or not same_site(named, url) or (path and not urlsplit(named).path.strip("/")):
            continue
        if canonical(named) == canonical(url) and url.startswith("https://"):
            return "https://" + named.partition("://")[2]
        return named
    return url
