"""Background removal and matting."""

from typing import Annotated, Literal

import msgspec

from editor.model.values import Unit
from editor.workflows.ai.tool import Tool, add


class CutOutOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`refine_edges` solves the border at the picture's full size, hair and fur too. `shift_edge` and `feather` are
    pixels. `threshold` counts for a hard edge: what covers a pixel so much keeps it. `decontaminate_edges` makes a new
    layer whose edge colours are the subject's own; `keep_background` cuts the subject away instead."""

    result: Literal["mask", "new_layer", "selection"] = "mask"
    refine_edges: bool = True
    edge: Literal["soft", "hard"] = "soft"
    threshold: Unit = 0.5
    shift_edge: Annotated[float, msgspec.Meta(ge=-100.0, le=100.0)] = 0.0
    feather: Annotated[float, msgspec.Meta(ge=0.0, le=200.0)] = 0.0
    decontaminate_edges: bool = False
    keep_background: bool = False


add(
    Tool(
        name="remove_background",
        label="Remove background",
        summary="Finds the subject of a photograph and hides what is behind it; the pixels stay.",
        family="raster",
        work="editor.workflows.ai.cut_out_work:remove_background",
        tasks=("matting",),
        built_in="Saliency, GrabCut and closed-form matting",
        options=CutOutOptions,
        icon="mask",
        section="Cut out",
        makes="A layer mask",
    )
)
