"""Cameras and lamps have no shape of their own, so small marks stand for them in the viewport."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from editor.display.scene.plan import ScenePlan
from editor.document.project import Project
from editor.model.scene import SceneNode
from editor.tools.scene.gizmo import stroke
from editor.tools.scene.stage import Stage
from render.scene.values import OverlayShape

REACH = 11.0
LAMP = (1.0, 0.86, 0.45, 1.0)
CAMERA = (0.75, 0.82, 0.95, 1.0)
CHOSEN = (1.0, 0.6, 0.15, 1.0)
CAMERA_OUTLINE = ((-8, -5), (3, -5), (3, -2), (9, -6), (9, 6), (3, 2), (3, 5), (-8, 5), (-8, -5))
LAMP_OUTLINE = ((0, -8), (8, 0), (0, 8), (-8, 0), (0, -8))


@dataclass(frozen=True)
class Marker:
    """A node's mark at a pixel."""

    node: str
    x: float
    y: float
    camera: bool


def markers_of(project: Project, plan: ScenePlan, stage: Stage, through: str | None) -> tuple[Marker, ...]:
    """Where the marks of all visible cameras and lamps lie."""
    listed = [node for key in plan.nodes if isinstance(node := project.get(key), SceneNode)]
    shown = [node for node in listed if (node.camera or node.lamp) and not node.hidden and node.id != through]
    if not shown:
        return ()
    found = []
    for node in shown:
        if node.id in plan.worlds:
            x, y = stage.pixels(plan.worlds[node.id][:3, 3])[0].tolist()
            if np.isfinite([x, y]).all():
                found.append(Marker(node.id, x, y, node.camera is not None))
    return tuple(found)


def marker_under(markers: tuple[Marker, ...], x: float, y: float) -> str | None:
    near = [(abs(mark.x - x) + abs(mark.y - y), mark.node) for mark in markers]
    near = [pair for pair in near if pair[0] <= REACH]
    return min(near)[1] if near else None


def marker_shapes(markers: tuple[Marker, ...], selection: tuple[str, ...]) -> tuple[OverlayShape, ...]:
    """A diamond for a lamp, a box with a lens for a camera."""
    return tuple(
        OverlayShape(
            stroke(_outline(mark), 1.2).astype(np.float32),
            CHOSEN if mark.node in selection else CAMERA if mark.camera else LAMP,
        )
        for mark in markers
    )


def _outline(mark: Marker) -> np.ndarray:
    return np.array(CAMERA_OUTLINE if mark.camera else LAMP_OUTLINE, dtype=np.float64) + np.array([mark.x, mark.y])
