"""Art filters and style transfer."""

from typing import Annotated, Literal

import msgspec

from editor.model.values import Unit
from editor.workflows.ai.tool import Tool, add
from render.color import Color

Size = Annotated[float, msgspec.Meta(ge=0.5, le=30.0)]
"""In thousandths of the picture's diagonal, so that a filter looks the same at every size."""
SECTION = "Art filters"


class OilOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`brush` in thousandths of the diagonal, `light_angle` in degrees."""

    brush: Size = 4.0
    cleanliness: Unit = 0.6
    bristle: Unit = 0.5
    shine: Unit = 0.4
    light_angle: Annotated[float, msgspec.Meta(ge=0.0, le=360.0)] = 135.0


class WatercolourOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`brush` in thousandths of the diagonal."""

    brush: Size = 5.0
    dark_edges: Unit = 0.6
    pigment_flow: Unit = 0.6
    paper: Unit = 0.5
    wash: Unit = 0.5


class PencilOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`line_width` in thousandths of the diagonal; `colour` 0 is graphite."""

    line_width: Annotated[float, msgspec.Meta(ge=0.3, le=5.0)] = 0.7
    darkness: Unit = 0.7
    hatching: Unit = 0.62
    colour: Unit = 0.0
    paper: Unit = 0.3


class CartoonOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`simplify` and `line_width` in thousandths of the diagonal."""

    simplify: Size = 3.0
    tones: Annotated[int, msgspec.Meta(ge=2, le=32)] = 8
    lines: Unit = 0.7
    line_width: Annotated[float, msgspec.Meta(ge=0.3, le=5.0)] = 1.0
    saturation: Annotated[float, msgspec.Meta(ge=-1.0, le=1.0)] = 0.35


class MosaicOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`size` in thousandths of the diagonal, `gap` as a share of it."""

    cells: Literal["stones", "hexagons", "squares"] = "stones"
    size: Annotated[float, msgspec.Meta(ge=1.0, le=100.0)] = 9.0
    gap: Annotated[float, msgspec.Meta(ge=0.0, le=0.5)] = 0.12
    gap_colour: Color = Color(0.3, 0.28, 0.26)
    relief: Unit = 0.4
    variation: Unit = 0.3


class DuotoneOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Two inks."""

    shadows: Color = Color(0.10, 0.09, 0.35)
    lights: Color = Color(1.0, 0.86, 0.45)
    contrast: Unit = 0.3
    balance: Annotated[float, msgspec.Meta(ge=-1.0, le=1.0)] = 0.0


class LookOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`reference` is the name of a layer or of another document in the project, or a picture file."""

    reference: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    take: Literal["colours", "texture", "colours_and_texture"] = "colours"
    colours_by: Literal["overall_mood", "average_and_contrast", "every_tone"] = "overall_mood"
    strength: Unit = 1.0
    likeness: Unit = 0.5
    grain: Annotated[float, msgspec.Meta(ge=1.0, le=8.0)] = 1.0


class NeuralStyleOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`size`: the longer side that is worked on; smaller gives larger strokes. `reference` as for a look, for models
    that take one."""

    size: Annotated[int, msgspec.Meta(ge=128, le=4096)] = 1024
    strength: Unit = 1.0
    keep_colours: bool = False
    reference: Annotated[str, msgspec.Meta(max_length=2000)] = ""


FILTERS = (
    ("oil_paint", "Oil paint", "Strokes of a brush along the forms, with the relief of the paint.", OilOptions),
    ("watercolour", "Watercolour", "Pigment that flows and gathers on grained paper.", WatercolourOptions),
    ("pencil", "Pencil", "Outlines and hatching, in graphite or coloured pencil.", PencilOptions),
    ("cartoon", "Cartoon", "Even areas, few tones and ink lines.", CartoonOptions),
    ("mosaic", "Mosaic", "Stones, hexagons or squares in the colours of the picture.", MosaicOptions),
    ("duotone", "Duotone", "Printed in two inks.", DuotoneOptions),
)
"""Name, label, summary, options; the texts are shown through `tr`."""

for name, label, summary, options in FILTERS:
    add(
        Tool(
            name=name, label=label, summary=summary, family="raster", work="editor.workflows.ai.style_work:art_filter",
            built_in="Built-in filter", options=options, section=SECTION, makes="A layer in another style",
        )
    )
add(
    Tool(
        name="transfer_look",
        label="Look of another picture",
        summary="Takes the colours or the texture of a reference picture.",
        family="raster",
        work="editor.workflows.ai.look_work:transfer_look",
        built_in="Colour and texture statistics",
        options=LookOptions,
        section=SECTION,
        makes="A layer in another style",
        seeded=True,
        preview="none",
    )
)
add(
    Tool(
        name="neural_style",
        label="Style by a model",
        summary="Redraws the picture in the style that a model has learned.",
        family="raster",
        work="editor.workflows.ai.look_work:neural_style",
        tasks=("style",),
        options=NeuralStyleOptions,
        section=SECTION,
        makes="A layer in another style",
        preview="none",
    )
)
