"""Dabs into tiles: the pixels of a stroke, exactly the same however it was cut into updates.

A stroke keeps the untouched tiles and one plane of coverage for each tile it reaches. Every update draws its dabs into
coverage and lays the colour through it over the untouched pixels, only where something changed. So overlapping dabs of
one stroke never exceed its opacity, and what an update returns depends on all dabs so far, not on their grouping.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.color import Color
from render.geometry import IntRect
from render.kernels.blend import blend
from render.kernels.dab import Dab, draw_dab, lay_colour
from render.kernels.formats import white
from render.kernels.modes import BlendMode
from render.kernels.ovals import Ink
from render.kernels.tips import painted_layer
from render.raster.beside import Beside
from render.raster.inking import Inks
from render.raster.reach import inner_dabs, tiles_in, within
from render.raster.stroke import Brush, Sample, StrokePath
from render.raster.tips import Print, Tips
from render.raster.tree import TILE

Array = NDArray[Any]
Grid = tuple[int, int]
Find = Callable[[Grid], Array | None]


def nowhere(_: Grid) -> Array | None:
    """No tiles at all."""
    return None


@dataclass(frozen=True)
class Paint:
    """What a stroke lays down. `color` None erases. `keep_alpha` is locked transparency."""

    color: Color | None
    blend: BlendMode = BlendMode.NORMAL
    keep_alpha: bool = False


MOST_TILES = 4096
"""268 megapixels: what one stroke may touch, three quarters of a megabyte each while it is painted."""
COLOURED_WEIGHT = 3
"""So many tiles is one worth of a stroke in the tip's own colours, which keeps them beside its coverage."""


NONE = np.zeros((0, 0), np.float32)
"""In place of the coverage of a stroke that has none."""


class StrokeTooLarge(ValueError):
    """A stroke that would fill the memory: a sample far away, or a brush of many thousands of pixels."""


class StrokePainter:
    """One stroke on one layer (or, with `planes`, on one mask or channel, where the colour's red is the value).

    `tiles` finds the layer's tile (256, 256, 4) as it was before the stroke, None where there is none; `selection`
    finds coverage (256, 256) of the same type on the same grid, None where nothing is selected. Give no selection
    when all is. `tips` are what a sampled brush stamps; coloured ones lay their own colours, but on masks.
    """

    def __init__(
        self,
        brush: Brush,
        paint: Paint,
        tiles: Find,
        dtype: str = "uint8",
        selection: Find | None = None,
        planes: bool = False,
        tips: Tips | None = None,
    ) -> None:
        self.path = StrokePath(brush, tips)
        self.paint, self.dtype, self.planes, self.tips = paint, np.dtype(dtype), planes, tips
        self.coloured = tips is not None and tips.coloured and paint.color is not None and not planes
        self._inks: Inks | None = None
        plain = not planes and paint.blend is BlendMode.NORMAL
        if tips is not None and tips.inks and paint.color is not None and plain:
            self._inks = Inks(paint.color, tiles, self.dtype, paint.keep_alpha)
        self._beside = None if tips is None or tips.second is None else Beside(tips.second, brush)
        self._find, self._selection = tiles, selection
        self._originals: dict[Grid, Array] = {}
        self._coverage: dict[Grid, NDArray[np.float32]] = {}
        self._selected: dict[Grid, Array | None] = {}
        self.painted: dict[Grid, Array] = {}

    def extend(self, samples: Iterable[Sample]) -> dict[Grid, Array]:
        """Go on; the tiles that changed, as new arrays (earlier ones stay as they were)."""
        samples = list(samples)
        beside = self._beside.extend(samples) if self._beside is not None else []
        return self.draw(self.path.extend(samples), beside)

    def finish(self) -> dict[Grid, Array]:
        """The end of the stroke; the tiles that changed. All touched tiles are in `painted`."""
        beside = self._beside.finish() if self._beside is not None else []
        return self.draw(self.path.finish(), beside)

    def draw(self, dabs: Iterable[Dab], beside: Iterable[tuple[Grid, IntRect]] = ()) -> dict[Grid, Array]:
        """Draw dabs; the tiles that changed. `beside` is where the second tip has drawn."""
        damage: dict[Grid, IntRect] = {}
        for dab in dabs:
            shaped = self._inks is not None or (self.tips is not None and self.tips.grain is not None)
            whole = replace(dab, flow=1.0, opacity=1.0) if shaped else dab
            stamp = None if self.tips is None else self.tips.stamp(whole)
            ink = None if self._inks is None else self._inks.ink(dab)
            for grid, area in areas_of(dab, stamp).items():
                if self._reaches(grid):
                    if shaped and stamp is not None:
                        self._shaped(grid, area, stamp, dab, ink)
                    else:
                        coverage, left, top = self._coverage[grid], grid[0] * TILE, grid[1] * TILE
                        draw_dab(coverage, dab, left, top) if stamp is None else stamp.draw(coverage, left, top)
                    damage[grid] = damage[grid].union(area) if grid in damage else area
        for grid, area in beside:
            if grid in self._coverage:
                damage[grid] = damage[grid].union(area) if grid in damage else area
        changed = {grid: self._laid(grid, area) for grid, area in damage.items()}
        self.painted.update(changed)
        return changed

    def _shaped(self, grid: Grid, area: IntRect, stamp: Print, dab: Dab, ink: Ink | None) -> None:
        """A dab whose shape is known before it is laid: on paper, or in a colour of its own."""
        shape = np.zeros((area.height, area.width), np.float32)
        left, top = grid[0] * TILE + area.x, grid[1] * TILE + area.y
        stamp.draw(shape, left, top)
        if self.tips is not None and self.tips.grain is not None:
            shape = self.tips.grain.through(shape, left, top)
        if self._inks is not None and ink is not None:
            whole = max(self.path.brush.opacity, 1e-6)
            self._inks.lay(grid, area, shape, replace(dab, flow=dab.flow * min(1.0, dab.opacity / whole)), ink)
            return
        coverage = self._coverage[grid][area.y : area.bottom, area.x : area.right]
        coverage += np.maximum(np.float32(dab.opacity) - coverage, 0) * shape * np.float32(dab.flow)

    def fits(self, samples: Sequence[Sample]) -> bool:
        """Whether the stroke may go on to these samples and end there. Draws nothing."""
        left, top, right, bottom = self.path.room(samples)
        if len(self._coverage) + tiles_in(left, top, right, bottom) <= self._most:
            return True
        path = self.path.ahead()
        return not self._is_too_much([*path.extend(samples), *path.finish()])

    def refuse_too_large(self, samples: Sequence[Sample]) -> None:
        """Before a whole stroke is drawn: raise StrokeTooLarge where that is certain at a glance."""
        share = 1.0 if self.tips is None else self.tips.least_width * self.path.brush.roundness
        if self._is_too_much(inner_dabs(self.path.brush, samples, share), stamped=False):
            raise StrokeTooLarge

    @property
    def _most(self) -> int:
        """How many tiles this stroke may reach."""
        return -(-MOST_TILES // (COLOURED_WEIGHT if self.coloured or self._inks is not None else 1))

    def _is_too_much(self, dabs: Iterable[Dab], stamped: bool = True) -> bool:
        """Whether the stroke would reach too many tiles with these dabs, as they are `stamped` or as round ones."""
        seen, count = set(self._coverage), len(self._coverage)
        for dab in dabs:
            for grid in areas_of(dab, self.tips.stamp(dab) if stamped and self.tips is not None else None):
                if grid not in seen:
                    seen.add(grid)
                    count += self._can_change(grid)
                    if count > self._most:
                        return True
        return False

    def _can_change(self, grid: Grid) -> bool:
        """Whether painting can change a tile."""
        return self._is_selected(grid) and (self._makes_pixels or self._find(grid) is not None)

    def _is_selected(self, grid: Grid) -> bool:
        if grid not in self._selected:
            self._selected[grid] = None if self._selection is None else self._selection(grid)
        return self._selection is None or self._selected[grid] is not None

    @property
    def _makes_pixels(self) -> bool:
        return self.paint.color is not None and not self.paint.keep_alpha

    def _reaches(self, grid: Grid) -> bool:
        """Whether painting can change a tile; sets up its coverage the first time."""
        if grid in self._coverage:
            return True
        if not self._is_selected(grid):
            return False
        found = self._find(grid)
        if found is None:
            if not self._makes_pixels:
                return False
            found = np.zeros((TILE, TILE) if self.planes else (TILE, TILE, 4), self.dtype)
        if len(self._coverage) >= self._most:
            raise StrokeTooLarge
        self._originals[grid] = found
        if self._inks is not None:
            self._inks.begin(grid, found)
            self._coverage[grid] = NONE
            return True
        self._coverage[grid] = np.zeros((TILE, TILE, 4) if self.coloured else (TILE, TILE), np.float32)
        return True

    def _laid(self, grid: Grid, area: IntRect) -> Array:
        """The tile with the stroke so far, worked out again within `area`."""
        original = self._originals[grid]
        result = self.painted.get(grid, original).copy()
        part = np.s_[area.y : area.bottom, area.x : area.right]
        selected = self._selected.get(grid)
        selection = None if selected is None else selected[part]
        if self._inks is not None:
            opacity = self.path.brush.opacity
            result[part] = self._inks.laid(grid, area, original[part], selection, opacity)
        elif self.coloured:
            self._in_colours(original[part], self._coverage[grid][part], selection, result[part])
        elif self.planes:
            result[part] = self._on_plane(original[part], self._covered(grid, part), selection)
        else:
            self._on_pixels(original[part], self._covered(grid, part), selection, result[part])
        return result

    def _covered(self, grid: Grid, part: Any) -> NDArray[np.float32]:
        """The coverage of the stroke so far; where there is a second tip, what both let through."""
        own = self._coverage[grid][part]
        return own if self._beside is None else self._beside.through(own, grid, part)

    def _on_pixels(
        self, original: Array, coverage: NDArray[np.float32], selection: Array | None, result: Array
    ) -> None:
        color, keep = self.paint.color, self.paint.keep_alpha
        rgba = None if color is None else (color.red, color.green, color.blue, color.alpha)
        if rgba is None or self.paint.blend is BlendMode.NORMAL:
            lay_colour(original, coverage, rgba, selection=selection, keep_alpha=keep, out=result)
            return
        layer = lay_colour(np.zeros_like(original), coverage, rgba, selection=selection)
        blend(layer, original, self.paint.blend, keep_alpha=keep, out=result)

    def _in_colours(
        self, original: Array, painted: NDArray[np.float32], selection: Array | None, result: Array
    ) -> None:
        """The colours that the tips left are a layer of their own, blended as a layer is."""
        alpha = 1.0 if self.paint.color is None else self.paint.color.alpha
        chosen = None if selection is None else selection.astype(np.float32) / np.float32(white(self.dtype))
        layer = painted_layer(painted, alpha, chosen, self.dtype)
        blend(layer, original, self.paint.blend, keep_alpha=self.paint.keep_alpha, out=result)

    def _on_plane(self, original: Array, coverage: NDArray[np.float32], selection: Array | None) -> Array:
        value = 0.0 if self.paint.color is None else self.paint.color.red
        alpha = 1.0 if self.paint.color is None else self.paint.color.alpha
        share = coverage * np.float32(alpha)
        full = white(self.dtype)
        if selection is not None:
            share = share * (selection.astype(np.float32) / np.float32(full))
        mixed = original.astype(np.float32) * (1 - share) + share * np.float32(value * full)
        return np.asarray(np.rint(mixed) if self.dtype.kind == "u" else mixed, self.dtype)


def touched(dab: Dab) -> dict[Grid, IntRect]:
    """The tiles that a dab can change, each with the part of it."""
    return within(dab.x - dab.reach, dab.y - dab.reach, dab.x + dab.reach, dab.y + dab.reach)


def areas_of(dab: Dab, stamp: Print | None) -> dict[Grid, IntRect]:
    """The same for a dab that may be stamped."""
    return touched(dab) if stamp is None else within(stamp.left, stamp.top, stamp.right, stamp.bottom)


def paint_stroke(
    brush: Brush,
    paint: Paint,
    samples: Iterable[Sample],
    tiles: Mapping[Grid, Array],
    dtype: str = "uint8",
    selection: Mapping[Grid, Array] | None = None,
    planes: bool = False,
    tips: Tips | None = None,
) -> dict[Grid, Array]:
    """A whole stroke at once: the changed tiles. The same pixels as a live stroke through the same samples."""
    find = None if selection is None else selection.get
    painter = StrokePainter(brush, paint, tiles.get, dtype, find, planes, tips)
    painter.extend(samples)
    painter.finish()
    return painter.painted


__all__ = ["Brush", "Paint", "Sample", "StrokePainter", "nowhere", "paint_stroke", "touched", "within"]
