"""Pictures drawn when first asked for, and the last of them kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from io import BytesIO

from PIL import Image

from sandbox.site.canvas import Canvas, Size
from sandbox.site.scenes import SCENES

KEPT = 240


class Pictures:
    """Draws, and keeps the last `KEPT` pictures drawn. Safe to call from several threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, Size, str], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def draw(self, section: str, seed: int, size: Size, kind: str) -> bytes:
        """The picture of `section` and `seed`, `size` pixels wide and high, as `webp` or `jpg`."""
        key = (section, seed, size, kind)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        drawn = encode(scene(section, seed, size), kind)
        with self._lock:
            self._kept[key] = drawn
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return drawn


def encode(picture: Image.Image, kind: str) -> bytes:
    """`picture` as the bytes of a `webp` or `jpg` file."""
    out = BytesIO()
    if kind == "webp":
        picture.save(out, "WEBP", quality=82, method=3)
    else:
        picture.save(out, "JPEG", quality=86, optimize=True)
    return out.getvalue()


def scene(section: str, seed: int, size: Size) -> Image.Image:
    """The same picture in any size, whatever its proportions."""
    canvas = Canvas(seed, size)
    SCENES[section](canvas)
    return canvas.image.resize(size, Image.Resampling.LANCZOS)
