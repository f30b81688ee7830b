"""What a preset can hold: one struct a kind of thing that has settings, made of the values that records are made of.

What is optional in a content is a part: whoever saves a preset leaves out those parts that it shall not touch. Nothing
here names a record of a project, so that a preset means the same in every project.
"""

from fractions import Fraction
from typing import Annotated, Literal, get_args

import msgspec

from editor.model.lookup import ColorLookup
from editor.model.raster import Adjustment, BlendMode
from editor.model.values import Blob, Unit
from editor.model.vector.effects import BlurEffect, ColorEffect, ShadowEffect
from editor.model.vector.paints import FillStyle, StrokeStyle
from editor.model.video import ZERO, CaptionStyle, Gain, OpacityKey, Pan, PixelCount, Placement, PlacementKey
from render.vector.values import Blend

Short = Annotated[str, msgspec.Meta(max_length=200)]
Word = Annotated[str, msgspec.Meta(max_length=60)]
HexColor = Annotated[str, msgspec.Meta(pattern=r"^#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?$")]


class BrushTip(msgspec.Struct, frozen=True, kw_only=True):
    """A brush of a file that is in the hand; its bytes are those of `brush_bytes`."""

    name: Short = ""
    brush: Blob


class ToolContent(msgspec.Struct, frozen=True, kw_only=True, tag="tool"):
    """The options of a tool by their names, and the colour it paints with."""

    tool: Word
    options: dict[Word, bool | int | float | Short]
    tip: BrushTip | None = None
    color: HexColor | None = None


class AdjustmentStep(msgspec.Struct, frozen=True, kw_only=True):
    """One adjustment layer without its place and its mask."""

    adjustment: Adjustment
    name: Short = ""
    opacity: Unit = 1.0
    blend: BlendMode = "normal"
    clipped: bool = False


class AdjustmentsContent(msgspec.Struct, frozen=True, kw_only=True, tag="adjustments"):
    """Adjustments of an image, the lowest first."""

    steps: Annotated[tuple[AdjustmentStep, ...], msgspec.Meta(min_length=1, max_length=100)]


class ClipPicture(msgspec.Struct, frozen=True, kw_only=True):
    """How opaque a clip's picture is and where it lies in a frame of `width` pixels; keys count from its start."""

    opacity: Unit = 1.0
    placement: Placement = Placement()
    opacity_keys: Annotated[tuple[OpacityKey, ...], msgspec.Meta(max_length=10_000)] = ()
    placement_keys: Annotated[tuple[PlacementKey, ...], msgspec.Meta(max_length=10_000)] = ()
    width: PixelCount = 1920


class ClipColors(msgspec.Struct, frozen=True, kw_only=True):
    """Without a lookup the colours are shown as they are."""

    lookup: ColorLookup | None = None
    strength: Unit = 1.0


class ClipFades(msgspec.Struct, frozen=True, kw_only=True):
    """In seconds."""

    fade_in: Fraction = ZERO
    fade_out: Fraction = ZERO


class ClipSound(msgspec.Struct, frozen=True, kw_only=True):
    volume: Gain = 1.0
    pan: Pan = 0.0


class ClipContent(msgspec.Struct, frozen=True, kw_only=True, tag="clip"):
    """The look and the sound of a clip."""

    picture: ClipPicture | None = None
    colors: ClipColors | None = None
    fades: ClipFades | None = None
    sound: ClipSound | None = None


class CaptionContent(msgspec.Struct, frozen=True, kw_only=True, tag="caption"):
    """How captions are written."""

    style: CaptionStyle


class Blending(msgspec.Struct, frozen=True, kw_only=True):
    """How an object mixes with what lies below."""

    opacity: Unit = 1.0
    blend: Blend = "normal"


class Type(msgspec.Struct, frozen=True, kw_only=True):
    """How a text is set, in the names of the command that sets it."""

    family: Short = "sans-serif"
    size: Annotated[float, msgspec.Meta(gt=0, le=1e5)] = 16.0
    weight: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 400
    slant: Literal["normal", "italic", "oblique"] = "normal"
    letter_spacing: float = 0.0
    word_spacing: float = 0.0
    align: Literal["start", "middle", "end", "justify"] = "start"
    line_height: Annotated[float, msgspec.Meta(gt=0, le=100)] = 1.2


class AppearanceContent(msgspec.Struct, frozen=True, kw_only=True, tag="appearance"):
    """The look of a shape or a text on a page."""

    styles: Annotated[tuple[FillStyle | StrokeStyle, ...], msgspec.Meta(max_length=200)] | None = None
    effects: Annotated[tuple[BlurEffect | ShadowEffect | ColorEffect, ...], msgspec.Meta(max_length=100)] | None = None
    blending: Blending | None = None
    letters: Type | None = None


class ExportContent(msgspec.Struct, frozen=True, kw_only=True, tag="export"):
    """What the export dialog asks; a width of None is that of the document."""

    family: Literal["raster", "vector", "video", "scene"]
    extension: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]{1,12}$")]
    width: Annotated[int, msgspec.Meta(ge=1, le=100_000)] | None = None
    quality: Annotated[int, msgspec.Meta(ge=1, le=100)] = 92
    depth: Literal["uint8", "uint16", "float32"] | None = None
    white: bool = False


Content = (
    ToolContent | AdjustmentsContent | ClipContent | CaptionContent | AppearanceContent | ExportContent
)
KINDS = frozenset(str(kind.__struct_config__.tag) for kind in get_args(Content))


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """`blobs` are the bytes that the content names: colour tables, pictures of a brush tip."""

    name: Short
    content: Content
    blobs: dict[str, bytes] = {}


KIND_LABELS: dict[type[msgspec.Struct], str] = {
    ToolContent: "Tool settings",
    AdjustmentsContent: "Adjustments",
    ClipContent: "Look of a clip",
    CaptionContent: "Style of captions",
    AppearanceContent: "Appearance",
    ExportContent: "Export settings",
}
"""English, shown through `tr`."""

PART_LABELS = {
    "picture": "Opacity and position", "colors": "Colours", "fades": "Fades", "sound": "Volume and balance",
    "styles": "Fills and strokes", "effects": "Effects", "blending": "Opacity and blend mode", "letters": "Type",
    "color": "The foreground colour",
}  # fmt: skip


def parts_of(content: Content) -> tuple[str, ...]:
    """What of a content may be left out, as far as it holds it."""
    found = tuple(name for name in content.__struct_fields__ if name in PART_LABELS)
    return tuple(name for name in found if getattr(content, name) is not None)


def without(content: Content, parts: tuple[str, ...]) -> Content:
    """A content that does not touch some parts."""
    return msgspec.structs.replace(content, **dict.fromkeys(parts)) if parts else content


def subject_of(content: Content) -> str:
    """What a content can be put on, as one word: `tool:raster.brush`, `clip`, `export:video`."""
    tag = str(content.__struct_config__.tag)
    if isinstance(content, ToolContent):
        return f"{tag}:{content.tool}"
    return f"{tag}:{content.family}" if isinstance(content, ExportContent) else tag
