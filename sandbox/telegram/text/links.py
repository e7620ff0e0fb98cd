"""Which addresses Telegram takes for a link or a button, and how it writes them down."""

from __future__ import annotations

import re

_PARTS = re.compile(r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?P<host>[^/?#]*)(?P<rest>.*)", re.DOTALL)
_APP_LINK = re.compile(r"(?:tg|ton|tonsite):(?://)?\S+", re.IGNORECASE)


class BadLink(ValueError):
    """An address that Telegram refuses; the text is its reason."""


def check_link(url: str) -> str:
    """The address as Telegram keeps it: with a scheme, the host in small letters, a path.

    A host needs a dot, so `http://localhost:8000` is refused, as at Telegram; `http://127.0.0.1:8000` is taken.
    """
    url = url.strip()
    if _APP_LINK.fullmatch(url):
        return url
    found = _PARTS.match(url)
    if found is None:
        raise BadLink("Wrong HTTP URL")
    scheme = (found["scheme"] or "http").lower()
    if scheme not in ("http", "https"):
        raise BadLink("Unsupported URL protocol")
    login, at, host = found["host"].rpartition("@")
    host = _check_host(host)
    rest = found["rest"]
    if not rest.startswith("/"):
        rest = "/" + rest
    rest = "".join(c if c > " " else f"%{ord(c):02X}" for c in rest)
    return f"{scheme}://{login}{at}{host}{rest}"


def _check_host(host: str) -> str:
    name, _, port = host.rpartition(":") if re.search(r":\d*$", host) else (host, "", "")
    if port and not 0 < int(port) < 65536:
        raise BadLink("Wrong port number specified in the URL")
    if not name:
        raise BadLink("URL host is empty")
    if re.search(r"[\s<>\"'\\^`{|}]", name) or ".." in name:
        raise BadLink("Wrong URL host")
    if "." not in name and not name.startswith("["):
        raise BadLink("Wrong HTTP URL")
    return host.lower()
