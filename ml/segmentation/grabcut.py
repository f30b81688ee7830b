"""The object under a click or in a box, without a model.

A box: what is outside is background, and GrabCut (C. Rother et al., SIGGRAPH 2004) divides the inside. A click: the
thing around it that stands out from the rest of the picture, as for whole subjects; where nothing does, what is reached
from it over small steps of colour, by superpixels, is the first guess that GrabCut then cuts along edges.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError
from ml.matting.saliency import saliency
from ml.matting.subject import SALIENCY_SIDE, clearness, cut, is_clear, reduced
from ml.matting.superpixels import superpixels
from ml.progress import Progress
from ml.segmentation.prompts import Place, Prompts

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Marks = NDArray[np.uint8]

LARGEST = 80_000
"""Pixels. More makes it slower, and not better: colours vary less when noise and texture are averaged away."""
LEAST_SIDE = 12
ROUNDS = 4
DOT = 0.008
"""The radius of what a click makes sure of, as a share of the longer side."""
COUNT = 500
COLOR_REACH = 12.0
NEAR_REACH = 0.9


class NothingThere(ModelError):
    """No object can be told from what is around it."""


def object_mask(rgb: Floats, prompts: Prompts, progress: Progress) -> Flags:
    """(height, width) flags of a small (height, width, 3) sRGB picture, 0 to 1; `LARGEST` pixels are enough.

    Raises NothingThere.
    """
    if min(rgb.shape[:2]) < LEAST_SIDE:
        raise _nothing()
    pixels = np.ascontiguousarray(np.rint(np.clip(rgb[..., ::-1], 0, 1) * 255).astype(np.uint8))
    found = None
    if prompts.box is None:
        found = _standing_out(rgb, pixels, prompts, progress.part(0.0, 0.5))
    if found is None:
        found = _alike(rgb, pixels, prompts, progress.part(0.5, 1.0))
    if not found.any():
        raise _nothing()
    return found


def _standing_out(rgb: Floats, pixels: Marks, prompts: Prompts, progress: Progress) -> Flags | None:
    """The thing around the clicks that stands out, cut along its edges; None where they are beside such a thing."""
    height, width = rgb.shape[:2]
    inside = tuple((x / width, y / height) for x, y in prompts.inside)
    outside = tuple((x / width, y / height) for x, y in prompts.outside)
    small = reduced(rgb, SALIENCY_SIDE)
    found = saliency(small, (), progress.part(0.0, 0.3), inside=inside, outside=outside)
    values = np.asarray(cv2.resize(found.map, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    known = np.full((height, width), cv2.GC_PR_BGD, np.uint8)
    _dot(known, prompts)
    mask = cut(pixels, values, progress.part(0.3, 1.0), known)
    if not all(mask[_pixel(mask, place)] for place in prompts.inside):
        return None
    mask = _meant(mask, prompts)
    return mask if is_clear(clearness(pixels, values, mask)) else None


def _alike(rgb: Floats, pixels: Marks, prompts: Prompts, progress: Progress) -> Flags:
    """What is like the places clicked, or unlike what is around the box."""
    marks = _marks(rgb, prompts, progress.part(0.0, 0.3))
    if (marks == cv2.GC_BGD).all() or not np.isin(marks, (cv2.GC_BGD, cv2.GC_PR_BGD)).any():
        raise _nothing()
    models: tuple[NDArray[Any], NDArray[Any]] = np.zeros((1, 65)), np.zeros((1, 65))
    for number in range(ROUNDS):
        progress(0.3 + 0.7 * number / ROUNDS)
        mode = cv2.GC_INIT_WITH_MASK if number == 0 else cv2.GC_EVAL
        cv2.grabCut(pixels, marks, None, *models, 1, mode)  # type: ignore[call-overload]
    return _meant((marks == cv2.GC_FGD) | (marks == cv2.GC_PR_FGD), prompts)


def _nothing() -> NothingThere:
    return NothingThere("No object stands out there.", "Drag a box around it, or click on another place of it.")


def _marks(rgb: Floats, prompts: Prompts, progress: Progress) -> Marks:
    height, width = rgb.shape[:2]
    if prompts.box is not None:
        marks = np.full((height, width), cv2.GC_BGD, np.uint8)
        left, top, right, bottom = (round(side) for side in prompts.box)
        marks[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = cv2.GC_PR_FGD
        _whole_sides(marks)
    else:
        marks = _reached(rgb, prompts, progress)
    _dot(marks, prompts)
    return marks


def _dot(marks: Marks, prompts: Prompts) -> None:
    """What is clicked is sure."""
    radius = max(2, round(DOT * max(marks.shape)))
    for places, mark in ((prompts.outside, cv2.GC_BGD), (prompts.inside, cv2.GC_FGD)):
        for x, y in places:
            cv2.circle(marks, (round(x), round(y)), radius, int(mark), -1)


def _whole_sides(marks: Marks) -> None:
    """A box over the whole picture leaves no background to learn from: its outermost rim is taken for that."""
    if not (marks == cv2.GC_BGD).any():
        for rim in (marks[0], marks[-1], marks[:, 0], marks[:, -1]):
            rim[:] = cv2.GC_BGD


def _reached(rgb: Floats, prompts: Prompts, progress: Progress) -> Marks:
    """The first guess of a click: superpixels reached over small steps of colour, nearer ones more easily."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import dijkstra

    lab = np.asarray(cv2.cvtColor(np.ascontiguousarray(rgb, np.float32), cv2.COLOR_RGB2Lab), np.float32)
    parts = superpixels(lab, COUNT, progress)
    first, second = parts.pairs[:, 0], parts.pairs[:, 1]
    steps = np.linalg.norm(parts.colors[first] - parts.colors[second], axis=1)
    steps = np.maximum(steps - np.percentile(steps, 25), 0) + 1e-3
    graph = coo_matrix((steps, (first, second)), shape=(parts.count, parts.count)).tocsr()
    height, width = parts.labels.shape
    seeds = [_label(parts.labels, place) for place in prompts.inside]
    away = dijkstra(graph, directed=False, indices=seeds).min(axis=0)
    near = np.linalg.norm(parts.places[:, None] - parts.places[seeds][None], axis=2).min(axis=1) / max(height, width)
    cost = away / COLOR_REACH + near / NEAR_REACH
    if prompts.outside:
        against = [_label(parts.labels, place) for place in prompts.outside]
        other = dijkstra(graph, directed=False, indices=against).min(axis=0) / COLOR_REACH
        cost = np.where(other < cost, np.inf, cost)
    marks = np.where(cost < 1, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    marks[cost > 4] = cv2.GC_BGD
    if (marks == cv2.GC_PR_FGD).all():
        marks[parts.border] = cv2.GC_PR_BGD
    return np.asarray(marks[parts.labels], np.uint8)


def _label(labels: NDArray[Any], place: Place) -> int:
    return int(labels[_pixel(labels, place)])


def _pixel(plane: NDArray[Any], place: Place) -> tuple[int, int]:
    height, width = plane.shape
    return int(np.clip(place[1], 0, height - 1)), int(np.clip(place[0], 0, width - 1))


def _meant(found: Flags, prompts: Prompts) -> Flags:
    """The pieces under the clicks; without a click, those of some size; and no pinholes."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(found.astype(np.uint8))
    if count <= 1:
        return found
    areas = stats[:, cv2.CC_STAT_AREA].astype(float)
    areas[0] = 0
    kept = areas >= areas.max() / 12
    if prompts.inside:
        kept = np.zeros(count, bool)
        kept[[_label(labels, place) for place in prompts.inside]] = True
        kept[0] = False
        if prompts.box is not None:
            kept |= areas >= areas.max() / 12
    result = kept[labels]
    _, holes, stats, _ = cv2.connectedComponentsWithStats((~result).astype(np.uint8), connectivity=4)
    small = stats[:, cv2.CC_STAT_AREA] < 0.003 * result.size
    small[0] = False
    for x, y in prompts.outside:
        small[_label(holes, (x, y))] = False
    return np.asarray(result | small[holes])
