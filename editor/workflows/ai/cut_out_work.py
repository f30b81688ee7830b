"""Finds the subject of a layer and makes a mask, a layer or a selection of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import run
from editor.workflows.ai.cut_out import CutOutOptions
from editor.workflows.ai.pictures import Picture, chosen_layer, put_layer, put_mask, put_selection, read_layer
from editor.workflows.ai.run import note
from editor.workflows.ai.tool import Outcome, Request
from ml.matting.edges import feathered, hardened, shifted
from ml.matting.foreground import foreground
from ml.matting.guided import plainly_enlarged
from ml.matting.refine import refined
from ml.matting.saliency import Face
from ml.matting.subject import find_subject

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from editor.base.jobs import Progress
    from editor.model.raster import Layer

TOOL = "remove_background"
METHOD = "saliency, grabcut, closed-form matting"
BACKDROP = 0.5
"""What stands behind transparent pixels while the subject is looked for."""
FACES_SIDE, LEAST_FACES_SIDE = 800, 60
SURE_FACE = 0.5


def remove_background(request: Request, progress: Progress) -> Outcome:
    """A mask on the chosen layer (or a new layer, or the selection); the layer's pixels stay as they are."""
    options: CutOutOptions = request.options
    layer = chosen_layer(request.project, request.document, request.selection)
    progress(0.0, tr("Reading the layer"))
    picture = _trimmed(read_layer(request.project, layer, progress))
    if picture is None:
        raise ExpectedError(tr("The layer {name} is empty.", name=layer.name))
    coverage = _coverage(request, options, _seen(picture), picture.alpha, progress.part(0.02, 0.9))
    if not (coverage > 0.02).any():
        raise ExpectedError(tr("Nothing would be left of this layer."), tr("Try another method."))
    return _put(request, options, layer, picture, coverage, progress.part(0.9, 1.0))


def _trimmed(picture: Picture) -> Picture | None:
    """Without transparent rims, which would look like the background; None when nothing is left."""
    rows, columns = np.flatnonzero(picture.alpha.any(axis=1)), np.flatnonzero(picture.alpha.any(axis=0))
    if not len(rows):
        return None
    part = picture.rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return Picture(part, picture.x + int(columns[0]), picture.y + int(rows[0]))


def _seen(picture: Picture) -> NDArray[np.float32]:
    """The layer's colours within 0 and 1, over grey where it is transparent."""
    alpha = picture.rgba[..., 3:]
    if alpha.min() >= 1:
        return np.clip(picture.rgb, 0, 1)
    return np.asarray(np.clip(picture.rgb, 0, 1) * alpha + BACKDROP * (1 - alpha), np.float32)


def _coverage(
    request: Request, options: CutOutOptions, rgb: NDArray[np.float32], own: NDArray[np.float32], progress: Progress
) -> NDArray[np.float32]:
    """How much of each pixel stays, 0 to 1."""
    coarse = _coarse(request, rgb, progress.part(0.0, 0.5))
    if options.refine_edges:
        alpha = refined(rgb, coarse, progress.part(0.5, 0.9))
    else:
        alpha = plainly_enlarged(coarse, rgb.shape[1], rgb.shape[0])
    progress(0.9, tr("Shaping the edge"))
    # What is transparent cannot be the subject, whatever colour stood behind it.
    alpha = np.minimum(alpha, (own > 0).astype(np.float32))
    if options.keep_background:
        alpha = 1 - alpha
    if options.shift_edge:
        alpha = shifted(alpha, options.shift_edge, progress)
    if options.edge == "hard":
        alpha = hardened(alpha, options.threshold)
    progress(0.95)
    return feathered(alpha, options.feather)


def _coarse(request: Request, rgb: NDArray[np.float32], progress: Progress) -> NDArray[np.float32]:
    progress(0.0, tr("Finding the subject"))
    if request.model is not None:
        from ml.matting.network import network_alpha

        return network_alpha(request.model, request.runtime, rgb, progress)
    faces = _faces(rgb, progress.part(0.0, 0.1))
    return find_subject(rgb, faces, progress.part(0.1, 1.0)).mask.astype(np.float32)


def _faces(rgb: NDArray[np.float32], progress: Progress) -> tuple[Face, ...]:
    """Where faces surely are, as shares of the picture: below a face is a body."""
    from ml.faces import gradients
    from ml.faces.views import to_bytes

    scale = min(1.0, FACES_SIDE / max(rgb.shape[:2]))
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else rgb
    height, width = small.shape[:2]
    if min(height, width) < LEAST_FACES_SIDE:
        return ()
    found = gradients.find(to_bytes(np.asarray(small, np.float32)), levels=1, progress=progress)
    return tuple(
        (face.x / width, face.y / height, face.width / width, face.height / height)
        for face in found if face.score >= SURE_FACE
    )


def _put(
    request: Request, options: CutOutOptions, layer: Layer, picture: Picture, coverage: NDArray[np.float32],
    progress: Progress,
) -> Outcome:
    project = request.project
    method = "" if request.model else METHOD
    if options.result == "selection":
        put_selection(project, request.document, coverage * picture.alpha, picture.x, picture.y)
        note(request, TOOL, request.document, method=method)
        return Outcome()
    if options.result == "mask" and not options.decontaminate_edges:
        mask = put_mask(project, layer.id, coverage, picture.x, picture.y)
        note(request, TOOL, mask, method=method)
        return Outcome(chosen=(layer.id,))
    rgb = picture.rgb
    if options.decontaminate_edges:
        rgb = foreground(np.clip(rgb, 0, 1), coverage, progress)
    if options.result == "mask":  # the mask stays editable; only the colours below it are new
        made = replace(picture, rgba=np.concatenate([rgb, picture.rgba[..., 3:]], axis=2))
        key = put_layer(project, request.document, made, layer.name, above=layer.id)
        put_mask(project, key, coverage, picture.x, picture.y)
    else:
        alpha = (picture.alpha * coverage)[..., None]
        made = replace(picture, rgba=np.concatenate([rgb, alpha], axis=2))
        key = put_layer(project, request.document, made, tr("{name} cut out", name=layer.name), above=layer.id)
    run(project, "project.set_fields", records=(layer.id,), values={"visible": False})
    note(request, TOOL, key, method=method)
    return Outcome(chosen=(key,))
