"""Drawing a layer tree: a region at a mip level, tile by tile on all cores, each tile once for each content."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from render.geometry import IntRect, Rect
from render.kernels.convert import convert
from render.kernels.parallel import for_each
from render.kernels.resample import shrink
from render.raster.blocks import gathered
from render.raster.cache import TileCache
from render.raster.plan import plan
from render.raster.sources import Place
from render.raster.stack import Cancelled, Path, Session, Stack, square
from render.raster.tree import TILE, Array, Composition

ENGINE_VERSION = 1
"""Part of every key that outlives this process: drawn pixels change only together with it."""
CACHE_BYTES = 768 << 20
KEPT_PIXELS = 10_000_000
_REMEMBERED = 1 << 15


def never() -> bool:
    """Not cancelled."""
    return False


class Compositor:
    """Keeps drawn tiles between drawings. One for a process is best; safe to use from many threads."""

    def __init__(self, cache_bytes: int = CACHE_BYTES) -> None:
        self.cache = TileCache(cache_bytes)
        self._recent: dict[tuple[Path, Place], Sequence[int | None]] = {}
        self._opaque: dict[int, bool] = {}

    def composite(
        self, picture: Composition, region: IntRect, level: int = 0, cancelled: Callable[[], bool] = never
    ) -> Array:
        """Premultiplied pixels (region.height, region.width, 4) of the picture's type; the region is in pixels of the
        picture at 1/2^level. Raises Cancelled when asked to stop, which is looked at for every tile and layer.

        What is larger than a screen is for a file: its tiles are drawn where they are wanted and not kept.
        """
        seen = _Seen(self._stack(picture, cancelled), picture.canvas)
        passing = region.width * region.height > KEPT_PIXELS
        return gathered(seen, region, level, picture.dtype, seen.write if passing else None)

    def tile(self, picture: Composition, place: Place, cancelled: Callable[[], bool] = never) -> Array | None:
        """One tile, read-only and shared with the cache; None where nothing is."""
        return _Seen(self._stack(picture, cancelled), picture.canvas).pixels(place)

    def tiles(
        self, picture: Composition, places: Sequence[Place], cancelled: Callable[[], bool] = never
    ) -> dict[Place, Array | None]:
        """Many tiles on all cores, as `tile`: what a brush touched, what a view shows."""
        seen = _Seen(self._stack(picture, cancelled), picture.canvas)
        found: dict[Place, Array | None] = {}

        def draw(place: Place) -> None:
            found[place] = seen.pixels(place)

        for_each(draw, places)
        return found

    def tile_key(self, picture: Composition, place: Place) -> int | None:
        """Names the content of a tile in this process; None where nothing is. Equal keys, equal pixels."""
        return self._stack(picture, never).key(place)

    def draw(
        self,
        picture: Composition,
        region: IntRect,
        scale: float = 1.0,
        dtype: str | None = None,
        cancelled: Callable[[], bool] = never,
    ) -> Array:
        """`region` in pixels of the picture times any `scale`, as any type: the next finer level, resampled.

        Scales that are not a power of two are smooth (area) when shrinking; above 1 pixels stay squares.
        """
        level = level_of(scale)
        rest = scale * 2**level
        if rest == 1:
            pixels = self.composite(picture, region, level, cancelled)
        else:
            pixels = self._resampled(picture, region, level, rest, cancelled)
        return pixels if dtype in (None, picture.dtype) else convert(pixels, dtype)

    def _resampled(
        self, picture: Composition, region: IntRect, level: int, rest: float, cancelled: Callable[[], bool]
    ) -> Array:
        source = Rect(region.x, region.y, region.width, region.height).scaled(1 / rest).rounded_out()
        pixels = self.composite(picture, source, level, cancelled)
        if rest > 1:
            rows = np.floor((np.arange(region.y, region.bottom) + 0.5) / rest).astype(np.int64) - source.y
            columns = np.floor((np.arange(region.x, region.right) + 0.5) / rest).astype(np.int64) - source.x
            return np.ascontiguousarray(pixels[np.clip(rows, 0, None)][:, np.clip(columns, 0, None)])
        return shrink(pixels, (source.x, source.y), region, rest)

    def _stack(self, picture: Composition, cancelled: Callable[[], bool]) -> Stack:
        if len(self._recent) > _REMEMBERED:
            self._recent.clear()
        if len(self._opaque) > _REMEMBERED:
            self._opaque.clear()
        session = Session(picture.dtype, picture.canvas, self.cache, self._recent, self._opaque, cancelled)
        return Stack(session, plan(picture.layers), ())


class _Seen:
    """A stack within its canvas; asks before each tile whether to go on."""

    def __init__(self, stack: Stack, canvas: IntRect | None) -> None:
        self.stack, self.canvas = stack, canvas

    def key(self, place: Place) -> int | None:
        return self.stack.key(place)

    def pixels(self, place: Place) -> Array | None:
        return self.stack.pixels(place) if self._shows(place) else None

    def write(self, place: Place, out: Array) -> None:
        """The tile into memory with anything in it."""
        if self._shows(place):
            self.stack.write(place, out)
        else:
            out[...] = 0

    def _shows(self, place: Place) -> bool:
        if self.stack.session.cancelled():
            raise Cancelled
        return self.canvas is None or not self._area(place.level).intersection(square(place)).is_empty

    def _area(self, level: int) -> IntRect:
        assert self.canvas is not None
        canvas = Rect(self.canvas.x, self.canvas.y, self.canvas.width, self.canvas.height)
        return canvas.scaled(2.0**-level).rounded_out()


def level_of(scale: float) -> int:
    """The mip level that is at least as fine as the scale.

    >>> level_of(1.0), level_of(0.3), level_of(0.25), level_of(3.0)
    (0, 1, 2, 0)
    """
    level = 0
    while scale * 2 ** (level + 1) <= 1:
        level += 1
    return level


__all__ = ["CACHE_BYTES", "ENGINE_VERSION", "TILE", "Cancelled", "Compositor", "Place", "level_of"]
