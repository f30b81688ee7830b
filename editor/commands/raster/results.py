"""What was worked out elsewhere comes in as tiles that the caller put as blobs: masks and selections."""

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.raster.layers import put_tiles
from editor.commands.raster.selection import selection_of
from editor.commands.registry import command
from editor.document.project import Project
from editor.model.raster import Layer, Mask, RasterDocument, Selection, Tile
from editor.model.values import Blob, RecordId, Unit

TileBlobs = tuple[tuple[int, int, Blob], ...]


@command("raster.place_mask", label="Place mask")
def place_mask(
    project: Project, *, layer: RecordId, tiles: TileBlobs, x: int = 0, y: int = 0, outside: Unit = 0.0
) -> str:
    """Give a layer a mask from coverage tiles, each (column, row, coverage), in place of the one it has. Returns its
    id."""
    found = project.find(layer, Layer)
    if found.locked:
        raise ExpectedError(tr("The layer {name} is locked.", name=found.name))
    for mask in project.children(layer, Mask):
        project.delete(mask.id)
    key = project.new_id()
    project.put(Mask(id=key, parent=layer, order="V", x=x, y=y, outside=outside))
    put_tiles(project, key, tiles)
    return key


@command("raster.place_selection", label="Place selection")
def place_selection(
    project: Project, *, document: RecordId, tiles: TileBlobs, x: int = 0, y: int = 0
) -> None:
    """Select by coverage tiles, each (column, row, coverage), in place of what was selected."""
    project.find(document, RasterDocument)
    found = selection_of(project, document)
    if found is None:
        key = project.new_id()
        project.put(Selection(id=key, parent=document, order="V", x=x, y=y))
    else:
        key = found.id
        for tile in project.children(key, Tile):
            project.delete(tile.id)
        project.put(msgspec.structs.replace(found, x=x, y=y))
    put_tiles(project, key, tiles)
