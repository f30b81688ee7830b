"""Layer masks: coverage painted in grey, kept beside the pixels and never in them."""

from typing import Literal

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.notes import hand_down, notes_below
from editor.commands.raster.selection import selection_of
from editor.commands.raster.tiles import depth_of, put_tile, read_pixels, tile_array, tiles_of
from editor.commands.registry import command
from editor.document.project import Project
from editor.model.raster import TILE, Layer, Mask, PixelLayer
from editor.model.values import RecordId
from render.geometry import IntRect


@command("raster.add_mask", label="Add mask")
def add_mask(
    project: Project, *, layer: RecordId, start: Literal["reveal", "hide", "selection"] = "reveal"
) -> str:
    """Give a layer a mask that shows all, hides all, or shows what is selected. Returns the mask's id."""
    project.find(layer, Layer)
    if project.children(layer, Mask):
        raise ExpectedError(tr("This layer has a mask already."))
    key = project.new_id()
    selection = selection_of(project, project.index.root(layer))
    if start == "selection" and selection is None:
        raise ExpectedError(tr("Nothing is selected."), tr("Draw a selection first."))
    outside = 1.0 if start == "reveal" else 0.0
    mask = Mask(id=key, parent=layer, order="V", outside=outside)
    if start == "selection" and selection is not None:
        mask = Mask(id=key, parent=layer, order="V", outside=0.0, x=selection.x, y=selection.y)
        project.put(mask)
        depth = depth_of(project, layer)
        for grid in tiles_of(project, selection.id):
            pixels = tile_array(project, selection, grid, depth)
            if pixels is not None:
                put_tile(project, mask, grid, pixels, depth)
    project.put(mask)
    return key


@command("raster.apply_mask", label="Apply mask")
def apply_mask(project: Project, *, layer: RecordId) -> None:
    """Make a pixel layer's mask part of its pixels and remove it."""
    from render.raster.depth import from_unit, to_unit
    from render.raster.selection import weakened

    item = project.find(layer, PixelLayer)
    depth = depth_of(project, layer)
    for mask in project.children(layer, Mask):
        for grid in list(tiles_of(project, item.id)) if mask.enabled else ():
            x, y = grid[0] * TILE + item.x - mask.x, grid[1] * TILE + item.y - mask.y
            share = to_unit(read_pixels(project, mask, IntRect(x, y, TILE, TILE)))
            share = 1 - share if mask.inverted else share
            shown = from_unit(1 - mask.density * (1 - share), depth)
            pixels = tile_array(project, item, grid, depth)
            if pixels is not None:
                put_tile(project, item, grid, weakened(pixels, shown), depth)
        notes = notes_below(project, (mask.id,))
        project.delete(mask.id)
        hand_down(project, notes, layer)
