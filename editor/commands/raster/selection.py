"""The pixel selection of an image: a record like any other, so undo, restart and replay keep it."""

from collections.abc import Callable
from typing import Annotated

import msgspec

from editor.commands.raster.tiles import check_memory, depth_of, put_tile, read_pixels, tiles_of
from editor.commands.registry import command
from editor.display.engine import Pixels
from editor.document.project import Project
from editor.model.raster import TILE, RasterDocument, Selection
from editor.model.values import RecordId
from render.geometry import IntRect, Point, Rect
from render.raster.selection import Combine

Draw = Callable[[IntRect], Pixels]
Feather = Annotated[float, msgspec.Meta(ge=0.0, le=1000.0)]
"""How far an edge is softened, in pixels; memory grows with it."""


def selection_of(project: Project, document: str) -> Selection | None:
    """The selection of an image; None means that edits apply everywhere."""
    return next(iter(project.children(document, Selection)), None)


def coverage(project: Project, document: str, region: IntRect) -> Pixels | None:
    """How much each pixel of a region of the document is selected, or None when nothing limits edits."""
    selection = selection_of(project, document)
    if selection is None:
        return None
    moved = IntRect(region.x - selection.x, region.y - selection.y, region.width, region.height)
    return read_pixels(project, selection, moved)


def replace_selection(project: Project, document: str, region: IntRect, pixels: Pixels) -> None:
    """Make `pixels` the whole selection; one that selects nothing is removed."""
    depth = depth_of(project, document)
    selection = selection_of(project, document)
    if selection is not None:
        project.delete(selection.id)
    if not pixels.any():
        return
    key = project.new_id() if selection is None else selection.id
    fresh = Selection(id=key, parent=document)
    project.put(fresh)
    for row in range(0, pixels.shape[0], TILE):
        for column in range(0, pixels.shape[1], TILE):
            part = _whole_tile(pixels[row : row + TILE, column : column + TILE], depth)
            put_tile(project, fresh, (column // TILE, row // TILE), part, depth)


def _whole_tile(part: Pixels, depth: str) -> Pixels:
    import numpy as np

    whole = np.zeros((TILE, TILE), depth)
    whole[: part.shape[0], : part.shape[1]] = part
    return whole


def combine(project: Project, document: str, draw: Draw, how: Combine, feather: float) -> None:
    """Draw a shape over the whole image, soften its edge, and combine it with what is selected."""
    from render.raster.selection import combined, feathered

    sheet = project.find(document, RasterDocument)
    whole = IntRect(0, 0, sheet.width, sheet.height)
    check_memory(sheet.width, sheet.height, 1, "float32")  # what softening works in
    new = feathered(draw(whole), feather)
    old = coverage(project, document, whole)
    if how != "replace":
        new = combined(new * 0 if old is None else old, new, how)
    replace_selection(project, document, whole, new)


@command("raster.select_rectangle", label="Select rectangle")
def select_rectangle(
    project: Project, *, document: RecordId, rect: Rect, how: Combine = "replace", feather: Feather = 0.0
) -> None:
    """Select a rectangle in pixels of the image."""
    from render.raster.selection import rectangle

    depth = depth_of(project, document)
    combine(project, document, lambda whole: rectangle(whole, rect, depth), how, feather)


@command("raster.select_ellipse", label="Select ellipse")
def select_ellipse(
    project: Project, *, document: RecordId, rect: Rect, how: Combine = "replace", feather: Feather = 0.0
) -> None:
    """Select the ellipse inside a rectangle."""
    from render.raster.selection import ellipse

    depth = depth_of(project, document)
    combine(project, document, lambda whole: ellipse(whole, rect, depth), how, feather)


@command("raster.select_lasso", label="Lasso")
def select_lasso(
    project: Project, *, document: RecordId, points: tuple[Point, ...], how: Combine = "replace", feather: Feather = 0.0
) -> None:
    """Select the inside of a closed line."""
    from render.raster.selection import polygon

    depth = depth_of(project, document)
    combine(project, document, lambda whole: polygon(whole, points, depth), how, feather)


@command("raster.select_all", label="Select all")
def select_all(project: Project, *, document: RecordId) -> None:
    """Select every pixel of the image."""
    sheet = project.find(document, RasterDocument)
    select_rectangle(project, document=document, rect=Rect(0, 0, sheet.width, sheet.height))


@command("raster.deselect", label="Deselect")
def deselect(project: Project, *, document: RecordId) -> None:
    """Let edits apply everywhere again."""
    selection = selection_of(project, document)
    if selection is not None:
        project.delete(selection.id)


@command("raster.invert_selection", label="Invert selection")
def invert_selection(project: Project, *, document: RecordId) -> None:
    """Select what is not selected. With no selection, nothing changes."""
    import numpy as np

    from render.raster.depth import peak_of

    sheet = project.find(document, RasterDocument)
    whole = IntRect(0, 0, sheet.width, sheet.height)
    old = coverage(project, document, whole)
    if old is not None:
        peak = np.asarray(peak_of(old.dtype), old.dtype)
        replace_selection(project, document, whole, peak - old)


def selected_region(project: Project, document: str) -> IntRect:
    """The part of the image that the selection may reach: the whole image when there is none."""
    sheet = project.find(document, RasterDocument)
    whole = IntRect(0, 0, sheet.width, sheet.height)
    selection = selection_of(project, document)
    if selection is None:
        return whole
    reach = IntRect(0, 0, 0, 0)
    for column, row in tiles_of(project, selection.id):
        reach = reach.union(IntRect(column * TILE + selection.x, row * TILE + selection.y, TILE, TILE))
    return reach.intersection(whole)
