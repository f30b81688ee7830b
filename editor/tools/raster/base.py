"""What the raster tools share: which layer they work on, and the selection's outline above the picture."""

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.raster.selection import selection_of
from editor.commands.raster.tiles import read_pixels, tiles_of
from editor.model.raster import TILE, Layer, Mask, PixelLayer
from editor.tools.events import PointerEvent
from editor.tools.overlay import OverlayItem, Polyline
from editor.tools.tool import Tool, ToolContext
from render.geometry import IntRect, Point


class RasterTool(Tool):
    """Draws the marching outline of the selection below its own overlay."""

    family = "raster"

    def __init__(self, context: ToolContext) -> None:
        self._outline_key: tuple[object, ...] = ()
        self._outline: tuple[OverlayItem, ...] = ()
        super().__init__(context)

    def overlay(self) -> tuple[OverlayItem, ...]:
        return (*self.selection_outline(), *self.state.overlay())

    def selection_outline(self) -> tuple[OverlayItem, ...]:
        """The borders of the pixel selection, traced once for each state of it."""
        project = self.context.project
        selection = selection_of(project, self.context.document)
        if selection is None:
            return ()
        tiles = tiles_of(project, selection.id)
        key = (selection, *((grid, tile.pixels) for grid, tile in tiles.items()))
        if key != self._outline_key and tiles:
            from render.raster.selection import outlines

            left, top = min(x for x, _ in tiles), min(y for _, y in tiles)
            right, bottom = max(x for x, _ in tiles) + 1, max(y for _, y in tiles) + 1
            region = IntRect(left * TILE, top * TILE, (right - left) * TILE, (bottom - top) * TILE)
            lines = outlines(read_pixels(project, selection, region), (region.x + selection.x, region.y + selection.y))
            self._outline = tuple(Polyline(tuple(line), closed=True, style="marching") for line in lines)
            self._outline_key = key
        return self._outline


def target_of(context: ToolContext) -> str:
    """The pixel layer or mask that painting goes to: the selected one, or the only pixel layer there is.

    Raises ExpectedError with what to do when none can be meant.
    """
    project, document = context.project, context.document
    for key in reversed(project.selection):
        if isinstance(project.get(key), PixelLayer | Mask) and project.index.root(key) == document:
            return key
    selected = [key for key in project.selection if isinstance(project.get(key), Layer)]
    candidates = [key for key in project.index.of_type(PixelLayer) if project.index.root(key) == document]
    if not selected and len(candidates) == 1:
        return candidates[0]
    raise ExpectedError(tr("Select a pixel layer or a mask first."), tr("Layers are listed on the right."))


def pixel_at(event: PointerEvent) -> tuple[int, int]:
    """The pixel under the pointer."""
    return int(event.x // 1), int(event.y // 1)


def distance(event: PointerEvent, start: PointerEvent) -> float:
    """How far the pointer moved on the screen, in its pixels."""
    return Point(event.x - start.x, event.y - start.y).length * event.scale


CLICK_SLOP = 3.0
"""A press that moves less than this many screen pixels is a click."""
