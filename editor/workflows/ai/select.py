"""Select by a click or a box."""

from typing import Annotated, Literal

import msgspec

from editor.workflows.ai.tool import Tool, add


class SelectObjectOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`boxes` (at most one counts) are left, top, right, bottom and `points` x, y, whether on the object, in pixels of
    the image; both come from the pointer. Without them, the object inside the present selection is meant."""

    how: Literal["replace", "add", "subtract", "intersect"] = "replace"
    refine_edges: bool = True
    feather: Annotated[float, msgspec.Meta(ge=0.0, le=200.0)] = 0.0
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    points: tuple[tuple[float, float, bool], ...] = ()


add(
    Tool(
        name="select_object",
        label="Select object",
        summary="Selects the object inside the present selection, along its edges. The Object select tool does it by a "
        "click or a box.",
        family="raster",
        work="editor.workflows.ai.select_work:select_object",
        tasks=("segmentation",),
        built_in="GrabCut",
        options=SelectObjectOptions,
        icon="object-select",
        section="Cut out",
        makes="A selection",
        preview="none",
    )
)
