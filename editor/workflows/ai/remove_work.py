"""Fills the selection of an image from what lies around it, on a layer of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.model.provenance import Provenance
from editor.model.raster import Layer
from editor.workflows.ai.filtering import need_memory, selected_part, telling
from editor.workflows.ai.layering import read_bare
from editor.workflows.ai.patching import full_at, level_around, put_patch
from editor.workflows.ai.pictures import Picture, chosen_layer, put_layer, read_image
from editor.workflows.ai.restore import RemoveOptions
from editor.workflows.ai.run import note
from editor.workflows.ai.tool import Outcome, Request
from render.raster.patch_fill import NothingToCopy, fill_hole, strangers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from editor.base.jobs import Progress

METHOD = "patch fill"
BYTES_A_PIXEL = 160
"""Of the part around the hole: its pyramid, the matches, what is compared and what is voted."""
SELECTED = 0.1
"""Pixels that are selected at least so much are filled."""
KNOWN = 0.99
"""Only what is so opaque is copied."""
CONTEXT_SHARE, LEAST_CONTEXT = 1.0, 160


def remove_object(request: Request, progress: Progress) -> Outcome:
    """A layer above the chosen one that covers what was selected; what lies below stays as it is.

    Where the chosen layer would show through, the new layer holds all of it, and the chosen one is hidden.
    """
    options: RemoveOptions = request.options
    layer = chosen_layer(request.project, request.document, request.selection)
    picture = _whole(request, options, layer, progress)
    selected = selected_part(request.project, request.document, picture)
    if selected is None or not (selected >= SELECTED).any():
        raise ExpectedError(
            tr("Nothing is selected here."), tr("Draw around what should go with the lasso, then try again.")
        )
    progress.check()
    hole = _grown(selected >= SELECTED, options.grow)
    level = level_around(picture.alpha, hole)
    full = full_at(picture, level)
    ground = _ground(full, hole, request.model is None, progress.part(0.02, 0.1))
    rows, columns = ground.rows, ground.columns
    around = full.rgba[rows, columns]
    need_memory(Picture(around), BYTES_A_PIXEL)
    filled = _filled(request, around, hole[rows, columns], ground.forbidden, progress.part(0.1, 0.95))
    progress.check()
    cover = _soft(hole[rows, columns], options.soft_edge)
    progress.check()
    part = _cut(Picture(
        np.concatenate([filled, cover[..., None]], axis=2), picture.x + columns.start, picture.y + rows.start
    ))
    if options.copy_from == "whole_image":
        top = request.project.children(request.document, Layer)[-1]
        key = put_layer(request.project, request.document, part, tr("Filled area"), top.id, progress)
    else:
        key = put_patch(request, layer, picture, part, level, tr("Filled area"), progress)
    before = any(item.generated for item in request.project.children(key, Provenance) if item.tool == "remove_object")
    note(request, "remove_object", key, method=METHOD, generated=before or request.model is not None)
    return Outcome(ground.sentence, chosen=(key,))


@dataclass(frozen=True)
class Ground:
    """The part of the picture that is read, what in it must not be copied, and what the person should know of it."""

    rows: slice
    columns: slice
    forbidden: NDArray[np.bool_] | None = None
    sentence: str = ""


def _ground(picture: Picture, hole: NDArray[np.bool_], copies: bool, progress: Progress) -> Ground:
    """What lies around the hole without the people there; more of the picture where that is too little; and people
    only where nothing else is left."""
    rows, columns = _around(hole)
    if not copies:
        return Ground(rows, columns)
    from editor.workflows.ai.remove_sources import people_beside, too_few

    places = [(rows, columns)]
    if (whole := (slice(0, hole.shape[0]), slice(0, hole.shape[1]))) != places[0]:
        places.append(whole)
    progress.check()
    sentence = ""
    for rows, columns in places:
        inside, part = hole[rows, columns], picture.rgba[rows, columns]
        people = people_beside(part[..., :3], inside, progress)
        if not too_few(strangers(inside, people), (part[..., 3] > KNOWN) & ~people & ~inside):
            return Ground(rows, columns, people if people.any() else None, sentence)
        sentence = tr("There is too little around the selection: it was filled from further away.")
    if people.any():
        sentence = tr("There is too little without people to copy from: look whether a piece of them came along.")
    return Ground(rows, columns, sentence=sentence if people.any() or len(places) > 1 else "")


def _whole(request: Request, options: RemoveOptions, layer: Layer, progress: Progress) -> Picture:
    """What is filled and copied from: a layer, or the whole image where that is wished or the layer has no pixels."""
    if options.copy_from == "whole_image":
        return read_image(request.project, request.document, progress)
    return read_bare(request.project, layer, progress)


def _filled(
    request: Request, around: NDArray[np.float32], hole: NDArray[np.bool_], forbidden: NDArray[np.bool_] | None,
    progress: Progress,
) -> NDArray[np.float32]:
    rgb, known = around[..., :3], around[..., 3] > KNOWN
    if request.model is not None:
        from ml.inpaint.network import fill, open_inpainter

        inpainter = open_inpainter(request.runtime, request.model, progress)
        return fill(request.runtime, inpainter, rgb, hole, progress)
    try:
        return fill_hole(rgb, hole, known, request.seed, telling(progress), forbidden=forbidden)
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
