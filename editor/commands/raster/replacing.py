"""Other pixels, or one colour, in the place of what a layer shows."""

from typing import Annotated

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.raster.documents import parse_color
from editor.commands.raster.fill import editable
from editor.commands.raster.layers import put_tiles
from editor.commands.raster.tiles import depth_of, put_tile, tile_array, tiles_of
from editor.commands.registry import command
from editor.document.project import Project
from editor.model.raster import PixelLayer
from editor.model.values import Blob, RecordId

Offset = Annotated[int, msgspec.Meta(ge=-10_000_000, le=10_000_000)]


@command("raster.replace_picture", label="Replace picture")
def replace_picture(
    project: Project, *, layer: RecordId, tiles: tuple[tuple[int, int, Blob], ...], x: Offset = 0, y: Offset = 0
) -> None:
    """Show other pixels on a layer, from tiles that the caller put as blobs; masks and effects stay."""
    item = _pixel_layer(project, layer)
    for tile in tiles_of(project, layer).values():
        project.delete(tile.id)
    project.put(msgspec.structs.replace(item, x=x, y=y))
    put_tiles(project, layer, tiles)


@command("raster.recolor", label="Recolour layer")
def recolor(project: Project, *, layer: RecordId, color: str) -> None:
    """Give all that a layer shows one colour; how opaque each pixel is stays."""
    from render.raster.fill import tinted

    item = _pixel_layer(project, layer)
    paint, depth = parse_color(color), depth_of(project, layer)
    for grid in list(tiles_of(project, layer)):
        pixels = tile_array(project, item, grid, depth)
        if pixels is not None:
            put_tile(project, item, grid, tinted(pixels, paint), depth)


def _pixel_layer(project: Project, key: str) -> PixelLayer:
    item = editable(project, key)
    if not isinstance(item, PixelLayer):
        raise ExpectedError(tr("This layer holds no pixels of its own."), tr("Select a pixel layer or a mask."))
    return item
