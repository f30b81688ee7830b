"""Networks that give the 68 points of a face in a square around it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError
from ml.faces.face import Points
from ml.faces.fitting import moved, sampled
from ml.faces.pose import Pose
from ml.faces.shape import COUNT
from ml.faces.views import Bytes
from ml.progress import SILENT, Progress
from ml.runtime.images import feed, image_input
from ml.runtime.runtime import Runtime
from ml.runtime.signature import Signature

SQUARE = 2.72
"""The side of the square, in distances between the pupils, and how far its middle lies below the eyes."""
BELOW = 0.9
DEFAULT_RANGE = 255.0


def accepts(signature: Signature) -> bool:
    """Whether a model takes one picture and gives 136 numbers."""
    if len(signature.inputs) != 1 or len(signature.inputs[0].shape) != 4:
        return False
    return any(_count(port.shape) == 2 * COUNT for port in signature.outputs)


def _count(shape: tuple[int | None, ...]) -> int:
    return int(np.prod([side or 1 for side in shape[1:]]))


def points_of(picture: Bytes, pose: Pose, model: Path, runtime: Runtime, progress: Progress = SILENT) -> Points:
    """(68, 2) pixels of the face in a pose, in (height, width, 3) uint8 sRGB.

    The network sees the face upright, in a square of its input's size. `range` in the model's metadata says what white
    is (255 where it says nothing). Points may come as shares of the square or as its pixels.
    """
    signature = runtime.signature(model)
    if not accepts(signature):
        raise ModelError("This model gives no 68 points of a face.", "Models with 136 outputs can be used.")
    wanted = image_input(signature.inputs[0])
    side = wanted.width or 112
    forth = _into_square(pose, side)
    small = sampled(picture, forth, (side, side)).astype(np.float32)
    white = float(signature.metadata.get("range", DEFAULT_RANGE))
    bgr = signature.metadata.get("colours", "RGB").upper() == "BGR"
    outputs = runtime.run(model, {wanted.name: feed(small / np.float32(255), wanted, scale=white, bgr=bgr)}, progress)
    flat = next(values for values in outputs.values() if values.size == 2 * COUNT).reshape(COUNT, 2)
    shares = np.asarray(flat, np.float32)
    if float(np.abs(shares).max()) > 2.0:
        shares = shares / np.float32(side)
    return moved(shares * np.float32(side), np.asarray(cv2.invertAffineTransform(forth), np.float64))


def _into_square(pose: Pose, side: int) -> NDArray[Any]:
    middle = (pose.x - np.sin(pose.roll) * BELOW * pose.scale, pose.y + np.cos(pose.roll) * BELOW * pose.scale)
    forth = np.asarray(cv2.getRotationMatrix2D(middle, np.degrees(pose.roll), side / (SQUARE * pose.scale)), np.float64)
    forth[:, 2] += side / 2 - np.array(middle)
    return forth
