"""The pixels of one layer, mask or selection made larger, strip by strip, as tiles in the document's own depth.

Never is more than a strip held as floats, so the size of the picture costs disk and time, not memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from editor.commands.raster.tiles import bounds_of, depth_of, outside_value, read_pixels, tile_array, tiles_of
from editor.model.raster import TILE, Depth, Mask, PixelLayer, RasterDocument, Selection
from editor.workflows.ai.enlarge_colour import Colours, colours_of
from editor.workflows.ai.pictures import straight
from ml.runtime.runtime import Runtime
from ml.upscale.enlarge import bands, enlarge, overlap_of
from ml.upscale.lanczos import enlarged
from ml.upscale.model import Upscaler
from render.geometry import IntRect
from render.raster.depth import from_unit, to_unit

if TYPE_CHECKING:
    from editor.base.jobs import Progress
    from editor.document.project import Project

Floats = NDArray[np.float32]
Parent = PixelLayer | Mask | Selection
TileBlobs = tuple[tuple[int, int, str], ...]
STRIP = 2 * TILE
"""Rows of a strip; tiles of the result begin where strips begin."""
MARGIN = 8
"""Rows around a strip for Lanczos, which looks three pixels far."""


def area_of(project: Project, parent: Parent) -> IntRect:
    """What there is to enlarge, in the parent's own pixels: to the pixel where a layer's content ends, for beyond
    that edge there is nothing to blend with; the whole tiles of a mask."""
    bounds = bounds_of(project, parent)
    return bounds if bounds.is_empty or not isinstance(parent, PixelLayer) else _content(project, parent)


def _content(project: Project, layer: PixelLayer) -> IntRect:
    depth, found = depth_of(project, layer.id), IntRect(0, 0, 0, 0)
    for column, row in tiles_of(project, layer.id):
        pixels = tile_array(project, layer, (column, row), depth)
        if pixels is None:
            continue
        covered = pixels[..., 3] > 0
        rows, columns = np.flatnonzero(covered.any(axis=1)), np.flatnonzero(covered.any(axis=0))
        if rows.size:
            found = found.union(IntRect(
                column * TILE + int(columns[0]), row * TILE + int(rows[0]),
                int(columns[-1] - columns[0]) + 1, int(rows[-1] - rows[0]) + 1,
            ))
    return found


def enlarged_tiles(
    project: Project, parent: Parent, area: IntRect, runtime: Runtime, model: Upscaler, times: int, progress: Progress
) -> TileBlobs:
    """New tiles, each put as a blob. Empty ones are left out."""
    found: list[tuple[int, int, str]] = []
    colours = colours_of(project, parent) if isinstance(parent, PixelLayer) else Colours()
    for first, last, top, bottom, part in _strips(area, parent, model, progress):
        source = read_pixels(project, parent, IntRect(area.x, top, area.width, bottom - top))
        if isinstance(parent, PixelLayer):
            given = colours.encoded(straight(source, part))
            made = _premultiplied(colours.decoded(enlarge(runtime, model, given, times, part)))
        else:
            made = np.clip(enlarged(to_unit(source), times), 0.0, 1.0)
            part(1.0)
        kept = made[(first - top) * times : (last - top) * times]
        found += _cut(project, parent, kept, area.x * times, first * times, part)
    if isinstance(parent, Mask | Selection):
        found = _with_true_edges(project, parent, area, times, found)
    return tuple(found)


def _strips(
    area: IntRect, parent: Parent, model: Upscaler, progress: Progress
) -> Iterator[tuple[int, int, int, int, Progress]]:
    """(first, last, first to read, last to read) rows of the parent, cut where tiles are, each with its progress."""
    margin = max(MARGIN, overlap_of(model)) if isinstance(parent, PixelLayer) else MARGIN
    before = area.y % STRIP
    for first, last, _top, _bottom in bands(area.height + before, STRIP, 0):
        begin, end = max(area.y + first - before, area.y), area.y + last - before
        part = progress.part((begin - area.y) / area.height, (end - area.y) / area.height)
        yield begin, end, max(area.y, begin - margin), min(area.bottom, end + margin), part


def _premultiplied(rgba: Floats) -> Floats:
    """As layers are kept; colours above white stay."""
    rgba[..., :3] = np.maximum(rgba[..., :3], 0.0) * rgba[..., 3:]
    return rgba


def _cut(
    project: Project, parent: Parent, pixels: Floats, left: int, top: int, progress: Progress
) -> list[tuple[int, int, str]]:
    """Tiles of the grid under pixels that begin at (left, top); what of a tile they do not cover is outside."""
    depth, found = depth_of(project, parent.id), []
    for row in range(top // TILE, -(-(top + pixels.shape[0]) // TILE)):
        progress.check()
        begin = max(row * TILE - top, 0)
        values = from_unit(pixels[begin : (row + 1) * TILE - top], depth)
        for column in range(left // TILE, -(-(left + pixels.shape[1]) // TILE)):
            whole = _tile(values, parent, depth, column * TILE - left, row * TILE - top - begin)
            if whole is not None:
                found.append((column, row, project.blobs.put(whole.tobytes())))
    return found


def _tile(
    values: NDArray[np.generic], parent: Parent, depth: Depth, left: int, top: int
) -> NDArray[np.generic] | None:
    """The tile whose corner lies at (left, top) of the values, or None for one that holds nothing."""
    outside = np.asarray(outside_value(parent, depth), depth)
    whole = np.full((TILE, TILE, *values.shape[2:]), outside, depth)
    rows = slice(max(top, 0), min(top + TILE, values.shape[0]))
    columns = slice(max(left, 0), min(left + TILE, values.shape[1]))
    whole[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left] = values[rows, columns]
    return whole if bool((whole != outside).any()) else None


def _with_true_edges(
    project: Project, parent: Mask | Selection, area: IntRect, times: int, tiles: list[tuple[int, int, str]]
) -> list[tuple[int, int, str]]:
    """Coverage that stops where the image stops must not fade there: inside, it is made again without what lies
    beyond the image's edge."""
    sheet = project.find(project.index.root(parent.id), RasterDocument)
    inside = area.intersection(IntRect(-parent.x, -parent.y, sheet.width, sheet.height))
    if inside.is_empty or inside == area:
        return tiles
    depth, kept = depth_of(project, parent.id), {(column, row): name for column, row, name in tiles}
    for first, last, top, bottom in bands(inside.height, STRIP, MARGIN):
        source = read_pixels(project, parent, IntRect(inside.x, inside.y + top, inside.width, bottom - top))
        made = np.clip(enlarged(to_unit(source), times), 0.0, 1.0)[(first - top) * times : (last - top) * times]
        _lay_over(project, parent, from_unit(made, depth), inside.x * times, (inside.y + first) * times, kept)
    return [(column, row, name) for (column, row), name in kept.items()]


def _lay_over(
    project: Project, parent: Parent, values: NDArray[np.generic], left: int, top: int, kept: dict[tuple[int, int], str]
) -> None:
    """Put values that begin at (left, top) over tiles that are there."""
    depth = depth_of(project, parent.id)
    for row in range(top // TILE, -(-(top + values.shape[0]) // TILE)):
        for column in range(left // TILE, -(-(left + values.shape[1]) // TILE)):
            old = kept.get((column, row))
            outside = np.full((TILE, TILE), outside_value(parent, depth), depth)
            whole = outside if old is None else np.frombuffer(project.blobs.get(old), depth).reshape(TILE, TILE).copy()
            y, x = row * TILE - top, column * TILE - left
            rows = slice(max(y, 0), min(y + TILE, values.shape[0]))
            columns = slice(max(x, 0), min(x + TILE, values.shape[1]))
            whole[rows.start - y : rows.stop - y, columns.start - x : columns.stop - x] = values[rows, columns]
            kept[column, row] = project.blobs.put(whole.tobytes())
