"""Filter primitives as plain values. Lengths are in user space; `region` None means the whole filter region."""

from typing import Literal

import msgspec

from render.color import BLACK, Color
from render.geometry import Rect

Standard = Literal["SourceGraphic", "SourceAlpha", "BackgroundImage", "BackgroundAlpha", "FillPaint", "StrokePaint"]


class Primitive(msgspec.Struct, frozen=True, kw_only=True, tag_field="effect"):
    """`source` and every other input is a standard name or the `result` of an earlier primitive."""

    source: str = ""
    result: str = ""
    region: Rect | None = None
    linear: bool = True


class Blur(Primitive, frozen=True, kw_only=True, tag="blur"):
    x: float
    y: float


class DropShadow(Primitive, frozen=True, kw_only=True, tag="drop-shadow"):
    dx: float = 2.0
    dy: float = 2.0
    x: float = 2.0
    y: float = 2.0
    color: Color = BLACK


class Offset(Primitive, frozen=True, kw_only=True, tag="offset"):
    dx: float = 0.0
    dy: float = 0.0


class Flood(Primitive, frozen=True, kw_only=True, tag="flood"):
    color: Color = BLACK


class ColorMatrix(Primitive, frozen=True, kw_only=True, tag="color-matrix"):
    """Twenty numbers, row by row, on straight colours."""

    values: tuple[float, ...]


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """One channel's function of feComponentTransfer."""

    kind: Literal["identity", "table", "discrete", "linear", "gamma"] = "identity"
    table: tuple[float, ...] = ()
    slope: float = 1.0
    intercept: float = 0.0
    amplitude: float = 1.0
    exponent: float = 1.0
    offset: float = 0.0


class ComponentTransfer(Primitive, frozen=True, kw_only=True, tag="component-transfer"):
    channels: tuple[Transfer, Transfer, Transfer, Transfer]


class Blended(Primitive, frozen=True, kw_only=True, tag="blend"):
    under: str = ""
    mode: str = "normal"


class Composite(Primitive, frozen=True, kw_only=True, tag="composite"):
    under: str = ""
    operator: Literal["over", "in", "out", "atop", "xor", "lighter", "arithmetic"] = "over"
    k: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


class Merge(Primitive, frozen=True, kw_only=True, tag="merge"):
    inputs: tuple[str, ...] = ()


class Morphology(Primitive, frozen=True, kw_only=True, tag="morphology"):
    operator: Literal["erode", "dilate"] = "erode"
    x: float = 0.0
    y: float = 0.0


class Turbulence(Primitive, frozen=True, kw_only=True, tag="turbulence"):
    fractal: bool = False
    x: float = 0.0
    y: float = 0.0
    octaves: int = 1
    seed: int = 0
    stitch: bool = False


class Displacement(Primitive, frozen=True, kw_only=True, tag="displacement"):
    under: str = ""
    scale: float = 0.0
    x_channel: Literal["R", "G", "B", "A"] = "A"
    y_channel: Literal["R", "G", "B", "A"] = "A"


class Convolution(Primitive, frozen=True, kw_only=True, tag="convolution"):
    columns: int
    rows: int
    kernel: tuple[float, ...]
    divisor: float = 1.0
    bias: float = 0.0
    target_x: int = 0
    target_y: int = 0
    edge: Literal["duplicate", "wrap", "none"] = "duplicate"
    preserve_alpha: bool = False


class Light(msgspec.Struct, frozen=True, kw_only=True):
    """A distant, point or spot light; positions are in user space, angles in degrees."""

    kind: Literal["distant", "point", "spot"]
    azimuth: float = 0.0
    elevation: float = 0.0
    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    at_x: float = 0.0
    at_y: float = 0.0
    at_z: float = 0.0
    exponent: float = 1.0
    cone: float | None = None


class Lighting(Primitive, frozen=True, kw_only=True, tag="lighting"):
    specular: bool
    light: Light
    surface_scale: float = 1.0
    constant: float = 1.0
    exponent: float = 1.0
    color: Color


class Tile(Primitive, frozen=True, kw_only=True, tag="tile"):
    pass


class Picture(Primitive, frozen=True, kw_only=True, tag="picture"):
    """feImage: the engine asks `FilterGraph.pictures[index]` for what to draw."""

    index: int = 0


AnyPrimitive = (
    Blur | DropShadow | Offset | Flood | ColorMatrix | ComponentTransfer | Blended | Composite | Merge | Morphology
    | Turbulence | Displacement | Convolution | Lighting | Tile | Picture
)  # fmt: skip


class FilterGraph(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """`region` bounds everything; `pictures` holds the drawable nodes of feImage; the last primitive is the result."""

    region: Rect
    primitives: tuple[AnyPrimitive, ...] = ()
    pictures: tuple[object, ...] = ()
