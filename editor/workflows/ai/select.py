"""Select by a click or a box."""

from typing import Annotated, Literal

import msgspec

from editor.workflows.ai.tool import Tool, add

BY_POINTER = msgspec.Meta(extra={"pointed": True})
"""A dialog does not ask for it: a tool on the canvas gives it."""


class SelectObjectOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`boxes` (at most one counts) are left, top, right, bottom and `points` x, y, whether on the object, in pixels of
    the image; both come from the pointer. Without them, the object inside the present selection is meant. `how` counts
    for a selection; a mask is put on the chosen layer, and a new layer is what the chosen one holds of the object."""

    result: Literal["selection", "mask", "new_layer"] = "selection"
    how: Literal["replace", "add", "subtract", "intersect"] = "replace"
    refine_edges: bool = True
    feather: Annotated[float, msgspec.Meta(ge=0.0, le=250.0)] = 0.0
    boxes: Annotated[tuple[tuple[float, float, float, float], ...], BY_POINTER] = ()
    points: Annotated[tuple[tuple[float, float, bool], ...], BY_POINTER] = ()


add(
    Tool(
        name="select_object",
        label="Select object",
        summary="Selects the object inside the present selection, along its edges. The tool Object selection does it "
        "by a click or a box.",
        family="raster",
        work="editor.workflows.ai.select_work:select_object",
        tasks=("segmentation",),
        built_in="GrabCut",
        options=SelectObjectOptions,
        icon="select-object",
        section="Cut out",
        makes="A selection",
        preview="whole",
    )
)
