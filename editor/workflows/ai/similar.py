"""Look-alikes, and search by picture and text."""

from typing import Annotated, Literal

import msgspec

from editor.workflows.ai.tool import Tool, add


class FindOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`words` are looked for in names, folders, keywords, colours and shapes; with a model, by what they mean.
    `like` takes the chosen layer, or the whole image, as the picture to resemble. `folder` "" is the project alone."""

    words: Annotated[str, msgspec.Meta(max_length=500)] = ""
    like: Literal["nothing", "layer", "image"] = "nothing"
    folder: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    in_project: bool = True
    count: Annotated[int, msgspec.Meta(ge=1, le=500)] = 30


FIND = add(Tool(
    name="find_pictures",
    label="List similar pictures",
    summary="Lists pictures of the project and of a folder that look alike, or that fit words.",
    family="",
    work="editor.workflows.ai.similar_work:find_pictures",
    tasks=("embedding",),
    built_in="Fingerprints and words",
    options=FindOptions,
    section="Find",
    preview="none",
))  # fmt: skip
