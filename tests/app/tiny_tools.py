"""Small AI tools that tests register: one that edits, one that takes long, one that finds out, one without a method."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

import msgspec
import numpy as np

from editor.workflows.ai.tool import TOOLS, Outcome, Request, Tool

HERE = "tests.app.tiny_tools"


class Brightness(msgspec.Struct, frozen=True, kw_only=True):
    amount: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.5
    blend: Literal["normal", "screen"] = "normal"
    note: str = ""


def brighten(request: Request, progress: Any) -> Outcome:
    """A lighter copy of the chosen layer above it."""
    from editor.workflows.ai.pictures import Picture, chosen_layer, put_layer, read_layer
    from editor.workflows.ai.run import note

    layer = chosen_layer(request.project, request.document, request.selection)
    found = read_layer(request.project, layer)
    progress(0.5)
    rgba = found.rgba.copy()
    rgba[..., :3] += (1 - rgba[..., :3]) * np.float32(request.options.amount)
    key = put_layer(request.project, request.document, Picture(rgba, found.x, found.y), "Lighter", above=layer.id)
    note(request, "test.brighten", key, method="lighter")
    progress(1.0)
    return Outcome("It is lighter now.", chosen=(key,))


def slow(request: Request, progress: Any) -> Outcome:
    for step in range(600):
        progress(step / 600)
        time.sleep(0.05)
    return Outcome("Never reached.")


def dawdle(request: Request, progress: Any) -> Outcome:
    """Lighter, after a while that is as long as `amount` says."""
    for step in range(200):
        progress(step / 200)
        time.sleep(0.02 * request.options.amount)
    return brighten(request, progress)


def think(request: Request, progress: Any) -> Outcome:
    """A model that multiplies matrices for hours; "count" in its settings makes it shorter."""
    assert request.model is not None
    start = np.zeros((512, 512), np.float32)
    count = np.int64(request.model.settings.get("count", 10**9))
    request.runtime.run(request.model.path, {"count": count, "start": start}, progress)
    return Outcome("It has thought.")


def hungry(request: Request, progress: Any) -> Outcome:
    raise MemoryError


def facts(request: Request, progress: Any) -> Outcome:
    return Outcome("Two facts.", rows=(("Width", "400"), ("Mood", "calm, a little sad")))


def brighten_a_mask(request: Request, progress: Any) -> Outcome:
    """A mask for the chosen layer, half covering."""
    from editor.workflows.ai.pictures import chosen_layer, put_mask, read_layer
    from editor.workflows.ai.run import note

    layer = chosen_layer(request.project, request.document, request.selection)
    found = read_layer(request.project, layer)
    key = put_mask(request.project, layer.id, found.alpha * np.float32(0.5), found.x, found.y)
    note(request, "test.mask", key, method="half")
    return Outcome("Masked.", chosen=(layer.id,))


TINY = (
    Tool("test.brighten", "Brighten a little", "Makes a lighter copy.", "raster", f"{HERE}:brighten",
         built_in="Plain light", options=Brightness, makes="A new layer", seeded=True),
    Tool("test.mask", "Half a mask", "Masks by half.", "raster", f"{HERE}:brighten_a_mask", built_in="Half"),
    Tool("test.slow", "Think long", "Takes its time.", "raster", f"{HERE}:slow", built_in="Waiting", preview="none"),
    Tool("test.facts", "Find facts", "Says what there is.", "", f"{HERE}:facts", built_in="Looking", preview="none"),
    Tool("test.swap", "Swap", "Only when agreed.", "raster", f"{HERE}:brighten", built_in="Swapping",
         options=Brightness, consent="Everyone shown agreed."),
    Tool("test.dawdle", "Take a while", "Takes a while.", "raster", f"{HERE}:dawdle", built_in="Waiting",
         options=Brightness),
    Tool("test.think", "Think by a model", "Takes hours.", "raster", f"{HERE}:think", tasks=("denoise",),
         preview="none"),
    Tool("test.hungry", "Eat memory", "Wants more than there is.", "raster", f"{HERE}:hungry", built_in="Eating",
         preview="none"),
    Tool("test.bare", "Imagine", "From words.", "raster", f"{HERE}:facts", tasks=("generate",)),
)  # fmt: skip


@contextmanager
def registered() -> Iterator[None]:
    """The tiny tools stand in the registry for a while."""
    for tool in TINY:
        TOOLS.add(tool.name, tool)
    try:
        yield
    finally:
        for tool in TINY:
            del TOOLS._entries[tool.name]
