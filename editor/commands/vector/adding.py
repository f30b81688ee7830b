"""New shapes, text, pictures and live links. Each becomes the selection."""

from typing import Annotated, Any

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.commands.vector.targets import holder_of, put
from editor.document.project import Project
from editor.model.embed import Embed
from editor.model.record import DocumentRecord
from editor.model.values import Blob, RecordId
from editor.model.vector import (
    Contour,
    EllipseShape,
    EmbedFrame,
    FillStyle,
    Node,
    PathShape,
    PictureFrame,
    RectangleShape,
    SolidPaint,
    SpanData,
    StrokeStyle,
    Style,
    TextShape,
)  # fmt: skip
from render.color import Color
from render.text.style import TextStyle

Size = Annotated[float, msgspec.Meta(ge=0)]
GREY = FillStyle(paint=SolidPaint(color=Color(0.8, 0.8, 0.8)))
LINE = StrokeStyle(paint=SolidPaint(color=Color(0.0, 0.0, 0.0)))


def _add(project: Project, cls: type[Node], parent: str, **fields: Any) -> str:
    holder = holder_of(project, parent)
    item = cls(id=project.new_id(), parent=holder, order=project.order_at_end(holder)[0], **fields)
    put(project, item)
    project.select((item.id,))
    return item.id


@command("vector.add_rectangle", label="Add rectangle")
def add_rectangle(
    project: Project, *, parent: RecordId, x: float = 0.0, y: float = 0.0, width: Size = 100.0, height: Size = 100.0,
    radius: Size = 0.0, styles: tuple[Style, ...] = (GREY,), name: str = "",
) -> str:
    """Add a rectangle, with round corners if `radius` says so. Returns its id."""
    corner = (float(radius), float(radius))
    return _add(
        project, RectangleShape, parent, x=x, y=y, width=width, height=height,
        corners=(corner, corner, corner, corner), styles=styles, name=name or tr("Rectangle"),
    )  # fmt: skip


@command("vector.add_ellipse", label="Add ellipse")
def add_ellipse(
    project: Project, *, parent: RecordId, cx: float = 50.0, cy: float = 50.0, rx: Size = 50.0, ry: Size = 50.0,
    styles: tuple[Style, ...] = (GREY,), name: str = "",
) -> str:
    """Add an ellipse around a centre. Returns its id."""
    return _add(
        project, EllipseShape, parent, cx=cx, cy=cy, rx=rx, ry=ry, styles=styles, name=name or tr("Ellipse")
    )


@command("vector.add_path", label="Add path")
def add_path(
    project: Project, *, parent: RecordId, contours: tuple[Contour, ...], styles: tuple[Style, ...] = (LINE,),
    name: str = "",
) -> str:
    """Add a path of contours with nodes and handles. Returns its id."""
    if not any(contour.nodes for contour in contours):
        raise ExpectedError(tr("A path needs at least one node."))
    return _add(project, PathShape, parent, contours=contours, styles=styles, name=name or tr("Path"))


@command("vector.add_text", label="Add text")
def add_text(
    project: Project, *, parent: RecordId, text: str, x: float = 0.0, y: float = 0.0,
    size: Annotated[float, msgspec.Meta(gt=0, le=1e5)] = 24.0, family: str = "sans-serif",
    weight: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 400, color: Color = Color(0.0, 0.0, 0.0),
    width: Annotated[float, msgspec.Meta(gt=0)] | None = None, name: str = "",
) -> str:
    """Add text whose first line begins at (x, y), the top left corner; `width` breaks its lines. Returns its id."""
    span = SpanData(
        text=text, style=TextStyle(families=(family,), size=float(size), weight=weight),
        styles=(FillStyle(paint=SolidPaint(color=color)),),
    )  # fmt: skip
    return _add(project, TextShape, parent, spans=(span,), x=x, y=y, width=width, name=name or text[:40])


@command("vector.add_picture", label="Add picture")
def add_picture(
    project: Project, *, parent: RecordId, blob: Blob, x: float = 0.0, y: float = 0.0, width: Size = 100.0,
    height: Size = 100.0, name: str = "",
) -> str:
    """Add an encoded picture (PNG, JPEG, WebP, GIF) in a rectangle. Returns its id."""
    return _add(
        project, PictureFrame, parent, blob=blob, x=x, y=y, width=width, height=height, name=name or tr("Picture")
    )


@command("vector.add_embed", label="Add live link")
def add_embed(
    project: Project, *, parent: RecordId, document: RecordId, part: str | None = None, x: float = 0.0,
    y: float = 0.0, width: Size = 100.0, height: Size = 100.0, name: str = "",
) -> str:
    """Show another document, live, in a rectangle. Returns its id."""
    linked = project.find(document, DocumentRecord)
    return _add(
        project, EmbedFrame, parent, embed=Embed(document=document, part=part), x=x, y=y, width=width, height=height,
        name=name or linked.name,
    )  # fmt: skip
