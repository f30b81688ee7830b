"""Lookups that are chains of operations: OpenColorIO reads them, and their ramps and their cube are asked of it.

What stands before the first cube becomes ramps where it treats each channel by itself, as shapers do; the cube and what
follows is asked at the cube's own nodes, so a file of one shaper and one cube loses nothing. A chain without a cube
becomes ramps, or a cube of 65 where its channels depend on one another. Inputs run from 0 to 1.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from editor.base.translation import tr
from editor.formats.lut.numbers import Unusable
from render.lookup import LARGEST_CUBE, LookupTable, straight_ramps

Floats = NDArray[np.float32]
ENTRIES = 4096
BAKED = 65


def read_chain(path: Path) -> LookupTable:
    """Raises Unusable for what OpenColorIO cannot read."""
    import PyOpenColorIO as ocio  # noqa: N813 - the library's own short name

    try:
        config = ocio.Config.CreateRaw()
        file = ocio.FileTransform(src=str(path), interpolation=ocio.INTERP_BEST)
        parts = list(config.getProcessor(file).createGroupTransform())
        cubes = [place for place, part in enumerate(parts) if isinstance(part, ocio.Lut3DTransform)]
        first = cubes[0] if cubes else 0
        before, rest = _Chain(config, parts[:first]), _Chain(config, parts[first:])
        size = min(parts[first].getGridSize(), LARGEST_CUBE) if cubes else BAKED
        if before.is_separable() and (cubes or not rest.is_separable()):
            return _checked(LookupTable(entries=before.ramps(), cube=rest.cube(size)))
        whole = _Chain(config, parts)
        if whole.is_separable():
            return _checked(LookupTable(entries=whole.ramps()))
        return _checked(LookupTable(entries=straight_ramps(), cube=whole.cube(max(size, BAKED))))
    except ocio.Exception as error:
        raise Unusable(tr("It holds something that is no color where colors should be.")) from error


def _checked(table: LookupTable) -> LookupTable:
    numbers = [table.entries, *([] if table.cube is None else [table.cube])]
    if not all(np.isfinite(part).all() for part in numbers):
        raise Unusable(tr("It holds numbers that are no colors."))
    return table


class _Chain:
    """Some operations in a row, none of them also."""

    def __init__(self, config: Any, parts: list[Any]) -> None:
        import PyOpenColorIO as ocio  # noqa: N813

        self.is_straight = not parts
        group = ocio.GroupTransform()
        for part in parts:
            group.appendTransform(part)
        self._processor = config.getProcessor(group).getDefaultCPUProcessor()

    def _at(self, colors: Floats) -> Floats:
        made = np.ascontiguousarray(colors, np.float32).reshape(1, -1, 3).copy()
        self._processor.applyRGB(made)
        return made.reshape(-1, 3)

    def is_separable(self) -> bool:
        """Whether each channel depends on itself alone, as far as every eighth of the way shows."""
        if self.is_straight:
            return True
        colors = _grid(9)
        alone = np.repeat(np.linspace(0, 1, 9, dtype=np.float32)[:, None], 3, 1)
        greys, places = self._at(alone), np.rint(colors * 8).astype(int)
        expected = np.stack([greys[places[:, channel], channel] for channel in range(3)], 1)
        return bool(np.allclose(self._at(colors), expected, atol=1e-5))

    def ramps(self) -> Floats:
        """(3, entries)."""
        if self.is_straight:
            return straight_ramps()
        greys = np.repeat(np.linspace(0, 1, ENTRIES, dtype=np.float32)[:, None], 3, 1)
        return np.ascontiguousarray(self._at(greys).T)

    def cube(self, size: int) -> Floats:
        """(size^3, 3), red fastest."""
        return self._at(_grid(size))


def _grid(size: int) -> Floats:
    """All nodes of a cube, red fastest."""
    steps = np.linspace(0, 1, size, dtype=np.float32)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    return np.stack([red, green, blue], -1).reshape(-1, 3)
