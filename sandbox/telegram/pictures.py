"""Pictures: what Telegram takes for a photo, how it names its sizes, and where it keeps them."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import warnings
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from PIL import Image
from yarl import URL

from sandbox.telegram.params import Params, Upload
from sandbox.telegram.refusal import Refused, bad_request

MOST_UPLOADED = 10 * 2**20
MOST_FETCHED = 5 * 2**20
MOST_DOWNLOADED = 20 * 2**20
SIDES = 10_000
RATIO = 20
FETCH_SECONDS = 5
_BOXES = (("s", 90), ("m", 320), ("x", 800), ("y", 1280), ("w", 2560))
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_WORDS = {
    "WEBPAGE_CURL_FAILED": "Failed to get HTTP URL content",
    "WEBPAGE_MEDIA_EMPTY": "Wrong type of the web page content",
}


class NotAPhoto(Exception):
    """The picture is refused; the text is the server's name for the reason, which albums show as it is."""

    def refusal(self) -> Refused:
        """The same where one photo was to be sent."""
        return bad_request(_WORDS.get(str(self), str(self)))


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo as kept. `unique` follows from its bytes, so that the same picture is one."""

    unique: str
    content: bytes
    width: int
    height: int
    mime: str

    @property
    def path(self) -> str:
        """Where getFile says it lies."""
        return f"photos/{self.unique}.{self.mime.removeprefix('image/').replace('jpeg', 'jpg')}"

    def sizes(self, viewer: int) -> list[dict[str, Any]]:
        """The Bot API's list of PhotoSize, smallest first, with file ids that only the bot `viewer` can use."""
        drawn = []
        for letter, box in _BOXES:
            scale = min(1.0, box / max(self.width, self.height))
            drawn.append(
                {
                    "file_id": file_id(viewer, self.unique, letter),
                    "file_unique_id": f"{self.unique}{letter}",
                    "width": max(1, round(self.width * scale)),
                    "height": max(1, round(self.height * scale)),
                    "file_size": max(1, round(len(self.content) * scale * scale)),
                }
            )
            if scale == 1.0:
                break
        return drawn


def file_id(bot_id: int, unique: str, letter: str) -> str:
    """An id that says whose it is, as Telegram's do."""
    return "AgAC" + base64.urlsafe_b64encode(f"{bot_id}:{unique}:{letter}".encode()).decode().rstrip("=")


@dataclass(slots=True)
class Pictures:
    """All pictures of one sandbox."""

    kept: dict[str, Picture] = field(default_factory=dict)

    def find(self, bot_id: int, wanted: str) -> Picture:
        """The picture behind a file id of this bot."""
        try:
            packed = wanted.removeprefix("AgAC")
            owner, unique, _ = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode().split(":")
            if wanted.startswith("AgAC") and int(owner) == bot_id:
                return self.kept[unique]
        except (ValueError, KeyError):
            pass
        raise bad_request("wrong file identifier/HTTP URL specified")

    async def take(self, params: Params, value: str, name: str, bot_id: int) -> Picture:
        """The photo that a call names: uploaded in field `name`, attached, at an address, or known already."""
        upload = params.uploads.get(value.removeprefix("attach://") if value.startswith("attach://") else name)
        if upload is not None:
            return self.keep(await asyncio.to_thread(_uploaded, upload))
        if value.startswith(("http://", "https://")):
            return self.keep(await asyncio.to_thread(_looked_at, await _fetch(value)))
        if not value or value.startswith("attach://"):
            raise bad_request(f"there is no {name} in the request")
        return self.find(bot_id, value)

    def keep(self, picture: Picture) -> Picture:
        """Kept once, however often it comes."""
        return self.kept.setdefault(picture.unique, picture)


def _uploaded(upload: Upload) -> Picture:
    size = len(upload.content)
    if not size:
        raise bad_request("file must be non-empty")
    if size > MOST_UPLOADED:
        raise bad_request(
            f"file of size {size} bytes is too big for a photo; the maximum size is {MOST_UPLOADED} bytes"
        )
    return _looked_at(upload.content)


def _looked_at(content: bytes) -> Picture:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content))
            width, height = image.size
            if width + height > SIDES or max(width, height) > RATIO * min(width, height):
                raise NotAPhoto("PHOTO_INVALID_DIMENSIONS")
            image.load()
    except Image.DecompressionBombError:
        raise NotAPhoto("PHOTO_INVALID_DIMENSIONS") from None
    except (OSError, SyntaxError, ValueError):
        raise NotAPhoto("IMAGE_PROCESS_FAILED") from None
    unique = "AQAD" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()[:8]).decode().rstrip("=")
    return Picture(unique, content, width, height, image.get_format_mimetype() or "image/jpeg")


async def _fetch(address: str) -> bytes:
    """The bytes at an address. The sandbox stays on loopback: any other host counts as one that does not answer."""
    try:
        url = URL(address)
        if url.host not in _LOOPBACK:
            raise NotAPhoto("WEBPAGE_CURL_FAILED")
        limit = aiohttp.ClientTimeout(total=FETCH_SECONDS)
        async with aiohttp.ClientSession(timeout=limit) as session, session.get(url) as answer:
            content = await answer.content.read(MOST_FETCHED + 1)
            while not answer.content.at_eof() and len(content) <= MOST_FETCHED:
                content += await answer.content.read(MOST_FETCHED + 1 - len(content))
            if answer.status != 200 or len(content) > MOST_FETCHED:
                raise NotAPhoto("WEBPAGE_CURL_FAILED")
            if not answer.content_type.startswith("image/"):
                raise NotAPhoto("WEBPAGE_MEDIA_EMPTY")
            return content
    except (aiohttp.ClientError, TimeoutError, ValueError):
        raise NotAPhoto("WEBPAGE_CURL_FAILED") from None
