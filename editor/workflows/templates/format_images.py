"""An image at another size: layers are placed anew, pixels are resampled once, linked pages are laid out anew."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from editor.commands.raster.tiles import bounds_of, depth_of, read_pixels
from editor.commands.registry import run
from editor.display.display import Display
from editor.document.project import Project
from editor.model.format_hold import FormatHold
from editor.model.raster import EmbedLayer, Group, Layer, Mask, PixelLayer, RasterDocument
from editor.model.vector import Page, VectorDocument
from editor.workflows.templates.format_collage import collage, put_cell
from editor.workflows.templates.format_covering import covering, focus_of
from editor.workflows.templates.format_drawings import DrawnPage
from editor.workflows.templates.format_items import Hold, Item, Measure, Placed, Plan, edges_touched, part_of
from editor.workflows.templates.format_pages import relaid
from editor.workflows.templates.format_scaled import NEARLY
from render.geometry import Affine, IntRect, Rect

Linked = Callable[[str, float, float], str | None]
"""(a document that fills the frame, new width and height) -> the same at that size; None: it is only a picture."""
Words = Callable[[str, Rect, Rect, float, float], str]
"""(a page, the part of it that its words stand in, the part they go to, new size) -> a copy that is laid out so."""
EVEN = 1e-3


def resize_image(
    project: Project, document: str, width: int, height: int, linked: Linked, words: Words
) -> tuple[str, ...]:
    """Lay an image out anew; returns the names of layers that found no place and were hidden."""
    sheet = project.find(document, RasterDocument)
    old, new = Rect(0.0, 0.0, float(sheet.width), float(sheet.height)), Rect(0.0, 0.0, float(width), float(height))
    display = Display(project)
    try:
        layers = project.children(document, Layer)
        items = [item for layer in layers if (item := _item(project, display, layer, old)) is not None]
    finally:
        display.close()
    rest, done = items, list[str]()
    if abs(new.width / new.height * old.height / old.width - 1) > NEARLY:
        done = _as_collage(project, items, old, new, words)
        rest = [item for item in items if item.key not in done]
    plan = _together(project, rest, old, new) or relaid(rest, old, new, _no_text)
    shown = {key: _visible_part(item.box, old) for item in items for key in (item.key,)}
    run(project, "project.set_fields", records=(document,), values={"width": width, "height": height})
    for item, place in ((item, plan.of(item.key)) for item in items):
        if place is not None:
            _put(project, item, place, shown[item.key], new, linked)
    for layer in layers:
        if layer.id not in {item.key for item in items}:
            _map_masks(project, layer.id, _stretch(old, new))
    names = tuple(project.find(key, Layer).name for key in plan.left_out)
    if plan.left_out:
        run(project, "project.set_fields", records=plan.left_out, values={"visible": False})
    return names


def _as_collage(project: Project, items: list[Item], old: Rect, new: Rect, words: Words) -> list[str]:
    """Pictures in cells with words beside them are arranged anew; the keys of what was put in its place."""
    content = [item for item in items if part_of(item, old) == "content"]
    pages = [item for item in items if _is_page(project, item) and part_of(item, old) == "ground"]
    layers = [layer for item in content if isinstance(layer := project.get(item.key), PixelLayer)]
    if len(pages) != 1 or len(layers) != len(content) or any(project.children(layer.id, Mask) for layer in layers):
        return []
    overlay = project.find(pages[0].key, EmbedLayer)
    sheets = project.children(overlay.source.document, Page)
    if len(sheets) != 1 or (sheets[0].width, sheets[0].height) != (old.width, old.height):
        return []
    said = DrawnPage(project, sheets[0].id).items()
    if any(part_of(one, old) != "content" for one in said):
        return []
    found = collage(content, [one.box for one in said], old, new)
    if found is None:
        return []
    for item, layer in zip(content, layers, strict=True):
        put_cell(project, layer, item.box, found.cells[item.key])
    document = words(overlay.source.document, found.words_before, found.words, new.width, new.height)
    values = {"source": {"type": "embed", "document": document}, "transform": [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]}
    run(project, "project.set_fields", records=(overlay.id,), values=values)
    return [pages[0].key, *(item.key for item in content)]


def _together(project: Project, items: list[Item], old: Rect, new: Rect) -> Plan | None:
    """Words on a page over all and pictures below them were set to each other: they stay so, as large as fits, and
    only the ground is laid out anew. None where there are no such words."""
    content = [item for item in items if part_of(item, old) == "content"]
    pages = [item for item in items if _is_page(project, item) and part_of(item, old) == "ground"]
    if not content or not pages:
        return None
    factor = min(new.width / old.width, new.height / old.height)
    x, y = new.center.x - old.width * factor / 2, new.center.y - old.height * factor / 2
    rigid = {
        item.key: Placed(item.key, _scaled(item.box, factor, x, y), factor) for item in (*content, *pages)
    }
    others = {one.key: one for one in relaid(items, old, new, _no_text).placed}
    return Plan(tuple(rigid.get(item.key) or others[item.key] for item in items if item.key in {**others, **rigid}))


def _scaled(box: Rect, factor: float, x: float, y: float) -> Rect:
    return Rect(box.x * factor + x, box.y * factor + y, box.width * factor, box.height * factor)


def _is_page(project: Project, item: Item) -> bool:
    layer = project.get(item.key)
    return isinstance(layer, EmbedLayer) and isinstance(project.get(layer.source.document), VectorDocument)


_no_text: Measure = lambda key, scale, wrap: (0.0, 0.0)  # noqa: E731 (layers hold no text that could be broken)


def _item(project: Project, display: Display, layer: Layer, page: Rect) -> Item | None:
    box = _box(project, display, layer) if layer.visible else None
    if box is None or box.is_empty:
        return None
    said = next(iter(project.children(layer.id, FormatHold)), None)
    hold = Hold() if said is None else Hold(said.across, said.down, said.keep)
    covers = len(edges_touched(box, page)) >= 3
    return Item(layer.id, box, "picture" if covers else "art", hold=hold)


def _box(project: Project, display: Display, layer: Layer) -> Rect | None:
    """What a layer covers; None for what has no extent, as an adjustment."""
    if isinstance(layer, PixelLayer):
        area = _filled(project, layer)
        return None if area.is_empty else Rect(layer.x + area.x, layer.y + area.y, area.width, area.height)
    if isinstance(layer, EmbedLayer):
        size = display.embedded(layer.source).size
        return layer.transform.bounds(Rect(0.0, 0.0, *size))
    if isinstance(layer, Group):
        whole: Rect | None = None
        for child in project.children(layer.id, Layer):
            box = _box(project, display, child)
            whole = box if whole is None else whole.union(box) if box is not None else whole
        return whole
    return None


def _filled(project: Project, layer: PixelLayer) -> IntRect:
    """Where a layer shows anything: its tiles reach further, up to whole squares."""
    area = bounds_of(project, layer)
    if area.is_empty:
        return area
    shown = read_pixels(project, layer, area)[..., 3] > 0
    rows, columns = np.flatnonzero(shown.any(1)), np.flatnonzero(shown.any(0))
    if not len(rows):
        return IntRect(0, 0, 0, 0)
    left, top = int(columns[0]), int(rows[0])
    return IntRect(area.x + left, area.y + top, int(columns[-1]) - left + 1, int(rows[-1]) - top + 1)


def _visible_part(box: Rect, page: Rect) -> Rect:
    return box.intersection(page)


def _put(project: Project, item: Item, place: Placed, seen: Rect, page: Rect, linked: Linked) -> None:
    layer = project.find(item.key, Layer)
    if isinstance(layer, EmbedLayer) and _fills(item.box, seen) and _same(place.box, page):
        document = linked(layer.source.document, page.width, page.height)
        if document is not None:
            source = {"type": "embed", "document": document}
            values = {"source": source, "transform": [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]}
            run(project, "project.set_fields", records=(layer.id,), values=values)
            return
    target = place.box
    if isinstance(layer, PixelLayer | EmbedLayer | Group) and item.sort == "picture":
        even = abs(target.width / item.box.width - target.height / item.box.height) < 1e-6
        # A pixel more than the frame on each side: resampled edges are soft, and would show what lies below.
        target = target if even else covering(item.box, place.box.expanded(1.0), focus_of(item.box, seen))
    _map(project, layer, _stretch(item.box, target))


def _fills(box: Rect, seen: Rect) -> bool:
    return abs(box.width - seen.width) < 1.5 and abs(box.height - seen.height) < 1.5


def _same(one: Rect, other: Rect) -> bool:
    return all(abs(a - b) < EVEN for a, b in zip(_numbers(one), _numbers(other), strict=True))


def _numbers(box: Rect) -> tuple[float, float, float, float]:
    return box.x, box.y, box.right, box.bottom


def _stretch(old: Rect, new: Rect) -> Affine:
    across, down = new.width / old.width, new.height / old.height
    return Affine(across, 0.0, 0.0, down, new.x - old.x * across, new.y - old.y * down)


def _map(project: Project, layer: Layer, map_: Affine) -> None:
    """Pixels, links and masks of a layer, and of all in it."""
    if isinstance(layer, Group):
        for child in project.children(layer.id, Layer):
            _map(project, child, map_)
    elif isinstance(layer, PixelLayer | EmbedLayer):
        locked = layer.locked
        if locked:
            run(project, "project.set_fields", records=(layer.id,), values={"locked": False})
        run(project, "raster.transform_layer", layer=layer.id, transform=map_)
        if locked:
            run(project, "project.set_fields", records=(layer.id,), values={"locked": True})
    _map_masks(project, layer.id, map_)


def _map_masks(project: Project, layer: str, map_: Affine) -> None:
    """Coverage is resampled like pixels. What a mask says beyond its tiles stays as it is."""
    from render.raster.transform import Placed as Pixels
    from render.raster.transform import transformed

    for mask in project.children(layer, Mask):
        area = bounds_of(project, mask)
        if area.is_empty:
            continue
        coverage = read_pixels(project, mask, area)
        four = np.ascontiguousarray(np.repeat(coverage[..., None], 4, axis=2))
        moved = transformed(Pixels(four, mask.x + area.x, mask.y + area.y), map_)
        tiles = _coverage_tiles(project, np.ascontiguousarray(moved.pixels[..., 0]), depth_of(project, mask.id))
        kept = {name: getattr(mask, name) for name in ("enabled", "density", "inverted", "linked")}
        made: str = run(
            project, "raster.place_mask", layer=layer, tiles=tiles, x=moved.x, y=moved.y, outside=mask.outside
        )
        run(project, "project.set_fields", records=(made,), values=kept)


def _coverage_tiles(project: Project, coverage: NDArray[Any], depth: str) -> tuple[tuple[int, int, str], ...]:
    """Squares of 256 pixels as blobs."""
    side, found = 256, []
    for row in range(-(-coverage.shape[0] // side)):
        for column in range(-(-coverage.shape[1] // side)):
            part = coverage[row * side : (row + 1) * side, column * side : (column + 1) * side]
            square = np.zeros((side, side), depth)
            square[: part.shape[0], : part.shape[1]] = part
            found.append((column, row, project.blobs.put(square.tobytes())))
    return tuple(found)
