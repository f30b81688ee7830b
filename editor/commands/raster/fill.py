"""Fill, paint bucket, gradient and clear: edits of a region of one layer or mask, limited by the selection."""

from collections.abc import Callable

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.raster.documents import parse_color
from editor.commands.raster.selection import coverage, selected_region
from editor.commands.raster.tiles import (
    TileParent,
    depth_of,
    find_parent,
    grid_over,
    outside_value,
    put_tile,
    read_pixels,
    shape_of,
    tile_array,
)
from editor.commands.registry import command
from editor.display.engine import Pixels
from editor.document.project import Project
from editor.model.raster import Layer, Mask, PixelLayer, RasterDocument
from editor.model.values import RecordId, Unit
from render.geometry import IntRect, Point

Change = Callable[[Pixels, IntRect], Pixels]


def editable(project: Project, key: str) -> TileParent:
    """The pixel layer or mask to edit; raises ExpectedError when it is locked or holds no pixels."""
    item = project.get(key)
    if isinstance(item, Layer) and not isinstance(item, PixelLayer):
        raise ExpectedError(tr("This layer holds no pixels of its own."), tr("Select a pixel layer or a mask."))
    parent = find_parent(project, key)
    layer = project.get(parent.parent or "") if isinstance(parent, Mask) else parent
    if isinstance(layer, Layer) and layer.locked:
        raise ExpectedError(tr("The layer {name} is locked.", name=layer.name))
    return parent


def edit(project: Project, parent: TileParent, region: IntRect, change: Change) -> None:
    """Apply `change(old pixels, their place in the document)` to a region of the document, where selected."""
    import numpy as np

    from render.raster.selection import limited

    document = project.index.root(parent.id)
    depth = depth_of(project, parent.id)
    local = IntRect(region.x - parent.x, region.y - parent.y, region.width, region.height)
    for grid, square in grid_over(local):
        part = square.intersection(local)
        shown = IntRect(part.x + parent.x, part.y + parent.y, part.width, part.height)
        tile = tile_array(project, parent, grid, depth)
        whole = np.full(shape_of(parent), outside_value(parent, depth), depth) if tile is None else tile.copy()
        place = np.s_[part.y - square.y : part.bottom - square.y, part.x - square.x : part.right - square.x]
        new = change(whole[place], shown)
        share = coverage(project, document, shown)
        whole[place] = new if share is None else limited(whole[place], new, share)
        put_tile(project, parent, grid, whole, depth)


def laid_over(color: str, parent: TileParent, area: Callable[[IntRect], Pixels | None]) -> Change:
    """A change that paints a colour over what `area(place)` covers (None: all of it)."""
    import numpy as np

    from render.raster.depth import from_unit, peak_of, to_unit
    from render.raster.fill import painted_over

    paint = parse_color(color)

    def change(old: Pixels, place: IntRect) -> Pixels:
        covered = area(place)
        if covered is None:
            covered = np.full(old.shape[:2], peak_of(old.dtype), old.dtype)
        if isinstance(parent, PixelLayer):
            return painted_over(old, paint, covered)
        grey = 0.2126 * paint.red + 0.7152 * paint.green + 0.0722 * paint.blue
        share = to_unit(covered) * paint.alpha
        return from_unit(to_unit(old) * (1 - share) + grey * share, old.dtype)

    return change


@command("raster.fill", label="Fill")
def fill(project: Project, *, layer: RecordId, color: str) -> None:
    """Fill the selection, or the whole image, with a colour on one layer or mask."""
    parent = editable(project, layer)
    region = selected_region(project, project.index.root(layer))
    edit(project, parent, region, laid_over(color, parent, lambda place: None))


@command("raster.clear", label="Clear")
def clear(project: Project, *, layer: RecordId) -> None:
    """Erase what is selected (everything when nothing is) on one layer; on a mask, hide it."""
    parent = editable(project, layer)
    region = selected_region(project, project.index.root(layer))
    edit(project, parent, region, lambda old, place: old * 0)


@command("raster.bucket_fill", label="Paint bucket")
def bucket_fill(
    project: Project, *, layer: RecordId, x: int, y: int, color: str, tolerance: Unit = 0.125, contiguous: bool = True
) -> None:
    """Fill the area around a pixel of the image whose colour on this layer is alike."""
    from render.raster.fill import similar_area

    parent = editable(project, layer)
    document = project.find(project.index.root(layer), RasterDocument)
    if not (0 <= x < document.width and 0 <= y < document.height):
        raise ExpectedError(tr("This point is outside the image."))
    whole = IntRect(-parent.x, -parent.y, document.width, document.height)
    pixels = read_pixels(project, parent, whole)
    area = similar_area(pixels if pixels.ndim == 3 else pixels[..., None], (x, y), tolerance, contiguous)
    edit(
        project, parent, IntRect(0, 0, document.width, document.height),
        laid_over(color, parent, lambda place: area[place.y : place.bottom, place.x : place.right]),
    )


@command("raster.gradient_fill", label="Gradient")
def gradient_fill(
    project: Project, *, layer: RecordId, start: Point, end: Point, first: str, last: str
) -> None:
    """Lay a linear gradient between two points of the image over the selection."""
    from render.raster.depth import from_unit, to_unit
    from render.raster.fill import gradient

    parent = editable(project, layer)
    colors = (parse_color(first), parse_color(last))

    def change(old: Pixels, place: IntRect) -> Pixels:
        ends = ((start.x - place.x, start.y - place.y), (end.x - place.x, end.y - place.y))
        laid = gradient(place.height, place.width, *ends, colors, "float32")
        if old.ndim == 3:
            return from_unit(laid + to_unit(old) * (1 - laid[..., 3:]), old.dtype)
        grey = laid[..., :3] @ (0.2126, 0.7152, 0.0722)
        return from_unit(grey + to_unit(old) * (1 - laid[..., 3]), old.dtype)

    edit(project, parent, selected_region(project, project.index.root(layer)), change)
