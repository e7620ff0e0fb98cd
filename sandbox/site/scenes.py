"""What is drawn: one scene a section, its light and shapes decided by the canvas's seed."""

from __future__ import annotations

import math

from sandbox.site.canvas import Canvas, Colour, Light, blend


def columns(canvas: Canvas) -> None:
    """A building with columns on its steps."""
    canvas.sun()
    canvas.hills(2, 0.5)
    light = canvas.light
    stone, shade = blend(light.low, light.disc, 0.55), blend(light.near, light.far, 0.35)
    middle, half = canvas.rng.uniform(0.42, 0.58), canvas.rng.uniform(0.24, 0.3)
    left, right = middle - half, middle + half
    canvas.shape([(left - 0.03, 0.42), (middle, 0.2), (right + 0.03, 0.42)], stone)
    canvas.shape([(left + 0.06, 0.4), (middle, 0.255), (right - 0.06, 0.4)], shade)
    canvas.box(left - 0.02, 0.42, right + 0.02, 0.475, blend(stone, shade, 0.18))
    canvas.box(left, 0.475, right, 0.8, shade)
    count = canvas.rng.choice((6, 7, 8))
    for number in range(count):
        x = left + (right - left) * (number + 0.5) / count
        canvas.box(x - 0.014, 0.475, x + 0.014, 0.8, stone)
        canvas.box(x + 0.005, 0.49, x + 0.014, 0.785, blend(stone, shade, 0.3))
        canvas.box(x - 0.02, 0.475, x + 0.02, 0.492, stone)
        canvas.box(x - 0.02, 0.782, x + 0.02, 0.8, stone)
    for step in range(4):
        wide = 0.03 + step * 0.028
        canvas.box(
            left - wide, 0.8 + step * 0.032, right + wide, 0.833 + step * 0.032, blend(stone, shade, 0.1 + step * 0.14)
        )
    canvas.box(0, 0.926, 1, 1, light.near)


def skyline(canvas: Canvas) -> None:
    """Towers, far and near, and a line that climbs over them."""
    canvas.sun()
    light, rng = canvas.light, canvas.rng
    for share, low, high in ((0.25, 0.35, 0.6), (0.9, 0.5, 0.78)):
        x = -0.02
        while x < 1:
            wide, top = rng.uniform(0.04, 0.085), rng.uniform(low, high)
            canvas.box(x, top, x + wide, 1, blend(light.far, light.near, share))
            if share > 0.5:
                _windows(canvas, x, top, wide)
            x += wide + rng.uniform(0.004, 0.02)
    points = [(0.04 + 0.92 * i / 9, 0.74 - 0.055 * i + rng.uniform(-0.06, 0.06)) for i in range(10)]
    canvas.ink.line([canvas.at(*p) for p in points], fill=light.glow, width=canvas.height // 90, joint="curve")
    for point in points:
        canvas.disc(*point, 0.014, light.glow)
        canvas.disc(*point, 0.007, light.near)


def _windows(canvas: Canvas, x: float, top: float, wide: float) -> None:
    for row in range(int((0.97 - top) / 0.045)):
        for column in range(3):
            if canvas.rng.random() < 0.42:
                left, upper = x + wide * (0.16 + 0.26 * column), top + 0.025 + row * 0.045
                canvas.box(
                    left, upper, left + wide * 0.15, upper + 0.022, blend(canvas.light.near, canvas.light.glow, 0.75)
                )


def houses(canvas: Canvas) -> None:
    """A street of gabled houses with lit windows, and trees between them."""
    canvas.sun()
    canvas.hills(2, 0.5)
    light, rng = canvas.light, canvas.rng
    x = -0.03
    while x < 1:
        wide, top = rng.uniform(0.11, 0.17), rng.uniform(0.52, 0.64)
        wall = blend(blend(light.low, light.near, 0.45), light.glow, rng.uniform(0, 0.3))
        canvas.box(x, top, x + wide, 0.9, wall)
        canvas.shape(
            [(x - 0.012, top), (x + wide / 2, top - 0.13), (x + wide + 0.012, top)], blend(light.near, wall, 0.15)
        )
        for row in range(2):
            for column in range(2):
                left, upper = x + wide * (0.16 + 0.42 * column), top + 0.05 + row * 0.13
                lit = light.glow if rng.random() < 0.6 else blend(light.near, wall, 0.3)
                canvas.box(left, upper, left + wide * 0.26, upper + 0.075, lit)
        x += wide + rng.uniform(0.012, 0.05)
        canvas.box(x - 0.026, 0.8, x - 0.02, 0.9, light.near)
        canvas.disc(x - 0.023, 0.76, rng.uniform(0.045, 0.07), blend(light.near, (40, 110, 80), 0.45))
    canvas.box(0, 0.9, 1, 1, light.near)
    for dash in range(8):
        canvas.box(0.02 + dash * 0.13, 0.946, 0.08 + dash * 0.13, 0.955, blend(light.near, light.glow, 0.5))


def globe(canvas: Canvas) -> None:
    """A globe with its lines, among stars."""
    light, rng = canvas.light, canvas.rng
    canvas.stars(120)
    x, y, radius = rng.uniform(0.35, 0.65), 0.54, 0.36
    canvas.glow(x, y, 0.66, light.glow)
    canvas.disc(x, y, radius, blend(light.near, light.far, 0.35))
    (cx, cy), size, width = canvas.at(x, y), radius * canvas.height, max(2, canvas.height // 300)
    line = blend(light.far, light.disc, 0.6)
    for part in (0.25, 0.6, 0.88):
        canvas.ink.ellipse((cx - size * part, cy - size, cx + size * part, cy + size), outline=line, width=width)
    for part in (-0.7, -0.36, 0.0, 0.36, 0.7):
        half = size * math.sqrt(1 - part * part)
        canvas.ink.line((cx - half, cy + size * part, cx + half, cy + size * part), fill=line, width=width)
    canvas.ink.circle((cx, cy), size, outline=line, width=width * 2)
    for _ in range(5):
        angle, far = rng.uniform(0, 6.3), rng.uniform(0.2, 0.8) * size
        spot = (cx + far * math.cos(angle), cy + far * math.sin(angle))
        canvas.ink.circle(spot, canvas.height * 0.013, fill=light.glow)
    canvas.ink.arc((cx - size * 1.5, cy - size * 0.5, cx + size * 1.5, cy + size * 0.5), 0, 180, light.glow, width * 2)


def track(canvas: Canvas) -> None:
    """Running lanes that meet at the horizon, between floodlights."""
    canvas.sun()
    canvas.hills(2, 0.42)
    light, rng = canvas.light, canvas.rng
    canvas.box(0, 0.6, 1, 1, blend((44, 120, 84), light.near, 0.45))
    vanish = rng.uniform(0.35, 0.65)
    lane, chalk = blend((196, 84, 62), light.near, 0.2), blend(light.disc, lane_shade(light), 0.15)
    canvas.shape([(vanish - 0.05, 0.6), (vanish + 0.05, 0.6), (1.25, 1), (-0.25, 1)], lane)
    for number in range(7):
        share = number / 6
        top, low = vanish - 0.05 + 0.1 * share, -0.25 + 1.5 * share
        canvas.shape([(top - 0.0007, 0.6), (top + 0.0007, 0.6), (low + 0.006, 1), (low - 0.006, 1)], chalk)
    for x in (0.1, 0.9):
        canvas.box(x - 0.005, 0.22, x + 0.005, 0.62, light.near)
        canvas.box(x - 0.05, 0.16, x + 0.05, 0.25, light.near)
        for lamp in range(8):
            canvas.disc(x - 0.036 + 0.024 * (lamp % 4), 0.185 + 0.04 * (lamp // 4), 0.014, light.glow)
        canvas.glow(x, 0.2, 0.22, light.glow, 0.35)


def lane_shade(light: Light) -> Colour:
    """The chalk's darker side."""
    return blend(light.near, light.low, 0.5)


def curtain(canvas: Canvas) -> None:
    """A stage: curtains to both sides and a beam of light."""
    light, rng = canvas.light, canvas.rng
    cloth = rng.choice(((150, 34, 52), (92, 40, 120), (20, 92, 110), (168, 84, 32)))
    canvas.box(0, 0, 1, 1, blend(light.near, (8, 8, 16), 0.4))
    middle = rng.uniform(0.42, 0.58)
    canvas.glow(middle, 0.62, 0.6, light.glow, 0.5)
    canvas.shape(
        [(middle - 0.01, 0), (middle + 0.01, 0), (middle + 0.2, 0.86), (middle - 0.2, 0.86)],
        blend(light.near, light.glow, 0.42),
    )
    canvas.box(0, 0.84, 1, 1, blend((96, 62, 40), light.near, 0.35))
    cx, cy = canvas.at(middle, 0.88)
    canvas.ink.ellipse(
        (cx - canvas.width * 0.2, cy - canvas.height * 0.035, cx + canvas.width * 0.2, cy + canvas.height * 0.035),
        fill=light.glow,
    )
    for side in (0, 1):
        for fold in range(9):
            top, low, wide = 0.036 * fold, 0.024 * fold * (1.25 - 0.05 * fold), 0.036
            left = (1 - top - wide, 1 - low - wide) if side else (top, low)
            shade = blend(cloth, (0, 0, 0), 0.08 + 0.42 * abs(math.sin(fold * 1.3 + side)))
            canvas.shape([(left[0], 0), (left[0] + wide, 0), (left[1] + wide, 0.93), (left[1], 0.93)], shade)
    for fold in range(16):
        x = (fold + 0.5) / 16
        canvas.disc(x, 0.02, 0.1, blend(cloth, (0, 0, 0), 0.1 + 0.2 * (fold % 2)))


def network(canvas: Canvas) -> None:
    """Dots joined by lines, over faint bars."""
    light, rng = canvas.light, canvas.rng
    for number in range(14):
        top = 0.9 - 0.035 * number * rng.uniform(0.5, 1.3)
        canvas.box(0.03 + number * 0.068, top, 0.075 + number * 0.068, 1, blend(light.low, light.far, 0.55))
    dots = [(rng.uniform(0.06, 0.94), rng.uniform(0.1, 0.8)) for _ in range(24)]
    for dot in dots:
        for other in sorted(dots, key=lambda o: math.dist(dot, o))[1:4]:
            canvas.ink.line(
                [canvas.at(*dot), canvas.at(*other)], blend(light.disc, light.far, 0.35), canvas.height // 320
            )
    for number, dot in enumerate(dots):
        radius = rng.choice((0.011, 0.016, 0.024, 0.036))
        canvas.disc(*dot, radius, light.near)
        canvas.disc(*dot, radius * 0.72, light.glow if number % 3 == 0 else light.disc)


def dish(canvas: Canvas) -> None:
    """An antenna on a hill under the stars."""
    light, rng = canvas.light, canvas.rng
    canvas.stars(140)
    canvas.sun()
    canvas.hills(3, 0.62)
    x, turn = rng.uniform(0.3, 0.7), rng.choice((-1, 1))
    (cx, cy), size = canvas.at(x, 0.5), canvas.height * 0.24
    metal, shade = blend(light.disc, light.low, 0.3), blend(light.near, light.far, 0.4)
    canvas.shape([(x - 0.012, 0.5), (x + 0.012, 0.5), (x + 0.05, 0.86), (x - 0.05, 0.86)], shade)
    points = math.radians(rng.uniform(48, 64)) * turn
    ahead, across = (math.sin(points), -math.cos(points)), (math.cos(points), math.sin(points))

    def spot(along: float, aside: float) -> tuple[float, float]:
        return (
            cx + size * (along * ahead[0] + aside * across[0]),
            cy + size * (along * ahead[1] + aside * across[1]),
        )

    turns = [math.pi * step / 40 for step in range(41)]
    for width in (0.9, -0.9):
        canvas.ink.line((spot(0, width), spot(0.62, 0)), metal, canvas.height // 160)
    canvas.ink.polygon([spot(-0.5 * math.sin(a), -math.cos(a)) for a in turns], fill=metal)
    canvas.ink.polygon([spot(0.14 * math.sin(a), -math.cos(a)) for a in turns], fill=blend(metal, shade, 0.45))
    canvas.ink.circle(spot(0.62, 0), canvas.height * 0.017, fill=light.glow)


SCENES = {
    "politics": columns,
    "economy": skyline,
    "society": houses,
    "world": globe,
    "sport": track,
    "culture": curtain,
    "analytics": network,
    "science": dish,
}
