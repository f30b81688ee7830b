"""Faces reshaped by a smooth displacement that never tears.

The sliders move some of a face's points. Between them the displacement is interpolated with compactly supported radial
functions (H. Wendland, Piecewise polynomial, positive definite and compactly supported radial functions, 1995), held at
zero on a ring around the face, so the background keeps still a little way off. Where a displacement changes by less
than its own distance everywhere (its slope stays below 1) the map is one to one (Banach): the field is scaled down
until that holds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, cast

import numpy as np

from render.geometry import IntRect
from render.raster.faces.values import BEYOND, FacePoints, Floats, Reshape, frame_of, outline_of

LATTICE = 12
"""Steps of the field's lattice to a distance between the pupils."""
SUPPORT = 1.15
"""How far a point's pull reaches, in that distance."""
STEEPEST = 0.6
FADE = 0.4
"""The width of the border in which the field comes to rest."""
SLIDERS = ("slim_face", "jaw", "chin", "nose_width", "eye_size", "mouth_width", "smile", "forehead")
RING = 0.5
"""How far outside the outline the picture keeps still."""


@dataclass(frozen=True)
class Field:
    """A displacement (rows, columns, 2) in pixels of the picture, on a lattice from (x, y) with steps of `step`."""

    x: float
    y: float
    step: float
    values: Floats

    @property
    def largest(self) -> float:
        return float(np.abs(self.values).max(initial=0.0))


@lru_cache(maxsize=64)
def field_of(face: FacePoints, sliders: Reshape) -> Field:
    """Where each place of the picture takes its colour from, less itself. `sliders` without faces."""
    pulls = _pulls(face)
    amounts = np.array([getattr(sliders, name) for name in SLIDERS], np.float32)
    forth = _tamed(np.tensordot(amounts, pulls.values, 1).astype(np.float32))
    return _upright(_turned_round(forth), pulls.low, frame_of(face))


@dataclass(frozen=True, eq=False)
class Pulls:
    """What each slider alone does at its full: (sliders, rows, columns, 2) on a lattice from `low`, in distances
    between the pupils. Displacements add up, so this is worked out once a face."""

    low: Floats
    values: Floats


@lru_cache(maxsize=32)
def _pulls(face: FacePoints) -> Pulls:
    frame = frame_of(face)
    local = frame.local(np.array(face, np.float32))
    outline = frame.local(np.array(outline_of(face), np.float32))
    anchors = np.concatenate([local, outline[17:], _ring(outline)])
    shifts = np.zeros((len(anchors), len(SLIDERS), 2), np.float32)
    for place, name in enumerate(SLIDERS):
        alone: dict[str, Any] = {name: 1.0}
        moves = targets(local, outline, Reshape(**alone))
        shifts[: len(moves), place] = moves
    low, high = outline.min(axis=0) - BEYOND, outline.max(axis=0) + BEYOND
    columns, rows = (int(np.ceil(length * LATTICE)) + 1 for length in high - low)
    x = low[0] + np.arange(columns, dtype=np.float32) / LATTICE
    y = low[1] + np.arange(rows, dtype=np.float32) / LATTICE
    places = np.stack(np.meshgrid(x, y), axis=-1)
    fade = _fade(places, np.concatenate([local, outline[17:]]))
    found = _interpolated(anchors, shifts.reshape(len(anchors), -1), places).reshape(rows, columns, len(SLIDERS), 2)
    smooth = (fade * fade * (3 - 2 * fade))[..., None, None]
    return Pulls(low, np.ascontiguousarray((found * smooth).transpose(2, 0, 1, 3), np.float32))


def _turned_round(forth: Floats) -> Floats:
    """The displacement that leads back: b(y) = -f(y + b(y)), by going there a few times."""
    import cv2

    rows, columns = forth.shape[:2]
    x, y = np.meshgrid(np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32))
    back = -forth
    for _ in range(6):
        at = back * np.float32(LATTICE)
        back = -np.asarray(cv2.remap(forth, x + at[..., 0], y + at[..., 1], cv2.INTER_LINEAR), np.float32)
    return back


def _fade(places: Floats, points: Floats) -> Floats:
    """0 to 1: how near each place is to any point of the face."""
    flat = places.reshape(-1, 2)
    parts = np.array_split(flat, max(1, len(flat) // 2048))
    away = np.concatenate([np.linalg.norm(part[:, None] - points[None], axis=2).min(axis=1) for part in parts])
    edge = BEYOND - 2 / LATTICE - away.reshape(places.shape[:2])
    return np.asarray(np.clip(edge / FADE, 0, 1), np.float32)


def _ring(outline: Floats) -> Floats:
    """Still points around the outline, twice: the second makes the edge flat."""
    middle = outline.mean(axis=0)
    away = outline - middle
    length = np.linalg.norm(away, axis=1, keepdims=True)
    return np.concatenate([middle + away * (1 + reach / length) for reach in (RING, RING + 0.35)]).astype(np.float32)


def _interpolated(anchors: Floats, values: Floats, places: Floats) -> Floats:
    """(n, ...): Wendland's C2 function through the values at the anchors, at each of a grid of places."""
    system = _wendland(np.linalg.norm(anchors[:, None] - anchors[None], axis=2) / SUPPORT)
    weights = np.linalg.solve(system + 1e-2 * np.eye(len(anchors)), values)
    flat = places.reshape(-1, 2)
    found = [
        _wendland(np.linalg.norm(part[:, None] - anchors[None], axis=2) / SUPPORT) @ weights
        for part in np.array_split(flat, max(1, len(flat) // 2048))
    ]
    return np.concatenate(found).astype(np.float32)


def _wendland(distance: Floats) -> Floats:
    inside = np.maximum(1 - distance, 0)
    return inside**4 * (4 * distance + 1)


def _tamed(values: Floats) -> Floats:
    """The field scaled down until its slope is nowhere steeper than `STEEPEST`."""
    down, across = np.gradient(values, 1 / LATTICE, axis=(0, 1))
    slope = np.sqrt((down**2).sum(axis=-1) + (across**2).sum(axis=-1)).max()
    return values if slope <= STEEPEST else (values * (STEEPEST / slope)).astype(np.float32)


def _upright(values: Floats, low: Floats, frame: Any) -> Field:
    """The field of a turned face on a lattice that is upright in the picture."""
    import cv2

    rows, columns = values.shape[:2]
    size = np.array([columns - 1, rows - 1], np.float32) / LATTICE
    corners = frame.placed(low + size * np.array([[0, 0], [1, 0], [0, 1], [1, 1]], np.float32))
    start, end = corners.min(axis=0), corners.max(axis=0)
    step = frame.unit / LATTICE
    across, down = (int(np.ceil(length / step)) + 1 for length in end - start)
    x = start[0] + np.arange(across, dtype=np.float32) * step
    y = start[1] + np.arange(down, dtype=np.float32) * step
    local = frame.local(np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2))
    at = ((local - low) * LATTICE).reshape(down, across, 2).astype(np.float32)
    taken = cv2.remap(values, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    turn = np.array([[frame.cos, frame.sin], [-frame.sin, frame.cos]], np.float32)
    turned = np.asarray(taken, np.float32) @ turn * np.float32(frame.unit)
    return Field(float(start[0]), float(start[1]), float(step), np.ascontiguousarray(turned))


def targets(points: Floats, outline: Floats, how: Reshape) -> Floats:
    """How far each of the 68 points moves, then each of the forehead's, in distances between the pupils."""
    moves = np.zeros((len(points) + len(outline) - 17, 2), np.float32)
    middle = float(points[27:31, 0].mean())
    side = points[:17, 0] - middle
    along = np.sin(np.linspace(0, np.pi, 17)).astype(np.float32)
    moves[:17, 0] -= 0.13 * how.slim_face * side * np.clip(along * 1.5, 0.1, 1)
    corner = np.exp(-((np.minimum(np.arange(17), 16 - np.arange(17)) - 4.5) ** 2) / 4).astype(np.float32)
    moves[:17, 0] -= 0.15 * how.jaw * side * corner
    tip = np.exp(-((np.arange(17) - 8.0) ** 2) / 4).astype(np.float32)
    moves[:17, 1] += 0.13 * how.chin * tip
    wings = [31, 32, 34, 35]
    moves[wings, 0] += 0.22 * how.nose_width * (points[wings, 0] - points[33, 0])
    for eye in (range(36, 42), range(42, 48)):
        moves[list(eye)] += 0.2 * how.eye_size * (points[list(eye)] - points[list(eye)].mean(axis=0))
    _move_mouth(moves, points, how)
    arch = slice(len(points), None)
    rise = np.clip((points[19:25, 1].mean() - outline[17:, 1]) / 0.8, 0, 1)
    moves[arch, 1] -= 0.14 * how.forehead * rise
    return moves


def _move_mouth(moves: Floats, points: Floats, how: Reshape) -> None:
    lips = list(range(48, 68))
    middle = points[[51, 57], 0].mean()
    half = max(float(points[54, 0] - points[48, 0]) / 2, 1e-3)
    outwards = (points[lips, 0] - middle) / half
    moves[lips, 0] += 0.14 * how.mouth_width * outwards * half
    moves[lips, 0] += 0.035 * how.smile * outwards**3
    moves[lips, 1] -= 0.085 * how.smile * (np.abs(outwards) ** 2.2 - 0.12)


@lru_cache(maxsize=64)
def _bare(how: Reshape) -> Reshape:
    return replace(how, faces=())


def margin(how: Reshape, faces: tuple[FacePoints, ...], scale: float) -> int:
    """How far, in pixels at `scale`, colours come from at most."""
    largest = sum(field_of(face, _bare(how)).largest for face in faces)
    return int(np.ceil(largest * scale)) + 4


def warped(pixels: Floats, source: IntRect, target: IntRect, scale: float, how: Reshape, faces: Any) -> Floats:
    """`target` of the picture at `scale`, out of the pixels of `source`, which reaches `margin` further."""
    import cv2

    x = np.arange(target.x, target.right, dtype=np.float32) + np.float32(0.5)
    y = np.arange(target.y, target.bottom, dtype=np.float32) + np.float32(0.5)
    away = np.zeros((target.height, target.width, 2), np.float32)
    for face in faces:
        field = field_of(face, _bare(how))
        columns, rows = (x / scale - field.x) / field.step, (y / scale - field.y) / field.step
        map_x = np.broadcast_to(columns.astype(np.float32), (len(y), len(x)))
        map_y = np.broadcast_to(rows.astype(np.float32)[:, None], (len(y), len(x)))
        away += cv2.remap(field.values, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    away *= np.float32(scale)
    map_x = away[..., 0] + (x - source.x - 0.5)
    map_y = away[..., 1] + (y - source.y - 0.5)[:, None]
    found = cv2.remap(pixels, map_x, map_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return cast(Floats, found)
