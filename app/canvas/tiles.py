"""Which tiles of a document the graphics card holds, which state of the document each shows, and what is missing.

A tile is 256 x 256 texels at a scale of 2^level. Until a wanted tile is there, whatever covers its place stands in for
it: itself in an older state, a coarser tile, or finer ones. So nothing flickers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from app.canvas.gl_painter import TILE
from app.canvas.loader import Key, Order
from render.geometry import IntRect, Rect

COARSEST, FINEST = -12, 6
KEPT = 768
"""Textures kept: 192 MiB."""


@dataclass
class Tile:
    """`shown` is the state that the texture shows (-1: there is none yet), `wanted` the state of the document there."""

    texture: int = 0
    shown: int = -1
    wanted: int = 0
    order: Order | None = None
    used: int = 0


def level_for(device_scale: float, is_pixels: bool) -> int:
    """The level to draw at: as fine as the screen; pixels never finer than they are."""
    level = math.ceil(math.log2(max(device_scale, 1e-9)) - 0.01)
    return max(COARSEST, min(0 if is_pixels else FINEST, level))


def area_of(key: Key) -> Rect:
    """The place of a tile in document units."""
    side = TILE / 2.0 ** key[0]
    return Rect(key[1] * side, key[2] * side, side, side)


def region_of(key: Key) -> IntRect:
    return IntRect(key[1] * TILE, key[2] * TILE, TILE, TILE)


class Tiles:
    """Knows keys and states; the canvas gives it textures."""

    def __init__(self) -> None:
        self.tiles: dict[Key, Tile] = {}
        self.frame = 0
        self.version = 0

    def cover(self, level: int, area: Rect) -> Iterator[Key]:
        """The keys of a level that touch an area."""
        side = TILE / 2.0**level
        for y in range(math.floor(area.y / side), math.ceil(area.bottom / side)):
            for x in range(math.floor(area.x / side), math.ceil(area.right / side)):
                yield (level, x, y)

    def get(self, key: Key) -> Tile:
        tile = self.tiles.get(key)
        if tile is None:
            tile = self.tiles[key] = Tile(wanted=self.version)
        tile.used = self.frame
        return tile

    def damage(self, area: Rect | None) -> None:
        """The document looks different there now; None means everywhere."""
        self.version += 1
        for key, tile in self.tiles.items():
            if area is None or not area_of(key).intersection(area).is_empty:
                tile.wanted = self.version

    def stand_in(self, key: Key) -> list[Key]:
        """Tiles that cover the place of one that is missing: the nearest coarser one, or else finer ones."""
        level, x, y = key
        for coarser in range(level - 1, max(COARSEST, level - 8) - 1, -1):
            shift = level - coarser
            candidate = (coarser, x >> shift, y >> shift)
            if self._is_shown(candidate):
                return [candidate]
        for finer in range(level + 1, min(FINEST, level + 3) + 1):
            count = 1 << (finer - level)
            found = [
                candidate
                for dy in range(count)
                for dx in range(count)
                if self._is_shown(candidate := (finer, x * count + dx, y * count + dy))
            ]
            if found:
                return found
        return []

    def _is_shown(self, key: Key) -> bool:
        tile = self.tiles.get(key)
        return tile is not None and tile.shown >= 0

    def drop_orders_except(self, wanted: set[Key]) -> None:
        """Give up drawing what is not on screen any more."""
        for key, tile in self.tiles.items():
            if tile.order is not None and key not in wanted:
                tile.order.dropped = True

    def surplus(self) -> list[int]:
        """Textures to let go of, longest unused first; their tiles are forgotten."""
        too_many = len(self.tiles) - KEPT
        if too_many <= 0:
            return []
        idle = [(tile.used, key) for key, tile in self.tiles.items() if tile.used < self.frame and tile.order is None]
        oldest = sorted(idle)[:too_many]
        return [tile.texture for _, key in oldest if (tile := self.tiles.pop(key)).texture]

    def clear(self) -> list[int]:
        """Forget everything; gives back the textures."""
        names = [tile.texture for tile in self.tiles.values() if tile.texture]
        for tile in self.tiles.values():
            if tile.order is not None:
                tile.order.dropped = True
        self.tiles.clear()
        return names
