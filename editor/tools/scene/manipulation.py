"""From pointer to edit: how far to move, turn or scale for a drag from one pixel to another.

`Grip` is what a drag starts with; `lock` is None (free), an axis ("x") or a plane ("xy"). Typed numbers stand above the
pointer. Holding Control snaps: half metres, 15 degrees, tenths.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from editor.base.numbers import number_text
from editor.base.translation import tr
from editor.tools.scene.gizmo import AXES, PLANES, Kind
from editor.tools.scene.stage import Stage
from render.scene.transforms import Vector

COMMANDS = {"move": "scene.translate", "turn": "scene.rotate", "scale": "scene.scale"}
SNAPS = {"move": 0.5, "turn": 15.0, "scale": 0.1}
SMALLEST = 1e-3


@dataclass(frozen=True, eq=False)
class Grip:
    """The nodes in hand, the world point they turn and scale around, and where the pointer was."""

    kind: Kind
    nodes: tuple[str, ...]
    origin: Vector
    x: float
    y: float


@dataclass(frozen=True)
class Edit:
    """A command's name and parameters, and what to tell the person."""

    command: str
    parameters: dict[str, Any]
    status: str


def edit(stage: Stage, grip: Grip, x: float, y: float, lock: str | None, typed: float | None, snap: bool) -> Edit:
    """The edit for the pointer at a pixel."""
    made = {"move": _move, "turn": _turn, "scale": _scale}[grip.kind]
    parameters, status = made(stage, grip, x, y, lock, typed, snap)
    return Edit(COMMANDS[grip.kind], {"nodes": grip.nodes, **parameters}, status)


def _snapped(values: Vector, kind: Kind, snap: bool) -> Vector:
    return np.round(values / SNAPS[kind]) * SNAPS[kind] if snap else values


def _move(
    stage: Stage, grip: Grip, x: float, y: float, lock: str | None, typed: float | None, snap: bool
) -> tuple[dict[str, Any], str]:
    if typed is not None:
        offset = AXES[lock if lock in AXES else "x"] * typed
    elif lock in AXES:
        axis = AXES[lock]
        start, now = (stage.along_line(px, py, grip.origin, axis) for px, py in ((grip.x, grip.y), (x, y)))
        offset = np.zeros(3) if start is None or now is None else axis * (now - start)
    else:
        normal = AXES[PLANES[lock]] if lock in PLANES else stage.forward
        from_, to = (stage.on_plane(px, py, grip.origin, normal) for px, py in ((grip.x, grip.y), (x, y)))
        offset = np.zeros(3) if from_ is None or to is None else to - from_
    offset = _snapped(offset, "move", snap and typed is None)
    dx, dy, dz = np.clip(offset, -1e8, 1e8).tolist()
    status = tr("Move: X {x} m, Y {y} m, Z {z} m", x=_short(dx), y=_short(dy), z=_short(dz))
    return {"offset": (dx, dy, dz)}, status


def _turn(
    stage: Stage, grip: Grip, x: float, y: float, lock: str | None, typed: float | None, snap: bool
) -> tuple[dict[str, Any], str]:
    """By the angle of the pointer around the origin on the screen; locked to an axis, as seen from its tip."""
    axis = AXES.get(lock or "", -stage.forward)
    if typed is not None:
        degrees = typed
    else:
        center = stage.pixels(grip.origin)[0]
        start, now = (math.atan2(center[1] - py, px - center[0]) for px, py in ((grip.x, grip.y), (x, y)))
        degrees = (math.degrees(now - start) + 180) % 360 - 180 if np.isfinite(center).all() else 0.0
        if float(axis @ stage.towards_eye(grip.origin)) < 0:
            degrees = -degrees
        degrees = float(_snapped(np.array([degrees]), "turn", snap)[0])
    ax, ay, az = axis.tolist()
    px, py, pz = grip.origin.tolist()
    status = tr("Turn: {degrees}°", degrees=_short(degrees))
    return {"axis": (ax, ay, az), "degrees": float(degrees), "pivot": (px, py, pz)}, status


def _scale(
    stage: Stage, grip: Grip, x: float, y: float, lock: str | None, typed: float | None, snap: bool
) -> tuple[dict[str, Any], str]:
    """By how much farther from the origin the pointer is than at the start."""
    if typed is not None:
        factor = typed
    else:
        center = stage.pixels(grip.origin)[0]
        start, now = (math.hypot(px - center[0], py - center[1]) for px, py in ((grip.x, grip.y), (x, y)))
        if lock in AXES:
            first, second = (stage.along_line(px, py, grip.origin, AXES[lock]) for px, py in ((grip.x, grip.y), (x, y)))
            if first is not None and second is not None and abs(first) > 1e-9:
                start, now = first, second
        factor = now / start if np.isfinite(center).all() and abs(start) > 1e-9 else 1.0
        factor = float(_snapped(np.array([factor]), "scale", snap)[0])
    factor = min(1e4, max(-1e4, factor))
    factor = math.copysign(max(abs(factor), SMALLEST), factor)
    letters = lock if lock else "xyz"
    fx, fy, fz = (factor if letter in letters else 1.0 for letter in "xyz")
    px, py, pz = grip.origin.tolist()
    space = "world" if lock and len(grip.nodes) > 1 else "local"
    status = tr("Scale: {factor}", factor=_short(factor))
    return {"factors": (fx, fy, fz), "pivot": (px, py, pz), "space": space}, status


def _short(value: float) -> str:
    return number_text(value, 3)
