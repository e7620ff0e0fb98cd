"""Pictures at hand: the bytes of a message's local copies."""

from __future__ import annotations

import asyncio
from pathlib import Path

from newswire.post import Media


async def content(picture: Media) -> bytes:
    """What the local copy holds; empty where there is none to read, so that the next best way is taken."""
    if not picture.path:
        return b""
    try:
        return await asyncio.to_thread(Path(picture.path).read_bytes)
    except OSError:
        return b""
