"""Blurs inside a stack. A blurred tile needs what lies far around it, so blurs are made in blocks of many tiles, once,
and tiles are cut out of them. A block grows with the blur: the margin never costs more than a few times the block."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from render.geometry import IntRect, Rect
from render.kernels.blur import gaussian_blur
from render.kernels.parallel import for_each
from render.kernels.variants import LANES
from render.raster.adjustments import GaussianBlur, reach
from render.raster.keys import name_of
from render.raster.recycled import recycled
from render.raster.sources import Place
from render.raster.tree import TILE, Array

if TYPE_CHECKING:
    from render.raster.stack import Scope, Session

Writer = Callable[[Place, Array], None]
LEAST_TILES = 4


def _block(adjustment: GaussianBlur, place: Place) -> IntRect:
    """The block that a place lies in, in pixels of its level."""
    margin = reach(adjustment, 2.0**-place.level)
    side = max(LEAST_TILES, math.ceil(2 * margin / TILE))
    pixels = side * TILE
    return IntRect(place.column // side * pixels, place.row // side * pixels, pixels, pixels)


def _window(adjustment: GaussianBlur, place: Place, canvas: IntRect | None) -> IntRect:
    """What the block's blur looks at: its margin too, as far as the canvas goes."""
    scale = 2.0**-place.level
    margin = reach(adjustment, scale)
    block = _block(adjustment, place)
    window = IntRect(block.x - margin, block.y - margin, block.width + 2 * margin, block.height + 2 * margin)
    if canvas is None:
        return window
    return window.intersection(Rect(canvas.x, canvas.y, canvas.width, canvas.height).scaled(scale).rounded_out())


def places_of(window: IntRect, level: int) -> list[Place]:
    """The tiles of a level that a window touches."""
    columns = range(window.x // TILE, (window.right - 1) // TILE + 1)
    rows = range(window.y // TILE, (window.bottom - 1) // TILE + 1)
    return [Place(level, column, row) for row in rows for column in columns]


def blur_key(below: Scope, adjustment: GaussianBlur, place: Place, canvas: IntRect | None) -> int | None:
    """The key of the blurred tile; None if the whole window is empty."""
    block = _block_key(below, adjustment, place, canvas)
    return None if block is None else name_of("cut", block, place.column, place.row)


def _block_key(below: Scope, adjustment: GaussianBlur, place: Place, canvas: IntRect | None) -> int | None:
    window = _window(adjustment, place, canvas)
    if window.is_empty:
        return None
    keys = tuple(below.key(other) for other in places_of(window, place.level))
    if all(key is None for key in keys):
        return None
    return name_of("block", adjustment, place.level, window, keys)


def blurred_tile(below: Scope, adjustment: GaussianBlur, place: Place, session: Session) -> Array | None:
    """The tile cut out of its blurred block."""
    key = _block_key(below, adjustment, place, session.canvas)
    if key is None:
        return None
    window = _window(adjustment, place, session.canvas)

    def make() -> Array:
        return gaussian_blur(
            gathered(below, window, place.level, session.dtype),
            adjustment.sigma * 2.0**-place.level,
            extend=session.canvas is not None,
        )

    return cut(session.cache.once(key, make), window, place)


def gathered(below: Scope, window: IntRect, level: int, dtype: str, into: Writer | None = None) -> Array:
    """The pixels of a window of a level, from its tiles, on all cores. `into` draws a tile where it is wanted, or as
    much of it from its upper left corner as lies in the window."""
    shape = (window.height, window.width, 4)
    whole = np.empty(shape, dtype) if into is None else recycled(shape, dtype)

    def copy(place: Place) -> None:
        target = IntRect(place.column * TILE, place.row * TILE, TILE, TILE).intersection(window)
        top, left = target.y - window.y, target.x - window.x
        there = whole[top : top + target.height, left : left + target.width]
        rows, columns = target.y - place.row * TILE, target.x - place.column * TILE
        if into is not None and rows == columns == 0 and target.width % LANES == 0:
            into(place, there)
            return
        pixels = below.pixels(place)
        if pixels is None:
            there[...] = 0
        else:
            there[...] = pixels[rows : rows + target.height, columns : columns + target.width]

    for_each(copy, places_of(window, level))
    return whole


def cut(block: Array, window: IntRect, place: Place) -> Array:
    """A tile out of a larger picture; transparent where the picture does not reach."""
    area = IntRect(place.column * TILE, place.row * TILE, TILE, TILE)
    inside = area.intersection(window)
    tile = np.zeros((TILE, TILE, 4), block.dtype)
    if not inside.is_empty:
        source = block[inside.y - window.y : inside.bottom - window.y, inside.x - window.x : inside.right - window.x]
        tile[inside.y - area.y : inside.bottom - area.y, inside.x - area.x : inside.right - area.x] = source
    return tile
