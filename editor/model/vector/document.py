"""The vector document, its pages, and the resources that nodes share."""

from typing import Literal

from editor.model.record import DocumentRecord, Record, record
from editor.model.values import RecordId
from editor.model.vector.effects import FilterStep
from render.color import Color
from render.geometry import IDENTITY, Affine, Rect

Units = Literal["user", "box"]
"""User space, or fractions of the box of the object that uses the resource."""


@record("vector.document")
class VectorDocument(DocumentRecord, frozen=True, kw_only=True):
    """One or many pages; a unit is 1/96 inch. `extra` keeps what a file said that no field here means."""

    family = "vector"
    extra: dict[str, str] = {}  # noqa: RUF012 (msgspec copies it for each record)


@record("vector.page")
class Page(Record, frozen=True, kw_only=True):
    """A page; its children are drawn from its top left corner."""

    name: str = ""
    width: float = 800.0
    height: float = 600.0
    background: Color | None = None


class Resource(Record, frozen=True, kw_only=True):
    """Something that nodes refer to by id: a child of the document, holding nodes of its own."""

    name: str = ""


@record("vector.clip")
class ClipResource(Resource, frozen=True, kw_only=True):
    """The area of its children's fills. `clip` clips it in turn."""

    units: Units = "user"
    transform: Affine = IDENTITY
    clip: RecordId | None = None


@record("vector.mask")
class MaskResource(Resource, frozen=True, kw_only=True):
    """`region` is in `units`, the children are in `content_units`. `mask` masks it in turn."""

    kind_of_mask: Literal["luminance", "alpha"] = "luminance"
    units: Units = "box"
    content_units: Units = "user"
    region: Rect = Rect(-0.1, -0.1, 1.2, 1.2)
    linear: bool = False
    mask: RecordId | None = None


@record("vector.pattern")
class PatternResource(Resource, frozen=True, kw_only=True):
    """`tile` is in `units`. `view` is a map from the children's space to the tile when the pattern has a view box."""

    units: Units = "box"
    content_units: Units = "user"
    tile: Rect = Rect(0.0, 0.0, 1.0, 1.0)
    transform: Affine = IDENTITY
    view_box: Rect | None = None
    aspect: str = "xMidYMid meet"
    overflow: bool = False


@record("vector.marker")
class MarkerResource(Resource, frozen=True, kw_only=True):
    """A drawing put at a path's nodes. `angle` None turns it along the path."""

    x: float = 0.0
    y: float = 0.0
    width: float = 3.0
    height: float = 3.0
    in_strokes: bool = True
    angle: float | None = 0.0
    reverse_start: bool = False
    view_box: Rect | None = None
    aspect: str = "xMidYMid meet"
    overflow: bool = False


@record("vector.filter")
class FilterResource(Resource, frozen=True, kw_only=True):
    """SVG's filter: `region` is in `units`; lengths and boxes of the steps are in `step_units`.

    Its children are what picture steps draw, in the order of their `index`.
    """

    units: Units = "box"
    step_units: Units = "user"
    region: Rect = Rect(-0.1, -0.1, 1.2, 1.2)
    steps: tuple[FilterStep, ...] = ()
