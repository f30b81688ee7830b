"""Run filter graphs: find each primitive's inputs, call its function, crop to its region, convert colour spaces."""

import math
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from render.geometry import Affine, IntRect, Rect
from render.vector.filters import effects
from render.vector.filters.images import Array, Canvas, Picture, cropped, in_space
from render.vector.filters.values import AnyPrimitive, FilterGraph, Merge, Offset, Tile
from render.vector.filters.values import Picture as PicturePrimitive

OTHERS = frozenset(("SourceGraphic", "BackgroundImage", "BackgroundAlpha", "FillPaint", "StrokePaint"))
"""No browser gives what lies behind, or the paints: they stand for the graphic itself."""
STANDARD = OTHERS | {"SourceAlpha"}


class Drawer(Protocol):
    """What the graph needs of a painter: a node as premultiplied uint8 RGBA."""

    def offscreen(self, node: Any, grid: Affine, area: IntRect) -> np.ndarray: ...


def filter_area(
    filters: tuple[FilterGraph, ...], to_device: Affine, limit: int
) -> tuple[IntRect | None, Affine]:
    """The pixels to work on and the map from user space to them; None for an empty region.

    Upright maps work on the device's own pixels. A turned or slanted element is filtered upright, at the device's
    resolution, and turned afterwards, since the regions of SVG's filters are upright in user space.
    """
    upright = abs(to_device.b) < 1e-6 and abs(to_device.c) < 1e-6 and to_device.a > 0 and to_device.d > 0
    grid = to_device if upright else Affine.scaling(
        math.hypot(to_device.a, to_device.b), math.hypot(to_device.c, to_device.d)
    )
    region = Rect(0, 0, 0, 0)
    for graph in filters:
        region = region.union(graph.region)
    if region.is_empty:
        return None, grid
    covered = grid.bounds(region)
    if not all(math.isfinite(number) for number in (covered.x, covered.y, covered.width, covered.height)):
        return None, grid
    if covered.width * covered.height > limit:
        grid = grid.then(Affine.scaling(math.sqrt(limit / (covered.width * covered.height))))
    return pixel_rect(grid.bounds(region)), grid


def pixel_rect(rect: Rect) -> IntRect:
    """Whole pixels of a region: the corner rounded down, the size rounded up; a hair over a pixel counts as none."""
    return IntRect(
        math.floor(rect.x + 1e-3), math.floor(rect.y + 1e-3),
        max(1, math.ceil(rect.width - 1e-3)), max(1, math.ceil(rect.height - 1e-3)),
    )  # fmt: skip


def apply_filters(
    drawer: Drawer, filters: tuple[FilterGraph, ...], source: np.ndarray, grid: Affine, area: IntRect
) -> np.ndarray | None:
    """Run each graph on what the one before it made. uint8 in and out; None where nothing is left."""
    pixels = source.astype(np.float32) / 255
    canvas = Canvas(area=area, grid=grid)
    for graph in filters:
        pixels = _run(drawer, graph, pixels, canvas)
    return np.ascontiguousarray(np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8))


def _run(drawer: Drawer, graph: FilterGraph, source: Array, canvas: Canvas) -> Array:
    whole = relative(graph.region, canvas)
    if not graph.primitives:
        return np.zeros(canvas.shape, np.float32)
    results: dict[str, Picture] = {}
    graphic = Picture(pixels=cropped(source, whole), linear=False, region=whole)
    last = graphic
    for primitive in graph.primitives:
        last = _run_one(drawer, graph, primitive, graphic, results, canvas, last)
        if primitive.result:
            results[primitive.result] = last
    return in_space(last, linear=False)


def _run_one(
    drawer: Drawer, graph: FilterGraph, primitive: AnyPrimitive, graphic: Picture,
    results: dict[str, Picture], canvas: Canvas, last: Picture,
) -> Picture:  # fmt: skip
    def find(name: str) -> Picture:
        return _input(name, graphic, results, last)

    whole = relative(graph.region, canvas)
    region = relative(primitive.region, canvas) if primitive.region else whole
    if primitive.region is None and isinstance(primitive, Offset) and primitive.source not in STANDARD:
        region = find(primitive.source).region  # what moves keeps its frame, so that a tile of it repeats
    if isinstance(primitive, PicturePrimitive):
        pixels, linear = _picture(drawer, graph, primitive, canvas), False
    elif isinstance(primitive, Merge):
        inputs = [in_space(find(name), primitive.linear) for name in primitive.inputs]
        pixels, linear = effects.merge(inputs, canvas), primitive.linear
    elif isinstance(primitive, Tile):
        origin = find(primitive.source)
        pixels, linear = effects.tile(origin.pixels, origin.region), origin.linear
    else:
        pixels, linear = _effect(primitive, find, canvas, region), primitive.linear
    inside = region.intersection(whole)
    return Picture(pixels=cropped(pixels, inside), linear=linear, region=region)


def _effect(primitive: AnyPrimitive, find: Callable[[str], Picture], canvas: Canvas, region: IntRect) -> Array:
    source = in_space(find(primitive.source), primitive.linear)
    under = getattr(primitive, "under", None)
    second = None if under is None else in_space(find(under), primitive.linear)
    return effects.EFFECTS[type(primitive)](primitive, source, second, canvas, region)


def _input(name: str, graphic: Picture, results: dict[str, Picture], last: Picture) -> Picture:
    if name in results:
        return results[name]
    if name in OTHERS:
        return graphic
    if name == "SourceAlpha":
        black = np.zeros_like(graphic.pixels)
        black[..., 3] = graphic.pixels[..., 3]
        return Picture(pixels=black, linear=True, region=graphic.region)
    return last


def _picture(drawer: Drawer, graph: FilterGraph, primitive: PicturePrimitive, canvas: Canvas) -> Array:
    return drawer.offscreen(graph.pictures[primitive.index], canvas.grid, canvas.area).astype(np.float32) / 255


def relative(region: Rect, canvas: Canvas) -> IntRect:
    """A region of user space as pixels of the canvas."""
    rect = pixel_rect(canvas.grid.bounds(region))
    if region.is_empty:
        return IntRect(rect.x - canvas.area.x, rect.y - canvas.area.y, 0, 0)
    return IntRect(rect.x - canvas.area.x, rect.y - canvas.area.y, rect.width, rect.height)
