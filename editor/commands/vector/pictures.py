"""Pictures in frames: a group that cuts a picture to the place it was given, so that another one can take its place."""

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.commands.vector.targets import put
from editor.document.project import Project
from editor.model.values import Blob, RecordId
from editor.model.vector import EmbedFrame, Group, Node, PictureFrame
from render.geometry import Rect

KEPT = (*Node.__struct_fields__[3:], "x", "y", "width", "height")

PLACED = ("transform", "opacity", "blend", "isolate", "visible", "clip", "mask", "effects")


Shown = PictureFrame | EmbedFrame


def shown_picture(project: Project, key: str) -> Shown:
    """A picture, or a document that is shown like one. Raises ExpectedError for anything else."""
    item = project.get(key)
    return item if isinstance(item, EmbedFrame) else project.find(key, PictureFrame)


def frame_of(project: Project, picture: Shown) -> Group | None:
    """The frame around a picture: a group with a crop and nothing else in it."""
    holder = project.get(picture.parent or "")
    if not isinstance(holder, Group) or holder.crop is None:
        return None
    return holder if len(project.children(holder.id, Node)) == 1 else None


@command("vector.frame_picture", label="Frame picture")
def frame_picture(project: Project, *, picture: RecordId) -> str:
    """Put a picture into a frame of its own size, which cuts what is larger. Returns the frame's id."""
    item = shown_picture(project, picture)
    framed = frame_of(project, item)
    if framed is not None:
        return framed.id
    if item.width <= 0 or item.height <= 0:
        raise ExpectedError(tr("A picture without width or height cannot be framed."))
    kept = {name: getattr(item, name) for name in PLACED}
    plain = {name: getattr(Group(id=""), name) for name in PLACED}
    key = project.new_id()
    group = Group(
        id=key, parent=item.parent, order=item.order, name=item.name, locked=item.locked,
        crop=Rect(item.x, item.y, item.width, item.height), **kept,
    )  # fmt: skip
    put(project, group)
    put(project, msgspec.structs.replace(item, parent=key, locked=False, **plain))
    return key


@command("vector.set_picture", label="Replace picture")
def set_picture(
    project: Project, *, picture: RecordId, blob: Blob, x: float | None = None, y: float | None = None,
    width: float | None = None, height: float | None = None,
) -> None:
    """Show another picture (PNG, JPEG, WebP, GIF), in another rectangle if one is given; a live link is replaced."""
    item = shown_picture(project, picture)
    if blob not in project.blobs:
        raise ExpectedError(tr("The pixels of this picture are not in the project."))
    given = {"x": x, "y": y, "width": width, "height": height}
    said = {name: float(value) for name, value in given.items() if value is not None}
    if any(said.get(name, 0.0) < 0 for name in ("width", "height")):
        raise ExpectedError(tr("The size must be larger than nothing."))
    if isinstance(item, EmbedFrame):
        kept = {name: getattr(item, name) for name in KEPT}
        item = PictureFrame(id=item.id, parent=item.parent, order=item.order, blob=blob, **kept)
    put(project, msgspec.structs.replace(item, blob=blob, **said))
