"""Media on their way in: one-shot and in segments, checked by looking into the file, and their alt text."""

from __future__ import annotations

import base64
import binascii
import io
import secrets
from collections.abc import Callable
from typing import Any

from PIL import Image

from sandbox.x.limits import Limits
from sandbox.x.refusals import Refusal, invalid, plain
from sandbox.x.schema import APPEND, INITIALIZE, METADATA, UPLOAD, Schema, first_fault
from sandbox.x.state import Ids, Medium
from sandbox.x.visit import Visit

Answer = tuple[int, dict[str, Any]]

_PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}


class Uploads:
    """The media of all accounts. Each belongs to who uploaded it, and to the owners named then."""

    def __init__(self, limits: Limits, ids: Ids, charge: Callable[[Visit, float], None]) -> None:
        self.limits = limits
        self.ids = ids
        self.charge = charge
        self.media: dict[str, Medium] = {}

    def upload(self, visit: Visit) -> Answer:
        """POST /2/media/upload: the whole file at once."""
        fields, data = _fields(visit, UPLOAD)
        medium = self._new(visit, fields["media_category"], fields.get("additional_owners", "").split(","))
        medium.data = data
        self._complete(medium, visit.now)
        self.media[medium.id] = medium
        return 200, {"data": self._describe(medium, visit.now)}

    def initialize(self, visit: Visit) -> Answer:
        """POST /2/media/upload/initialize: announces a file that comes in segments."""
        wanted = visit.json(INITIALIZE)
        medium = self._new(visit, wanted.get("media_category", "tweet_image"), wanted.get("additional_owners", []))
        medium.total = wanted.get("total_bytes")
        if medium.total is not None:
            self._check_size(medium, medium.total)
        self.media[medium.id] = medium
        return 200, {"data": {"id": medium.id, "media_key": medium.key, "expires_after_secs": self.limits.media_life}}

    def append(self, visit: Visit) -> Answer:
        """POST /2/media/upload/:id/append: one segment."""
        medium = self._own(visit, visit.id())
        fields, data = _fields(visit, APPEND)
        medium.segments[int(fields["segment_index"])] = data
        return 200, {"data": {"expires_at": int(medium.expires)}}

    def finalize(self, visit: Visit) -> Answer:
        """POST /2/media/upload/:id/finalize: all segments are there."""
        medium = self._own(visit, visit.id())
        if sorted(medium.segments) != list(range(len(medium.segments))) or not medium.segments:
            raise invalid("Segments do not add up to provided total file size.")
        medium.data = b"".join(medium.segments[number] for number in sorted(medium.segments))
        if medium.total is not None and len(medium.data) != medium.total:
            raise invalid("Segments do not add up to provided total file size.")
        self._complete(medium, visit.now)
        return 200, {"data": self._describe(medium, visit.now)}

    def status(self, visit: Visit) -> Answer:
        """GET /2/media/upload?media_id=: how far a file is."""
        visit.check_query("media_id", "command")
        return 200, {"data": self._describe(self._own(visit, visit.id("media_id")), visit.now)}

    def metadata(self, visit: Visit) -> Answer:
        """POST /2/media/metadata: the alt text of a picture."""
        wanted = visit.json(METADATA)
        medium = self._own(visit, wanted["id"])
        self.charge(visit, self.limits.prices.metadata)
        metadata = wanted.get("metadata", {})
        if "alt_text" in metadata:
            medium.alt = metadata["alt_text"]["text"]
        return 200, {"data": {"id": medium.id, "associated_metadata": metadata}}

    def usable(self, media_id: str, account_id: str, now: float) -> Medium | None:
        """The medium if this account may attach it to a post now."""
        medium = self.media.get(media_id)
        if medium is None or not medium.kind or medium.expires <= now or medium.ready > now:
            return None
        return medium if account_id in {medium.owner, *medium.owners} else None

    def _own(self, visit: Visit, media_id: str) -> Medium:
        medium = self.media.get(media_id)
        if medium is None or medium.owner != visit.account.id or medium.expires <= visit.now:
            raise invalid("BadRequest: Not found")
        return medium

    def _new(self, visit: Visit, category: str, owners: list[str]) -> Medium:
        return Medium(
            id=self.ids.next(visit.now),
            owner=visit.account.id,
            owners=frozenset(owner for owner in owners if owner),
            category=category,
            expires=visit.now + self.limits.media_life,
        )

    def _check_size(self, medium: Medium, size: int) -> None:
        most = {"tweet_image": self.limits.image, "tweet_gif": self.limits.gif}.get(medium.category, self.limits.video)
        if size > most:
            raise invalid(f"File size exceeds {most} bytes.")

    def _complete(self, medium: Medium, now: float) -> None:
        """Look into the file, and refuse it when it is not what its category says."""
        self._check_size(medium, len(medium.data))
        if medium.category in ("tweet_image", "tweet_gif"):
            form, medium.width, medium.height, moves = _look(medium.data)
            if form not in _PICTURES or (medium.category == "tweet_gif" and form != "GIF"):
                raise invalid("media type unrecognized.")
            medium.mime, medium.kind = _PICTURES[form], "animated_gif" if moves else "photo"
        elif medium.category in ("tweet_video", "amplify_video"):
            if medium.data[4:8] != b"ftyp":
                raise invalid("media type unrecognized.")
            medium.mime, medium.kind = "video/mp4", "video"
            medium.ready = now + self.limits.video_wait
        else:
            raise plain(403)

    def _describe(self, medium: Medium, now: float) -> dict[str, Any]:
        told: dict[str, Any] = {
            "id": medium.id,
            "media_key": medium.key,
            "size": len(medium.data),
            "expires_after_secs": max(0, int(medium.expires - now)),
        }
        if medium.kind == "video":
            wait = max(0, round(medium.ready - now))
            told["processing_info"] = (
                {"state": "in_progress", "check_after_secs": max(1, wait), "progress_percent": 50}
                if wait
                else {"state": "succeeded", "progress_percent": 100}
            )
        elif medium.kind:
            told["image"] = {"image_type": medium.mime, "w": medium.width, "h": medium.height}
        return told


def _fields(visit: Visit, schema: Schema) -> tuple[dict[str, Any], bytes]:
    """The fields of a body with a file in it, JSON or multipart, and the file's bytes."""
    if visit.request.content_type != "multipart/form-data":
        fields = visit.json(schema)
        try:
            return fields, base64.b64decode(fields["media"], validate=True)
        except (binascii.Error, ValueError):
            raise invalid("$.media: is not valid base64") from None
    parts = visit.form()
    data = parts.pop("media", None)
    texts: dict[str, Any] = {name: part.decode("utf-8", "replace") for name, part in parts.items()}
    if texts.get("segment_index", "").isdigit():
        texts["segment_index"] = int(texts["segment_index"])
    fault = first_fault(texts | ({} if data is None else {"media": secrets.token_hex(1)}), schema)
    if fault is not None or data is None:
        raise _fault(fault)
    return texts, data


def _fault(fault: tuple[str, str, Any] | None) -> Refusal:
    return invalid(fault[1], **{fault[0]: [str(fault[2])]}) if fault else invalid("$.media: is missing")


def _look(data: bytes) -> tuple[str, int, int, bool]:
    """What a picture is: its format, width, height, and whether it moves. An empty format when it is none."""
    try:
        with Image.open(io.BytesIO(data), formats=list(_PICTURES)) as picture:
            picture.verify()
            moves = picture.format == "GIF" and getattr(picture, "n_frames", 1) > 1
            return picture.format or "", *picture.size, moves
    except (OSError, SyntaxError, ValueError):
        return "", 0, 0, False
