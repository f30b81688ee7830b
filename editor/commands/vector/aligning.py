"""Align objects to each other or the page, and spread them evenly."""

from typing import Literal

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.commands.vector.targets import nodes_of
from editor.commands.vector.transforming import apply
from editor.document.project import Project
from editor.model.values import RecordId
from editor.model.vector import Node, Page
from render.geometry import Affine, Rect

Edge = Literal["left", "center", "right", "top", "middle", "bottom"]


def _boxes(project: Project, items: list[Node]) -> list[tuple[Node, Rect]]:
    """Each node with its box on the page; nodes without an extent are left out."""
    from editor.display.vector.measure import Measure

    measure = Measure(project)
    boxes = ((item, measure.box(item.id)) for item in items)
    return [(item, box) for item, box in boxes if box is not None]


@command("vector.align", label="Align")
def align(
    project: Project, *, nodes: tuple[RecordId, ...], edge: Edge, to: Literal["selection", "page"] = "selection"
) -> None:
    """Bring the edges or centres of objects in line with those of all of them, or of the page."""
    boxes = _boxes(project, nodes_of(project, nodes))
    if not boxes:
        raise ExpectedError(tr("These objects have no extent."))
    target = boxes[0][1]
    for _, box in boxes[1:]:
        target = target.union(box)
    if to == "page":
        above = project.index.ancestors(boxes[0][0].id)
        page = next((item for key in above if isinstance(item := project.get(key), Page)), None)
        if page is None:
            raise ExpectedError(tr("This object stands on no page."))
        target = Rect(0.0, 0.0, page.width, page.height)
    for item, box in boxes:
        dx, dy = _shift(box, target, edge)
        if dx or dy:
            apply(project, (item.id,), Affine.translation(dx, dy))


def _shift(box: Rect, target: Rect, edge: Edge) -> tuple[float, float]:
    return {
        "left": (target.x - box.x, 0.0),
        "center": (target.center.x - box.center.x, 0.0),
        "right": (target.right - box.right, 0.0),
        "top": (0.0, target.y - box.y),
        "middle": (0.0, target.center.y - box.center.y),
        "bottom": (0.0, target.bottom - box.bottom),
    }[edge]


@command("vector.distribute", label="Distribute")
def distribute(
    project: Project, *, nodes: tuple[RecordId, ...], axis: Literal["horizontal", "vertical"] = "horizontal"
) -> None:
    """Make the gaps between objects equal; the outermost ones stay."""
    boxes = _boxes(project, nodes_of(project, nodes))
    if len(boxes) < 3:
        raise ExpectedError(tr("Distributing needs three objects or more."))
    flat = axis == "horizontal"
    boxes.sort(key=lambda pair: pair[1].center.x if flat else pair[1].center.y)
    sizes = [box.width if flat else box.height for _, box in boxes]
    start = boxes[0][1].x if flat else boxes[0][1].y
    end = boxes[-1][1].right if flat else boxes[-1][1].bottom
    gap = (end - start - sum(sizes)) / (len(boxes) - 1)
    at = start
    for (item, box), size in zip(boxes, sizes, strict=True):
        shift = at - (box.x if flat else box.y)
        if shift:
            apply(project, (item.id,), Affine.translation(shift, 0.0) if flat else Affine.translation(0.0, shift))
        at += size + gap
