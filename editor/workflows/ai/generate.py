"""Make pictures from words, change a picture after words, fill a selection with what words say."""

from typing import Annotated, Literal

import msgspec

from editor.workflows.ai.tool import Tool, add

Words = Annotated[str, msgspec.Meta(max_length=2000)]
Side = Annotated[int, msgspec.Meta(ge=64, le=2048, multiple_of=8)]
Steps = Annotated[int, msgspec.Meta(ge=1, le=200)]
Guidance = Annotated[float, msgspec.Meta(ge=0.0, le=30.0)]
Share = Annotated[float, msgspec.Meta(ge=0.05, le=1.0)]
Sampler = Literal["automatic", "ddim", "euler", "euler_ancestral", "dpmpp_2m", "lms", "plms"]


class GenerateOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`avoid` is what the picture should not show; `count` pictures come from seeds that follow each other."""

    prompt: Words = ""
    avoid: Words = ""
    width: Side = 512
    height: Side = 512
    steps: Steps = 20
    guidance: Guidance = 7.5
    sampler: Sampler = "automatic"
    count: Annotated[int, msgspec.Meta(ge=1, le=8)] = 1


class ChangeOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`strength` says how far the result may go from the layer."""

    prompt: Words = ""
    avoid: Words = ""
    strength: Share = 0.6
    steps: Steps = 20
    guidance: Guidance = 7.5
    sampler: Sampler = "automatic"


class FillOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`surroundings` says how much around the selection the model is shown, as a part of the selection's size."""

    prompt: Words = ""
    avoid: Words = ""
    surroundings: Annotated[float, msgspec.Meta(ge=0.0, le=2.0)] = 0.5
    steps: Steps = 20
    guidance: Guidance = 7.5
    sampler: Sampler = "automatic"


GENERATE = add(Tool(
    name="generate_image",
    label="Generate image",
    summary="Makes pictures from words with an image generator that you install: a folder of 2 to 7 GB. It takes "
    "minutes for each picture without a graphics card.",
    family="",
    work="editor.workflows.ai.generate_work:generate_image",
    tasks=("generate",),
    options=GenerateOptions,
    section="Generate",
    makes="A layer, or a new image when none is on top",
    seeded=True,
    preview="none",
))  # fmt: skip

CHANGE = add(Tool(
    name="change_image",
    label="Change with words",
    summary="Makes a new layer from this one, closer to what the words say.",
    family="raster",
    work="editor.workflows.ai.generate_work:change_image",
    tasks=("generate",),
    options=ChangeOptions,
    section="Generate",
    makes="A layer",
    seeded=True,
    preview="none",
))  # fmt: skip

FILL = add(Tool(
    name="fill_with_words",
    label="Fill with words",
    summary="Fills what is selected, or what is transparent when nothing is, with what the words say.",
    family="raster",
    work="editor.workflows.ai.generate_work:fill_with_words",
    tasks=("generate",),
    options=FillOptions,
    section="Generate",
    makes="A layer over the selection",
    seeded=True,
    preview="none",
))  # fmt: skip
