"""What a removed object may be covered with: the ground around it, and no pieces of people who stand beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from ml.faces import gradients
from ml.faces.views import to_bytes
from ml.matting.subject import cut_subject, is_clear, reduced

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from editor.base.jobs import Progress
    from ml.faces.face import Face

SIDE, LEAST_SIDE = 800, 60
CLOSED_SIDE, SUBJECT_SIDE = 160, 320
SURE_FACE = 0.5
ASIDE, ABOVE, BELOW = 0.45, 0.8, 0.7
"""How far hair and neck reach beyond the box of a face, in sizes of the box."""
RIM = 0.012
"""Outlines are soft and never found to the pixel: so much of the longer side is kept away from them."""
MOST_FOR_ITS_SOURCES = 4
"""A hole so many times larger than what may be copied would show the same piece again and again."""


def people_beside(rgb: NDArray[np.float32], hole: NDArray[np.bool_], progress: Progress) -> NDArray[np.bool_]:
    """(height, width): sure faces with their hair and neck, and the bodies below them where they stand out.

    Whoever is in the hole goes with it and does not count: it is closed smoothly before anybody is looked for.
    """
    height, width = hole.shape
    small = np.clip(reduced(rgb, SIDE), 0, 1)
    if min(small.shape[:2]) < LEAST_SIDE:
        return np.zeros(hole.shape, bool)
    seen = _closed(small, _resized(hole, small.shape))
    found = gradients.find(to_bytes(seen), levels=2, progress=progress.part(0.0, 0.4))
    heads = np.zeros(seen.shape[:2], np.uint8)
    for face in found:
        if face.score >= SURE_FACE:
            _draw_head(heads, face)
    if not heads.any():
        return np.zeros(hole.shape, bool)
    shares = tuple(
        (face.x / seen.shape[1], face.y / seen.shape[0], face.width / seen.shape[1], face.height / seen.shape[0])
        for face in found if face.score >= SURE_FACE
    )
    subject = cut_subject(reduced(seen, SUBJECT_SIDE), shares, progress.part(0.4, 1.0))
    people = _with_bodies(heads > 0, _resized(subject.mask, seen.shape)) if is_clear(subject) else heads > 0
    return _resized(people, (height, width))


def too_few(hole: NDArray[np.bool_], sources: NDArray[np.bool_]) -> bool:
    """Whether a hole is larger than what its sources can give."""
    return int(hole.sum()) > MOST_FOR_ITS_SOURCES * int((sources & ~hole).sum())


def _closed(rgb: NDArray[np.float32], hole: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The hole filled without any form in it."""
    tiny = to_bytes(reduced(rgb, CLOSED_SIDE))
    wide = cv2.dilate(_resized(hole, tiny.shape).astype(np.uint8), np.ones((3, 3), np.uint8))
    smooth = cv2.inpaint(tiny, wide, 3, cv2.INPAINT_TELEA)
    large = cv2.resize(smooth, rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR).astype(np.float32) / np.float32(255)
    return np.where(hole[..., None], large, rgb).astype(np.float32)


def _with_bodies(heads: NDArray[np.bool_], subject: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The heads, and what of the subject hangs together with one, with a rim."""
    _, labels = cv2.connectedComponents(subject.astype(np.uint8), connectivity=8)
    touched = np.unique(labels[heads & subject])
    people = heads | (np.isin(labels, touched) & subject)
    side = 2 * round(RIM * max(heads.shape)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.dilate(people.astype(np.uint8), disc), np.bool_)


def _resized(mask: NDArray[np.bool_], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Anything that is touched is in it."""
    size = (shape[1], shape[0])
    shrinks = size[0] < mask.shape[1]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(mask.astype(np.float32), size, interpolation=how) > 0, np.bool_)


def _draw_head(sheet: NDArray[np.uint8], face: Face) -> None:
    """An ellipse from above the hair to below the chin."""
    height, width = face.height * (1 + ABOVE + BELOW), face.width * (1 + 2 * ASIDE)
    middle = (face.x + face.width / 2, face.y - ABOVE * face.height + height / 2)
    cv2.ellipse(sheet, (middle, (width, height), 0.0), 1, -1)
