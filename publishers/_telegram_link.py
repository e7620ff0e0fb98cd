"""Links to posts on Telegram, as people copy them (https://core.telegram.org/api/links#message-links)."""

from __future__ import annotations

import re
from datetime import datetime

from telegram import ChatFullInfo

from newswire.delivery import Receipt
from newswire.errors import UsageProblem

_LINK = re.compile(
    r"(?:https?://)?(?:www\.)?(?:t|telegram)\.(?:me|dog)/(?:s/)?(?P<place>c/\d+|[a-z]\w*)(?:/\d+)?/(?P<number>\d+)(?:[/?#]\S*)?",
    re.IGNORECASE | re.ASCII,
)


def read(link: str, now: datetime) -> tuple[str, Receipt]:
    """The chat, as `name` or `c/1234567890`, and the post in it. UsageProblem for any other link."""
    found = _LINK.fullmatch(link)
    if found is None:
        raise UsageProblem(f"{link} is no link to a post; one looks like https://t.me/name/123")
    place, number = found["place"], found["number"]
    return place.lower(), Receipt(remote_id=number, at=now, url=f"https://t.me/{place}/{number}")


def is_at(place: str, to: int | str) -> bool:
    """Whether the settings name the chat at `place` so. False may only mean that they name it otherwise."""
    return place == (to.lower().removeprefix("@") if isinstance(to, str) else _numbered(to))


def is_of(place: str, chat: ChatFullInfo) -> bool:
    """Whether `place` is a name, or the number, of `chat`."""
    return place in {_numbered(chat.id), *(name.lower() for name in (chat.username, *chat.active_usernames) if name)}


def _numbered(chat: int) -> str:
    return str(chat).replace("-100", "c/", 1)
