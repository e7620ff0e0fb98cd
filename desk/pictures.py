"""Pictures: a local copy that the platform will take, so that it never has to fetch one from the site."""

from __future__ import annotations

import asyncio
import hashlib
import io
from dataclasses import replace
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from desk.newsroom import Newsroom
from newswire import log
from newswire.errors import SourceError
from newswire.platform import Limits
from newswire.post import Media, Message

_LONGEST_SIDE = 2560
_QUALITY = 88
_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
_MAX_PIXELS = 50_000_000  # a picture that unpacks to more is refused before it is unpacked

logger = log.get("newswire.desk.pictures")


async def with_local_copy(newsroom: Newsroom, message: Message, limits: Limits) -> Message:
    """`message` with its picture at hand as bytes. A picture that cannot be had stays an address: the publisher copes."""
    if not message.media:
        return message
    picture = message.media[0]
    try:
        content = await _content(newsroom, picture.url)
        return replace(message, media=(await asyncio.to_thread(_kept, newsroom.folder, picture, content, limits),))
    except (SourceError, UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        logger.warning("picture not at hand", url=picture.url, error=str(error))
        return message


async def _content(newsroom: Newsroom, url: str) -> bytes:
    """The picture as the site has it; fetched once for all channels."""
    file = _original(newsroom.folder, url)
    if await asyncio.to_thread(file.is_file):
        return await asyncio.to_thread(file.read_bytes)
    content = (await newsroom.fetcher.get_picture(url)).body
    await asyncio.to_thread(_write, file, content)
    return content


def _original(folder: Path, url: str) -> Path:
    return folder / "media" / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.original"


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_bytes(content)
    part.replace(file)


def _kept(folder: Path, picture: Media, content: bytes, limits: Limits) -> Media:
    """The picture as a file that `limits` allow: as it is, or redrawn as JPEG and made smaller."""
    with Image.open(io.BytesIO(content)) as image:
        width, height = image.size
        if width * height > _MAX_PIXELS:
            raise ValueError(f"{width} by {height} pixels are too many")
        mime = _TYPES.get(image.format or "", "")
        fits = (
            mime in limits.picture_types and len(content) <= limits.picture_bytes and _shape_fits(width, height, limits)
        )
        if not fits:
            content, (width, height) = _redrawn(image, limits)
            mime = "image/jpeg"
    file = folder / "media" / f"{hashlib.sha256(content).hexdigest()[:32]}.{mime.partition('/')[2]}"
    if not file.is_file():
        _write(file, content)
    return replace(picture, path=str(file), mime=mime, width=width, height=height)


def _shape_fits(width: int, height: int, limits: Limits) -> bool:
    ratio = max(width, height) / max(min(width, height), 1)
    return width + height <= limits.picture_sides and ratio <= limits.picture_ratio


def _redrawn(image: Image.Image, limits: Limits) -> tuple[bytes, tuple[int, int]]:
    """As JPEG on white, at most so large; a strip longer than the platform's ratio is refused."""
    flat = Image.new("RGB", image.size, "white")
    flat.paste(image.convert("RGBA"), mask=image.convert("RGBA").getchannel("A"))
    for side in (_LONGEST_SIDE, 1600, 1024, 640):
        flat.thumbnail((min(side, limits.picture_sides // 2),) * 2)
        if not _shape_fits(*flat.size, limits):
            raise ValueError(f"{image.size[0]} by {image.size[1]} is too long a strip")
        out = io.BytesIO()
        flat.save(out, "JPEG", quality=_QUALITY, optimize=True)
        if len(out.getvalue()) <= limits.picture_bytes:
            return out.getvalue(), flat.size
    raise ValueError("too large even when made small")
