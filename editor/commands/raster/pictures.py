"""A picture file as a document: what an importer read becomes records in one step."""

import msgspec

from editor.commands.raster.documents import check_size
from editor.commands.raster.layers import put_tiles
from editor.commands.registry import command
from editor.document.project import Project
from editor.model.raster import Depth, Extent, PixelLayer, RasterDocument
from editor.model.values import Blob

TileBlob = tuple[int, int, Blob]


@command("raster.import_picture", label="Import picture")
def import_picture(
    project: Project, *, name: str = "", width: Extent, height: Extent, depth: Depth = "uint8",
    resolution: float = 72.0, profile: Blob | None = None, metadata: dict[str, Blob] | None = None,
    tiles: tuple[TileBlob, ...] = (),
) -> str:
    """Make an image of one layer from tiles that were put as blobs. Returns the document's id."""
    check_size(width, height)
    key, layer = project.new_id(), project.new_id()
    sheet = RasterDocument(
        id=key, order=project.order_at_end(None)[0], name=name, width=width, height=height, depth=depth,
        resolution=resolution, profile=profile,
    )
    project.put(msgspec.structs.replace(sheet, metadata=metadata or {}))
    project.put(PixelLayer(id=layer, parent=key, order="V", name=name))
    put_tiles(project, layer, tiles)
    project.select((layer,))
    return key
