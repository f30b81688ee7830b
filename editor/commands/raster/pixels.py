"""Edits of whole layers' pixels: resize the image, merge, flatten, transform, bake an adjustment."""

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.notes import hand_down, notes_below
from editor.commands.raster.documents import check_size
from editor.commands.raster.tiles import (
    TileParent,
    bounds_of,
    channels_of,
    check_memory,
    depth_of,
    grid_over,
    outside_value,
    put_tile,
    read_pixels,
    shape_of,
    tiles_of,
)
from editor.commands.registry import command
from editor.display.display import Display
from editor.display.engine import Pixels, Request
from editor.document.project import Project
from editor.model.faces import Face, mapped
from editor.model.raster import (
    AdjustmentLayer,
    EmbedLayer,
    Extent,
    Group,
    Layer,
    Mask,
    PixelLayer,
    RasterDocument,
    Selection,
)
from editor.model.values import RecordId
from render.geometry import Affine, IntRect


def replace_pixels(project: Project, parent: TileParent, pixels: Pixels, x: int, y: int) -> None:
    """Make an array all that a layer, mask or selection holds; (x, y) is its first pixel in the image."""
    import numpy as np

    depth = depth_of(project, parent.id)
    for tile in tiles_of(project, parent.id).values():
        project.delete(tile.id)
    moved = msgspec.structs.replace(parent, x=x, y=y)
    project.put(moved)
    whole = IntRect(0, 0, pixels.shape[1], pixels.shape[0])
    for grid, square in grid_over(whole):
        part = square.intersection(whole)
        fresh = np.full(shape_of(parent), outside_value(parent, depth), depth)
        fresh[: part.height, : part.width] = pixels[part.y : part.bottom, part.x : part.right]
        put_tile(project, moved, grid, fresh, depth)


@command("raster.resize_document", label="Image size")
def resize_document(project: Project, *, document: RecordId, width: Extent, height: Extent) -> None:
    """Scale the whole image, every layer and mask with it (Lanczos)."""
    check_size(width, height)
    sheet = project.find(document, RasterDocument)
    across, down = width / sheet.width, height / sheet.height
    project.put(msgspec.structs.replace(sheet, width=width, height=height))
    for key in list(project.index.subtree(document)):
        item = project.get(key)
        if isinstance(item, EmbedLayer):
            project.put(msgspec.structs.replace(item, transform=item.transform.then(Affine.scaling(across, down))))
        elif isinstance(item, Face):
            project.put(mapped(item, Affine.scaling(across, down)))
        elif isinstance(item, PixelLayer | Mask | Selection):
            area = bounds_of(project, item)
            if area.is_empty:
                continue
            left, top = round((item.x + area.x) * across), round((item.y + area.y) * down)
            right, bottom = round((item.x + area.right) * across), round((item.y + area.bottom) * down)
            check_memory(right - left, bottom - top, channels_of(item), sheet.depth)
            pixels = _resized(read_pixels(project, item, area), max(1, right - left), max(1, bottom - top))
            replace_pixels(project, item, pixels, left, top)


def _resized(pixels: Pixels, width: int, height: int) -> Pixels:
    """Coverage goes through the same kernel as pixels, as four equal channels."""
    import numpy as np

    from render.kernels.resample import resize

    if pixels.ndim == 3:
        return resize(pixels, width, height)
    four = np.ascontiguousarray(np.repeat(pixels[..., None], 4, axis=2))
    return np.ascontiguousarray(resize(four, width, height)[..., 0])


@command("raster.transform_layer", label="Transform layer")
def transform_layer(project: Project, *, layer: RecordId, transform: Affine) -> None:
    """Scale, turn or shear a layer about the image's origin; linked documents stay sharp, pixels are resampled."""
    from render.raster.transform import Placed, transformed

    item = project.find(layer, Layer)
    if item.locked:
        raise ExpectedError(tr("The layer {name} is locked.", name=item.name))
    if abs(transform.determinant) < 1e-9:
        raise ExpectedError(tr("A layer cannot be made flat."))
    if isinstance(item, EmbedLayer):
        project.put(msgspec.structs.replace(item, transform=item.transform.then(transform)))
        return
    pixel_layer = project.find(layer, PixelLayer)
    area = bounds_of(project, pixel_layer)
    if area.is_empty:
        return
    corners = transform.bounds(area.to_rect())
    check_memory(corners.width, corners.height, 4, depth_of(project, layer))
    placed = Placed(read_pixels(project, pixel_layer, area), pixel_layer.x + area.x, pixel_layer.y + area.y)
    result = transformed(placed, transform)
    replace_pixels(project, pixel_layer, result.pixels, result.x, result.y)


def drawn(project: Project, document: str, region: IntRect) -> Pixels:
    """What the image shows now in a region, in its own depth."""
    check_memory(region.width, region.height, 4, depth_of(project, document))
    display = Display(project)
    try:
        drawing = display.drawing(document)
        return drawing.draw(Request(region, 1.0, depth_of(project, document)))
    finally:
        display.close()


@command("raster.merge_down", label="Merge down")
def merge_down(project: Project, *, layer: RecordId) -> None:
    """Draw a layer onto the pixel layer right below it and remove it; what lies outside the image is let go."""
    item = project.find(layer, Layer)
    siblings = project.children(item.parent, Layer)
    place = siblings.index(item)
    below = siblings[place - 1] if place else None
    if not isinstance(below, PixelLayer):
        raise ExpectedError(tr("There is no pixel layer right below this one."))
    document = project.index.root(layer)
    others = [other for other in _all_layers(project, document) if other.id not in _family(project, item, below)]
    notes = notes_below(project, (layer, *(mask.id for mask in project.children(below.id, Mask))))
    _draw_alone(project, document, others, below)
    project.delete(layer)
    hand_down(project, notes, below.id)
    project.select((below.id,))


@command("raster.flatten", label="Flatten image")
def flatten(project: Project, *, document: RecordId) -> str:
    """Make one layer of what the image shows. Returns its id; undo brings all layers back."""
    sheet = project.find(document, RasterDocument)
    pixels = drawn(project, document, IntRect(0, 0, sheet.width, sheet.height))
    notes = notes_below(project, [layer.id for layer in project.children(document, Layer)])
    for layer in project.children(document, Layer):
        project.delete(layer.id)
    flat = PixelLayer(id=project.new_id(), parent=document, order="V", name=tr("Background"))
    project.put(flat)
    replace_pixels(project, flat, pixels, 0, 0)
    hand_down(project, notes, flat.id)
    project.select((flat.id,))
    return flat.id


@command("raster.apply_adjustment", label="Apply adjustment")
def apply_adjustment(project: Project, *, layer: RecordId) -> None:
    """Bake an adjustment layer into the pixel layer right below it."""
    project.find(layer, AdjustmentLayer)
    merge_down(project, layer=layer)


def _all_layers(project: Project, document: str) -> list[Layer]:
    items = [project.records[key] for key in project.index.subtree(document)]
    return [item for item in items if isinstance(item, Layer)]


def _family(project: Project, *layers: Layer) -> set[str]:
    """The layers with all in them and all around them: what must stay visible to see just these."""
    found: set[str] = set()
    for layer in layers:
        found |= set(project.index.subtree(layer.id)) | set(project.index.ancestors(layer.id))
    return found


def _draw_alone(project: Project, document: str, others: list[Layer], below: PixelLayer) -> None:
    """Replace a layer's pixels by what it and the layer above it show together, everything else hidden."""
    sheet = project.find(document, RasterDocument)
    shown = [layer for layer in others if layer.visible]
    for layer in shown:
        project.put(msgspec.structs.replace(layer, visible=False))
    groups = [item for key in project.index.ancestors(below.id) if isinstance(item := project.records[key], Group)]
    for group in groups:
        project.put(msgspec.structs.replace(group, visible=True, opacity=1.0, blend="normal", pass_through=True))
    reach = IntRect(0, 0, sheet.width, sheet.height)
    project.put(msgspec.structs.replace(below, visible=True, blend="normal", clipped=False))
    pixels = drawn(project, document, reach)
    for mask in project.children(below.id, Mask):
        project.delete(mask.id)
    for layer in (*shown, *groups):
        project.put(layer)
    merged = msgspec.structs.replace(below, opacity=1.0)
    project.put(merged)
    replace_pixels(project, merged, pixels, reach.x, reach.y)

