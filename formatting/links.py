"""Links: parameters added, addresses to share an article elsewhere, and the rows of buttons that hold them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from formatting.clean import one_line
from formatting.labels import labels
from formatting.sentences import base
from formatting.urls import find_urls
from newswire.errors import ConfigError, Rejected
from newswire.post import Button, ButtonKind

LONGEST_BUTTON_URL = 2048
LONGEST_COPY_TEXT = 256
ROW = 3

_ADDRESS = re.compile(r"https?://[^\s/?#\x00-\x1f\x7f]+[^\s\x00-\x1f\x7f]*", re.IGNORECASE)

_SHARE: dict[str, tuple[str, Callable[[str, str], str]]] = {
    "telegram": ("Telegram", lambda u, t: f"https://t.me/share/url?url={u}&text={t}"),
    "x": ("X", lambda u, t: f"https://x.com/intent/post?url={u}&text={t}"),
    "facebook": ("Facebook", lambda u, _: f"https://www.facebook.com/sharer/sharer.php?u={u}"),
    "whatsapp": ("WhatsApp", lambda u, t: f"https://wa.me/?text={t}%20{u}"),
    "linkedin": ("LinkedIn", lambda u, _: f"https://www.linkedin.com/sharing/share-offsite/?url={u}"),
    "vk": ("VK", lambda u, t: f"https://vk.com/share.php?url={u}&title={t}"),
    "ok": ("OK", lambda u, t: f"https://connect.ok.ru/offer?url={u}&title={t}"),
    "reddit": ("Reddit", lambda u, t: f"https://www.reddit.com/submit?url={u}&title={t}"),
    "bluesky": ("Bluesky", lambda u, t: f"https://bsky.app/intent/compose?text={t}%20{u}"),
    "threads": ("Threads", lambda u, t: f"https://www.threads.net/intent/post?url={u}&text={t}"),
    "viber": ("Viber", lambda u, t: f"viber://forward?text={t}%20{u}"),
    "email": ("E-mail", lambda u, t: f"mailto:?subject={t}&body={u}"),
}
TARGETS = tuple(_SHARE)


def with_parameters(url: str, parameters: Mapping[str, str]) -> str:
    """`url` with `parameters` in its query. What the query has already stays as it is and wins; so does the fragment."""
    parts = urlsplit(url)
    present = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    added = [f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in parameters.items() if k not in present]
    return urlunsplit(parts._replace(query="&".join([*filter(None, [parts.query]), *added])))


def share_link(target: str, link: str, title: str) -> str:
    """The address where a reader shares `link` on `target`. Spaces are %20: some targets show a plus as a plus."""
    if target not in _SHARE:
        raise ConfigError(f"share: unknown target “{target}”; known: {', '.join(TARGETS)}")
    return _SHARE[target][1](quote(link, safe=""), quote(title, safe=""))


def share_buttons(
    link: str, title: str, targets: Iterable[str], language: str, *, copy_link: bool = True
) -> tuple[tuple[Button, ...], ...]:
    """Rows of share buttons, the copy button last; targets that cannot be a button (`viber:`, `mailto:`) are left out.

    An address too long for a button goes without the title; a link too long to copy goes without its button.
    """
    words = labels(language)
    buttons = []
    for target in targets:
        address = next((a for t in (title, "") if len(a := share_link(target, link, t)) <= LONGEST_BUTTON_URL), "")
        if address.startswith("https://"):
            buttons.append(Button(words.share if target == "telegram" else _SHARE[target][0], address))
    if copy_link and len(link) <= LONGEST_COPY_TEXT:
        buttons.append(Button(f"📋 {words.copy}", link, ButtonKind.COPY))
    return _rows(buttons)


def edition_buttons(editions: Iterable[tuple[str, str]]) -> tuple[tuple[Button, ...], ...]:
    """Rows of buttons to the same story in other languages, as `RU · HY`; pairs of language and address."""
    return _rows([Button(base(name).upper(), url) for name, url in editions if _fits_a_button(url)])


def _fits_a_button(url: str) -> bool:
    return len(url) <= LONGEST_BUTTON_URL and _ADDRESS.fullmatch(url) is not None


def _rows(buttons: list[Button]) -> tuple[tuple[Button, ...], ...]:
    """As few rows of at most `ROW` as will do, the earlier ones not shorter than the later."""
    count = -(-len(buttons) // ROW)
    size = -(-len(buttons) // count) if count else 1
    return tuple(tuple(buttons[i : i + size]) for i in range(0, len(buttons), size))


def written_link(link: str, *, bare: bool) -> str:
    """`link` as a post carries it. Where it stands `bare` in text, what would end it too early is percent-encoded.

    Raises `Rejected` for what is not an address of the web.
    """
    if not _ADDRESS.fullmatch(link):
        raise Rejected(f"the link is not a web address: “{one_line(link)[:80]}”")
    if not bare or find_urls(link) == [(0, len(link))]:
        return link
    return quote(link, safe="%/:?#[]@!$&'()*+,;=~-._")
