"""New raster documents, crop, and sizes."""

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.raster.tiles import delete_tiles, write_pixels
from editor.commands.registry import command
from editor.document.project import Project
from editor.model.faces import Face, mapped
from editor.model.raster import Depth, EmbedLayer, Extent, Mask, PixelLayer, RasterDocument, Selection
from editor.model.record import Record
from editor.model.values import Blob, RecordId
from render.color import Color
from render.geometry import Affine, IntRect

LARGEST_AREA = 1_000_000_000


def check_size(width: int, height: int) -> None:
    """Raise ExpectedError for a document that no one could mean."""
    if width * height > LARGEST_AREA:
        raise ExpectedError(
            tr("{width} x {height} pixels are more than this studio handles.", width=width, height=height),
            tr("The largest area is {limit} megapixels.", limit=LARGEST_AREA // 1_000_000),
        )


@command("raster.new_document", label="New image")
def new_document(
    project: Project, *, name: str = "", width: Extent = 1920, height: Extent = 1080, depth: Depth = "uint8",
    resolution: float = 72.0, background: str | None = "#ffffff", profile: Blob | None = None,
) -> str:
    """Make an image with one layer, filled with `background` (none: transparent). Returns the document's id."""
    check_size(width, height)
    key = project.new_id()
    project.put(
        RasterDocument(
            id=key, order=project.order_at_end(None)[0], name=name or tr("Image"), width=width, height=height,
            depth=depth, resolution=resolution, profile=profile,
        )
    )
    layer = PixelLayer(
        id=project.new_id(), parent=key, order="V", name=tr("Background") if background else tr("Layer {number}",
                                                                                              number=1)
    )
    project.put(layer)
    if background:
        fill_whole(project, layer.id, IntRect(0, 0, width, height), background, depth)
    project.select((layer.id,))
    return key


def fill_whole(project: Project, layer: str, region: IntRect, color: str, depth: Depth) -> None:
    """Fill a region of an empty layer with one colour."""
    from render.raster.fill import solid

    write_pixels(project, layer, region, lambda part: solid(part.height, part.width, parse_color(color), depth))


def parse_color(text: str) -> Color:
    try:
        return Color.from_hex(text)
    except ValueError as error:
        raise ExpectedError(tr("{text} is no colour: write it like #ff8800.", text=text)) from error


@command("raster.crop", label="Crop")
def crop(
    project: Project, *, document: RecordId, x: int, y: int, width: Extent, height: Extent, delete_pixels: bool = False
) -> None:
    """Make a rectangle the whole document. Pixels outside are kept out of sight unless `delete_pixels`."""
    sheet = project.find(document, RasterDocument)
    check_size(width, height)
    project.put(msgspec.structs.replace(sheet, width=width, height=height))
    for key in list(project.index.subtree(document)):
        item = project.get(key)
        if item is not None:
            shift(project, item, -x, -y)
    if delete_pixels:
        for key in list(project.index.subtree(document)):
            item = project.get(key)
            if isinstance(item, PixelLayer | Mask):
                delete_tiles(project, item, outside=IntRect(-item.x, -item.y, width, height))


def shift(project: Project, item: Record, dx: int, dy: int) -> None:
    """Move one layer, mask, selection or face by whole pixels; anything else stays."""
    if isinstance(item, PixelLayer | Mask):
        project.put(msgspec.structs.replace(item, x=item.x + dx, y=item.y + dy))
    elif isinstance(item, EmbedLayer):
        project.put(msgspec.structs.replace(item, transform=item.transform.then(Affine.translation(dx, dy))))
    elif isinstance(item, Selection):
        project.put(msgspec.structs.replace(item, x=item.x + dx, y=item.y + dy))
    elif isinstance(item, Face):
        project.put(mapped(item, Affine.translation(dx, dy)))


@command("raster.set_canvas_size", label="Canvas size")
def set_canvas_size(
    project: Project, *, document: RecordId, width: Extent, height: Extent, anchor_x: float = 0.5, anchor_y: float = 0.5
) -> None:
    """Make the document larger or smaller around an anchor from 0 (left, top) to 1 (right, bottom)."""
    sheet = project.find(document, RasterDocument)
    x, y = round((sheet.width - width) * anchor_x), round((sheet.height - height) * anchor_y)
    crop(project, document=document, x=x, y=y, width=width, height=height)
