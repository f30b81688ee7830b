"""Enlarge pictures."""

from typing import Literal

import msgspec

from editor.workflows.ai.tool import Tool, add


class EnlargeOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`enlargement` is how many times as large on each side. `result`: the whole image with its layers as a new
    image, the chosen layer as a new image, or this image itself made larger."""

    enlargement: Literal[2, 3, 4] = 2
    result: Literal["new_image", "layer_as_new_image", "this_image"] = "new_image"


add(Tool(
    "enlarge", "Enlarge",
    "Makes a picture two, three or four times as large and keeps edges and fine detail sharp.",
    "raster", "editor.workflows.ai.enlarge_work:enlarge", tasks=("upscale",), built_in="Our own small network",
    options=EnlargeOptions, section="Improve", makes="A new, larger image", preview="none",
))
