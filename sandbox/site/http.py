"""What the site's answers share: the origin asked for, validators, compression, and error pages."""

from __future__ import annotations

import gzip
import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime

from aiohttp import web

FRAMING = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
}


def page(html: str, status: int = 200) -> web.Response:
    """An HTML page that pages of the same origin may frame."""
    headers = {**FRAMING, "Cache-Control": "no-cache"}
    return web.Response(text=html, status=status, content_type="text/html", charset="utf-8", headers=headers)


def document(request: web.Request, body: bytes, mime: str, changed: datetime) -> web.Response:
    """A feed or sitemap with a strong ETag and Last-Modified: 304 when the asker has it, gzip when it accepts that."""
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    tag = hashlib.sha256(body).hexdigest()[:20]
    headers = {
        "ETag": f'"{tag}{"-gz" if zipped else ""}"',
        "Last-Modified": format_datetime(changed.astimezone(UTC), usegmt=True),
        "Cache-Control": "max-age=0, must-revalidate",
        "Vary": "Accept-Encoding",
    }
    if _has(request, tag, changed):
        return web.Response(status=304, headers=headers)
    headers["Content-Type"] = mime
    if zipped:
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, mtime=0)
    return web.Response(body=body, headers=headers)


def _has(request: web.Request, tag: str, changed: datetime) -> bool:
    """Whether the asker's copy is current. If-None-Match goes before If-Modified-Since (RFC 9110, 13.2.2)."""
    if (tags := request.if_none_match) is not None:
        return any(known.value in ("*", tag, f"{tag}-gz") for known in tags)
    since = request.if_modified_since
    return since is not None and changed.replace(microsecond=0) <= since


def refusal(status: int, retry_after: int | None = None) -> web.Response:
    """A server's bare error page."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    text = f"<!doctype html><title>{status}</title><h1>{status}</h1><p>The site cannot answer now.</p>"
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)
