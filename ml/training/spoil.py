"""Makes the input of a training pair from the picture that the model should give back."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.training.recipe import Spoiling

Bytes = NDArray[np.uint8]


def reduced(picture: Bytes, scale: int, *, area: bool = False) -> Bytes:
    """(height, width, 3) made `scale` times smaller, antialiased: bicubic, or the mean of each square."""
    height, width = picture.shape[0] // scale, picture.shape[1] // scale
    whole = Image.fromarray(picture[: height * scale, : width * scale])
    method = Image.Resampling.BOX if area else Image.Resampling.BICUBIC
    return np.asarray(whole.resize((width, height), method))


def worn(patch: Bytes, spoiling: Spoiling, chance: np.random.Generator) -> Bytes:
    """A patch with the JPEG and noise that the recipe asks for, by chance."""
    if spoiling.jpeg and chance.random() < spoiling.jpeg:
        patch = _through_jpeg(patch, int(chance.integers(spoiling.jpeg_lowest, 96)))
    if spoiling.noise:
        strength = chance.uniform(0.0, spoiling.noise) * 255.0
        noisy = patch + chance.normal(0.0, strength, patch.shape).astype(np.float32)
        patch = np.clip(np.rint(noisy), 0, 255).astype(np.uint8)
    return patch


def _through_jpeg(patch: Bytes, quality: int) -> Bytes:
    done, data = cv2.imencode(".jpg", patch[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    read = cv2.imdecode(data, cv2.IMREAD_COLOR) if done else None
    return patch if read is None else np.asarray(read[..., ::-1], np.uint8)
