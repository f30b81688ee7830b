"""How large things in a scene are."""

from collections.abc import Iterable

import numpy as np

from editor.display.display import Display
from editor.display.scene.plan import Planner, ScenePlan
from editor.document.project import Project
from render.scene.transforms import Matrix, box_corners, transformed


def bounds_of(project: Project, document: str, nodes: Iterable[str]) -> Matrix | None:
    """The box around nodes and all below them in the world, (2, 3); None when they show nothing."""
    display = Display(project)
    try:
        return plan_bounds(project, Planner(display).plan(document), nodes)
    finally:
        display.close()


def plan_bounds(project: Project, plan: ScenePlan, nodes: Iterable[str] | None = None) -> Matrix | None:
    """As above, for a plan that is there already; without `nodes`, around everything."""
    if nodes is None:
        return plan.bounds
    chosen = {below for key in nodes for below in project.index.subtree(key)}
    boxes = []
    for instance in plan.instances:
        if plan.nodes[instance.number - 1] in chosen:
            corners = transformed(instance.world, box_corners(*instance.mesh.bounds))
            if np.isfinite(corners).all():
                boxes.append((corners.min(axis=0), corners.max(axis=0)))
    if not boxes:
        return None
    return np.stack([np.min([low for low, _ in boxes], axis=0), np.max([high for _, high in boxes], axis=0)])
