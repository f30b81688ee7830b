"""The detector that needs no download: dlib's five trained filters over histograms of gradients.

dlib brings the filters inside its library (Boost licence). They see faces from 80 pixels upwards, so the picture is
looked at through `views`. Scores are margins: above 1 it is almost surely a face, from 0 upwards usually.
N. Dalal and B. Triggs, Histograms of Oriented Gradients for Human Detection, CVPR 2005; D. King, Max-Margin Object
Detection, 2015.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.faces.face import Face, merged, overlap
from ml.faces.views import Bytes, View, views
from ml.progress import SILENT, Progress

WINDOW = 800
LARGEST = 3.0
SURE = 0.8
"""Below this a finding has to be seen a second time, at another size."""
CONFIRMED = -0.15
TURNS = (30.0, -30.0)


@lru_cache(maxsize=1)
def _detector() -> Any:
    import dlib

    return dlib.get_frontal_face_detector()


def find(
    picture: Bytes, *, levels: int = 2, sensitivity: float = 0.5, turned: bool = False, progress: Progress = SILENT
) -> list[Face]:
    """Faces in (height, width, 3) uint8 sRGB, the surest first.

    `levels` 1 finds faces of a tenth of the picture's longer side, each further level half that. `sensitivity` 0 to 1
    trades missed faces for false ones. `turned` also looks at the picture leaning 30 degrees to both sides.
    """
    limit = 0.75 - sensitivity
    angles = (0.0, *TURNS) if turned else (0.0,)
    height, width = picture.shape[:2]
    chosen = list(views(width, height, (WINDOW, WINDOW), levels=levels, largest=LARGEST))
    found: list[Face] = []
    for number, (view, angle) in enumerate((view, angle) for view in chosen for angle in angles):
        progress(number / (len(chosen) * len(angles) + 1))
        found.extend(_seen(picture, view, angle, limit))
    progress.check()
    return [face for face in merged(found) if _holds(picture, face)]


def _seen(picture: Bytes, view: View, angle: float, limit: float) -> Iterable[Face]:
    part = view.pixels(picture)
    turn = _turn(part, angle)
    if angle:
        part = np.asarray(cv2.warpAffine(part, turn, (part.shape[1], part.shape[0]), borderMode=cv2.BORDER_REPLICATE))
    boxes, scores, _ = _detector().run(np.ascontiguousarray(part), 0, limit)
    back = cv2.invertAffineTransform(turn)
    for box, score in zip(boxes, scores):
        center = back @ np.array([(box.left() + box.right()) / 2, (box.top() + box.bottom()) / 2, 1.0])
        left, top = float(center[0]) - box.width() / 2, float(center[1]) - box.height() / 2
        face = Face(left, top, float(box.width()), float(box.height()), float(score), angle=angle)
        yield face.placed(view.scale, view.x, view.y)


def _turn(part: NDArray[Any], angle: float) -> NDArray[np.float64]:
    center = (part.shape[1] / 2, part.shape[0] / 2)
    return np.asarray(cv2.getRotationMatrix2D(center, angle, 1.0), np.float64)


def _holds(picture: Bytes, face: Face) -> bool:
    """A weak finding must be seen again when the face is looked at alone, a little larger."""
    if face.score >= SURE:
        return True
    margin = face.width * 0.7
    height, width = picture.shape[:2]
    left, top = max(0, int(face.x - margin)), max(0, int(face.y - margin))
    right, bottom = int(face.x + face.width + margin), int(face.y + face.height + margin)
    view = View(left, top, min(right, width) - left, min(bottom, height) - top, 120 / face.width)
    again = _seen(picture, view, face.angle, CONFIRMED)
    return any(overlap(replace(face), other) > 0.4 and other.score > face.score - 0.5 for other in again)
