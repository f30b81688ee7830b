"""What the compositor draws: a tree of layers as plain frozen values. The first layer of a tuple is the lowest.

Coordinates are pixels of the picture. Tiles are 256 x 256; a tile's `key` names its content, so two tiles with equal
keys hold equal pixels and nothing is drawn twice. `load` may read a file or a database: it is called on worker
threads, when a tile is needed for the first time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from render.geometry import IntRect, Rect
from render.kernels.modes import BlendMode
from render.raster.adjustments import Adjustment

Array = NDArray[Any]
TILE = 256


@dataclass(frozen=True)
class Tile:
    """One square: (256, 256, 4) premultiplied RGBA, or (256, 256) coverage for masks. The array is never written to."""

    key: Hashable
    load: Callable[[], Array] = field(compare=False)
    in_memory: bool = field(default=False, compare=False)

    @classmethod
    def of(cls, key: Hashable, pixels: Array) -> Tile:
        """A tile that is in memory already and need not be kept a second time."""
        return cls(key, lambda: pixels, in_memory=True)


@dataclass(frozen=True, eq=False)
class Tiles:
    """A sparse grid of tiles; tile (0, 0) begins at (x, y) of the picture. Where there is none lies `outside`
    (0..1; for pixels always 0). Keep the object while its content stays: it remembers keys of its regions."""

    grid: Mapping[tuple[int, int], Tile]
    x: int = 0
    y: int = 0
    outside: float = 0.0
    memory: dict[tuple[int, int, int], int | None] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Mask:
    """How much of a layer shows: its coverage, turned round if `inverted`, then weakened by `density` 0..1."""

    tiles: Tiles
    density: float = 1.0
    inverted: bool = False


@dataclass(frozen=True, kw_only=True)
class Layer:
    """What all layers have. A `clipped` layer shows only on the first unclipped layer below it."""

    opacity: float = 1.0
    blend: BlendMode = BlendMode.NORMAL
    clipped: bool = False
    mask: Mask | None = None
    visible: bool = True


@dataclass(frozen=True, kw_only=True)
class PixelLayer(Layer):
    """Pixels in tiles."""

    tiles: Tiles


@dataclass(frozen=True, kw_only=True)
class DrawnLayer(Layer):
    """Something that draws itself: an embedded document, vectors, text.

    `draw(region, scale)` gives premultiplied pixels (region.height, region.width, 4) of the picture's type, of
    `region` in pixels of the picture times `scale` (1, 1/2, 1/4...). It runs on worker threads. `key` names its
    content; outside `bounds` (in pixels of the picture) it draws nothing.
    """

    key: Hashable
    draw: Callable[[IntRect, float], Array] = field(compare=False)
    bounds: Rect | None = None


@dataclass(frozen=True, kw_only=True)
class GroupLayer(Layer):
    """Layers composed on their own, then blended as one; with `pass_through` they blend with what lies below."""

    children: tuple[Layer, ...]
    pass_through: bool = False


@dataclass(frozen=True, kw_only=True)
class AdjustmentLayer(Layer):
    """Changes the colours of what lies below it in its group, or of the layer it is clipped to."""

    adjustment: Adjustment


@dataclass(frozen=True)
class Composition:
    """A whole picture: its layers, the type of its pixels ("uint8", "uint16", "float16" or "float32"), its canvas.

    Nothing is drawn on tiles that lie outside the canvas wholly; blurs see its edge pixels go on. None: no edges.
    """

    layers: tuple[Layer, ...]
    dtype: str = "uint8"
    canvas: IntRect | None = None
