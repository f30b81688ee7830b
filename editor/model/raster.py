"""Raster documents: layers, masks, adjustments, and pixels as sparse tiles of 256 x 256.

Children of a document or a group lie in painting order: the first is at the bottom. A tile's pixels are a blob of raw
bytes in the document's depth: (256, 256, 4) premultiplied RGBA for layers, (256, 256) coverage for masks and the
selection. A tile that is not there is transparent (layers) or the mask's `outside` value.
"""

from typing import Annotated, Literal

import msgspec

from editor.model.embed import Embed
from editor.model.faces import Beautify, Reshape
from editor.model.lookup import ColorLookup
from editor.model.record import DocumentRecord, Record, record
from editor.model.values import Blob, Unit
from render.geometry import Affine

TILE = 256

Depth = Literal["uint8", "uint16", "float16", "float32"]
BlendMode = Literal[
    "normal", "dissolve",
    "darken", "multiply", "color_burn", "linear_burn", "darker_color",
    "lighten", "screen", "color_dodge", "linear_dodge", "lighter_color",
    "overlay", "soft_light", "hard_light", "vivid_light", "linear_light", "pin_light", "hard_mix",
    "difference", "exclusion", "subtract", "divide",
    "hue", "saturation", "color", "luminosity",
]  # fmt: skip
Extent = Annotated[int, msgspec.Meta(ge=1, le=300_000)]
Name = Annotated[str, msgspec.Meta(max_length=500)]


@record("raster.document")
class RasterDocument(DocumentRecord, frozen=True, kw_only=True):
    """Size in pixels; `resolution` in pixels an inch; `profile` is an ICC profile (None: sRGB, stated in exports)."""

    family = "raster"

    width: Extent
    height: Extent
    depth: Depth = "uint8"
    resolution: Annotated[float, msgspec.Meta(gt=0)] = 72.0
    profile: Blob | None = None
    metadata: dict[str, Blob] = msgspec.field(default_factory=dict)


class Layer(Record, frozen=True, kw_only=True):
    """What every layer has. `clipped` draws it only where the first unclipped layer below it is."""

    name: Name = ""
    visible: bool = True
    locked: bool = False
    opacity: Unit = 1.0
    blend: BlendMode = "normal"
    clipped: bool = False


@record("raster.pixel_layer")
class PixelLayer(Layer, frozen=True, kw_only=True):
    """Pixels in tiles (child records); (x, y) is where the layer's tile (0, 0) begins in the document."""

    x: int = 0
    y: int = 0
    lock_transparency: bool = False


@record("raster.group")
class Group(Layer, frozen=True, kw_only=True):
    """Children are layers. A group that passes through lets them blend with what lies below it."""

    pass_through: bool = False


@record("raster.embed_layer")
class EmbedLayer(Layer, frozen=True, kw_only=True):
    """A live link as a layer; `transform` maps units of the linked document to pixels of this one."""

    source: Embed
    transform: Affine = Affine()


class Levels(msgspec.Struct, frozen=True, tag="levels"):
    """Inputs and outputs from 0 to 1. `channel`: rgb or one of r, g, b."""

    black: Unit = 0.0
    white: Unit = 1.0
    gamma: Annotated[float, msgspec.Meta(ge=0.01, le=10.0)] = 1.0
    output_black: Unit = 0.0
    output_white: Unit = 1.0
    channel: Literal["rgb", "r", "g", "b"] = "rgb"


class Curves(msgspec.Struct, frozen=True, tag="curves"):
    """Points (input, output) from 0 to 1 for all channels and for each; a smooth curve runs through them."""

    rgb: tuple[tuple[Unit, Unit], ...] = ((0.0, 0.0), (1.0, 1.0))
    red: tuple[tuple[Unit, Unit], ...] = ((0.0, 0.0), (1.0, 1.0))
    green: tuple[tuple[Unit, Unit], ...] = ((0.0, 0.0), (1.0, 1.0))
    blue: tuple[tuple[Unit, Unit], ...] = ((0.0, 0.0), (1.0, 1.0))


class Exposure(msgspec.Struct, frozen=True, tag="exposure"):
    """`stops` doubles light; `offset` is added in linear light; `gamma` follows."""

    stops: Annotated[float, msgspec.Meta(ge=-20.0, le=20.0)] = 0.0
    offset: Annotated[float, msgspec.Meta(ge=-0.5, le=0.5)] = 0.0
    gamma: Annotated[float, msgspec.Meta(ge=0.01, le=9.99)] = 1.0


class HueSaturation(msgspec.Struct, frozen=True, tag="hue_saturation"):
    """`hue` in degrees; saturation and lightness from -1 to 1; `colorize` sets the hue instead of turning it."""

    hue: Annotated[float, msgspec.Meta(ge=-180.0, le=180.0)] = 0.0
    saturation: Annotated[float, msgspec.Meta(ge=-1.0, le=1.0)] = 0.0
    lightness: Annotated[float, msgspec.Meta(ge=-1.0, le=1.0)] = 0.0
    colorize: bool = False


class GaussianBlur(msgspec.Struct, frozen=True, tag="gaussian_blur"):
    """`sigma` in pixels of the document."""

    sigma: Annotated[float, msgspec.Meta(ge=0.0, le=1000.0)] = 4.0


Adjustment = Levels | Curves | Exposure | HueSaturation | ColorLookup | GaussianBlur | Beautify | Reshape


@record("raster.adjustment_layer")
class AdjustmentLayer(Layer, frozen=True, kw_only=True):
    """Changes what lies below it in its group (or only the layer it is clipped to); stays editable."""

    adjustment: Adjustment


@record("raster.mask")
class Mask(Record, frozen=True, kw_only=True):
    """Child of a layer: coverage in tiles. `outside` is the value where no tile is; (x, y) as in a pixel layer."""

    x: int = 0
    y: int = 0
    outside: Unit = 1.0
    enabled: bool = True
    density: Unit = 1.0
    inverted: bool = False
    linked: bool = True


@record("raster.selection")
class Selection(Record, frozen=True, kw_only=True):
    """Child of a document: which pixels edits apply to, as coverage in tiles; none at all means everything."""

    x: int = 0
    y: int = 0


@record("raster.tile")
class Tile(Record, frozen=True, kw_only=True):
    """One square of pixels of its parent; its id is made of the parent's id and the place in the grid."""

    x: int
    y: int
    pixels: Blob


def tile_id(parent: str, x: int, y: int) -> str:
    return f"{parent}/{x},{y}"
