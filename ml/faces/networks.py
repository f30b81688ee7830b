"""Face detectors as networks. Which family a model belongs to is read off its inputs and outputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError
from ml.faces.face import NO_POINTS, Face, merged, suppressed
from ml.faces.views import Bytes, views
from ml.progress import SILENT, Progress
from ml.runtime.images import ImageInput, feed, image_input
from ml.runtime.runtime import Runtime
from ml.runtime.signature import Signature

Floats = NDArray[np.float32]
Outputs = Mapping[str, NDArray[Any]]
STRIDES = (8, 16, 32)
FREE_SIZE = 1280
"""The longest side that a network of free size is shown at first."""
OVERLAP = 0.3


def find(
    picture: Bytes, model: Path, runtime: Runtime, *, levels: int = 1, confidence: float = 0.6,
    window: int = FREE_SIZE, progress: Progress = SILENT,
) -> list[Face]:
    """Faces in (height, width, 3) uint8 sRGB, the surest first; scores from 0 to 1.

    A network of fixed size sees the whole picture made small, then parts of it; `levels` and `window` as in `views`.
    """
    signature = runtime.signature(model)
    read = family_of(signature)
    wanted = image_input(signature.inputs[0])
    height, width = picture.shape[:2]
    frame = (wanted.width or window, wanted.height or window)
    chosen = list(views(width, height, frame, levels=levels, largest=1.0))
    found: list[Face] = []
    for number, view in enumerate(chosen):
        part = progress.part(number / len(chosen), (number + 1) / len(chosen))
        pixels = view.pixels(picture)
        sized = _sized(wanted, pixels)
        outputs = runtime.run(model, {wanted.name: _padded(pixels, sized, read)}, part)
        scale = pixels.shape[1] / view.width if view.width >= view.height else pixels.shape[0] / view.height
        seen = read(outputs, sized, confidence)
        found.extend(face.placed(scale, view.x, view.y) for face in seen)
    return merged(found) if len(chosen) > 1 else found


def _sized(wanted: ImageInput, pixels: Bytes) -> ImageInput:
    """The input with its size settled: its own, or the picture's made a whole number of the coarsest cells."""
    coarsest = STRIDES[-1]
    width, height = (-(-side // coarsest) * coarsest for side in (pixels.shape[1], pixels.shape[0]))
    return replace(wanted, width=wanted.width or width, height=wanted.height or height)


Reader = Callable[[Outputs, ImageInput, float], list[Face]]


def family_of(signature: Signature) -> Reader:
    """How a model's outputs are read. Raises ModelError for a model that finds no faces."""
    names = {port.name for port in signature.outputs}
    cells = {f"{kind}_{step}" for kind in ("cls", "obj", "bbox") for step in STRIDES}
    if len(signature.inputs) == 1 and cells <= names:
        return yunet
    if len(signature.inputs) == 1 and {"scores", "boxes"} <= names:
        return ultra_light
    raise ModelError(
        "This model does not find faces in a way that is known here.",
        "Models like YuNet and Ultra-Light can be used.",
    )


def _padded(pixels: Bytes, wanted: ImageInput, read: Reader) -> NDArray[Any]:
    """The picture in the upper left corner of the network's input, black below and to the right of it."""
    assert wanted.height is not None and wanted.width is not None
    whole = np.zeros((wanted.height, wanted.width, 3), np.float32)
    whole[: pixels.shape[0], : pixels.shape[1]] = pixels
    if read is ultra_light:  # trained on RGB around the middle grey
        return feed(whole, wanted, mean=(127.0,), std=(128.0,))
    return feed(whole, wanted, bgr=True)


def yunet(outputs: Outputs, wanted: ImageInput, confidence: float) -> list[Face]:
    """Anchor-free cells at three strides: centre, log size and five points from each cell, score from class and
    objectness (W. Wu, H. Peng and S. Yu, YuNet: A Tiny Millisecond-level Face Detector, 2023)."""
    found: list[Face] = []
    for stride in STRIDES:
        columns = (wanted.width or 0) // stride
        classes, objects, boxes = (outputs[f"{kind}_{stride}"][0] for kind in ("cls", "obj", "bbox"))
        scores = np.sqrt(np.clip(classes[:, 0], 0, 1) * np.clip(objects[:, 0], 0, 1))
        points = outputs.get(f"kps_{stride}")
        for place in np.flatnonzero(scores >= confidence):
            cell = np.array([place % columns, place // columns], np.float32)
            center = (cell + boxes[place, :2]) * stride
            size = np.exp(boxes[place, 2:4]) * stride
            marks = NO_POINTS if points is None else (points[0, place].reshape(-1, 2) + cell) * np.float32(stride)
            corner = center - size / 2
            left, top, width, height = (float(item) for item in (*corner, *size))
            found.append(Face(left, top, width, height, float(scores[place]), marks))
    return suppressed(found, OVERLAP)


def ultra_light(outputs: Outputs, wanted: ImageInput, confidence: float) -> list[Face]:
    """Scores (1, n, 2) and boxes (1, n, 4): corners as shares of the input where the network decodes them itself, else
    distances from the boxes that it starts from (L. Liu, Ultra-Light-Fast-Generic-Face-Detector, 2019)."""
    scores, boxes = np.asarray(outputs["scores"][0][:, 1]), np.asarray(outputs["boxes"][0], np.float32)
    width, height = wanted.width or 1, wanted.height or 1
    if not bool((boxes[:, 2:] >= boxes[:, :2]).all()):
        boxes = _decoded(boxes, starting_boxes(width, height))
    size = np.array([width, height] * 2, np.float32)
    found = []
    for place in np.flatnonzero(scores >= confidence):
        left, top, right, bottom = (float(item) for item in boxes[place] * size)
        found.append(Face(left, top, right - left, bottom - top, float(scores[place])))
    return suppressed(found, OVERLAP)


STARTING_SIDES = {8: (10, 16, 24), 16: (32, 48), 32: (64, 96), 64: (128, 192, 256)}
"""Sides in pixels of the boxes that Ultra-Light starts from, by stride."""
CENTER_STEP, SIZE_STEP = 0.1, 0.2


@lru_cache(maxsize=8)
def starting_boxes(width: int, height: int) -> Floats:
    """(n, 4) centre and size, as shares of the input, row by row of each stride's cells."""
    found: list[float] = []
    for stride, sides in STARTING_SIDES.items():
        for row in range(-(-height // stride)):
            for column in range(-(-width // stride)):
                center = ((column + 0.5) * stride / width, (row + 0.5) * stride / height)
                for side in sides:
                    found.extend((*center, side / width, side / height))
    return np.array(found, np.float32).reshape(-1, 4)


def _decoded(distances: Floats, starts: Floats) -> Floats:
    if len(distances) != len(starts):
        raise ModelError("This model starts from other boxes than are known here.", "Use another model.")
    center = starts[:, :2] + distances[:, :2] * CENTER_STEP * starts[:, 2:]
    half = starts[:, 2:] * np.exp(distances[:, 2:] * SIZE_STEP) / 2
    return np.concatenate([center - half, center + half], axis=1)
