"""feTurbulence: the Perlin noise whose reference code stands in the Filter Effects Module Level 1, 9.21.

The same tables from the same random numbers, worked on whole arrays.
"""

import functools
import math

import numpy as np

from render.geometry import IntRect, Rect
from render.vector.filters.images import Array, Canvas, premultiplied
from render.vector.filters.values import Turbulence

SIZE = 256
PERLIN = 4096


@functools.lru_cache(maxsize=16)
def _tables(seed: int) -> tuple[Array, Array]:
    """The permutation (514) and the gradients (4, 514, 2) for a seed; Park and Miller's generator."""
    number = seed
    if number <= 0:
        number = -(number % (2147483647 - 1)) + 1
    number = min(number, 2147483647 - 1)

    def draw() -> int:
        nonlocal number
        number = 16807 * (number % 127773) - 2836 * (number // 127773)
        if number <= 0:
            number += 2147483647
        return number

    gradients = np.zeros((4, SIZE + SIZE + 2, 2))
    for channel in range(4):
        for index in range(SIZE):
            pair = [((draw() % (SIZE + SIZE)) - SIZE) / SIZE for _ in range(2)]
            length = math.hypot(*pair)
            gradients[channel, index] = [part / length if length else 0.0 for part in pair]
    order = list(range(SIZE))
    for index in range(SIZE - 1, 0, -1):
        other = draw() % SIZE
        order[index], order[other] = order[other], order[index]
    lattice = np.array([*order, *order, *order[:2]], np.int64)
    gradients[:, SIZE : SIZE + SIZE] = gradients[:, :SIZE]
    gradients[:, SIZE + SIZE :] = gradients[:, :2]
    return lattice, gradients


def turbulence(primitive: Turbulence, source: Array, _: Array | None, canvas: Canvas, region: IntRect) -> Array:
    """Noise is a function of user space, so that it does not move when the picture is zoomed."""
    inverse = canvas.grid.inverse()
    rows, columns = np.mgrid[0 : canvas.area.height, 0 : canvas.area.width]
    px, py = columns + canvas.area.x, rows + canvas.area.y
    x = inverse.a * px + inverse.c * py + inverse.e
    y = inverse.b * px + inverse.d * py + inverse.f
    tile = _tile(canvas, region) if primitive.stitch else None
    total = noise(primitive, x, y, tile)
    straight = (total + 1) / 2 if primitive.fractal else total
    return premultiplied(np.clip(straight, 0, 1).astype(np.float32))


def _tile(canvas: Canvas, region: IntRect) -> Rect:
    moved = Rect(region.x + canvas.area.x, region.y + canvas.area.y, region.width, region.height)
    return canvas.grid.inverse().bounds(moved)


def noise(primitive: Turbulence, x: Array, y: Array, tile: Rect | None) -> Array:
    """The sum of octaves at points of user space: (height, width, 4)."""
    fx, fy = primitive.x, primitive.y
    wrap: tuple[int, int, int, int] | None = None
    if tile is not None:
        fx, fy = _fitted(fx, tile.width), _fitted(fy, tile.height)
        width, height = int(tile.width * fx + 0.5), int(tile.height * fy + 0.5)
        wrap = (width, int(tile.x * fx + PERLIN + width), height, int(tile.y * fy + PERLIN + height))
    total = np.zeros((*x.shape, 4))
    vx, vy, ratio = x * fx, y * fy, 1.0
    # Beyond ten octaves the contribution is below a thousandth: less than one step of 8 bits.
    for _ in range(min(primitive.octaves, 10)):
        wave = _noise2(primitive.seed, vx, vy, wrap)
        total += (wave if primitive.fractal else np.abs(wave)) / ratio
        vx, vy, ratio = vx * 2, vy * 2, ratio * 2
        if wrap is not None:
            width, edge_x, height, edge_y = wrap
            wrap = (width * 2, 2 * edge_x - PERLIN, height * 2, 2 * edge_y - PERLIN)
    return total


def _fitted(frequency: float, length: float) -> float:
    """The nearest frequency that puts whole waves into the tile."""
    if not frequency:
        return frequency
    low = np.floor(length * frequency) / length
    high = np.ceil(length * frequency) / length
    return float(low if low and frequency / low < high / frequency else high)


def _noise2(seed: int, vx: Array, vy: Array, wrap: tuple[int, int, int, int] | None) -> Array:
    lattice, gradients = _tables(seed)
    tx, ty = vx + PERLIN, vy + PERLIN
    bx0, by0 = tx.astype(np.int64), ty.astype(np.int64)
    bx1, by1 = bx0 + 1, by0 + 1
    rx0, ry0 = tx - bx0, ty - by0
    if wrap is not None:
        width, edge_x, height, edge_y = wrap
        bx0, bx1 = (np.where(part >= edge_x, part - width, part) for part in (bx0, bx1))
        by0, by1 = (np.where(part >= edge_y, part - height, part) for part in (by0, by1))
    bx0, bx1, by0, by1 = bx0 & 255, bx1 & 255, by0 & 255, by1 & 255
    left, right = lattice[bx0], lattice[bx1]
    corners = (lattice[left + by0], lattice[right + by0], lattice[left + by1], lattice[right + by1])
    sx, sy = rx0 * rx0 * (3 - 2 * rx0), ry0 * ry0 * (3 - 2 * ry0)
    channels = []
    for channel in range(4):
        g00, g10, g01, g11 = (gradients[channel][corner] for corner in corners)
        u = rx0 * g00[..., 0] + ry0 * g00[..., 1]
        v = (rx0 - 1) * g10[..., 0] + ry0 * g10[..., 1]
        a = u + sx * (v - u)
        u = rx0 * g01[..., 0] + (ry0 - 1) * g01[..., 1]
        v = (rx0 - 1) * g11[..., 0] + (ry0 - 1) * g11[..., 1]
        b = u + sx * (v - u)
        channels.append(a + sy * (b - a))
    return np.stack(channels, axis=-1)
