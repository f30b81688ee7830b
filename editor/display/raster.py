"""Raster documents on screen: records become the compositor's layer tree, and changes become damaged rectangles.

The tree of each document is rebuilt at a change, but the tile maps of layers that did not change are kept, because the
compositor remembers keys by them. `damage` hears of every change before `prepare` is asked again.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from editor.base.errors import Cancelled, ExpectedError
from editor.display.display import blank
from editor.display.engine import ENGINES, DrawContext, Drawing, Pixels, Request
from editor.display.lookups import Lookups
from editor.display.placeholder import Placeholder
from editor.display.placing import draw_placed
from editor.document.change import Change
from editor.document.journal import BlobDamaged, BlobStore
from editor.model import raster as model
from editor.model.faces import Beautify, Face, Reshape
from editor.model.lookup import ColorLookup
from editor.model.record import Record
from render.geometry import IntRect, Rect
from render.kernels.adjust import Level
from render.kernels.modes import BlendMode
from render.raster import adjustments, tree
from render.raster.compositor import Compositor, level_of
from render.raster.faces import values as faces
from render.raster.faces.values import FacePoints
from render.raster.sources import Place
from render.raster.stack import Cancelled as Stopped


@dataclass(frozen=True)
class RasterDrawing:
    """Implements `Drawing` for one state of one image."""

    key: str
    size: tuple[float, float]
    picture: tree.Composition
    compositor: Compositor

    def draw(self, request: Request) -> Pixels:
        try:
            place = place_of(request)
            if place is not None and request.dtype == self.picture.dtype:
                tile = self.compositor.tile(self.picture, place, request.cancelled)
                whole = blank(request.region, request.dtype) if tile is None else tile
                return inside(whole, request, self.size)
            pixels = self.compositor.draw(
                self.picture, request.region, request.scale, request.dtype, request.cancelled
            )
        except Stopped as stop:
            raise Cancelled from stop
        return inside(pixels, request, self.size)


def place_of(request: Request) -> Place | None:
    """The compositor's tile that a request asks for exactly, or None: the canvas asks for nothing else."""
    region = request.region
    level = level_of(request.scale)
    is_tile = region.width == region.height == model.TILE and region.x % model.TILE == region.y % model.TILE == 0
    if not is_tile or request.scale * 2**level != 1:
        return None
    return Place(level, region.x // model.TILE, region.y // model.TILE)


def inside(pixels: Pixels, request: Request, size: tuple[float, float]) -> Pixels:
    """The pixels with nothing outside the canvas: layers may reach beyond it, and a crop keeps what it hides."""
    region, scale = request.region, request.scale
    right, bottom = math.ceil(size[0] * scale - 1e-6) - region.x, math.ceil(size[1] * scale - 1e-6) - region.y
    if region.x >= 0 and region.y >= 0 and right >= region.width and bottom >= region.height:
        return pixels
    clipped = pixels if pixels.flags.writeable else pixels.copy()
    clipped[: max(0, -region.y)] = 0
    clipped[max(0, bottom) :] = 0
    clipped[:, : max(0, -region.x)] = 0
    clipped[:, max(0, right) :] = 0
    return clipped


@dataclass(frozen=True)
class _Kept:
    """The tile map of a layer or mask, and what it was made with beside its tile records."""

    origin: tuple[object, ...]
    tiles: tree.Tiles


Grid = dict[tuple[int, int], tree.Tile]


class RasterEngine:
    """Implements `Engine`."""

    def __init__(self, context: DrawContext) -> None:
        self.context = context
        self.compositor = Compositor()
        self.lookups = Lookups(context.project)
        self._kept: dict[str, _Kept] = {}
        self._stale: dict[str, set[str]] = {}
        self._masks: dict[str, model.Mask | None] = {}

    def prepare(self, document: str, part: str | None, time: Fraction | None) -> Drawing:
        sheet = self.context.project.find(document, model.RasterDocument)
        canvas = IntRect(0, 0, sheet.width, sheet.height)
        layers = self._layers(document, sheet.depth, time)
        picture = tree.Composition(layers, sheet.depth, canvas)
        key = f"raster:{self.context.fingerprint(document)}:{time if self._may_move(document) else None}"
        return RasterDrawing(key, (float(sheet.width), float(sheet.height)), picture, self.compositor)

    def _may_move(self, document: str) -> bool:
        """Only what is linked in can look different at another time."""
        index = self.context.project.index
        return any(index.root(key) == document for key in index.of_type(model.EmbedLayer))

    def parts(self, document: str) -> tuple[str, ...]:
        return ()

    def damage(self, document: str, change: Change) -> Rect | None:
        """The tiles that changed; anything else that changed damages everything."""
        self._forget(change)
        found = IntRect(0, 0, 0, 0)
        for before, after in change.entries.values():
            item = after if after is not None else before
            if isinstance(item, model.Selection) or self._is_in_selection(item):
                continue
            area = self._tile_area(item)
            if area is None:
                return None
            found = found.union(area)
        return found.to_rect()

    def _forget(self, change: Change) -> None:
        """Note which tile maps are out of date, so that `prepare` looks at those only."""
        for key, pair in change.entries.items():
            for side in pair:
                if isinstance(side, model.Tile):
                    self._stale.setdefault(side.parent or "", set()).add(key)
                else:
                    self._masks.clear()

    def _is_in_selection(self, item: Record | None) -> bool:
        if not isinstance(item, model.Tile):
            return False
        parent = self.context.project.get(item.parent or "")
        return parent is None or isinstance(parent, model.Selection)

    def _tile_area(self, item: Record | None) -> IntRect | None:
        if not isinstance(item, model.Tile) or self._is_under_blur(item):
            return None
        parent = self.context.project.get(item.parent or "")
        if not isinstance(parent, model.PixelLayer | model.Mask):
            return None
        size = model.TILE
        return IntRect(item.x * size + parent.x, item.y * size + parent.y, size, size)

    def _is_under_blur(self, item: Record) -> bool:
        """Whether a blur in the document could carry the change further than its own tile."""
        project = self.context.project
        root = project.index.root(item.parent or "")
        layers = [project.records[key] for key in project.index.of_type(model.AdjustmentLayer)]
        return any(
            isinstance(layer, model.AdjustmentLayer)
            and isinstance(layer.adjustment, model.GaussianBlur | Beautify | Reshape)
            and project.index.root(layer.id) == root
            for layer in layers
        )

    # Records to the compositor's values

    def _layers(self, parent: str, dtype: str, time: Fraction | None) -> tuple[tree.Layer, ...]:
        return tuple(
            self._layer(layer, dtype, time) for layer in self.context.project.children(parent, model.Layer)
        )

    def _layer(self, layer: model.Layer, dtype: str, time: Fraction | None) -> tree.Layer:
        common: dict[str, Any] = {
            "opacity": layer.opacity,
            "blend": BlendMode.from_label(layer.blend),
            "clipped": layer.clipped,
            "visible": layer.visible,
            "mask": self._mask(layer, dtype),
        }
        if isinstance(layer, model.PixelLayer):
            return tree.PixelLayer(tiles=self._tiles(layer, dtype), **common)
        if isinstance(layer, model.Group):
            children = self._layers(layer.id, dtype, time)
            return tree.GroupLayer(children=children, pass_through=layer.pass_through, **common)
        if isinstance(layer, model.AdjustmentLayer):
            if isinstance(layer.adjustment, ColorLookup):
                return self._lookup(layer, layer.adjustment, common)
            found = self._faces(layer.adjustment, layer.id)
            return tree.AdjustmentLayer(adjustment=adjustment_value(layer.adjustment, found), **common)
        if isinstance(layer, model.EmbedLayer):
            return self._embedded(layer, dtype, time, common)
        raise ExpectedError(f"{type(layer).kind}")

    def _lookup(self, layer: model.Layer, lookup: ColorLookup, common: dict[str, Any]) -> tree.Layer:
        """Through the table; one that can no longer be read is hatched, never passed over in silence."""
        table = self.lookups.find(lookup.table)
        if table is not None:
            return tree.AdjustmentLayer(adjustment=adjustments.ColorLookup(table), **common)
        sheet = self.context.project.find(self.context.project.index.root(layer.id), model.RasterDocument)
        size = (float(sheet.width), float(sheet.height))

        def draw(region: IntRect, scale: float) -> Pixels:
            return Placeholder(lookup.name, size).draw(Request(region, scale, sheet.depth))

        return tree.DrawnLayer(key=("no lookup", lookup.table, size), draw=draw, **common)

    def _faces(self, adjustment: model.Adjustment, layer: str) -> tuple[FacePoints, ...]:
        """The points of the faces that a retouch follows: one, or all of its image."""
        if not isinstance(adjustment, Beautify | Reshape):
            return ()
        project = self.context.project
        root = project.index.root(layer)
        found = [project.records[key] for key in project.index.of_type(Face) if project.index.root(key) == root]
        wanted = sorted((item for item in found if isinstance(item, Face)), key=lambda item: (item.order, item.id))
        return tuple(
            tuple((point.x, point.y) for point in item.points)
            for item in wanted if adjustment.face in (None, item.id)
        )

    def _embedded(
        self, layer: model.EmbedLayer, dtype: str, time: Fraction | None, common: dict[str, Any]
    ) -> tree.Layer:
        drawing = self.context.embedded(layer.source, time)

        def draw(region: IntRect, scale: float) -> Pixels:
            return draw_placed(drawing, layer.transform, Request(region, scale, dtype))

        bounds = layer.transform.bounds(Rect(0, 0, *drawing.size))
        return tree.DrawnLayer(key=(drawing.key, layer.transform), draw=draw, bounds=bounds, **common)

    def _mask(self, layer: model.Layer, dtype: str) -> tree.Mask | None:
        if layer.id not in self._masks:
            project = self.context.project
            children = (project.records[key] for key in project.index.unsorted_children(layer.id))
            self._masks[layer.id] = next((item for item in children if isinstance(item, model.Mask)), None)
        mask = self._masks[layer.id]
        if mask is None or not mask.enabled:
            return None
        return tree.Mask(self._tiles(mask, dtype), mask.density, mask.inverted)

    def _tiles(self, parent: model.PixelLayer | model.Mask, dtype: str) -> tree.Tiles:
        """The same `Tiles` object as long as no tile record of the parent changed."""
        outside = parent.outside if isinstance(parent, model.Mask) else 0.0
        origin = (parent.x, parent.y, outside, dtype)
        kept, stale = self._kept.get(parent.id), self._stale.pop(parent.id, None)
        if kept is not None and kept.origin == origin and not stale:
            return kept.tiles
        if kept is not None and kept.origin[-1] == dtype:
            grid = self._changed_grid(parent, dtype, kept, stale or set())
        else:
            grid = self._whole_grid(parent, dtype)
        tiles = tree.Tiles(grid, parent.x, parent.y, outside)
        self._kept[parent.id] = _Kept(origin, tiles)
        return tiles

    def _whole_grid(self, parent: model.PixelLayer | model.Mask, dtype: str) -> Grid:
        """Every tile, to be read when it is first drawn."""
        project, planes = self.context.project, isinstance(parent, model.Mask)
        children = (project.records[key] for key in project.index.unsorted_children(parent.id))
        return {
            (item.x, item.y): tree.Tile(
                (item.pixels, dtype, planes), _loader(project.blobs, item.pixels, dtype, planes)
            )
            for item in children
            if isinstance(item, model.Tile)
        }

    def _changed_grid(
        self, parent: model.PixelLayer | model.Mask, dtype: str, kept: _Kept, stale: set[str]
    ) -> Grid:
        """In a gesture a tile that changed is read now, while its blob is sure to be there: a stroke forgets the states
        that it painted over, and a worker may come late. What is committed stays, and is read when it is drawn."""
        project, planes = self.context.project, isinstance(parent, model.Mask)
        grid = dict(kept.tiles.grid)
        for key in stale:
            column, _, row = key.rpartition("/")[2].partition(",")
            item = project.records.get(key)
            if isinstance(item, model.Tile):
                content, load = (item.pixels, dtype, planes), _loader(project.blobs, item.pixels, dtype, planes)
                passing = project.is_in_gesture
                grid[item.x, item.y] = tree.Tile.of(content, load()) if passing else tree.Tile(content, load)
            else:
                grid.pop((int(column), int(row)), None)
        return grid


ENGINES.add("raster", RasterEngine)


def _loader(blobs: BlobStore, name: str, dtype: str, planes: bool) -> Callable[[], Pixels]:
    shape = (model.TILE, model.TILE) if planes else (model.TILE, model.TILE, 4)

    def load() -> Pixels:
        try:
            return np.frombuffer(blobs.get(name), dtype=dtype).reshape(shape)
        except (BlobDamaged, ValueError):  # anything else, a closed project among it, is no picture at all
            return damaged_tile(dtype, planes)

    return load


def damaged_tile(dtype: str, planes: bool) -> Pixels:
    """What shows in place of pixels that can no longer be read: hatching, never a wrong picture."""
    hatching = Placeholder("", (model.TILE, model.TILE)).draw(
        Request(IntRect(0, 0, model.TILE, model.TILE), dtype=dtype)
    )
    return np.ascontiguousarray(hatching[..., 3]) if planes else hatching


def adjustment_value(
    adjustment: model.Levels | model.Curves | model.Exposure | model.HueSaturation | model.GaussianBlur | Beautify
    | Reshape, found: tuple[FacePoints, ...] = (),
) -> adjustments.Adjustment:
    """A record's adjustment as the value that `render` applies; `found` are the faces that a retouch follows."""
    if isinstance(adjustment, Beautify | Reshape):
        kind = faces.Beautify if isinstance(adjustment, Beautify) else faces.Reshape
        sliders = {name: getattr(adjustment, name) for name in adjustment.__struct_fields__ if name != "face"}
        return kind(found, **sliders)
    if isinstance(adjustment, model.Levels):
        level = Level(
            adjustment.black, adjustment.white, adjustment.gamma, adjustment.output_black, adjustment.output_white
        )
        channel = {"rgb": "master", "r": "red", "g": "green", "b": "blue"}[adjustment.channel]
        return adjustments.Levels(**{channel: level})
    if isinstance(adjustment, model.Curves):
        return adjustments.Curves(adjustment.rgb, adjustment.red, adjustment.green, adjustment.blue)
    if isinstance(adjustment, model.Exposure):
        return adjustments.Exposure(adjustment.stops, adjustment.offset, adjustment.gamma)
    if isinstance(adjustment, model.HueSaturation):
        return adjustments.HueSaturation(
            adjustment.hue, adjustment.saturation, adjustment.lightness, adjustment.colorize
        )
    return adjustments.GaussianBlur(adjustment.sigma)
