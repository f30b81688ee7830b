"""The handles at the selection: arrows, squares, rings and cubes of constant size on the screen.

Geometry is plain: pixels in, triangles out. X is red, Y green, Z blue, as everywhere in 3D; the handle under the
pointer is yellow.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from editor.tools.scene.stage import Stage
from render.scene.transforms import Vector
from render.scene.values import OverlayShape

Kind = Literal["move", "turn", "scale"]
Pixels = NDArray[np.float64]

LENGTH = 92.0
SQUARE = 30.0
RING_STEPS = 72
REACH = 8.0
AXES = {"x": np.array([1.0, 0, 0]), "y": np.array([0, 1.0, 0]), "z": np.array([0, 0, 1.0])}
PLANES = {"yz": "x", "xz": "y", "xy": "z"}
COLORS = {
    "x": (0.91, 0.26, 0.29, 1.0),
    "y": (0.44, 0.74, 0.22, 1.0),
    "z": (0.25, 0.49, 0.95, 1.0),
    "view": (0.92, 0.92, 0.92, 1.0),
}
HOT = (1.0, 0.85, 0.25, 1.0)


@dataclass(frozen=True, eq=False)
class Handle:
    """`name` is an axis, a plane or "view"; `lines` are what is drawn and grabbed, in pixels."""

    name: str
    lines: tuple[Pixels, ...]
    solids: tuple[Pixels, ...]  # (n, 3, 2) triangles
    inside: Pixels | None = None  # a convex outline that is grabbed as a whole


def handles(kind: Kind, stage: Stage, origin: Vector) -> tuple[Handle, ...]:
    """All handles of a gizmo at a world point, those drawn last lying on top; none when it cannot be seen."""
    center = stage.pixels(origin)[0]
    if not np.isfinite(center).all():
        return ()
    size = stage.pixel_size(origin)
    if kind == "turn":
        return _rings(stage, origin, size)
    found = []
    if kind == "move":
        found += [_plane(name, stage, origin, size) for name in PLANES]
    found += [_arrow(name, kind, stage, origin, size, center) for name in AXES]
    found.append(_middle(kind, center))
    return tuple(handle for handle in found if handle is not None)


def _arrow(name: str, kind: Kind, stage: Stage, origin: Vector, size: float, center: Pixels) -> Handle | None:
    """An axis; left out where it points at the eye, since it could not be dragged there."""
    axis = AXES[name]
    if abs(float(stage.towards_eye(origin) @ axis)) > 0.985:
        return None
    end = stage.pixels(origin + axis * LENGTH * size)[0]
    if not np.isfinite(end).all():
        return None
    way = (end - center) / max(float(np.linalg.norm(end - center)), 1e-6)
    side = np.array([-way[1], way[0]])
    start = center + way * 14
    if kind == "move":
        tip = np.array([[end + way * 16, end + side * 6.5, end - side * 6.5]])
    else:
        a, b = end + side * 6 - way * 2, end - side * 6 - way * 2
        tip = np.array([[a, b, b + way * 12], [a, b + way * 12, a + way * 12]])
    return Handle(name, (np.array([start, end]),), (tip,), np.array([end - side * 9, end + side * 9, end + way * 18]))


def _plane(name: str, stage: Stage, origin: Vector, size: float) -> Handle | None:
    """A square between two axes; left out when seen from its edge."""
    if abs(float(stage.towards_eye(origin) @ AXES[PLANES[name]])) < 0.15:
        return None
    first, second = (AXES[letter] * SQUARE * size for letter in name)
    places = ((0.8, 0.8), (1.6, 0.8), (1.6, 1.6), (0.8, 1.6))
    corners = stage.pixels([origin + first * u + second * v for u, v in places])
    if not np.isfinite(corners).all():
        return None
    return Handle(name, (), (np.array([corners[[0, 1, 2]], corners[[0, 2, 3]]]),), corners)


def _middle(kind: Kind, center: Pixels) -> Handle:
    """Freely across the view (move), or evenly (scale)."""
    circle = _circle(center, 11.0)
    return Handle("view", (circle,), (), circle)


def _circle(center: Pixels, radius: float) -> Pixels:
    angles = np.linspace(0, 2 * np.pi, 33)
    return center + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def _rings(stage: Stage, origin: Vector, size: float) -> tuple[Handle, ...]:
    """The near half of a ring around each axis, and a ring around the view."""
    eye = stage.towards_eye(origin)
    found = []
    for name, axis in AXES.items():
        first = np.roll(axis, 1)
        second = np.cross(axis, first)
        angles = np.linspace(0, 2 * np.pi, RING_STEPS + 1)[:, None]
        spokes = np.cos(angles) * first + np.sin(angles) * second
        pixels = stage.pixels(list(origin + spokes * LENGTH * size))
        shown = ((spokes @ eye) > -0.05) & np.isfinite(pixels).all(axis=1)
        lines = tuple(pixels[i : i + 2] for i in range(RING_STEPS) if shown[i] and shown[i + 1])
        if lines:
            found.append(Handle(name, lines, ()))
    center = stage.pixels(origin)[0]
    found.append(Handle("view", (_circle(center, LENGTH * 1.18),), ()))
    return tuple(found)


def under(listed: tuple[Handle, ...], x: float, y: float) -> str | None:
    """The handle at a pixel; axes win over planes, since they are thinner."""
    point = np.array([x, y])
    best, nearest = None, REACH
    for handle in listed:
        for line in handle.lines:
            distance = _distance(line, point)
            if distance < nearest:
                best, nearest = handle.name, distance
    if best is not None:
        return best
    inside = [handle.name for handle in listed if handle.inside is not None and _holds(handle.inside, point)]
    return inside[-1] if inside else None


def _distance(line: Pixels, point: Pixels) -> float:
    """From a point to the nearest piece of a line."""
    start, step = line[:-1], np.diff(line, axis=0)
    length = np.maximum((step**2).sum(axis=1), 1e-12)
    share = np.clip(((point - start) * step).sum(axis=1) / length, 0, 1)
    return float(np.linalg.norm(start + share[:, None] * step - point, axis=1).min())


def _holds(outline: Pixels, point: Pixels) -> bool:
    edges = np.roll(outline, -1, axis=0) - outline
    to_point = point - outline
    side = edges[:, 0] * to_point[:, 1] - edges[:, 1] * to_point[:, 0]
    return bool((side >= 0).all() or (side <= 0).all())


def shapes(listed: tuple[Handle, ...], hot: str | None) -> tuple[OverlayShape, ...]:
    """What the renderer draws: dark rims under coloured strokes, so that the handles are seen on anything."""
    drawn: list[OverlayShape] = []
    for handle in listed:
        color = HOT if handle.name == hot else COLORS.get(PLANES.get(handle.name, handle.name), COLORS["view"])
        strokes = [stroke(line, 1.3) for line in handle.lines]
        rims = [stroke(line, 2.3) for line in handle.lines]
        if rims:
            drawn.append(_shape(np.concatenate(rims), (0.0, 0.0, 0.0, 0.35)))
        flat = handle.name in PLANES
        solids = [*strokes, *handle.solids]
        if solids:
            alpha = 0.55 if flat and handle.name != hot else 1.0
            drawn.append(_shape(np.concatenate(solids), (*color[:3], alpha)))
    return tuple(drawn)


def stroke(line: Pixels, half_width: float) -> Pixels:
    """A line as triangles, (n, 3, 2)."""
    start, end = line[:-1], line[1:]
    step = end - start
    length = np.maximum(np.linalg.norm(step, axis=1, keepdims=True), 1e-9)
    side = np.stack([-step[:, 1], step[:, 0]], axis=1) / length * half_width
    a, b, c, d = start + side, start - side, end + side, end - side
    return np.concatenate([np.stack([a, b, c], axis=1), np.stack([c, b, d], axis=1)])


def _shape(triangles: Pixels, color: tuple[float, float, float, float]) -> OverlayShape:
    return OverlayShape(triangles.astype(np.float32), color)
