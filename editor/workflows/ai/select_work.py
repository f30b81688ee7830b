"""Finds the object that a click or a box means in what the image shows; selects it, masks by it, or lifts it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.raster.selection import coverage as selected_coverage
from editor.commands.raster.selection import selected_region, selection_of
from editor.commands.raster.tiles import check_memory
from editor.model.raster import Layer, RasterDocument
from editor.workflows.ai.pictures import (
    Picture,
    chosen_layer,
    put_layer,
    put_mask,
    put_selection,
    read_layer,
)
from editor.workflows.ai.preview import drawn
from editor.workflows.ai.run import note
from editor.workflows.ai.select import SelectObjectOptions
from editor.workflows.ai.tool import Outcome, Request
from ml.matting.edges import feathered
from ml.matting.guided import plainly_enlarged
from ml.matting.refine import refined
from ml.segmentation.grabcut import LARGEST, object_mask
from ml.segmentation.prompts import Prompts
from render.geometry import IntRect
from render.raster.depth import to_unit
from render.raster.selection import combined

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from editor.base.jobs import Progress

TOOL = "select_object"
METHOD = "grabcut"
SIDE = 1024
BACKDROP = 0.5
SURROUNDINGS = 0.25
MARGIN = 0.06


@dataclass(frozen=True)
class Cut:
    """`mask`: coverage of `region` of the image, at a smaller size perhaps."""

    region: IntRect
    mask: NDArray[np.float32]


def select_object(request: Request, progress: Progress) -> Outcome:
    """The selection becomes the object, or more or less by it; or the chosen layer is cut by it."""
    options: SelectObjectOptions = request.options
    sheet = request.project.find(request.document, RasterDocument)
    layer = None
    if options.result != "selection":
        layer = chosen_layer(request.project, request.document, request.selection)
    whole = IntRect(0, 0, sheet.width, sheet.height)
    check_memory(whole.width, whole.height, 4, "float32")
    prompts = _prompts(request, options, whole)
    progress(0.02, tr("Looking at the image"))
    if request.model is not None:
        found = _by_model(request, whole, prompts, progress.part(0.05, 0.6))
    else:
        found = _by_grabcut(request, whole, prompts, progress.part(0.05, 0.6))
    area, alpha = _at_full_size(request, options, found, progress.part(0.6, 0.95))
    alpha, area = _feathered(alpha, area, options.feather, whole)
    progress(0.95)
    if layer is not None:
        return _cut(request, options, layer, area, alpha)
    _select(request, options, whole, area, alpha)
    note(request, TOOL, request.document, method="" if request.model else METHOD)
    return Outcome()


def _prompts(request: Request, options: SelectObjectOptions, whole: IntRect) -> Prompts:
    inside = tuple((x, y) for x, y, on in options.points if on)
    outside = tuple((x, y) for x, y, on in options.points if not on)
    inside = tuple(place for place in inside if 0 <= place[0] < whole.width and 0 <= place[1] < whole.height)
    if options.boxes:
        left, top, right, bottom = options.boxes[0]
        box = max(0.0, left), max(0.0, top), min(float(whole.width), right), min(float(whole.height), bottom)
        if box[2] - box[0] < 2 or box[3] - box[1] < 2:
            raise ExpectedError(tr("This box lies outside the image, or is too small."))
        return Prompts(inside, outside, box)
    if inside:
        return Prompts(inside, outside)
    if selection_of(request.project, request.document) is None:
        raise ExpectedError(
            tr("Nothing says which object is meant."),
            tr("Draw a selection around it, or take the tool Object selection."),
        )
    region = _tight(request, selected_region(request.project, request.document))
    return Prompts(box=(region.x, region.y, region.right, region.bottom))


def _tight(request: Request, region: IntRect) -> IntRect:
    found = selected_coverage(request.project, request.document, region)
    if found is None or not found.any():
        return region
    rows, columns = np.flatnonzero(found.any(axis=1)), np.flatnonzero(found.any(axis=0))
    return IntRect(
        region.x + int(columns[0]), region.y + int(rows[0]), int(columns[-1] - columns[0]) + 1,
        int(rows[-1] - rows[0]) + 1,
    )


def _seen(request: Request, region: IntRect, scale: float) -> NDArray[np.float32]:
    """What a region of the image shows, over grey where it is transparent: (height, width, 3), 0 to 1."""
    scaled = IntRect(
        round(region.x * scale), round(region.y * scale), max(1, round(region.width * scale)),
        max(1, round(region.height * scale)),
    )
    pixels = drawn(request.project, request.document, scaled, scale)
    alpha = pixels[..., 3:]
    if not alpha.any():
        raise ExpectedError(tr("There is nothing to see there."))
    seen = np.ascontiguousarray(pixels[..., :3], np.float32)
    seen += BACKDROP * (1 - alpha)
    return np.clip(seen, 0, 1, out=seen)


def _by_model(request: Request, whole: IntRect, prompts: Prompts, progress: Progress) -> Cut:
    from ml.segmentation.sam import object_logits

    scale = min(1.0, SIDE / max(whole.width, whole.height))
    rgb = _seen(request, whole, scale)
    assert request.model is not None
    logits = object_logits(request.model, request.runtime, rgb, prompts.moved(0, 0, scale), progress)
    if not (logits > 0).any():
        raise ExpectedError(
            tr("No object stands out there."), tr("Drag a box around it, or click on another place of it.")
        )
    # Which side of the line: how sure a network is says nothing about how much of a pixel is covered.
    return Cut(whole, (logits > 0).astype(np.float32))


def _by_grabcut(request: Request, whole: IntRect, prompts: Prompts, progress: Progress) -> Cut:
    region = whole
    if prompts.box is not None:
        left, top, right, bottom = prompts.box
        margin = max(16, round(SURROUNDINGS * max(right - left, bottom - top)))
        around = IntRect(
            int(left) - margin, int(top) - margin, int(right - left) + 2 * margin, int(bottom - top) + 2 * margin
        )
        region = around.intersection(whole)
    scale = min(1.0, (LARGEST / (region.width * region.height)) ** 0.5)
    rgb = _seen(request, region, scale)
    found = object_mask(rgb, prompts.moved(region.x, region.y, scale), progress)
    return Cut(region, found.astype(np.float32))


def _at_full_size(
    request: Request, options: SelectObjectOptions, found: Cut, progress: Progress
) -> tuple[IntRect, NDArray[np.float32]]:
    """The coverage at the image's own size, of the part that the object takes, its border solved there."""
    region, mask = found.region, found.mask
    rows, columns = np.flatnonzero((mask > 0.02).any(axis=1)), np.flatnonzero((mask > 0.02).any(axis=0))
    across, down = region.width / mask.shape[1], region.height / mask.shape[0]
    margin = max(8, round(MARGIN * max(region.width, region.height)))
    area = IntRect(
        region.x + int(columns[0] * across) - margin, region.y + int(rows[0] * down) - margin,
        int((columns[-1] - columns[0] + 1) * across) + 2 * margin, int((rows[-1] - rows[0] + 1) * down) + 2 * margin,
    ).intersection(region)
    whole = plainly_enlarged(mask, region.width, region.height)
    part = whole[area.y - region.y : area.bottom - region.y, area.x - region.x : area.right - region.x]
    if not options.refine_edges:
        return area, np.ascontiguousarray(part)
    return area, refined(_seen(request, area, 1.0), np.ascontiguousarray(part), progress)


def _feathered(
    alpha: NDArray[np.float32], area: IntRect, feather: float, whole: IntRect
) -> tuple[NDArray[np.float32], IntRect]:
    """Blurred, with room for it around the object."""
    if feather <= 0:
        return alpha, area
    reach = round(3 * feather)
    wide = IntRect(area.x - reach, area.y - reach, area.width + 2 * reach, area.height + 2 * reach)
    wide = wide.intersection(whole)
    room = np.zeros((wide.height, wide.width), np.float32)
    top, left = area.y - wide.y, area.x - wide.x
    room[top : top + area.height, left : left + area.width] = alpha
    return feathered(room, feather), wide


def _select(
    request: Request, options: SelectObjectOptions, whole: IntRect, area: IntRect, alpha: NDArray[np.float32]
) -> None:
    if options.how == "replace":
        put_selection(request.project, request.document, alpha, area.x, area.y)
        return
    new = np.zeros((whole.height, whole.width), np.float32)
    new[area.y : area.bottom, area.x : area.right] = alpha
    old: Any = selected_coverage(request.project, request.document, whole)
    before = np.zeros_like(new) if old is None else np.asarray(to_unit(old), np.float32)
    put_selection(request.project, request.document, np.asarray(combined(before, new, options.how), np.float32), 0, 0)


def _cut(
    request: Request, options: SelectObjectOptions, layer: Layer, area: IntRect, alpha: NDArray[np.float32]
) -> Outcome:
    """A mask on the layer, or what it holds of the object as a layer above it."""
    project, method = request.project, "" if request.model else METHOD
    if options.result == "mask":
        mask = put_mask(project, layer.id, alpha, area.x, area.y)
        note(request, TOOL, mask, method=method)
        return Outcome(chosen=(layer.id,))
    picture = read_layer(project, layer)
    part = area.intersection(IntRect(picture.x, picture.y, picture.rgba.shape[1], picture.rgba.shape[0]))
    if part.is_empty:
        raise ExpectedError(tr("The layer {name} holds nothing of this object.", name=layer.name))
    top, left = part.y - picture.y, part.x - picture.x
    rgba = picture.rgba[top : top + part.height, left : left + part.width].copy()
    top, left = part.y - area.y, part.x - area.x
    rgba[..., 3] *= alpha[top : top + part.height, left : left + part.width]
    if not rgba[..., 3].any():
        raise ExpectedError(tr("The layer {name} holds nothing of this object.", name=layer.name))
    name = tr("{name} cut out", name=layer.name)
    key = put_layer(project, request.document, Picture(rgba, part.x, part.y), name, above=layer.id)
    note(request, TOOL, key, method=method)
    return Outcome(chosen=(key,))
