"""Looking at a large picture through small windows: the whole made small, then parts of it larger and larger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.progress import SILENT, Progress

Bytes = NDArray[np.uint8]
STRIP = 256


@dataclass(frozen=True)
class View:
    """A part of the picture, from (x, y), `width` x `height` of its pixels, to be drawn at `scale`."""

    x: int
    y: int
    width: int
    height: int
    scale: float

    def pixels(self, picture: NDArray[Any]) -> NDArray[Any]:
        """The part at its scale: by area when it shrinks, bilinear when it grows."""
        part = picture[self.y : self.y + self.height, self.x : self.x + self.width]
        if self.scale == 1:
            return np.ascontiguousarray(part)
        size = (max(1, round(self.width * self.scale)), max(1, round(self.height * self.scale)))
        return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA if self.scale < 1 else cv2.INTER_LINEAR))


def views(
    width: int, height: int, window: tuple[int, int], *, levels: int = 1, overlap: float = 0.25, largest: float = 1.0
) -> Iterator[View]:
    """The whole within the window, then at twice that scale in overlapping parts, and so on, `levels` in all.

    No view is drawn larger than `largest`, so a small picture has fewer levels.
    """
    scale = min(window[0] / width, window[1] / height, largest)
    for level in range(levels):
        drawn = scale * 2**level
        if level and drawn > largest:
            return
        across, down = int(window[0] / drawn), int(window[1] / drawn)
        for y in _starts(height, down, overlap):
            for x in _starts(width, across, overlap):
                yield View(x, y, min(across, width - x), min(down, height - y), drawn)


def _starts(length: int, window: int, overlap: float) -> list[int]:
    """Where windows begin so that they cover a length, evenly, each sharing at least `overlap` with the next."""
    if window >= length:
        return [0]
    count = int(np.ceil((length - window) / (window * (1 - overlap)))) + 1
    return [round(place * (length - window) / (count - 1)) for place in range(count)]


def to_bytes(picture: NDArray[np.float32], progress: Progress = SILENT) -> Bytes:
    """(height, width, 3) float32 0 to 1 as uint8, strip by strip."""
    result = np.empty(picture.shape, np.uint8)
    for top in range(0, len(picture), STRIP):
        progress.check()
        strip = np.clip(picture[top : top + STRIP], 0, 1)
        strip *= 255
        strip += np.float32(0.5)
        result[top : top + STRIP] = strip
    return result
