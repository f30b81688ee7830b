"""Union, intersection, difference and exclusion of shapes."""

from typing import Literal

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.notes import hand_down, notes_below
from editor.commands.registry import command
from editor.commands.vector.arranging import _in_drawing_order
from editor.commands.vector.targets import inverse_of, put, space_of
from editor.document.project import Project
from editor.model.values import RecordId
from editor.model.vector import FillStyle, Painted, PathShape
from editor.model.vector.outlines import outline_of, to_contours
from render.vector.path import PathData


@command("vector.boolean", label="Combine shapes")
def boolean(
    project: Project, *, nodes: tuple[RecordId, ...],
    operation: Literal["union", "intersection", "difference", "xor"] = "union",
) -> str | None:
    """Make one path of several shapes; "difference" takes the upper ones from the lowest, whose style stays.

    Returns the path's id, or nothing when no area is left.
    """
    from render.vector.booleans import BooleanError, combine

    items = _in_drawing_order(project, nodes)
    if len(items) < 2 or not all(isinstance(item, Painted) for item in items):
        raise ExpectedError(tr("Combining needs two shapes or more."))
    shapes = [item for item in items if isinstance(item, Painted)]
    styled = shapes[0] if operation == "difference" else shapes[-1]
    try:
        path = combine(_outlines(project, shapes, styled.parent), operation)
    except BooleanError as error:
        raise ExpectedError(tr("These shapes cannot be combined.")) from error
    notes = notes_below(project, [shape.id for shape in shapes])
    for shape in shapes:
        project.delete(shape.id)
    if not path.verbs:
        project.select(())
        return None
    styles = tuple(
        msgspec.structs.replace(style, rule="nonzero") if isinstance(style, FillStyle) else style
        for style in styled.styles
    )
    made = PathShape(
        id=project.new_id(), parent=styled.parent, order=styled.order, name=styled.name, styles=styles,
        opacity=styled.opacity, blend=styled.blend, effects=styled.effects, contours=to_contours(path),
    )  # fmt: skip
    put(project, made)
    hand_down(project, notes, made.id)
    project.select((made.id,))
    return made.id


def _outlines(project: Project, shapes: list[Painted], parent: str | None) -> list[tuple[PathData, str]]:
    """The outlines in the space of one holder, each with its fill rule."""
    back = inverse_of(space_of(project, parent))
    found: list[tuple[PathData, str]] = []
    for shape in shapes:
        place = shape.transform.then(space_of(project, shape.parent)).then(back)
        rule = next((style.rule for style in shape.styles if isinstance(style, FillStyle)), "nonzero")
        found.append((outline_of(shape).transformed(place), rule))
    return found
