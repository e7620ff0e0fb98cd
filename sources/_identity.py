"""Which articles are the same: keys that hold when a site changes its ids, its scheme or its links' decoration.

Two addresses of one article, for two ends. `Article.url` is the link that posts carry: the site's own writing of it.
`identity(article)` gives keys, which are compared and never opened: there `http://www.site/a/?utm_source=x` and
`https://site/a` are one.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode, urlsplit

from newswire.article import Article

TRACKING = re.compile(
    r"utm_\w+|(?:fb|g|y|dcl|msc|tw|li_fat_|ttc|wbra|gbra)cl?l?id|mc_[ce]id|_ga|_gl|_hs(?:enc|mi)|mkt_tok|igshid|igsh|oly_(?:anon|enc)_id"
    r"|_openstat|vero_id|wickedid|yadclid|ysclid|gad_source|gad_campaignid|s_cid|cmpid|fb_(?:action|source|ref)\w*|at_\w+|xtor",
    re.IGNORECASE,
)
DEFAULT_PORTS = {"http": 80, "https": 443}
PATH_SAFE = "/!$&'()*+,;=:@~"

# What nearly all links are: their canonical writing is seen without taking them to pieces.
USUAL = re.compile(
    r"https?://(?:www\.)?((?!www\.)(?:[a-z0-9-]+\.)+[a-z0-9-]+(?:/[\w.~!$&'()*+,;=:@/-]*+)?)"
    r"(?:\?((?:[\w.-]+=[\w.-]+)(?:&[\w.-]+=[\w.-]+)*+))?",
    re.ASCII,
)
NAMES = re.compile(r"([\w.-]+)=[\w.-]+", re.ASCII)


def canonical(url: str) -> str:
    """The one writing of `url` that all its writings share, for comparing: not a link to post.

    Scheme https, no `www.`, host in lower-case ASCII, no default port, no tracking parameters, query sorted, one
    percent-encoding, no trailing slash, no fragment (but `#!…` and `#/…`, which name pages). What is no http address
    comes back stripped and otherwise as it was.
    """
    if (usual := USUAL.fullmatch(url)) and all(TRACKING.fullmatch(name) for name in NAMES.findall(usual[2] or "")):
        return f"https://{usual[1]}".rstrip("/")
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url.strip()
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        return url.strip()
    host = _ascii(parts.hostname).removeprefix("www.")
    if port not in (None, *DEFAULT_PORTS.values()):
        host += f":{port}"
    path = quote(unquote_to_bytes(parts.path), safe=PATH_SAFE).rstrip("/")
    query = _query(parts.query)
    fragment = f"#{parts.fragment}" if parts.fragment.startswith(("!", "/")) else ""
    return f"https://{host}{path}{'?' if query else ''}{query}{fragment}"


def identity(article: Article) -> tuple[str, ...]:
    """The keys to look an article up by, the surest first.

    `url:…` decides. `guid:…` keys are hints for an article whose address changed. One holds within its source only,
    and only while the addresses do not contradict, for sites reuse ids. One that names the site itself (`?p=4`, as
    WordPress numbers its posts) holds for all its feeds and pages.
    """
    keys = [f"url:{canonical(article.url)}"]
    if own := own_number(article.guid, article.url):
        keys.append(f"guid:{own}")
    if article.guid:
        keys.append(f"guid:{article.source}:{article.guid}")
    return tuple(keys)


NUMBERED = re.compile(r"(?:p|post|post_id|page_id|id|nid|aid|article_id|news_id)=\d{1,12}", re.IGNORECASE)


def own_number(guid: str, url: str) -> str:
    """The address under which the article's site counts it, from a guid such as `https://site/?p=4`; "" for any other."""
    if "?" not in guid or not same_site(guid, url):
        return ""
    one = canonical(guid)
    query = one.partition("?")[2]
    return one if NUMBERED.fullmatch(query) and one != canonical(url) else ""


def same_site(one: str, other: str) -> bool:
    """Whether two addresses belong to one site: the same registrable name, or the same host and port where it has none."""
    try:
        first, second = urlsplit(one), urlsplit(other)
        if _site(first.hostname or "") == _site(second.hostname or "") != "":
            return True
        return (first.hostname, first.port) == (second.hostname, second.port) and bool(first.hostname)
    except ValueError:
        return False


SECOND_LEVEL = frozenset(
    {"ac", "co", "com", "edu", "gob", "gov", "gouv", "info", "mil", "ne", "net", "nom", "or", "org"}
)


def _site(host: str) -> str:
    """`news.site.com.tr` → `site.com.tr` by a simple rule; "" for IP addresses and bare names."""
    labels = host.rstrip(".").lower().split(".")
    if len(labels) < 2 or labels[-1].isdecimal() or ":" in host:  # noqa: PLR2004 - a name and its suffix
        return ""
    long_suffix = len(labels[-1]) == 2 and labels[-2] in SECOND_LEVEL and len(labels) > 2  # noqa: PLR2004 - country codes
    return ".".join(labels[-3 if long_suffix else -2 :])


def _ascii(host: str) -> str:
    host = host.rstrip(".").lower()
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def _query(query: str) -> str:
    if not query:
        return ""
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    return urlencode(sorted(pair for pair in pairs if not TRACKING.fullmatch(pair[0])), errors="surrogateescape")
