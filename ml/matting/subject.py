"""The subject of a photograph without a model: where it stands out, cut along its edges, and whether there is one.

Saliency seeds GrabCut (C. Rother, V. Kolmogorov, A. Blake, "GrabCut: interactive foreground extraction using iterated
graph cuts", SIGGRAPH 2004), which learns both colours and cuts where the picture has edges; what it found is the seed
of the next round (as in M.-M. Cheng et al., "Global contrast based salient region detection", 2011).
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError
from ml.matting.saliency import Face, saliency
from ml.progress import Progress

Floats = NDArray[np.float32]
Mask = NDArray[np.uint8]

SALIENCY_SIDE = 320
CUT_SIDE = 400
ROUNDS = 3
LEAST_SIDE = 12
LEAST_CONTRAST = 0.16
LEAST_EDGE = 1.25
MOST_OVERLAP, HOPELESS = 0.62, 0.85
AREA = (0.008, 0.93)
LEAST_PIECE = 0.004


class NoSubject(ModelError):
    """Nothing in the picture stands out enough to be cut out unasked."""


@dataclass(frozen=True)
class Subject:
    """`mask`: (height, width) bool of the picture given. The rest says how clear it is (see `clearness`)."""

    mask: NDArray[np.bool_]
    contrast: float
    edge: float
    overlap: float
    area: float


def find_subject(rgb: Floats, faces: tuple[Face, ...], progress: Progress) -> Subject:
    """The subject of a (height, width, 3) sRGB picture from 0 to 1. Raises NoSubject where none stands out."""
    found = cut_subject(rgb, faces, progress)
    if not is_clear(found):
        raise NoSubject(
            "No clear subject stands out in this picture.",
            "Select it with the tool Object selection, or install a model for cutting out.",
        )
    return found


def is_clear(subject: Subject) -> bool:
    """Whether it differs from what is around it, in colour or at its edge, and is neither a speck nor everything."""
    distinct = subject.overlap <= MOST_OVERLAP or subject.edge >= 2 * LEAST_EDGE
    return (
        distinct and subject.contrast >= LEAST_CONTRAST and subject.edge >= LEAST_EDGE
        and AREA[0] <= subject.area <= AREA[1]
    )


def cut_subject(rgb: Floats, faces: tuple[Face, ...], progress: Progress) -> Subject:
    """What stands out most, clear or not."""
    if min(rgb.shape[:2]) < LEAST_SIDE:
        return Subject(np.zeros(rgb.shape[:2], bool), 0.0, 0.0, 1.0, 0.0)
    small = reduced(rgb, SALIENCY_SIDE)
    found = saliency(small, faces, progress.part(0.0, 0.3)).map
    picture = reduced(rgb, CUT_SIDE)
    height, width = picture.shape[:2]
    standing_out = np.asarray(cv2.resize(found, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    pixels = np.ascontiguousarray(np.rint(np.clip(picture[..., ::-1], 0, 1) * 255).astype(np.uint8))
    mask = cut(pixels, standing_out, progress.part(0.3, 1.0))
    whole = cv2.resize(mask.astype(np.uint8), (rgb.shape[1], rgb.shape[0]), interpolation=cv2.INTER_LINEAR_EXACT)
    return replace(clearness(pixels, standing_out, mask), mask=whole > 0)


def reduced(rgb: Floats, side: int) -> Floats:
    """At most `side` pixels long."""
    scale = side / max(rgb.shape[:2])
    if scale >= 1:
        return np.ascontiguousarray(rgb, np.float32)
    size = max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.float32)


def cut(pixels: Mask, standing_out: Floats, progress: Progress, known: Mask | None = None) -> NDArray[np.bool_]:
    """GrabCut of (height, width, 3) BGR bytes, begun where (height, width) `standing_out` is high; in rounds.

    `known` holds GrabCut's marks: what is surely subject or surely background there stays so.
    """
    threshold = _threshold(standing_out)
    inside = standing_out > threshold
    spread = max(3, round(0.02 * max(inside.shape)))
    if not inside.any() or inside.all() or _overlap(_lab(pixels), inside) > HOPELESS:
        return inside  # one texture all over: GrabCut would search long and find nothing
    for number in range(ROUNDS):
        marks = _marks(inside, standing_out, threshold, spread * (2 if number == 0 else 1))
        if known is not None:
            marks = np.where((known == cv2.GC_FGD) | (known == cv2.GC_BGD), known, marks)
        if not (np.isin(marks, (1, 3)).any() and np.isin(marks, (0, 2)).any()):
            break
        models = np.zeros((1, 65)), np.zeros((1, 65))
        for step in range(2):
            progress((number + step / 2) / ROUNDS)
            mode = cv2.GC_INIT_WITH_MASK if step == 0 else cv2.GC_EVAL
            cv2.grabCut(pixels, marks, None, *models, 1, mode)  # type: ignore[call-overload]
        inside = _tidy((marks == cv2.GC_FGD) | (marks == cv2.GC_PR_FGD))
    return inside


def _threshold(values: Floats) -> float:
    levels = np.rint(values * 255).astype(np.uint8)
    return float(np.clip(cv2.threshold(levels, 0, 255, cv2.THRESH_OTSU)[0] / 255, 0.15, 0.7))


def _marks(inside: NDArray[np.bool_], standing_out: Floats, threshold: float, spread: int) -> Mask:
    """GrabCut's marks: sure where both the last round and saliency say so, probable near the line."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * spread + 1, 2 * spread + 1))
    plain = inside.astype(np.uint8)
    wide, narrow = cv2.dilate(plain, kernel) > 0, cv2.erode(plain, kernel) > 0
    marks = np.where(inside, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    marks[~wide & (standing_out < 0.6 * threshold)] = cv2.GC_BGD
    marks[narrow & (standing_out > threshold + 0.5 * (1 - threshold))] = cv2.GC_FGD
    return marks


def _tidy(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without crumbs and pinholes: pieces under a thirtieth of the largest, holes under half a percent of all."""
    plain = inside.astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(plain)
    if count > 1:
        areas = stats[:, cv2.CC_STAT_AREA].astype(float)
        areas[0] = 0
        plain = (areas >= areas.max() / 30)[labels].astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(1 - plain, connectivity=4)
    small = stats[:, cv2.CC_STAT_AREA] < 0.005 * plain.size
    small[0] = False
    return np.asarray((plain > 0) | small[labels])


def clearness(pixels: Mask, standing_out: Floats, mask: NDArray[np.bool_]) -> Subject:
    """How much more it stands out than the rest; how much stronger edges are along its line than elsewhere; how much
    its colours overlap with those around (0 to 1); its share of the picture."""
    area = float(mask.mean())
    largest = cv2.connectedComponentsWithStats(mask.astype(np.uint8))[2][1:, cv2.CC_STAT_AREA].max(initial=0)
    if largest < LEAST_PIECE * mask.size:
        return Subject(mask, 0.0, 0.0, 1.0, area)
    if area in (0.0, 1.0):
        return Subject(mask, 0.0, 0.0, 1.0, area)
    contrast = float(standing_out[mask].mean() - standing_out[~mask].mean())
    lab = _lab(pixels)
    gray = cv2.GaussianBlur(lab, (0, 0), 1.0).astype(np.float32)
    slope = np.sqrt(
        np.square(cv2.Sobel(gray, cv2.CV_32F, 1, 0)).sum(2) + np.square(cv2.Sobel(gray, cv2.CV_32F, 0, 1)).sum(2)
    )
    line = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
    strongest = cv2.dilate(slope, np.ones((3, 3), np.uint8))
    edge = float(strongest[line].mean() / max(float(strongest[~line].mean()), 1e-3))
    return Subject(mask, contrast, edge, _overlap(lab, mask), area)


def _lab(pixels: Mask) -> Mask:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2Lab), np.uint8)


def _overlap(lab: Mask, mask: NDArray[np.bool_]) -> float:
    cells = (lab[..., 0] // 32).astype(np.int32) * 1024 + (lab[..., 1] // 8) * 32 + lab[..., 2] // 8
    inside = np.bincount(cells[mask], minlength=8 * 1024) / mask.sum()
    outside = np.bincount(cells[~mask], minlength=8 * 1024) / (~mask).sum()
    return float(np.minimum(inside, outside).sum())
