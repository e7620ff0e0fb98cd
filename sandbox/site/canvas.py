"""A sky to draw on, in the light of some time of day."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageOps

Colour = tuple[int, int, int]
Size = tuple[int, int]
SCALE = 2


@dataclass(frozen=True, slots=True)
class Light:
    """A time of day: the sky above and at the horizon, the sun or moon, the far and the near land, what glows."""

    high: Colour
    low: Colour
    disc: Colour
    far: Colour
    near: Colour
    glow: Colour


LIGHTS = (
    Light((52, 84, 140), (250, 188, 148), (255, 236, 200), (126, 116, 150), (44, 48, 82), (255, 205, 120)),
    Light((70, 150, 200), (214, 236, 240), (255, 252, 232), (128, 176, 188), (32, 86, 104), (255, 240, 200)),
    Light((58, 34, 86), (240, 118, 92), (255, 214, 140), (122, 64, 104), (42, 24, 58), (255, 190, 96)),
    Light((10, 22, 48), (44, 88, 124), (236, 240, 250), (28, 58, 88), (10, 26, 44), (255, 212, 128)),
    Light((24, 92, 104), (240, 214, 160), (255, 244, 214), (92, 142, 136), (18, 62, 70), (255, 222, 150)),
)


def blend(one: Colour, other: Colour, share: float) -> Colour:
    """A colour between two: `share` 0 is the one, 1 the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


class Canvas:
    """A sky to draw on, twice as large as wanted so that edges come out smooth. Places are in parts of its sides."""

    def __init__(self, seed: int, size: Size) -> None:
        self.rng = random.Random(seed)
        self.light = self.rng.choice(LIGHTS)
        self.width, self.height = size[0] * SCALE, size[1] * SCALE
        ramp = Image.linear_gradient("L").resize((self.width, self.height))
        self.image = ImageOps.colorize(ramp, self.light.high, self.light.low)
        self.ink = ImageDraw.Draw(self.image)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A place in pixels."""
        return x * self.width, y * self.height

    def box(self, left: float, top: float, right: float, bottom: float, fill: Colour) -> None:
        """A filled rectangle."""
        self.ink.rectangle((*self.at(left, top), *self.at(right, bottom)), fill=fill)

    def shape(self, points: list[tuple[float, float]], fill: Colour) -> None:
        """A filled polygon."""
        self.ink.polygon([self.at(*point) for point in points], fill=fill)

    def disc(self, x: float, y: float, radius: float, fill: Colour) -> None:
        """A filled circle; the radius in parts of the height."""
        self.ink.circle(self.at(x, y), radius * self.height, fill=fill)

    def glow(self, x: float, y: float, radius: float, fill: Colour, strength: float = 0.6) -> None:
        """A soft light, brightest in its middle, where it covers `strength` of what is below."""
        side = round(2 * radius * self.height)
        mask = Image.radial_gradient("L").point(
            lambda far: max(0, 1 - far / 180) ** 1.6 * 255 * strength
        )  # 180: an edge
        corner = (round(x * self.width - side / 2), round(y * self.height - side / 2))
        self.image.paste(Image.new("RGB", (side, side), fill), corner, mask.resize((side, side)))

    def sun(self) -> None:
        """The sun or moon, somewhere in the upper part."""
        x, y = self.rng.uniform(0.15, 0.85), self.rng.uniform(0.18, 0.4)
        self.glow(x, y, 0.5, self.light.disc)
        self.disc(x, y, self.rng.uniform(0.06, 0.09), self.light.disc)

    def stars(self, count: int) -> None:
        """Small lights over the upper part, unless it is day."""
        if sum(self.light.high) > 300:
            return
        for _ in range(count):
            share = self.rng.random()
            self.disc(self.rng.random(), self.rng.random() ** 1.6 * 0.8, 0.0012 + 0.0022 * share, self.light.disc)

    def hills(self, count: int = 3, top: float = 0.55) -> None:
        """Ridges one before another, from the far colour to the near one."""
        for number in range(count):
            share = number / max(count - 1, 1)
            waves = [(self.rng.uniform(1, 4), self.rng.uniform(0, 6.3), self.rng.uniform(0.01, 0.04)) for _ in range(3)]
            base = top + (0.96 - top) * share * 0.75
            ridge = [
                (x / 80, base + sum(high * math.sin(x / 80 * 6.3 * often + shift) for often, shift, high in waves))
                for x in range(81)
            ]
            self.shape([*ridge, (1, 1), (0, 1)], blend(self.light.far, self.light.near, share))
