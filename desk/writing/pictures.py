"""Pictures: a local copy that the platform will take, so that it never has to fetch one from the site."""

from __future__ import annotations

import asyncio
import hashlib
import io
import secrets
import warnings
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageOps
from PIL.ExifTags import Base as Exif

from desk.newsroom import Newsroom
from newswire import log
from newswire.platform import Limits
from newswire.post import Media, Message

_LONGEST_SIDE = 2560
_QUALITY = 88
_PATIENCE = 8.0
"""Seconds that a post on its way waits for a picture; without it the publisher takes the next best way."""
_FORMATS = (
    "JPEG",
    "PNG",
    "WEBP",
    "GIF",
    "AVIF",
)  # and nothing else that Pillow would open, scripts in PostScript least
_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
_MAX_PIXELS = 50_000_000  # a picture that unpacks to more is refused before it is unpacked

warnings.simplefilter("error", Image.DecompressionBombWarning)  # Pillow's own limit refuses too, and writes no warning

logger = log.get("newswire.desk.writing.pictures")


async def with_local_copy(newsroom: Newsroom, message: Message, limits: Limits) -> Message:
    """`message` with its pictures at hand as bytes. One that cannot be had stays an address: the publisher copes."""
    wanted = [_at_hand(newsroom, picture, limits) for picture in message.media[: limits.pictures]]
    return replace(message, media=(*await asyncio.gather(*wanted), *message.media[limits.pictures :]))


async def here(newsroom: Newsroom, message: Message, limits: Limits) -> Message:
    """`message` with the local copies it names. Where another machine made them, they are made here once more."""
    wanted = [_here(newsroom, picture, limits) if picture.path else _as_is(picture) for picture in message.media]
    return replace(message, media=tuple(await asyncio.gather(*wanted))) if wanted else message


async def _here(newsroom: Newsroom, picture: Media, limits: Limits) -> Media:
    if await asyncio.to_thread(Path(picture.path).is_file):
        return picture
    try:
        async with asyncio.timeout(_PATIENCE):
            return await _at_hand(newsroom, picture, limits)
    except TimeoutError:
        return picture


async def _as_is(picture: Media) -> Media:
    return picture


async def _at_hand(newsroom: Newsroom, picture: Media, limits: Limits) -> Media:
    try:
        content = await _content(newsroom, picture.url)
        return await asyncio.to_thread(_kept, newsroom.folder, picture, content, limits)
    except Exception as error:  # noqa: BLE001 - broken files fail in many ways, and none may hold up a post
        logger.warning("picture not at hand", url=picture.url, error=str(error) or type(error).__name__)
        return picture


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
    """Whole or not at all, also when two channels want the same picture at once."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{secrets.token_hex(4)}.part")
    part.write_bytes(content)
    part.replace(file)


def _kept(folder: Path, picture: Media, content: bytes, limits: Limits) -> Media:
    """The picture as a file that `limits` allow: as it is, or redrawn as JPEG, upright and small enough."""
    with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
        width, height = image.size
        if width * height > _MAX_PIXELS:
            raise ValueError(f"{width} by {height} pixels are too many")
        mime = _TYPES.get(image.format or "", "")
        if mime not in limits.picture_types or len(content) > limits.picture_bytes or not _as_it_is(image, limits):
            content, (width, height) = _redrawn(image, limits)
            mime = "image/jpeg"
        else:
            image.load()  # a file that breaks off is no picture
    file = folder / "media" / f"{hashlib.sha256(content).hexdigest()[:32]}.{mime.partition('/')[2]}"
    if not file.is_file():
        _write(file, content)
    return replace(picture, path=str(file), mime=mime, width=width, height=height)


def _as_it_is(image: Image.Image, limits: Limits) -> bool:
    """Whether it looks the same everywhere: upright without being told to turn, and moving only where all see it move."""
    moves = getattr(image, "is_animated", False) and image.format != "GIF"
    return _shape_fits(*image.size, limits) and image.getexif().get(Exif.Orientation, 1) == 1 and not moves


def _shape_fits(width: int, height: int, limits: Limits) -> bool:
    ratio = max(width, height) / max(min(width, height), 1)
    return width + height <= limits.picture_sides and ratio <= limits.picture_ratio


def _redrawn(image: Image.Image, limits: Limits) -> tuple[bytes, tuple[int, int]]:
    """As JPEG on white, upright, at most so large; a strip longer than the platform's ratio is refused."""
    size = image.size
    if max(size) > limits.picture_ratio * min(size):
        raise ValueError(f"{size[0]} by {size[1]} is too long a strip")
    side = min(_LONGEST_SIDE, limits.picture_sides // 2)
    profile = image.info.get("icc_profile") if image.mode in ("RGB", "RGBA") else None
    flat = _flat(image, side)
    for smaller in (side, 1600, 1024, 640):
        flat.thumbnail((smaller, smaller))
        out = io.BytesIO()
        flat.save(out, "JPEG", quality=_QUALITY, optimize=True, icc_profile=profile)
        if len(out.getvalue()) <= limits.picture_bytes:
            return out.getvalue(), flat.size
    raise ValueError("too large even when made small")


def _flat(image: Image.Image, side: int) -> Image.Image:
    """Upright, without transparency, `side` at most: made small first, so that little of a large one is ever unpacked."""
    image.draft("RGB", (side, side))
    clear = image.has_transparency_data
    small = image.convert("RGBA" if clear else "RGB")
    small.thumbnail((side, side))
    small = ImageOps.exif_transpose(small)
    if not clear:
        return small
    flat = Image.new("RGB", small.size, "white")
    flat.paste(small, mask=small.getchannel("A"))
    return flat
