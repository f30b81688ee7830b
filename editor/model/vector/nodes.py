"""What can stand on a page: groups, shapes, pictures and live links. Lengths are in the parent's user units."""

from typing import Literal

import msgspec

from editor.model.embed import Embed
from editor.model.record import Record, record
from editor.model.values import Blob, RecordId, Unit
from editor.model.vector.effects import Effect
from editor.model.vector.paints import Style
from render.geometry import IDENTITY, Affine, Rect
from render.vector.values import Blend

NodeKind = Literal["cusp", "smooth", "symmetric"]
Corners = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
SQUARE: Corners = ((0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0))


class Node(Record, frozen=True, kw_only=True):
    """The fields that every drawable thing has.

    `extra` keeps attributes of a file that no field here means, by their qualified names, to be written back.
    """

    name: str = ""
    transform: Affine = IDENTITY
    opacity: Unit = 1.0
    blend: Blend = "normal"
    isolate: bool = False
    visible: bool = True
    locked: bool = False
    clip: RecordId | None = None
    mask: RecordId | None = None
    effects: tuple[Effect, ...] = ()
    extra: dict[str, str] = {}  # noqa: RUF012 (msgspec copies it for each record)


class Markers(msgspec.Struct, frozen=True, kw_only=True):
    """MarkerResources at the first, the inner and the last nodes.

    They are drawn above the first `after` styles; None means above all.
    """

    start: RecordId | None = None
    mid: RecordId | None = None
    end: RecordId | None = None
    after: int | None = None


class Painted(Node, frozen=True, kw_only=True):
    """A shape with any number of fills and strokes, the lowest first. `smooth` is anti-aliasing."""

    styles: tuple[Style, ...] = ()
    markers: Markers | None = None
    smooth: bool = True


@record("vector.group")
class Group(Node, frozen=True, kw_only=True):
    """Its children move, fade and blend together. `crop` cuts them to a rectangle in the group's own space.

    `context` is the fill and stroke that a ContextPaint inside means, measured on the box of the whole group.
    """

    crop: Rect | None = None
    context: tuple[Style, ...] = ()


@record("vector.rectangle")
class RectangleShape(Painted, frozen=True, kw_only=True):
    """`corners` are radii (x, y): top left, top right, bottom right, bottom left."""

    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0
    corners: Corners = SQUARE


@record("vector.ellipse")
class EllipseShape(Painted, frozen=True, kw_only=True):
    cx: float = 0.0
    cy: float = 0.0
    rx: float = 0.0
    ry: float = 0.0


class PathNode(msgspec.Struct, frozen=True, array_like=True):
    """A point with its two handles, in absolute coordinates; None where the segment on that side is straight."""

    x: float
    y: float
    before: tuple[float, float] | None = None
    after: tuple[float, float] | None = None
    kind: NodeKind = "cusp"


class Contour(msgspec.Struct, frozen=True, array_like=True):
    nodes: tuple[PathNode, ...]
    closed: bool = False


@record("vector.path")
class PathShape(Painted, frozen=True, kw_only=True):
    contours: tuple[Contour, ...] = ()


@record("vector.picture")
class PictureFrame(Node, frozen=True, kw_only=True):
    """An encoded image (PNG, JPEG, WebP, GIF) stretched over a rectangle."""

    blob: Blob
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0
    quality: Literal["smooth", "crisp"] = "smooth"


@record("vector.embed")
class EmbedFrame(Node, frozen=True, kw_only=True):
    """Another document, live, inside a rectangle."""

    embed: Embed
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0
