"""Sites that call: Ghost's webhooks, signed calls of any other kind, and WordPress' pings; looks are a fall-back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lxml import etree

from newswire.article import Article
from newswire.source import Memory, Sight, Source
from sources import feed
from sources._base import Heard, slower
from sources._entries import TITLE_LIMIT, resolved
from sources._fetch import Fetcher
from sources._ghost import read_event
from sources._identity import same_site
from sources._signatures import STRONG, recent, signed
from sources._text import plain_title, take_flags

TAKEN, BAD, UNKNOWN_CALLER = 202, 400, 401
GHOST = re.compile(r"\s*(sha256=[0-9a-f]{64})\s*,\s*t=(\d{10,13})\s*")
# Who signs the body alone, and how its header is called.
SIGNATURES = ("X-Hub-Signature-256", "X-Signature-256", "X-Webhook-Signature", "X-Signature")
PINGS = frozenset({"weblogUpdates.ping", "weblogUpdates.extendedPing", "pingback.ping"})
GONE = frozenset({"deleted", "unpublished", "withdrawn", "trashed", "gone"})
MOST_STRINGS = 20


async def poll(fetcher: Fetcher, source: Source, memory: Memory, *, now: datetime) -> Sight:
    """One look at the site's feed, which `source.url` is, at a slower pace: the site calls when there is something new."""
    return slower(await feed.poll(fetcher, source, memory, now=now), source, now)


def receive(
    source: Source, memory: Memory, body: bytes, headers: Mapping[str, str], *, secret: str, now: datetime
) -> Heard:
    """A call of the site. Signed calls bring what they say; an unsigned ping is only a reason to look.

    Signatures: Ghost's X-Ghost-Signature; X-Newswire-Signature over `<X-Newswire-Timestamp>.<body>`; one of `SIGNATURES`
    over the body. A signed body is Ghost's event, or `{"url": …, "event": "published", "title": …}`.
    """
    if is_ping(source, body):
        return Heard(status=200, look=True)
    if not _believed(body, headers, secret, now):
        return Heard(status=UNKNOWN_CALLER)
    try:
        event = json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError):
        return Heard(status=BAD)
    if not isinstance(event, dict):
        return Heard(status=BAD)
    if "post" in event and isinstance(event["post"], dict):
        article, gone = read_event(event, source, now)
    else:
        article, gone = _read_plain(event, source)
    if (article and not same_site(article.url, source.url)) or (gone and not same_site(gone, source.url)):
        return Heard(status=BAD)
    if not article and not gone:
        return Heard(status=TAKEN, look="post" not in event and "page" not in event)
    sight = Sight(memory=memory, articles=(article,) if article else (), gone=(gone,) if gone else ())
    return Heard(status=TAKEN, sight=sight)


def _believed(body: bytes, headers: Mapping[str, str], secret: str, now: datetime) -> bool:
    """Whether the holder of the secret sent this, lately where it says when."""
    if ghost := GHOST.fullmatch(headers.get("X-Ghost-Signature", "")):
        # Since 5.87 the time is signed too.
        with_time, without = (signed(secret, one, ghost[1], STRONG) for one in (body + ghost[2].encode(), body))
        return recent(ghost[2], now) and (with_time or without)
    if own := headers.get("X-Newswire-Signature", ""):
        stamp = headers.get("X-Newswire-Timestamp", "")
        return recent(stamp, now) and signed(secret, stamp.encode() + b"." + body, own, STRONG)
    told = next((headers[name] for name in SIGNATURES if name in headers), "")
    return signed(secret, body, told if "=" in told else f"sha256={told}", STRONG)


def _read_plain(event: dict[str, Any], source: Source) -> tuple[Article | None, str]:
    """`{"url": …}` with whatever else is told; without a title its page is read."""
    url = resolved(source.url, event["url"]) if isinstance(event.get("url"), str) else ""
    if not url:
        return None, ""
    if event.get("event") in GONE:
        return None, url
    told = event.get("title")
    title, flags = take_flags(plain_title(told)[:TITLE_LIMIT] if isinstance(told, str) else "")
    return Article(url=url, title=title, source=source.name, edition=source.edition, flags=flags), ""


def is_ping(source: Source, body: bytes) -> bool:
    """Whether this is WordPress' XML-RPC ping (https://codex.wordpress.org/XML-RPC_Pingback_API) of the source's own site."""
    if b"<methodCall" not in body[:500]:
        return False
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        call = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return False
    if (call.findtext("methodName") or "").strip() not in PINGS:
        return False
    values = [(value.findtext("string") or value.text or "").strip() for value in call.iterfind("params/param/value")]
    return any(
        same_site(text, source.url) for text in values[:MOST_STRINGS] if text.startswith(("http://", "https://"))
    )
