"""Depth networks: MiDaS, DPT, Depth Anything and what is fed like them; they give inverse distance, near is large."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.catalogue.store import InstalledModel
from ml.depth.maps import stretched, with_outlines
from ml.errors import ModelError
from ml.progress import SILENT, Progress
from ml.runtime.images import ImageInput, feed, image_input
from ml.runtime.runtime import Runtime

Floats = NDArray[np.float32]

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""ImageNet's, which these networks were trained with; a model's settings may say others."""
SIDE, STEP = 448, 224
"""What a model without a size of its own gets: patches of 14 and halvings down to 1/32 both divide 224."""


def estimate_depth(runtime: Runtime, model: InstalledModel, rgb: Floats, progress: Progress = SILENT) -> Floats:
    """(height, width) depth, 0 far to 1 near, for (height, width, 3) encoded colour. Raises ModelError.

    Settings: "mean", "std", "scale" (255 for models fed with bytes), "near" ("low" for models that give distance).
    """
    import cv2

    signature = runtime.signature(model.path, progress)
    if len(signature.inputs) != 1:
        raise ModelError("The model {name} wants more than a picture.", name=model.name)
    wanted = image_input(signature.inputs[0])
    if wanted.channels != 3:
        raise ModelError("The model {name} does not take colour pictures.", name=model.name)
    height, width = _size(wanted, rgb.shape[:2], int(model.settings.get("side", SIDE)))
    small = cv2.resize(np.clip(rgb, 0, 1), (width, height), interpolation=cv2.INTER_AREA)
    progress(0.1)
    settings = model.settings
    given = feed(
        np.asarray(small, np.float32), wanted, tuple(settings.get("mean", MEAN)), tuple(settings.get("std", STD)),
        float(settings.get("scale", 1.0)),
    )
    answer = runtime.run(model.path, {wanted.name: given}, progress)[signature.outputs[0].name]
    progress(0.8)
    values = _plane(np.asarray(answer, np.float32), model)
    if settings.get("near") == "low":
        values = np.asarray(1 / np.maximum(values, 1e-3), np.float32)
    return with_outlines(stretched(values), rgb)


def _size(wanted: ImageInput, shape: tuple[int, ...], side: int) -> tuple[int, int]:
    """The model's own size, or one in the picture's proportions."""
    if wanted.height and wanted.width:
        return wanted.height, wanted.width
    scale = side / max(1, min(shape))
    height, width = (max(STEP, round(length * scale / STEP) * STEP) for length in shape)
    return min(height, 4 * STEP), min(width, 4 * STEP)


def _plane(answer: Floats, model: InstalledModel) -> Floats:
    values = np.squeeze(answer)
    if values.ndim != 2 or not np.isfinite(values).all():
        raise ModelError("The model {name} gives no map of distances.", name=model.name)
    return values
