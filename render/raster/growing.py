"""The result of a tile while layers are laid on it. Blends are gathered and done in one call when the pixels are asked
for, so that Python is left once for a run of layers."""

from __future__ import annotations

import numpy as np

from render.kernels.modes import BlendMode
from render.kernels.stack import Blend, blend_stack
from render.raster.tree import Array


class Growing:
    """Pixels so far (None: nothing), never written to if they were given from outside."""

    def __init__(self, pixels: Array | None, origin: tuple[int, int]) -> None:
        self._pixels, self._origin = pixels, origin
        self._owned = False
        self._waiting: list[Blend] = []

    @property
    def is_empty(self) -> bool:
        return self._pixels is None and not self._waiting

    @property
    def is_owned(self) -> bool:
        """Whether drawing it took work: it is not just a layer's own pixels."""
        return self._owned or bool(self._waiting)

    def pixels(self) -> Array | None:
        """What is there now. The array may be written to by later layers unless `keep` was called."""
        if self._waiting:
            out = self._pixels if self._owned else None
            self._pixels = blend_stack(self._pixels, self._waiting, self._origin, out)
            self._owned = True
            self._waiting = []
        return self._pixels

    def finish(self, out: Array) -> None:
        """Write what is there into `out`, the last run of layers straight. A smaller `out` gets the upper left part;
        it is as wide as whole vectors."""
        height, width = out.shape[:2]
        under = None if self._pixels is None else self._pixels[:height, :width]
        if self._waiting:
            blend_stack(under, [_cropped(layer, height, width) for layer in self._waiting], self._origin, out)
        else:
            out[...] = 0 if under is None else under

    def keep(self) -> Array | None:
        """What is there now, for somebody else to keep: it is not written to any more."""
        pixels = self.pixels()
        self._owned = False
        return pixels

    def replace(self, pixels: Array | None, owned: bool) -> None:
        """Go on from other pixels."""
        self._pixels, self._owned = pixels, owned
        self._waiting = []

    def lay(self, layer: Blend) -> None:
        """One more layer. A plain layer on nothing is taken as it is."""
        on_nothing = self.is_empty and layer.mode == BlendMode.NORMAL and not layer.keep_alpha
        if on_nothing and layer.mask is None and layer.offset >= 1:
            self._pixels = layer.source
        else:
            packed = layer.source.flags.c_contiguous
            self._waiting.append(layer if packed else layer._replace(source=np.ascontiguousarray(layer.source)))


def _cropped(layer: Blend, height: int, width: int) -> Blend:
    if layer.source.shape[:2] == (height, width):
        return layer
    mask = None if layer.mask is None else layer.mask[:height, :width]
    return layer._replace(source=layer.source[:height, :width], mask=mask)
