"""A Telegram album: several messages that readers see as one post. Its remote id is their ids, joined: `12,13,14`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from telegram import InputMediaPhoto, MessageEntity

from newswire.post import Media
from publishers import _media

MOST = 10
MOST_BYTES = 45 * 2**20
"""Telegram takes 50 MB in one request."""


def numbers(remote_id: str) -> list[int]:
    """The ids of the messages that a remote id stands for; none for one that is no Telegram id."""
    return [int(number) for number in remote_id.split(",") if number.isdecimal()]


def joined(ids: Sequence[int]) -> str:
    """The inverse of `numbers`."""
    return ",".join(map(str, ids))


async def photos(pictures: Sequence[Media], caption: str, styles: Sequence[MessageEntity]) -> list[InputMediaPhoto]:
    """The album's items, the caption with the first; empty where there are not two pictures at hand.

    Only bytes at hand go into an album: it is not all or nothing, and an address that Telegram cannot fetch would leave
    the other pictures in the channel.
    """
    items: list[InputMediaPhoto] = []
    room = MOST_BYTES
    for picture in pictures[:MOST]:
        content = await _media.content(picture)
        if content and len(content) <= room:
            room -= len(content)
            words: dict[str, Any] = {} if items else {"caption": caption, "caption_entities": styles}
            items.append(InputMediaPhoto(content, filename=Path(picture.path).name, **words))
    return items if len(items) > 1 else []
