"""Pictures in cells and words beside them: the cells are arranged for the new page and the pictures cut to them, and
the words take the room that is left."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from editor.commands.raster.tiles import read_pixels
from editor.commands.registry import run
from editor.document.project import Project
from editor.formats.image import put_tiles
from editor.model.raster import PixelLayer
from editor.workflows.templates.format_items import Item, margin_of
from render.geometry import IntRect, Rect
from render.kernels.convert import unpremultiply
from render.kernels.resample import resize

WIDE = 1.75
"""So many times wider than high: words stand beside the pictures."""


@dataclass(frozen=True)
class Collage:
    """Where the cells go, and the parts of the old and of the new page that words stand in."""

    cells: dict[str, Rect]
    words_before: Rect
    words: Rect


def collage(cells: Sequence[Item], words: Sequence[Rect], old: Rect, new: Rect) -> Collage | None:
    """`words` are the boxes of lines of type. None where they lie on the pictures: those were set to each other."""
    if len(cells) < 2 or not words:
        return None
    hull, said = _around([item.box for item in cells]), _around(words)
    if not hull.intersection(said).is_empty or said.right < hull.x or said.x > hull.right:
        return None
    fair = math.sqrt(new.width * new.height / (old.width * old.height))
    above = said.y < hull.y
    band = hull.y - old.y if above else old.bottom - hull.bottom
    margin = max(margin_of(new), min(hull.x - old.x, 0.06 * old.width) * fair * 0.9)
    area = new.expanded(-min(margin, 0.12 * min(new.width, new.height)))
    before = Rect(old.x, old.y if above else hull.bottom, old.width, band)
    if new.width > WIDE * new.height:
        wide = 0.62 * new.width
        pictures = Rect(area.x, area.y, wide - area.x, area.height)
        beside = Rect(wide, new.y, new.right - wide, new.height)
    else:
        high = min(0.42 * new.height, band * fair * 1.1)
        top = new.y + high if above else area.y
        end = area.bottom if above else new.bottom - high
        pictures = Rect(area.x, top, area.width, end - top)
        beside = Rect(new.x, new.y if above else end, new.width, high)
    return Collage(_arranged(cells, hull, pictures, fair), before, beside)


def _arranged(cells: Sequence[Item], hull: Rect, area: Rect, fair: float) -> dict[str, Rect]:
    """Of four arrangements the one in which cells keep their proportions best: as they lay, turned over, in one row,
    in one column."""
    boxes = [item.box for item in cells]
    before = _gap(boxes)
    shares = [_share(box, hull, before) for box in boxes]
    order = sorted(range(len(cells)), key=lambda one: (boxes[one].x, boxes[one].y))
    tries = [shares, [Rect(one.y, one.x, one.height, one.width) for one in shares], *_lines(boxes, order)]
    found = [[_in(share, area, before * fair) for share in one] for one in tries]
    best = min(found, key=lambda one: _strain(boxes, one))
    return {item.key: box for item, box in zip(cells, best, strict=True)}


def _lines(boxes: Sequence[Rect], order: Sequence[int]) -> list[list[Rect]]:
    """One row and one column, wider or higher cells taking more of it."""
    rows: list[list[Rect]] = []
    for across in (True, False):
        ratios = [math.sqrt(box.width / box.height if across else box.height / box.width) for box in boxes]
        made, begin = [Rect(0, 0, 1, 1)] * len(boxes), 0.0
        for one in order:
            part = ratios[one] / sum(ratios)
            made[one] = Rect(begin, 0.0, part, 1.0) if across else Rect(0.0, begin, 1.0, part)
            begin += part
        rows.append(made)
    return rows


def _share(box: Rect, hull: Rect, gap: float) -> Rect:
    """A cell as parts of all of them, reaching to the middle of the gaps beside it."""
    left = box.x - (gap / 2 if box.x > hull.x + gap / 2 else 0.0)
    top = box.y - (gap / 2 if box.y > hull.y + gap / 2 else 0.0)
    right = box.right + (gap / 2 if box.right < hull.right - gap / 2 else 0.0)
    bottom = box.bottom + (gap / 2 if box.bottom < hull.bottom - gap / 2 else 0.0)
    return Rect(
        (left - hull.x) / hull.width, (top - hull.y) / hull.height, (right - left) / hull.width,
        (bottom - top) / hull.height,
    )  # fmt: skip


def _in(share: Rect, area: Rect, gap: float) -> Rect:
    """A share of an area in whole pixels, half a gap from each neighbour."""
    left = area.x + share.x * area.width + (gap / 2 if share.x > 0.01 else 0.0)
    right = area.x + share.right * area.width - (gap / 2 if share.right < 0.99 else 0.0)
    top = area.y + share.y * area.height + (gap / 2 if share.y > 0.01 else 0.0)
    bottom = area.y + share.bottom * area.height - (gap / 2 if share.bottom < 0.99 else 0.0)
    x, y = round(left), round(top)
    return Rect(x, y, max(1, round(right) - x), max(1, round(bottom) - y))


def _strain(before: Sequence[Rect], after: Sequence[Rect]) -> float:
    """How much more of one direction than of the other is lost of the pictures."""
    return sum(
        abs(math.log(new.width / new.height * old.height / old.width)) for old, new in zip(before, after, strict=True)
    )


def _gap(boxes: Sequence[Rect]) -> float:
    """The least distance between two cells that stand beside or below each other."""
    found = [
        max(one.x - other.right, one.y - other.bottom)
        for one in boxes for other in boxes
        if one is not other and max(one.x - other.right, one.y - other.bottom) >= 0
    ]  # fmt: skip
    return min(found, default=0.0)


def _around(boxes: Sequence[Rect]) -> Rect:
    whole = boxes[0]
    for box in boxes[1:]:
        whole = whole.union(box)
    return whole


def put_cell(project: Project, layer: PixelLayer, box: Rect, cell: Rect) -> None:
    """A picture cut and sized to its cell, around its middle."""
    share = min(box.width / cell.width, box.height / cell.height)
    width, height = cell.width * share, cell.height * share
    part = IntRect(
        round(box.center.x - width / 2 - layer.x), round(box.center.y - height / 2 - layer.y), max(1, round(width)),
        max(1, round(height)),
    )
    pixels = resize(np.ascontiguousarray(read_pixels(project, layer, part)), int(cell.width), int(cell.height))
    tiles = put_tiles(project, unpremultiply(pixels))
    run(project, "raster.replace_picture", layer=layer.id, tiles=tiles, x=int(cell.x), y=int(cell.y))
