"""Signatures of callers: HMAC over what they sent, compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})
STRONG = METHODS - {"sha1"}
WINDOW = timedelta(minutes=5)
_SIGNATURE = re.compile(r"\s*([a-z0-9]{4,6})\s*=\s*([0-9a-fA-F]{40,128})\s*")


def signed(secret: str, body: bytes, signature: str, methods: Iterable[str] = METHODS) -> bool:
    """Whether `signature` (`sha256=…`, in hexadecimal) is what the holder of `secret` writes under `body`."""
    match = _SIGNATURE.fullmatch(signature[:200])
    if not secret or match is None or match[1] not in methods:
        return False
    own = hmac.new(secret.encode(), body, getattr(hashlib, match[1])).hexdigest()
    return hmac.compare_digest(own.encode(), match[2].lower().encode())


def recent(stamp: str, now: datetime) -> bool:
    """Whether a time in seconds or milliseconds since 1970 is within `WINDOW` of now: an old call is not played again."""
    if not stamp.isascii() or not stamp.isdecimal() or len(stamp) > 13:  # noqa: PLR2004 - milliseconds have as many
        return False
    seconds = int(stamp) / (1000 if len(stamp) > 11 else 1)  # noqa: PLR2004 - seconds have ten until 2286
    return abs(now - datetime.fromtimestamp(seconds, UTC)) <= WINDOW


def derived(key: str, callback: str) -> str:
    """A secret for one callback, from the newsroom's own key: nothing of it needs to be stored."""
    return hmac.new(key.encode(), f"callback {callback}".encode(), hashlib.sha256).hexdigest()
