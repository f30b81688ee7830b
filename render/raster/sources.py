"""Tiles of one layer or mask at a place of the picture: any offset, any mip level.

A place is (level, column, row): the 256 x 256 square of the picture drawn at 1/2^level. Level n is made of level n-1 by
the mean of 2 x 2, on the picture's grid, so that layers with any offset meet the same pixels.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from render.kernels.formats import white
from render.kernels.resample import halve
from render.raster.cache import TileCache
from render.raster.keys import name_of
from render.raster.tree import TILE, Array, Tile, Tiles


class Place(NamedTuple):
    """A tile of the picture at a mip level."""

    level: int
    column: int
    row: int

    def quarters(self) -> tuple[Place, Place, Place, Place]:
        """The four places one level finer: left and right of the upper row, then of the lower."""
        level, column, row = self.level - 1, 2 * self.column, 2 * self.row
        return (
            Place(level, column, row),
            Place(level, column + 1, row),
            Place(level, column, row + 1),
            Place(level, column + 1, row + 1),
        )


def key_of(tiles: Tiles, place: Place) -> int | None:
    """The content of the tiles at a place, or None where there is none."""
    found = tiles.memory.get(place, -1)
    if found == -1:
        found = tiles.memory[place] = _key(tiles, place)
    return found


def _key(tiles: Tiles, place: Place) -> int | None:
    if not tiles.grid:
        return None
    if place.level > 0:
        parts: tuple[object, ...] = tuple(key_of(tiles, quarter) for quarter in place.quarters())
        return name_of("mip", tiles.outside, *parts) if any(part is not None for part in parts) else None
    parts = tuple((dx, dy, tile.key) for dx, dy, tile in _overlapping(tiles, place))
    return name_of("tile", tiles.outside, *parts) if parts else None


def _overlapping(tiles: Tiles, place: Place) -> Iterator[tuple[int, int, Tile]]:
    """The tiles of the grid that touch a place of level 0, each with where its corner lies in the place."""
    left, top = place.column * TILE - tiles.x, place.row * TILE - tiles.y
    for row in range(top // TILE, (top + TILE - 1) // TILE + 1):
        for column in range(left // TILE, (left + TILE - 1) // TILE + 1):
            tile = tiles.grid.get((column, row))
            if tile is not None:
                yield column * TILE - left, row * TILE - top, tile


def pixels_of(tiles: Tiles, place: Place, cache: TileCache, dtype: str, planes: bool = False) -> Array | None:
    """Pixels (or with `planes` coverage) of a place; None where no tile is. Not to be written to."""
    key = key_of(tiles, place)
    if key is None:
        return None
    if place.level == 0 and tiles.x % TILE == 0 and tiles.y % TILE == 0:
        tile = tiles.grid[place.column - tiles.x // TILE, place.row - tiles.y // TILE]
        if tile.in_memory:
            return tile.load()
    return cache.once(key, lambda: _made(tiles, place, cache, dtype, planes))


def _made(tiles: Tiles, place: Place, cache: TileCache, dtype: str, planes: bool) -> Array:
    if place.level > 0:
        return _shrunk(tiles, place, cache, dtype, planes)
    parts = list(_overlapping(tiles, place))
    if len(parts) == 1 and parts[0][:2] == (0, 0):
        return np.ascontiguousarray(parts[0][2].load())
    whole = _blank(tiles, dtype, planes)
    for dx, dy, tile in parts:
        source = tile.load()
        whole[max(0, dy) : TILE + min(0, dy), max(0, dx) : TILE + min(0, dx)] = source[
            max(0, -dy) : TILE - max(0, dy), max(0, -dx) : TILE - max(0, dx)
        ]
    return whole


def _blank(tiles: Tiles, dtype: str, planes: bool) -> Array:
    shape = (TILE, TILE) if planes else (TILE, TILE, 4)
    if tiles.outside == 0:
        return np.zeros(shape, dtype)
    outside = tiles.outside * white(dtype)
    return np.full(shape, round(outside) if np.dtype(dtype).kind == "u" else outside, dtype)


def _shrunk(tiles: Tiles, place: Place, cache: TileCache, dtype: str, planes: bool) -> Array:
    half = TILE // 2
    whole = _blank(tiles, dtype, planes)
    for number, quarter in enumerate(place.quarters()):
        source = pixels_of(tiles, quarter, cache, dtype, planes)
        if source is not None:
            x, y = number % 2 * half, number // 2 * half
            halve(source, whole[y : y + half, x : x + half])
    return whole
