"""Pixels between raster documents and models: straight sRGB floats out, layers, masks and selections in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.raster.tiles import bounds_of, check_memory, depth_of, read_pixels
from editor.commands.registry import run
from editor.display.display import Display
from editor.display.engine import Request as DrawRequest
from editor.model.raster import TILE, AdjustmentLayer, Depth, Group, Layer, PixelLayer, RasterDocument, Tile
from ml.progress import SILENT, Progress
from render.geometry import IntRect
from render.raster.depth import from_unit, to_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from editor.document.project import Project

FLOATS: Depth = "float32"


@dataclass(frozen=True)
class Picture:
    """`rgba`: (height, width, 4) float32, straight alpha, encoded as the document is (sRGB unless it has a profile),
    from 0 to 1. Its first pixel lies at (x, y) of the document."""

    rgba: NDArray[np.float32]
    x: int = 0
    y: int = 0

    @property
    def rgb(self) -> NDArray[np.float32]:
        return self.rgba[..., :3]

    @property
    def alpha(self) -> NDArray[np.float32]:
        return self.rgba[..., 3]


def chosen_layer(project: Project, document: str, selection: tuple[str, ...]) -> Layer:
    """The selected layer, or else the topmost that has pixels: an adjustment has none, what it changes lies below it.

    Raises ExpectedError when the document has no layer or the one that was found is locked.
    """
    project.find(document, RasterDocument)
    selected = [item for key in selection if isinstance(item := project.get(key), Layer)]
    mine = [item for item in selected if project.index.root(item.id) == document]
    drawn = [item for item in mine if not isinstance(item, AdjustmentLayer)]
    if not drawn:
        layers = project.children(mine[-1].parent if mine else document, Layer)
        place = [item.id for item in layers].index(mine[-1].id) if mine else len(layers)
        drawn = topmost(project, layers[:place]) or mine or layers[-1:]
    if not drawn:
        raise ExpectedError(tr("There is no layer to work on."), tr("Place a picture first."))
    if drawn[-1].locked:
        raise ExpectedError(tr("The layer {name} is locked.", name=drawn[-1].name))
    return drawn[-1]


def topmost(project: Project, layers: Sequence[Layer]) -> list[Layer]:
    """The topmost layer that has pixels and is shown, or that has pixels; none where no layer has any."""
    full = [item for item in layers if has_pixels(project, item)]
    return ([item for item in full if item.visible] or full)[-1:]


def has_pixels(project: Project, layer: Layer) -> bool:
    if isinstance(layer, Group):
        return any(has_pixels(project, item) for item in project.children(layer.id, Layer))
    if isinstance(layer, PixelLayer):
        return bool(project.children(layer.id, Tile))
    return not isinstance(layer, AdjustmentLayer)


def read_layer(project: Project, layer: Layer, progress: Progress = SILENT) -> Picture:
    """What a layer holds. A group, a link or an adjustment is drawn as the image shows it alone."""
    if not isinstance(layer, PixelLayer):
        return _drawn_alone(project, layer, progress)
    area = bounds_of(project, layer)
    sheet = project.find(project.index.root(layer.id), RasterDocument)
    area = area.intersection(IntRect(-layer.x, -layer.y, sheet.width, sheet.height))
    if area.is_empty:
        raise ExpectedError(tr("The layer {name} is empty.", name=layer.name))
    check_memory(area.width, area.height, 4, FLOATS)
    pixels = read_pixels(project, layer, area)
    return Picture(straight(pixels, progress), layer.x + area.x, layer.y + area.y)


def read_image(project: Project, document: str, progress: Progress = SILENT) -> Picture:
    """The whole image as it shows, all layers together."""
    sheet = project.find(document, RasterDocument)
    check_memory(sheet.width, sheet.height, 4, FLOATS)

    def stopped() -> bool:
        progress.check()
        return False

    display = Display(project)
    try:
        area, depth = IntRect(0, 0, sheet.width, sheet.height), depth_of(project, document)
        pixels = display.drawing(document).draw(DrawRequest(area, 1.0, depth, stopped))
    finally:
        display.close()
    return Picture(straight(pixels, progress))


def _drawn_alone(project: Project, layer: Layer, progress: Progress) -> Picture:
    return read_image(alone(project, layer), project.index.root(layer.id), progress)


def alone(project: Project, layer: Layer) -> Project:
    """A copy of the project whose image holds only this layer and the groups around it, all switched on."""
    copy = project.snapshot(read_only=False)
    kept = {layer.id, *project.index.ancestors(layer.id)}
    with copy.transaction("alone"):
        for key in kept:
            if not getattr(record := copy.records[key], "visible", True):
                copy.put(msgspec.structs.replace(record, visible=True))
            for sibling in copy.children(copy.records[key].parent, Layer):
                if sibling.id not in kept:
                    copy.delete(sibling.id)
    return copy


def straight(premultiplied: NDArray[Any], progress: Progress = SILENT) -> NDArray[np.float32]:
    """Pixels of any depth as float32 from 0 to 1, colour without its alpha multiplied in; transparent ones are black.

    It goes strip by strip: the whole picture is held once as floats.
    """
    result = np.empty(premultiplied.shape, np.float32)
    for top in range(0, len(result), TILE):
        progress.check()
        part = to_unit(premultiplied[top : top + TILE])
        alpha = part[..., 3:]
        if (alpha != 1).any():
            part[..., :3] *= (alpha > 0) / np.maximum(alpha, np.float32(1e-12))
        result[top : top + TILE] = part
    return result


def put_layer(
    project: Project, document: str, picture: Picture, name: str, above: str | None = None,
    progress: Progress = SILENT,
) -> str:
    """A new pixel layer from a picture; returns its id."""
    depth = depth_of(project, document)
    height, width = picture.alpha.shape
    strips = (_premultiplied(picture.rgba[top : top + TILE], depth) for top in range(0, height, TILE))
    key: str = run(
        project, "raster.place_pixels", document=document, tiles=tuple(_blobs_of_strips(project, strips, progress)),
        width=width, height=height, name=name, x=picture.x, y=picture.y, above=above,
    )
    return key


def _premultiplied(rgba: NDArray[np.float32], depth: Depth) -> NDArray[np.generic]:
    values = np.maximum(rgba, 0)
    values[..., :3] *= values[..., 3:]
    return from_unit(values, depth)


def put_mask(project: Project, layer: str, coverage: NDArray[np.float32], x: int, y: int) -> str:
    """A layer's mask from (height, width) coverage, 0 to 1, that begins at (x, y) of the document; hides the rest."""
    pixels = from_unit(coverage, depth_of(project, layer))
    key: str = run(project, "raster.place_mask", layer=layer, tiles=tile_blobs(project, pixels), x=x, y=y)
    return key


def put_selection(project: Project, document: str, coverage: NDArray[np.float32], x: int, y: int) -> None:
    """Select by (height, width) coverage, 0 to 1, that begins at (x, y) of the document."""
    pixels = from_unit(coverage, depth_of(project, document))
    run(project, "raster.place_selection", document=document, tiles=tile_blobs(project, pixels), x=x, y=y)


def tile_blobs(project: Project, pixels: NDArray[np.generic]) -> tuple[tuple[int, int, str], ...]:
    """Cut (height, width[, 4]) pixels of the document's depth into tiles put as blobs; empty tiles are left out."""
    strips = (pixels[top : top + TILE] for top in range(0, pixels.shape[0], TILE))
    return tuple(_blobs_of_strips(project, strips))


def _blobs_of_strips(
    project: Project, strips: Iterable[NDArray[np.generic]], progress: Progress = SILENT
) -> Iterator[tuple[int, int, str]]:
    """`tile_blobs` of pixels that come as strips one tile high."""
    for row, strip in enumerate(strips):
        progress.check()
        for column in range(0, strip.shape[1], TILE):
            part = strip[:, column : column + TILE]
            if not part.any():
                continue
            whole = np.zeros((TILE, TILE, *strip.shape[2:]), strip.dtype)
            whole[: part.shape[0], : part.shape[1]] = part
            yield column // TILE, row, project.blobs.put(whole.tobytes())
