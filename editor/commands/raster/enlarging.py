"""A second copy of an image, and an image that was enlarged elsewhere: its new pixels come as tiles."""

from typing import Annotated

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.copying import copy_subtree
from editor.commands.raster.documents import check_size
from editor.commands.raster.layers import derive_tile_id, put_tiles
from editor.commands.raster.results import TileBlobs
from editor.commands.raster.tiles import tiles_of
from editor.commands.registry import command
from editor.document.project import Project
from editor.model.faces import Face, mapped
from editor.model.raster import AdjustmentLayer, EmbedLayer, GaussianBlur, Mask, PixelLayer, RasterDocument, Selection
from editor.model.values import RecordId
from render.geometry import Affine

Times = Annotated[int, msgspec.Meta(ge=2, le=8)]
LARGEST_BLUR = 1000.0


@command("raster.duplicate_document", label="Duplicate image")
def duplicate_document(project: Project, *, document: RecordId, name: str = "") -> str:
    """Copy an image with all its layers. Pixels are shared until one is painted on. Returns the copy's id."""
    sheet = project.find(document, RasterDocument)
    order = project.order_at_end(None)[0]
    key = copy_subtree(project, document, parent=None, order=order, derive_id=derive_tile_id)
    copy = project.find(key, RasterDocument)
    project.put(msgspec.structs.replace(copy, name=name.strip() or tr("{name} copy", name=sheet.name)))
    project.select(())
    return key


@command("raster.place_enlarged", label="Enlarge image")
def place_enlarged(
    project: Project, *, document: RecordId, times: Times, pixels: tuple[tuple[RecordId, TileBlobs], ...]
) -> None:
    """Make an image a whole number of times larger; each layer, mask and selection gets the tiles given for it."""
    sheet = project.find(document, RasterDocument)
    check_size(sheet.width * times, sheet.height * times)
    inside = set(project.index.subtree(document))
    given = dict(pixels)
    if len(given) < len(pixels) or not given.keys() <= inside:
        raise ExpectedError(tr("These pixels belong to another image."))
    project.put(msgspec.structs.replace(sheet, width=sheet.width * times, height=sheet.height * times))
    for key in sorted(inside):
        _enlarge(project, key, times, given.get(key, ()))


def _enlarge(project: Project, key: str, times: int, tiles: TileBlobs) -> None:
    item = project.get(key)
    if isinstance(item, PixelLayer | Mask | Selection):
        for tile in tiles_of(project, key).values():
            project.delete(tile.id)
        project.put(msgspec.structs.replace(item, x=item.x * times, y=item.y * times))
        put_tiles(project, key, tiles)
    elif isinstance(item, EmbedLayer):
        scaled = item.transform.then(Affine.scaling(times, times))
        project.put(msgspec.structs.replace(item, transform=scaled))
    elif isinstance(item, Face):
        project.put(mapped(item, Affine.scaling(times, times)))
    elif isinstance(item, AdjustmentLayer) and isinstance(item.adjustment, GaussianBlur):
        blur = GaussianBlur(min(item.adjustment.sigma * times, LARGEST_BLUR))
        project.put(msgspec.structs.replace(item, adjustment=blur))
