"""Pixels of a layer, a mask or the selection as arrays, and back as tile records: the one door to tiles.

Coordinates are in pixels from the parent's own origin (its record's x and y place that origin in the document).
"""

from collections.abc import Callable, Iterator

import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.display.engine import Pixels
from editor.document.journal import blob_name
from editor.document.project import Project
from editor.model.raster import TILE, Depth, Mask, PixelLayer, RasterDocument, Selection, Tile, tile_id
from render.geometry import IntRect

LARGEST_ARRAY = 2 << 30
TileParent = PixelLayer | Mask | Selection
Grid = tuple[int, int]


def depth_of(project: Project, key: str) -> Depth:
    """The depth of the document that owns a record."""
    return project.find(project.index.root(key), RasterDocument).depth


def channels_of(parent: TileParent) -> int:
    return 4 if isinstance(parent, PixelLayer) else 1


def shape_of(parent: TileParent) -> tuple[int, ...]:
    return (TILE, TILE, 4) if isinstance(parent, PixelLayer) else (TILE, TILE)


def outside_value(parent: TileParent, depth: Depth) -> float:
    """What a missing tile holds, in the depth's own scale."""
    peak = np.iinfo(depth).max if depth.startswith("u") else 1.0
    return float(round(parent.outside * peak) if depth.startswith("u") else parent.outside) if isinstance(
        parent, Mask) else 0.0


def tiles_of(project: Project, parent: str) -> dict[Grid, Tile]:
    return {(tile.x, tile.y): tile for tile in project.children(parent, Tile)}


def tile_array(project: Project, parent: TileParent, grid: Grid, depth: Depth) -> Pixels | None:
    """The pixels of one tile, read-only, or None where there is no tile."""
    tile = project.get(tile_id(parent.id, *grid))
    if not isinstance(tile, Tile):
        return None
    return np.frombuffer(project.blobs.get(tile.pixels), dtype=depth).reshape(shape_of(parent))


def put_tile(project: Project, parent: TileParent, grid: Grid, pixels: Pixels, depth: Depth) -> str | None:
    """Store one tile; one that holds nothing but the outside value is removed instead.

    Returns the name of the blob if these bytes were not in the project before.
    """
    key = tile_id(parent.id, *grid)
    outside = np.asarray(outside_value(parent, depth), dtype=depth)
    # A look at one pixel in 1,024 mostly tells that a tile is not empty: a stroke puts many a second.
    if not np.any(pixels[::32, ::32] != outside) and not np.any(pixels != outside):
        if project.get(key) is not None:
            project.delete(key)
        return None
    data = np.ascontiguousarray(pixels, dtype=depth).tobytes()
    name = blob_name(data)
    is_new = name not in project.blobs
    project.blobs.put(data, name)
    project.put(Tile(id=key, parent=parent.id, x=grid[0], y=grid[1], pixels=name))
    return name if is_new else None


def grid_over(region: IntRect) -> Iterator[tuple[Grid, IntRect]]:
    """The grid places under a region, each with its square."""
    for row in range(region.y // TILE, -(-region.bottom // TILE)):
        for column in range(region.x // TILE, -(-region.right // TILE)):
            yield (column, row), IntRect(column * TILE, row * TILE, TILE, TILE)


def check_memory(width: float, height: float, channels: int, depth: Depth) -> None:
    """Raise ExpectedError for pixels that are too many to hold as one array, with the copies that work on it makes."""
    needed = width * height * channels * np.dtype(depth).itemsize
    if needed > LARGEST_ARRAY:
        raise ExpectedError(
            tr("This would need {needed} GB of memory at once.", needed=round(needed / 1e9, 1)),
            tr("The most is {limit} GB: choose a smaller size.", limit=round(LARGEST_ARRAY / 1e9, 1)),
        )


def read_pixels(project: Project, parent: TileParent, region: IntRect) -> Pixels:
    """A writable copy of a region."""
    depth = depth_of(project, parent.id)
    check_memory(region.width, region.height, channels_of(parent), depth)
    shape = (region.height, region.width, 4) if channels_of(parent) == 4 else (region.height, region.width)
    pixels = np.full(shape, outside_value(parent, depth), dtype=depth)
    for grid, square in grid_over(region):
        tile = tile_array(project, parent, grid, depth)
        if tile is not None:
            part = square.intersection(region)
            pixels[part.y - region.y : part.bottom - region.y, part.x - region.x : part.right - region.x] = tile[
                part.y - square.y : part.bottom - square.y, part.x - square.x : part.right - square.x
            ]
    return pixels


def write_pixels(project: Project, key: str, region: IntRect, make: Callable[[IntRect], Pixels]) -> None:
    """Replace a region tile by tile with what `make(part)` gives for each part of it."""
    parent = find_parent(project, key)
    depth = depth_of(project, key)
    for grid, square in grid_over(region):
        part = square.intersection(region)
        new = make(part)
        if part != square:
            old = tile_array(project, parent, grid, depth)
            whole = np.full(shape_of(parent), outside_value(parent, depth), depth) if old is None else old.copy()
            whole[part.y - square.y : part.bottom - square.y, part.x - square.x : part.right - square.x] = new
            new = whole
        put_tile(project, parent, grid, new, depth)


def find_parent(project: Project, key: str) -> TileParent:
    """The layer, mask or selection of that id. Raises ExpectedError for anything else."""
    item = project.get(key)
    return item if isinstance(item, Mask | Selection) else project.find(key, PixelLayer)


def delete_tiles(project: Project, parent: TileParent, outside: IntRect) -> None:
    """Remove every pixel that lies outside a rectangle."""
    depth = depth_of(project, parent.id)
    for grid, tile in tiles_of(project, parent.id).items():
        square = IntRect(grid[0] * TILE, grid[1] * TILE, TILE, TILE)
        kept = square.intersection(outside)
        if kept.is_empty:
            project.delete(tile.id)
        elif kept != square:
            whole = np.full(shape_of(parent), outside_value(parent, depth), depth)
            old = tile_array(project, parent, grid, depth)
            place = np.s_[kept.y - square.y : kept.bottom - square.y, kept.x - square.x : kept.right - square.x]
            whole[place] = 0 if old is None else old[place]
            put_tile(project, parent, grid, whole, depth)


def bounds_of(project: Project, parent: TileParent) -> IntRect:
    """The rectangle of whole tiles that a layer has, in its own pixels; empty when it has none."""
    bounds = IntRect(0, 0, 0, 0)
    for column, row in tiles_of(project, parent.id):
        bounds = bounds.union(IntRect(column * TILE, row * TILE, TILE, TILE))
    return bounds
