"""Fills the selection of an image from what lies around it, on a layer of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.ai.filtering import need_memory, selected_part, telling
from editor.workflows.ai.pictures import Picture, chosen_layer, put_layer, read_image, read_layer
from editor.workflows.ai.restore import RemoveOptions
from editor.workflows.ai.run import note
from editor.workflows.ai.tool import Outcome, Request
from render.raster.patch_fill import NothingToCopy, fill_hole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from editor.base.jobs import Progress

METHOD = "patch fill"
BYTES_A_PIXEL = 160
"""Of the part around the hole: its pyramid, the matches, what is compared and what is voted."""
SELECTED = 0.1
"""Pixels that are selected at least so much are filled."""
CONTEXT_SHARE, LEAST_CONTEXT = 1.0, 160


def remove_object(request: Request, progress: Progress) -> Outcome:
    """A layer above the chosen one that covers what was selected; the layer below stays as it is."""
    options: RemoveOptions = request.options
    layer = chosen_layer(request.project, request.document, request.selection)
    picture = _whole(request, options, progress)
    selected = selected_part(request.project, request.document, picture)
    if selected is None or not (selected >= SELECTED).any():
        raise ExpectedError(
            tr("Nothing is selected here."), tr("Draw around what should go with the lasso, then try again.")
        )
    hole = _grown(selected >= SELECTED, options.grow)
    rows, columns = _around(hole)
    progress(0.05)
    around = picture.rgba[rows, columns]
    need_memory(Picture(around), BYTES_A_PIXEL)
    rgb, known = around[..., :3], around[..., 3] > 0.99
    filled = _filled(request, rgb, hole[rows, columns], known, progress.part(0.05, 0.95))
    cover = _soft(hole[rows, columns], options.soft_edge)
    part = _cut(Picture(
        np.concatenate([filled, cover[..., None]], axis=2), picture.x + columns.start, picture.y + rows.start
    ))
    key = put_layer(request.project, request.document, part, tr("Filled area"), layer.id, progress)
    note(request, "remove_object", key, method=METHOD, generated=request.model is not None)
    return Outcome(chosen=(key,))


def _whole(request: Request, options: RemoveOptions, progress: Progress) -> Picture:
    """What is filled and copied from: a layer, or the whole image where that is wished or the layer has no pixels."""
    layer = chosen_layer(request.project, request.document, request.selection)
    if options.copy_from == "whole_image":
        return read_image(request.project, request.document)
    return read_layer(request.project, layer, progress)


def _filled(
    request: Request, rgb: NDArray[np.float32], hole: NDArray[np.bool_], known: NDArray[np.bool_], progress: Progress
) -> NDArray[np.float32]:
    if request.model is not None:
        from ml.inpaint.network import fill, open_inpainter

        inpainter = open_inpainter(request.runtime, request.model, progress)
        return fill(request.runtime, inpainter, rgb, hole, progress)
    try:
        return fill_hole(rgb, hole, known, request.seed, telling(progress))
    except NothingToCopy as error:
        raise ExpectedError(
            tr("There is too little picture around the selection to copy from."), tr("Select less.")
        ) from error


def _grown(hole: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
    import cv2

    if pixels == 0:
        return hole
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * pixels + 1,) * 2)
    return np.asarray(cv2.dilate(hole.astype(np.uint8), disc), np.bool_)


def _around(hole: NDArray[np.bool_]) -> tuple[slice, slice]:
    """The part of the picture that is worth reading: the hole and as much again on every side."""
    slices = []
    for axis in (1, 0):
        places = np.flatnonzero(hole.any(axis=axis))
        first, last = int(places[0]), int(places[-1]) + 1
        context = max(LEAST_CONTEXT, round(CONTEXT_SHARE * (last - first)))
        slices.append(slice(max(0, first - context), min(hole.shape[1 - axis], last + context)))
    return slices[0], slices[1]


def _soft(hole: NDArray[np.bool_], edge: float) -> NDArray[np.float32]:
    """1 in the hole, fading over `edge` pixels outside, where the filled picture is the original anyhow."""
    import cv2

    if edge <= 0:
        return hole.astype(np.float32)
    distance = cv2.distanceTransform((~hole).astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(np.clip(1 - distance / (edge + 1), 0, 1), np.float32)


def _cut(picture: Picture) -> Picture:
    """Only the rectangle that shows something."""
    rows, columns = np.flatnonzero(picture.alpha.any(axis=1)), np.flatnonzero(picture.alpha.any(axis=0))
    top, left = int(rows[0]), int(columns[0])
    part = picture.rgba[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1].copy()
    part[part[..., 3] == 0] = 0
    return Picture(part, picture.x + left, picture.y + top)
