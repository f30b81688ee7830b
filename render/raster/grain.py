"""The paper under a stroke: a grey picture that repeats over the layer and takes cover away from every dab."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
GrainMode = Literal["multiply", "subtract", "height"]
LARGEST_PAPER = 4096
LEAST_SCALE, MOST_SCALE = 0.01, 10.0


class Grain:
    """`picture` (h, w) uint8: 255 lets everything through. `strength` 0 is no paper at all."""

    def __init__(
        self, picture: NDArray[np.uint8], scale: float = 1.0, strength: float = 1.0, mode: GrainMode = "multiply"
    ) -> None:
        height, width = picture.shape
        if not (0 < width <= LARGEST_PAPER and 0 < height <= LARGEST_PAPER):
            raise ValueError("a paper is at most 4096 pixels wide and high")
        self.strength, self.mode = min(1.0, max(0.0, strength)), mode
        scale = min(MOST_SCALE, max(LEAST_SCALE, scale))
        size = tuple(min(LARGEST_PAPER, max(1, round(side * scale))) for side in (width, height))
        if size != (width, height):
            import cv2

            way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
            picture = np.asarray(cv2.resize(np.ascontiguousarray(picture), size, interpolation=way), np.uint8)
        self.plane: Plane = picture.astype(np.float32) / np.float32(255)

    def part(self, left: int, top: int, width: int, height: int) -> Plane:
        """The paper over an area of the layer."""
        rows = np.arange(top, top + height) % self.plane.shape[0]
        columns = np.arange(left, left + width) % self.plane.shape[1]
        return np.asarray(self.plane[rows[:, None], columns[None, :]])

    def through(self, shape: Plane, left: int, top: int) -> Plane:
        """The shape of a dab whose first pixel is the layer's (left, top), on this paper."""
        paper = self.part(left, top, shape.shape[1], shape.shape[0])
        strength = np.float32(self.strength)
        if self.mode == "subtract":
            result: Any = np.maximum(shape - (1 - paper) * strength, 0)
        elif self.mode == "height":  # only what stands high takes the colour until the dab is strong enough
            result = np.clip((shape - (1 - paper) * strength) / (1 - strength * np.float32(0.9)), 0, 1) * (shape > 0)
        else:
            result = shape * (1 - strength * (1 - paper))
        return np.asarray(result, np.float32)
