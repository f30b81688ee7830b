"""Denoise, remove objects, blur by depth."""

from typing import Annotated, Literal

import msgspec

from editor.model.values import Unit
from editor.workflows.ai.tool import Tool, add

Strength = Annotated[float, msgspec.Meta(ge=0.0, le=2.0)]


class DenoiseOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`noise` is the deviation in hundredths of white; 0 finds it out. The others scale what is taken away."""

    light: Strength = 1.0
    colour: Strength = 1.0
    keep_detail: Unit = 0.3
    noise: Annotated[float, msgspec.Meta(ge=0.0, le=50.0)] = 0.0
    result: Literal["new_layer", "replace"] = "new_layer"


class RemoveOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`grow` and `soft_edge` in pixels; `copy_from`: what may be copied."""

    grow: Annotated[int, msgspec.Meta(ge=0, le=100)] = 3
    soft_edge: Annotated[float, msgspec.Meta(ge=0.0, le=50.0)] = 2.0
    copy_from: Literal["this_layer", "whole_image"] = "this_layer"


class DepthBlurOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`depth` says where the distances come from; "layer" is the brightness of the layer of that name, near is bright.

    `focus` is the distance that stays sharp, from 0 (far) to 1 (near); `aperture` the largest blur as a share of the
    picture's diagonal, in thousandths. `focus_x` and `focus_y` are the middle of "around_a_point", in shares.
    """

    depth: Literal["automatic", "top_to_bottom", "around_a_point", "selection_in_focus", "layer"] = "automatic"
    depth_layer: Annotated[str, msgspec.Meta(max_length=500)] = "Depth"
    focus: Unit = 1.0
    sharp_range: Unit = 0.1
    aperture: Annotated[float, msgspec.Meta(ge=0.0, le=40.0)] = 8.0
    bokeh: Literal["disc", "hexagon"] = "disc"
    highlights: Unit = 0.3
    focus_x: Unit = 0.5
    focus_y: Unit = 0.5


add(
    Tool(
        name="denoise",
        label="Remove noise",
        summary="Takes the noise of a photograph away and leaves its forms.",
        family="raster",
        work="editor.workflows.ai.restore_work:denoise_layer",
        tasks=("denoise",),
        built_in="Non-local means",
        options=DenoiseOptions,
        section="Repair",
        makes="A layer without noise",
        preview="detail",
    )
)
add(
    Tool(
        name="remove_object",
        label="Remove object",
        summary="Fills what is selected with what lies around it.",
        family="raster",
        work="editor.workflows.ai.remove_work:remove_object",
        tasks=("inpaint",),
        built_in="Patches from around",
        options=RemoveOptions,
        section="Repair",
        makes="A layer with the filled area",
        seeded=True,
        needs="selection",
    )
)
add(
    Tool(
        name="depth_blur",
        label="Blur by depth",
        summary="Blurs what is out of focus as a lens does.",
        family="raster",
        work="editor.workflows.ai.depth_work:blur_by_depth",
        tasks=("depth",),
        built_in="Depth by hand",
        options=DepthBlurOptions,
        section="Light",
        makes="A blurred layer and a hidden one with its depth",
    )
)
