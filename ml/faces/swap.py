"""One face laid over another: warped by its points, matched in colour, blended at its edge."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError
from ml.faces.covering import uncovered
from ml.faces.face import Points
from ml.faces.shape import COUNT, mirror, outline_of, pupils
from ml.progress import SILENT, Progress

Floats = NDArray[np.float32]
BENDING = 0.02
"""How far the warp may miss points for the sake of smoothness."""
BLEND_SIDE = 480
"""The Poisson blend's change is smooth, so it is worked out at this size and enlarged."""
LATTICE = 8
MOST_CHANGE = 0.16
"""More than this at the edge is no difference of light but of things: hair, a collar."""
MIRRORS = 0.12
"""How much better the mirror image must fit before it is taken."""
LEAST = 6.0
"""Pixels between the pupils below which a face is not swapped."""
APART = 0.3
"""Faces whose turns differ by more than this do not lie well on each other."""
INSET = 0.08
"""How far inside the outline the new face ends, as a share of the way to its middle."""


@dataclass(frozen=True, eq=False)
class Patch:
    """(height, width, 4) float32, straight sRGB 0 to 1 and coverage; its first pixel at (x, y) of the picture."""

    rgba: Floats
    x: int
    y: int


def swapped(
    picture: Floats, points: Points, other: Floats, other_points: Points, *, match_colour: float = 0.8,
    keep_light: bool = True, progress: Progress = SILENT,
) -> Patch:
    """The face at `other_points` of `other` as it would lie at `points` of `picture`; both (height, width, 3) float32
    sRGB 0 to 1, points (68, 2) in pixels."""
    if len(points) != COUNT or len(other_points) != COUNT:
        raise ModelError("Swapping needs the 68 points of both faces.", "Find the faces again.")
    if min(_unit(points), _unit(other_points)) < LEAST:
        raise ModelError("This face is too small, or its points are not in order.", "Choose another face.")
    if faces_the_other_way(points, other_points):
        other, other_points = _mirrored(other, other_points)
    unit = _unit(points)
    outline = outline_of(points)
    x, y, right, bottom = _area(outline, unit, picture.shape)
    if right - x < 8 or bottom - y < 8:
        raise ModelError("This face lies outside the picture.", "Choose another face.")
    below = np.ascontiguousarray(picture[y:bottom, x:right, :3])
    corner = np.array([x, y], np.float32)
    progress(0.05)
    warped, known = _warped(other, other_points, points - corner, outline - corner, below.shape[:2], progress)
    mask = _mask(outline - corner, below.shape[:2], unit) * known
    mask = mask * uncovered(warped, points - corner, unit) * uncovered(below, points - corner, unit)
    progress(0.6)
    warped = _recoloured(warped, below, mask, match_colour)
    progress(0.7)
    if keep_light:
        warped = _relit(warped, below, mask, unit)
    progress(0.8)
    blended = _blended(warped, below, mask, progress)
    progress(0.95)
    coverage = _soft(mask, 0.05 * unit)
    return Patch(np.concatenate([np.clip(blended, 0, 1), coverage[..., None]], axis=2).astype(np.float32), x, y)


def _unit(points: Points) -> float:
    """The distance between the pupils; nothing where a point is no place."""
    return float(np.linalg.norm(np.subtract(*pupils(points)))) if bool((np.abs(points) < 1e6).all()) else 0.0


def turn_of(points: Floats) -> float:
    """How far the tip of the nose lies from the middle of the face, in distances between the pupils: 0 looks at us,
    -0.5 and 0.5 are half turned to the left and right of the picture."""
    left, right = pupils(points)
    across = (right - left) / max(float(np.linalg.norm(right - left)), 1e-6)
    return float((points[30] - points[27]) @ across) / max(float(np.linalg.norm(right - left)), 1e-6)


def faces_the_other_way(points: Floats, other: Floats) -> bool:
    """Whether the mirror image of the other face is turned more like the first."""
    one, two = turn_of(points), turn_of(other)
    return abs(one - two) > abs(one + two) + MIRRORS


def _mirrored(picture: Floats, points: Points) -> tuple[Floats, Points]:
    flipped = np.array([picture.shape[1] - 1, 0], np.float32) + points * np.array([-1, 1], np.float32)
    return picture[:, ::-1], flipped[list(mirror())].astype(np.float32)


def _area(outline: Floats, unit: float, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    low, high = outline.min(axis=0) - 0.4 * unit, outline.max(axis=0) + 0.4 * unit
    return (
        max(0, int(low[0])), max(0, int(low[1])), min(shape[1], int(high[0]) + 1), min(shape[0], int(high[1]) + 1)
    )


def _warped(
    other: Floats, other_points: Points, points: Points, outline: Floats, shape: tuple[int, ...], progress: Progress
) -> tuple[Floats, Floats]:
    """The other face drawn into the area by a thin-plate spline (F. Bookstein, Principal Warps, 1989), and where it
    is known."""
    arch, other_arch = outline[17:], outline_of(other_points)[17:]
    here = np.concatenate([points, arch])
    there = np.concatenate([other_points, other_arch])
    scale = float(np.linalg.norm(np.subtract(*pupils(other_points))) / np.linalg.norm(np.subtract(*pupils(points))))
    other, there = _shrunk(other, there, scale)
    rows, columns = -(-shape[0] // LATTICE) + 1, -(-shape[1] // LATTICE) + 1
    grid = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).reshape(-1, 2) * float(LATTICE)
    found = thin_plate(here, there, grid.astype(np.float32)).reshape(rows, columns, 2)
    progress(0.3)
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32) / LATTICE
    places = np.asarray(cv2.remap(found, x, y, cv2.INTER_LINEAR), np.float32)
    drawn = cv2.remap(
        np.ascontiguousarray(other[..., :3]), places[..., 0], places[..., 1], cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    inside = (places >= 0).all(axis=2) & (places[..., 0] < other.shape[1]) & (places[..., 1] < other.shape[0])
    return np.asarray(np.clip(drawn, 0, 1), np.float32), inside.astype(np.float32)


def _shrunk(other: Floats, points: Floats, scale: float) -> tuple[Floats, Floats]:
    """The other picture around its face, made smaller by area where the warp would skip pixels."""
    reach = (points.max(axis=0) - points.min(axis=0)) * 0.3 + 8
    low = np.maximum(np.floor(points.min(axis=0) - reach), 0).astype(int)
    high = np.minimum(np.ceil(points.max(axis=0) + reach), [other.shape[1], other.shape[0]]).astype(int)
    part, points = other[low[1] : high[1], low[0] : high[0]], points - low.astype(np.float32)
    if scale <= 1.5 or part.size == 0:
        return part, points.astype(np.float32)
    size = (max(1, round(part.shape[1] / scale)), max(1, round(part.shape[0] / scale)))
    factor = np.array([size[0] / part.shape[1], size[1] / part.shape[0]], np.float32)
    shrunk = cv2.resize(np.ascontiguousarray(part), size, interpolation=cv2.INTER_AREA)
    return np.asarray(shrunk, np.float32), ((points + 0.5) * factor - 0.5).astype(np.float32)


def thin_plate(source: Floats, target: Floats, places: Floats) -> Floats:
    """Where `places` (n, 2) go under the smoothest map that takes `source` nearly to `target`."""
    size = max(float(np.ptp(source, axis=0).max()), 1e-6)
    middle = source.mean(axis=0)
    one, at = (source - middle) / size, (places - middle) / size
    count = len(one)
    system = np.zeros((count + 3, count + 3))
    system[:count, :count] = _plate(one, one) + BENDING * 1e-2 * np.eye(count)
    system[:count, count:] = np.c_[np.ones(count), one]
    system[count:, :count] = system[:count, count:].T
    weights = np.linalg.lstsq(system, np.concatenate([target, np.zeros((3, 2))]), rcond=None)[0]
    found = [
        _plate(part, one) @ weights[:count] + np.c_[np.ones(len(part)), part] @ weights[count:]
        for part in np.array_split(at, max(1, len(at) // 4096))
    ]
    return np.concatenate(found).astype(np.float32)


def _plate(one: Floats, other: Floats) -> NDArray[np.float64]:
    squares = ((one[:, None].astype(float) - other[None]) ** 2).sum(axis=2)
    return np.asarray(0.5 * squares * np.log(np.maximum(squares, 1e-12)))


def _mask(outline: Floats, shape: tuple[int, ...], unit: float) -> Floats:
    """The face a little inside its outline, so that the picture's own jaw line and hairline stay."""
    mask = np.zeros(shape, np.uint8)
    outline = outline + np.float32(INSET) * (outline.mean(axis=0) - outline)
    cv2.fillPoly(mask, [np.rint(outline * 16).astype(np.int32)], 255, cv2.LINE_8, 4)
    side = max(3, round(0.1 * unit) | 1)
    mask = np.asarray(cv2.erode(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))), np.uint8)
    return mask.astype(np.float32) / np.float32(255)


def _soft(mask: Floats, sigma: float) -> Floats:
    """A soft edge that lies inside the mask."""
    blurred = np.asarray(cv2.GaussianBlur(mask, (0, 0), max(sigma, 0.8)), np.float32)
    inner = np.clip(blurred * 2 - 1, 0, 1)
    return np.asarray(inner * inner * (3 - 2 * inner), np.float32)


def _recoloured(warped: Floats, below: Floats, mask: Floats, amount: float) -> Floats:
    """Means and spreads of Lab as in the picture (E. Reinhard et al., Color Transfer between Images, 2001)."""
    chosen = mask > 0.5
    if amount <= 0 or not bool(chosen.any()):
        return warped
    ours, theirs = (np.asarray(cv2.cvtColor(item, cv2.COLOR_RGB2LAB), np.float32) for item in (warped, below))
    mean, spread = ours[chosen].mean(axis=0), ours[chosen].std(axis=0) + 1e-3
    aim, width = theirs[chosen].mean(axis=0), theirs[chosen].std(axis=0) + 1e-3
    matched = (ours - mean) * np.clip(width / spread, 0.6, 1.5) + aim
    mixed = ours + np.float32(amount) * (matched.astype(np.float32) - ours)
    return np.asarray(np.clip(cv2.cvtColor(mixed, cv2.COLOR_LAB2RGB), 0, 1), np.float32)


def _relit(warped: Floats, below: Floats, mask: Floats, unit: float) -> Floats:
    """The broad light and shade of the picture's own face on the other."""
    sigma = 0.45 * unit
    weight = np.asarray(cv2.GaussianBlur(mask, (0, 0), sigma), np.float32) + 1e-3
    ours, theirs = (
        np.asarray(cv2.GaussianBlur(item.mean(axis=2) * mask, (0, 0), sigma), np.float32) / weight
        for item in (warped, below)
    )
    ratio = np.clip((theirs + 0.04) / (ours + 0.04), 0.5, 2.0)
    return np.asarray(np.clip(warped * (1 + 0.8 * (ratio - 1))[..., None], 0, 1), np.float32)


def _blended(warped: Floats, below: Floats, mask: Floats, progress: Progress) -> Floats:
    """Poisson blending (P. Perez, M. Gangnet and A. Blake, Poisson Image Editing, 2003), worked out small: what it adds
    to the face is smooth, so it is enlarged and added to the face at full size."""
    height, width = mask.shape
    scale = min(1.0, BLEND_SIDE / max(height, width))
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    front, back = (_bytes(cv2.resize(item, size, interpolation=cv2.INTER_AREA)) for item in (warped, below))
    hole = (np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA)) > 0.5).astype(np.uint8) * np.uint8(255)
    hole[[0, -1]] = 0
    hole[:, [0, -1]] = 0
    rows, columns = np.flatnonzero(hole.any(axis=1)), np.flatnonzero(hole.any(axis=0))
    if len(rows) < 4 or len(columns) < 4:
        return warped
    center = (int(columns[0] + columns[-1] + 1) // 2, int(rows[0] + rows[-1] + 1) // 2)
    progress.check()
    cloned = np.asarray(cv2.seamlessClone(front, back, hole, center, cv2.NORMAL_CLONE), np.float32)
    progress.check()
    change = np.where(hole[..., None] > 0, cloned - front, 0).astype(np.float32) / np.float32(255)
    soft = _filled(np.clip(change, -MOST_CHANGE, MOST_CHANGE), hole)
    return warped + np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def _bytes(picture: object) -> NDArray[np.uint8]:
    return (np.clip(np.asarray(picture, np.float32), 0, 1) * 255 + 0.5).astype(np.uint8)


def _filled(change: Floats, hole: NDArray[np.uint8]) -> Floats:
    """The change goes on beyond its edge, so that enlarging does not fade it there; byte steps are smoothed away."""
    weight = (hole > 0).astype(np.float32)
    spread = [np.asarray(cv2.GaussianBlur(plane, (0, 0), 4.0), np.float32) for plane in (change, weight)]
    outside = spread[0] / np.maximum(spread[1], 1e-3)[..., None]
    inner = np.asarray(cv2.erode(weight, np.ones((9, 9), np.uint8)), np.float32)
    smooth = np.asarray(cv2.GaussianBlur(change, (0, 0), 1.5), np.float32)
    return np.asarray(np.where(inner[..., None] > 0, smooth, outside), np.float32)

