"""The lake at dusk as plain arrays: sky, sun, ranges of hills, water. Floats from 0 to 1, straight RGBA, sRGB.

Clouds, ridges and ripples are fractal value noise (smooth interpolation between random lattice points, octaves of half
size and half strength).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

WIDTH, HEIGHT = 1600, 1200
HORIZON = 0.60
SUN = (0.63, 0.452)
SEED = 20261120
SKY = (
    (0.00, (0.055, 0.075, 0.190)), (0.35, (0.190, 0.170, 0.390)), (0.60, (0.480, 0.270, 0.470)),
    (0.80, (0.840, 0.440, 0.440)), (0.93, (0.985, 0.670, 0.420)), (1.00, (1.000, 0.830, 0.560)),
)  # fmt: skip
RANGES = (
    (0.115, 0.060, 5.0, (0.560, 0.345, 0.480)), (0.080, 0.060, 7.0, (0.375, 0.245, 0.420)),
    (0.045, 0.050, 9.0, (0.225, 0.170, 0.335)), (0.016, 0.032, 14.0, (0.105, 0.095, 0.205)),
)  # fmt: skip
"""Height above the horizon, roughness, lattice width, colour: far ranges first."""


def noise(height: int, width: int, rows: float, columns: float, seed: int, octaves: int = 5) -> Array:
    """Fractal noise with a mean near 0.5; `rows` and `columns` are lattice cells of the coarsest octave."""
    generator = np.random.default_rng(seed)
    total, weight, sum_of_weights = np.zeros((height, width), np.float32), 1.0, 0.0
    for octave in range(octaves):
        factor = 2**octave
        total += weight * _lattice(height, width, rows * factor, columns * factor, generator)
        sum_of_weights += weight
        weight *= 0.5
    result: Array = total / np.float32(sum_of_weights)
    return result


def _lattice(height: int, width: int, rows: float, columns: float, generator: np.random.Generator) -> Array:
    values = generator.random((int(rows) + 3, int(columns) + 3), np.float32)
    y, x = np.linspace(0, rows, height, dtype=np.float32), np.linspace(0, columns, width, dtype=np.float32)
    top, left = y.astype(int), x.astype(int)
    v, u = (y - top)[:, None], (x - left)[None, :]
    v, u = v * v * (3 - 2 * v), u * u * (3 - 2 * u)
    above = values[top][:, left] * (1 - u) + values[top][:, left + 1] * u
    below = values[top + 1][:, left] * (1 - u) + values[top + 1][:, left + 1] * u
    result: Array = above * (1 - v) + below * v
    return result


def sky() -> Array:
    """A gradient, lit clouds, and stars where it is dark."""
    rows = np.linspace(0, 1, HEIGHT, dtype=np.float32) / HORIZON
    places = [place for place, _ in SKY]
    color = np.stack([np.interp(rows, places, [shade[i] for _, shade in SKY]) for i in range(3)], axis=-1)
    picture = np.repeat(color[:, None, :], WIDTH, axis=1).astype(np.float32)
    depth = np.clip(rows, 0, 1)[:, None]
    clouds = _step(noise(HEIGHT, WIDTH, 9, 3.2, SEED), 0.50, 0.78) * (0.25 + 0.75 * depth)
    lit = np.array([1.0, 0.62, 0.46], np.float32) * depth[..., None] + np.array([0.36, 0.27, 0.47], np.float32) * (
        1 - depth[..., None]
    )
    picture += (lit - picture) * clouds[..., None] * 0.55
    picture += _stars()[..., None] * (1 - _step(depth, 0.25, 0.75))[..., None]
    return _opaque(picture)


def _stars() -> Array:
    generator = np.random.default_rng(SEED + 1)
    field = np.zeros((HEIGHT, WIDTH), np.float32)
    for _ in range(420):
        y, x = int(generator.integers(2, HEIGHT * 9 // 20)), int(generator.integers(2, WIDTH - 2))
        strength = generator.random() ** 3
        field[y, x] += 0.35 + 0.65 * strength
        if strength > 0.5:
            for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0)):
                field[y + dy, x + dx] += 0.35 * strength
    return field


def glow() -> Array:
    """The sun and the light around it, for a layer that only adds light."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    across, down = columns / WIDTH - SUN[0], (rows / HEIGHT - SUN[1]) * HEIGHT / WIDTH
    distance = np.sqrt(across**2 + down**2)
    wide = np.exp(-np.sqrt(across**2 + (down * 2.6) ** 2) / 0.16) * 0.50
    disc = 1 - _step(distance, 0.0265, 0.0290)
    halo = np.exp(-distance / 0.055) * 0.55
    light = wide[..., None] * np.array([1.0, 0.55, 0.28]) + halo[..., None] * np.array([1.0, 0.72, 0.42])
    light = light + disc[..., None] * np.array([1.0, 0.93, 0.78])
    alpha = np.clip(light.max(axis=-1), 0, 1)
    alpha[int(HEIGHT * HORIZON) :] = 0
    color = light / np.maximum(alpha[..., None], 1e-4)
    return np.concatenate([np.clip(color, 0, 1), alpha[..., None]], axis=-1).astype(np.float32)


def hills() -> Array:
    """Four ranges, each with haze at its foot."""
    rows = np.arange(HEIGHT, dtype=np.float32)[:, None]
    picture = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    shore = HEIGHT * HORIZON
    for number, (height, roughness, lattice, color) in enumerate(RANGES):
        line = noise(1, WIDTH, 0.5, lattice, SEED + 10 + number, octaves=7)[0]
        ridge = shore - HEIGHT * (height + roughness * (line - 0.5) * 2)
        cover = _step(rows, ridge - 0.8, ridge + 0.8) * (rows < shore)
        haze = np.clip((rows - ridge) / np.maximum(shore - ridge, 1), 0, 1) ** 1.6 * (0.55 - 0.11 * number)
        shade = np.array(color, np.float32) + haze[..., None] * np.array([0.46, 0.27, 0.18], np.float32)
        picture[..., :3] += (shade - picture[..., :3]) * cover[..., None]
        picture[..., 3] = np.maximum(picture[..., 3], cover)
    return np.clip(picture, 0, 1)


def water(above: Array) -> Array:
    """What lies above the shore (RGBA, opaque), mirrored in ripples that grow towards the viewer."""
    shore = int(HEIGHT * HORIZON)
    depth = HEIGHT - shore
    rows, columns = np.mgrid[0:depth, 0:WIDTH].astype(np.float32)
    near = rows / depth
    waves = noise(depth, WIDTH, 46, 9, SEED + 30, octaves=4) - 0.5
    source_y = np.clip(shore - 2 - rows * 0.92 - waves * (5 + 70 * near), 0, shore - 2).astype(int)
    source_x = np.clip(columns + waves * (3 + 46 * near), 0, WIDTH - 1).astype(int)
    mirrored = above[source_y, source_x, :3] * (0.80 - 0.30 * near[..., None])
    mirrored = mirrored + np.array([0.015, 0.030, 0.075], np.float32) * (1 - near[..., None])
    path = np.exp(-(((columns / WIDTH - SUN[0]) / (0.020 + 0.075 * near)) ** 2))
    sparkle = _step(noise(depth, WIDTH, 70, 42, SEED + 31, octaves=3), 0.52, 0.66) * path * (0.95 - 0.55 * near)
    mirrored = mirrored + sparkle[..., None] * np.array([1.0, 0.74, 0.46], np.float32)
    picture = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    picture[shore:, :, :3], picture[shore:, :, 3] = np.clip(mirrored, 0, 1), 1.0
    return picture


def over(top: Array, bottom: Array) -> Array:
    """Straight `top` painted on opaque `bottom`."""
    alpha = top[..., 3:]
    result = bottom.copy()
    result[..., :3] = top[..., :3] * alpha + bottom[..., :3] * (1 - alpha)
    return result


def grain() -> Array:
    """Grey film grain around the middle, for a layer in soft light."""
    generator = np.random.default_rng(SEED + 40)
    values = 0.5 + 0.10 * generator.standard_normal((HEIGHT, WIDTH)).astype(np.float32)
    return _opaque(np.repeat(np.clip(values, 0, 1)[..., None], 3, axis=-1))


def _step(values: Any, low: Any, high: Any) -> Array:
    """0 below `low`, 1 above `high`, smooth between."""
    share = np.clip((values - low) / (high - low), 0, 1)
    result: Array = (share * share * (3 - 2 * share)).astype(np.float32)
    return result


def _opaque(color: Any) -> Array:
    result = np.ones((*color.shape[:2], 4), np.float32)
    result[..., :3] = np.clip(color, 0, 1)
    return result
