"""Drawn pictures that stand in templates until somebody puts a photograph there. They are painted here, from numbers:
nobody else's work, and as large as they are asked for.
"""

import io
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Pixels = NDArray[np.uint8]
Painter = Callable[[int, int], Array]


def drawn(name: str, width: int, height: int) -> Pixels:
    """(height, width, 4), straight; opaque but for emblems."""
    if name in EMBLEMS:
        return _emblem(width, height, *EMBLEMS[name])
    picture = PAINTERS[name](width, height)
    grain = np.random.default_rng(7).normal(0.0, 0.006, picture.shape[:2]).astype(np.float32)
    color = np.clip(picture + grain[..., None], 0, 1)
    opaque = np.ones((*picture.shape[:2], 1), np.float32)
    return np.ascontiguousarray((np.concatenate([color, opaque], 2) * 255 + 0.5).astype(np.uint8))


def as_webp(pixels: Pixels) -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    opaque = bool(pixels[..., 3].min() == 255)
    image = Image.fromarray(pixels[..., :3] if opaque else pixels)
    image.save(stream, "WEBP", quality=90, lossless=not opaque, method=2)
    return stream.getvalue()


def _color(text: str) -> Array:
    return np.array([int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)], np.float32)


def _grid(width: int, height: int) -> tuple[Array, Array]:
    """x and y in parts of the shorter side, from the picture's middle; y grows downwards."""
    short = min(width, height)
    x = (np.arange(width, dtype=np.float32) - width / 2 + 0.5) / short
    y = (np.arange(height, dtype=np.float32) - height / 2 + 0.5) / short
    across, down = np.meshgrid(x, y)
    return across.astype(np.float32), down.astype(np.float32)


def _ramp(share: Array, *colors: str) -> Array:
    """Colours along a share from 0 to 1."""
    stops = np.linspace(0, 1, len(colors))
    table = np.stack([_color(text) for text in colors])
    return np.stack([np.interp(share, stops, table[:, i]) for i in range(3)], -1).astype(np.float32)


def _lay(below: Array, color: Array, cover: Array) -> Array:
    return np.asarray(below + (color - below) * np.clip(cover, 0, 1)[..., None], np.float32)


def _edge(distance: Array, width: int, height: int, soft: float = 1.2) -> Array:
    """Coverage of where a distance is negative, smooth over a pixel or so."""
    return np.asarray(np.clip(0.5 - distance * min(width, height) / soft, 0, 1), np.float32)


def _hill(x: Array, seed: float, size: float) -> Array:
    return np.asarray(
        size * (np.sin(2.1 * x + seed) + 0.5 * np.sin(4.7 * x + 2.3 * seed) + 0.22 * np.sin(10.3 * x + 4.1 * seed)),
        np.float32,
    )


def _dunes(width: int, height: int) -> Array:
    """Ridges in the haze before a low sun."""
    x, y = _grid(width, height)
    tall = height / min(width, height)
    share = y / tall + 0.5
    picture = _ramp(share, "#f6d7a8", "#f2b488", "#d98a78", "#a8667a")
    sun = np.hypot(x - 0.16, y + 0.1 * tall)
    picture = _lay(picture, _color("#fff1d4"), np.exp(-((sun / 0.3) ** 2)) * 0.65)
    picture = _lay(picture, _color("#fff6e4"), _edge(sun - 0.085, width, height))
    tones = ("#d9907f", "#b56f79", "#874f6d", "#57375a", "#2d2142")
    for number, tone in enumerate(tones):
        level = tall * (0.03 + 0.1 * number) + _hill(x * (1 + 0.12 * number), 1.7 * number + 0.4, 0.05)
        shade = 1 - 0.16 * np.clip((y - level) * 3, 0, 1)
        picture = _lay(picture, _color(tone) * shade[..., None], _edge(level - y, width, height))
    return picture


def _sea(width: int, height: int) -> Array:
    """A calm sea under a morning sky."""
    x, y = _grid(width, height)
    tall = height / min(width, height)
    level = 0.06 * tall
    sky = _ramp(np.clip((y + tall / 2) / (level + tall / 2), 0, 1), "#5d8fb3", "#a9c9d6", "#f4e3d0", "#f9d2b0")
    depth = np.clip((y - level) / (tall / 2 - level), 0, 1)
    water = _ramp(depth, "#e8cdb6", "#8fb0b8", "#3f7385", "#1d4a60")
    waves = np.sin(y * 140 / (0.25 + depth) + 3 * np.sin(x * 6 + y * 9)) * (0.03 + 0.04 * depth)
    water = water * (1 + waves[..., None])
    glitter = np.exp(-((x + 0.12) ** 2) / (0.008 + 0.05 * depth)) * (0.5 + 0.5 * np.sin(y * 230 + 12 * x))
    water = _lay(water, _color("#fff0d8"), glitter * 0.5 * (1 - 0.5 * depth))
    picture = _lay(sky, water, _edge(level - y, width, height))
    sun = np.hypot(x + 0.12, y - level + 0.13)
    picture = _lay(picture, _color("#fff3df"), _edge(sun - 0.06, width, height) * _edge(y - level, width, height))
    return _lay(picture, _color("#ffe7c4"), np.exp(-((sun / 0.26) ** 2)) * 0.4 * _edge(y - level, width, height))


def _leaves(width: int, height: int) -> Array:
    """Large leaves, one over another, in a green light."""
    x, y = _grid(width, height)
    tall, wide = height / min(width, height), width / min(width, height)
    picture = _ramp(np.clip(y / tall + 0.5 + 0.1 * x, 0, 1), "#dfe8cf", "#b9cfa8", "#8fb08a")
    tones = ("#7fa47b", "#4f8163", "#2f6552", "#5b9370", "#1f4b41", "#39705a")
    generator = np.random.default_rng(12)
    for number in range(15):
        center = generator.uniform(-0.55, 0.55, 2) * (wide, tall)
        turn, size = generator.uniform(0, 6.28), generator.uniform(0.28, 0.5)
        u = ((x - center[0]) * np.cos(turn) + (y - center[1]) * np.sin(turn)) / size
        v = (-(x - center[0]) * np.sin(turn) + (y - center[1]) * np.cos(turn)) / size
        half = 0.3 * np.sqrt(np.clip(1 - u**2, 0, 1)) * (1 - 0.35 * u)
        inside = _edge(np.maximum(np.abs(v) - half, np.abs(u) - 0.98) * size, width, height)
        veins = 0.06 * np.sin((u * 1.0 + np.abs(v) * 1.3) * 42)
        tone = _color(tones[number % len(tones)]) * (1 + 0.25 * v - 0.08 * u + veins * (np.abs(v) < half))[..., None]
        rib = np.exp(-((v / 0.012) ** 2)) * 0.5
        shade = np.maximum(np.abs(v - 0.06) - half, np.abs(u) - 0.98)
        picture = picture * (1 - 0.25 * _edge(shade * size, width, height, 26)[..., None])
        picture = _lay(picture, np.asarray(tone, np.float32), inside)
        picture = _lay(picture, _color("#d7e6c2"), inside * rib)
    return picture


def _fruit(width: int, height: int) -> Array:
    """Three fruits on a table, lit from the left."""
    x, y = _grid(width, height)
    tall = height / min(width, height)
    wall = _ramp(np.clip(0.5 + 0.7 * x + 0.2 * y, 0, 1), "#f0e2cf", "#e2cdb4", "#c9ad93")
    table = _ramp(np.clip((y - 0.14) / (tall / 2 - 0.1), 0, 1), "#b9694a", "#a2553d", "#7f3f31")
    picture = _lay(wall, table, _edge(0.14 - y, width, height))
    for cx, cy, radius, light, dark in (
        (-0.2, 0.08, 0.19, "#f3a54a", "#a84a1f"), (0.24, 0.12, 0.15, "#d9534a", "#6f1a26"),
        (0.03, 0.2, 0.13, "#e9d26a", "#9a7a26"),
    ):  # fmt: skip
        shadow = np.hypot((x - cx - 0.09) / 1.5, (y - cy - radius * 0.86) * 3.2)
        picture = picture * (1 - 0.5 * np.exp(-((shadow / radius) ** 4)) * _edge(0.1 - y, width, height, 40))[..., None]
        distance = np.hypot(x - cx, y - cy)
        toward = np.clip(np.hypot(x - cx + radius * 0.42, y - cy + radius * 0.45) / (radius * 1.5), 0, 1)
        body = _ramp(toward, "#fff0d0", light, light, dark)
        picture = _lay(picture, body, _edge(distance - radius, width, height))
    return picture


def _city(width: int, height: int) -> Array:
    """House fronts at the blue hour, some windows lit."""
    x, y = _grid(width, height)
    tall = height / min(width, height)
    picture = _ramp(np.clip(y / tall + 0.5, 0, 1), "#1e2a55", "#4b4f86", "#b0708a", "#f0a987")
    generator = np.random.default_rng(5)
    for row, tone in enumerate(("#5b4f7c", "#3a3a66", "#20264a")):
        left = -width / min(width, height) / 2 - 0.1
        while left < 1.5 * width / min(width, height):
            wide, top = generator.uniform(0.12, 0.26), generator.uniform(-0.22, 0.16) + 0.15 * row - 0.05 * tall
            columns = slice(*np.searchsorted(x[0], (left - 0.01, left + wide + 0.01)))
            u, v, cut = x[:, columns], y[:, columns], picture[:, columns]
            inside = _edge(np.maximum(np.abs(u - left - wide / 2) - wide / 2, top - v), width, height)
            cut = _lay(cut, _color(tone), inside)
            u, v = (u - left) / 0.032, (v - top) / 0.05
            lit = np.sin(np.floor(u) * 12.9898 + np.floor(v) * 78.233 + row) * 43758.5453
            glow = ((lit - np.floor(lit)) > 0.72) & (u % 1 > 0.3) & (u % 1 < 0.75) & (v % 1 > 0.3) & (v % 1 < 0.75)
            picture[:, columns] = _lay(cut, _color("#ffd48a"), inside * glow * (0.35 + 0.25 * row) * (v > 0.5))
            left += wide + generator.uniform(-0.01, 0.03)
    return picture


def _emblem(width: int, height: int, first: str, second: str) -> Pixels:
    """Two petals leaning on each other and a seed between them: a mark that is nobody's."""
    x, y = _grid(width * 3, height * 3)
    color = np.zeros((*x.shape, 3), np.float32)
    alpha = np.zeros(x.shape, np.float32)
    for lean, tone in ((-0.2, first), (0.2, second)):
        petal = np.maximum(np.hypot(x - lean - 0.24, y - 0.08), np.hypot(x - lean + 0.24, y - 0.08)) - 0.4
        cover = _edge(petal, width * 3, height * 3)
        color = _lay(color, _color(tone), cover)
        alpha = np.maximum(alpha, cover)
    seed = _edge(np.hypot(x, y + 0.36) - 0.105, width * 3, height * 3)
    color, alpha = _lay(color, _color(second), seed), np.maximum(alpha, seed)
    full = np.concatenate([color * alpha[..., None], alpha[..., None]], 2)
    small = full.reshape(height, 3, width, 3, 4).mean((1, 3))
    straight = small[..., :3] / np.maximum(small[..., 3:], 1e-4)
    return np.ascontiguousarray((np.concatenate([straight, small[..., 3:]], 2).clip(0, 1) * 255 + 0.5).astype(np.uint8))


EMBLEMS: dict[str, tuple[str, str]] = {
    "emblem-light": ("#f3ecdf", "#f2b33d"), "emblem-dark": ("#1d2b4f", "#ef6a4c"),
    "emblem-green": ("#1f4b41", "#5b9370"),
}  # fmt: skip
PAINTERS: dict[str, Painter] = {
    "dunes": _dunes, "sea": _sea, "leaves": _leaves, "fruit": _fruit, "city": _city,
}  # fmt: skip
