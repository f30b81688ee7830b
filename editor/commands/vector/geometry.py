"""Numbers of a shape: place, size, corners."""

from typing import Annotated

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.commands.vector.targets import put
from editor.document.project import Project
from editor.model.values import RecordId
from editor.model.vector import EllipseShape, EmbedFrame, Node, PathShape, PictureFrame, RectangleShape, TextShape
from editor.model.vector.nodes import Corners
from editor.model.vector.outlines import outline_of, to_contours

Size = Annotated[float, msgspec.Meta(ge=0)]


@command("vector.set_box", label="Change size")
def set_box(
    project: Project, *, shape: RecordId, x: float, y: float, width: Size, height: Size
) -> None:
    """Put a rectangle, ellipse, picture, live link or text frame into a rectangle of its own space."""
    item = project.find(shape, Node)
    if isinstance(item, RectangleShape | PictureFrame | EmbedFrame):
        put(project, msgspec.structs.replace(item, x=x, y=y, width=width, height=height))
    elif isinstance(item, EllipseShape):
        half, tall = width / 2, height / 2
        put(project, msgspec.structs.replace(item, cx=x + half, cy=y + tall, rx=half, ry=tall))
    elif isinstance(item, TextShape) and item.mode == "paragraph":
        put(project, msgspec.structs.replace(item, x=x, y=y, width=width or None))
    else:
        raise ExpectedError(tr("This object has no box to set."), tr("Scale it instead."))


@command("vector.set_corners", label="Change corners")
def set_corners(project: Project, *, shape: RecordId, corners: Corners) -> None:
    """Radii (x, y) of a rectangle: top left, top right, bottom right, bottom left."""
    item = project.find(shape, RectangleShape)
    if any(part < 0 for corner in corners for part in corner):
        raise ExpectedError(tr("A radius cannot be negative."))
    put(project, msgspec.structs.replace(item, corners=corners))


@command("vector.convert_to_path", label="Convert to path")
def convert_to_path(project: Project, *, shapes: tuple[RecordId, ...]) -> None:
    """Rectangles and ellipses become paths with nodes; paths stay as they are."""
    for key in dict.fromkeys(shapes):
        item = project.find(key, Node)
        if isinstance(item, RectangleShape | EllipseShape):
            put(project, as_path(item))
        elif not isinstance(item, PathShape):
            raise ExpectedError(tr("Only shapes can become paths."))


def as_path(item: RectangleShape | EllipseShape) -> PathShape:
    """The same record as a path, under the same id."""
    kept = {
        name: getattr(item, name) for name in PathShape.__struct_fields__ if name != "contours"
    }  # fmt: skip
    return PathShape(contours=to_contours(outline_of(item)), **kept)
