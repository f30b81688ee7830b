"""Which layer lies under the pointer, and which colour."""

from editor.commands.raster.tiles import tile_array
from editor.display.engine import Request
from editor.model.raster import TILE, EmbedLayer, Group, Layer, PixelLayer, RasterDocument
from editor.tools.events import PointerEvent
from editor.tools.tool import ToolContext
from render.color import Color
from render.geometry import IntRect, Point

VISIBLE_ALPHA = 0.05


def layer_at(context: ToolContext, event: PointerEvent) -> str | None:
    """The topmost visible, unlocked layer that shows something at the pointer."""
    return _topmost(context, context.document, Point(event.x, event.y))


def _topmost(context: ToolContext, parent: str, point: Point) -> str | None:
    for layer in reversed(context.project.children(parent, Layer)):
        if not layer.visible or layer.locked:
            continue
        if isinstance(layer, Group):
            found = _topmost(context, layer.id, point)
            if found is not None:
                return found
        elif _covers(context, layer, point):
            return layer.id
    return None


def _covers(context: ToolContext, layer: Layer, point: Point) -> bool:
    if isinstance(layer, EmbedLayer):
        try:
            inside = layer.transform.inverse().apply(point)
        except ZeroDivisionError:
            return False
        width, height = context.display.embedded(layer.source).size
        return 0 <= inside.x < width and 0 <= inside.y < height
    if not isinstance(layer, PixelLayer):
        return False
    depth = context.project.find(context.document, RasterDocument).depth
    x, y = int(point.x // 1) - layer.x, int(point.y // 1) - layer.y
    tile = tile_array(context.project, layer, (x // TILE, y // TILE), depth)
    peak = {"uint8": 255, "uint16": 65535}.get(depth, 1)
    return tile is not None and bool(tile[y % TILE, x % TILE, 3] > VISIBLE_ALPHA * peak)


def color_at(context: ToolContext, x: int, y: int) -> Color | None:
    """The straight colour that the whole image shows at a pixel; None outside it or where nothing is."""
    drawing = context.display.drawing(context.document, context.part)
    if not (0 <= x < drawing.size[0] and 0 <= y < drawing.size[1]):
        return None
    pixel = context.display.render(drawing, Request(IntRect(x, y, 1, 1), dtype="float32"))[0, 0]
    alpha = float(pixel[3])
    if alpha <= 0:
        return None
    return Color(float(pixel[0]) / alpha, float(pixel[1]) / alpha, float(pixel[2]) / alpha)
