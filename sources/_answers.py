"""What a site's answer, or its silence, means: one line that a tired editor understands."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import aiohttp

from newswire.errors import SourceError
from sources._guard import ClosedAddress

LONGEST_PAUSE = timedelta(days=1)
SHOWN = 200
GONE = (404, 410)

MEANINGS = {
    401: "wants a password (401)",
    403: "refuses us (403)",
    404: "is not there (404)",
    410: "is gone for good (410)",
    429: "asks us to come less often (429)",
    451: "is closed for legal reasons (451)",
    503: "is out of service for now (503)",
}


def without_secrets(url: str) -> str:
    """`url` fit for a log or a chat: no user, password, query or fragment, and not endless."""
    try:
        parts = urlsplit(url.strip())
        shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if parts.netloc else parts.path
    except ValueError:
        shown = url.partition("?")[0].rpartition("@")[2]
    printable = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in shown[: SHOWN + 1])
    return printable if len(printable) <= SHOWN else printable[:SHOWN] + "…"


def refusal(url: str, status: int, retry_after: str, now: datetime) -> SourceError | None:
    """The error that an HTTP status stands for, or None for 2xx and 304."""
    if 200 <= status < 300 or status == 304:  # noqa: PLR2004 - HTTP's own numbers
        return None
    meaning = MEANINGS.get(status, "is in trouble ({})" if status >= 500 else "answers with {}").format(status)  # noqa: PLR2004 - see above
    pause = retry_at(retry_after, now) if status in (429, 503) else None
    return SourceError(f"{without_secrets(url)} {meaning}", retry_at=pause, gone=status in GONE, status=status)


def retry_at(retry_after: str, now: datetime) -> datetime | None:
    """When to come back, from Retry-After in seconds or as a date. A day at the most; None for the past or nonsense."""
    text = retry_after.strip()
    try:
        at = now + timedelta(seconds=int(text)) if text.isdecimal() else parsedate_to_datetime(text)
    except OverflowError:
        return now + LONGEST_PAUSE
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(at.astimezone(UTC), now + LONGEST_PAUSE) if at > now else None


# The first that fits, so the narrower kinds stand before the wider ones.
CAUSES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (aiohttp.InvalidURL, "is not an address"),
    (aiohttp.ClientConnectorDNSError, "has no address: its host name is not known (DNS)"),
    (aiohttp.ClientSSLError, "speaks no proper TLS"),
    ((aiohttp.ServerDisconnectedError, ConnectionResetError), "closed the connection without an answer"),
    (aiohttp.ClientPayloadError, "broke off in the middle of its answer, or packed it wrongly"),
    (aiohttp.ClientResponseError, "answers with broken HTTP"),
    ((aiohttp.ClientError, OSError), "cannot be reached"),
)


def in_words(error: Exception) -> str:
    """What went wrong on the way, to stand behind the address."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"has no valid certificate: {getattr(error.certificate_error, 'verify_message', 'it cannot be checked')}"
    if isinstance(error, aiohttp.ClientConnectorDNSError) and error.os_error.errno == socket.EAI_AGAIN:
        return "cannot be looked up just now: the name server gives no answer (DNS)"
    if type(error) is aiohttp.ClientConnectorError:
        return _not_connected(error.os_error)
    return next((words for kind, words in CAUSES if isinstance(error, kind)), "is not an address")


def _not_connected(error: OSError) -> str:
    """Why there was no connection. Several addresses tried come as one error with all texts in it."""
    text = error.strerror or str(error)
    if isinstance(error, ClosedAddress):
        return text
    if "private address" in text:
        return "leads to private addresses"
    if isinstance(error, ConnectionRefusedError):
        return "refused the connection"
    return "cannot be reached: " + text.partition("[Errno")[0].strip(": ").lower() if text else "cannot be reached"
