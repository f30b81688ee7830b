"""A tool tried on a small copy: what stands there now and what would stand there, as pictures to compare.

The copy is an image of one layer with the selection, in a project in memory that reads the blobs of the real one: the
other documents are there for a tool that asks for them, and whatever it makes is thrown away.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.raster.selection import selection_of
from editor.commands.raster.tiles import read_pixels
from editor.commands.registry import run
from editor.display.display import Display
from editor.display.engine import Request as DrawRequest
from editor.document.history import History
from editor.document.journal import BlobStore, MemoryBlobs, MemoryJournal
from editor.document.project import Project
from editor.model.raster import Layer, RasterDocument
from editor.workflows.ai.pictures import FLOATS, Picture, alone, chosen_layer, put_layer, put_selection, straight
from editor.workflows.ai.run import run_tool
from render.geometry import IntRect
from render.raster.depth import to_unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from editor.base.jobs import Progress
    from editor.workflows.ai.tool import Preview, Request, Tool

SIDE = 640
UNSELECTED = 0.35


@dataclass(frozen=True)
class Sample:
    """`rgba`: (height, width, 4) float32, straight, 0 to 1, at most 640 on a side; `selected` coverage or None."""

    rgba: NDArray[np.float32]
    selected: NDArray[np.float32] | None


def take_sample(project: Project, document: str, selection: tuple[str, ...], how: Preview) -> Sample:
    """The chosen layer of a raster document: all of it made small, or its middle at full size. Raises ExpectedError."""
    sheet = project.find(document, RasterDocument)
    layer = chosen_layer(project, document, selection)
    scale = 1.0 if how == "detail" else min(1.0, SIDE / max(sheet.width, sheet.height))
    width, height = max(1, round(sheet.width * scale)), max(1, round(sheet.height * scale))
    region = IntRect(0, 0, width, height)
    if how == "detail":
        side_x, side_y = min(SIDE, width), min(SIDE, height)
        region = IntRect((width - side_x) // 2, (height - side_y) // 2, side_x, side_y)
    pixels = drawn(alone(project, layer) if is_one_of_several(project, layer) else project, document, region, scale)
    if not pixels[..., 3].any():
        raise ExpectedError(tr("The layer {name} is empty.", name=layer.name))
    return Sample(straight(pixels), _selected(project, document, region, scale))


def is_one_of_several(project: Project, layer: Layer) -> bool:
    return len(project.children(layer.parent, Layer)) > 1 or not isinstance(
        project.get(layer.parent or ""), RasterDocument
    )


def drawn(project: Project, document: str, region: IntRect, scale: float) -> NDArray[np.float32]:
    """A region of a document, premultiplied floats."""
    display = Display(project)
    try:
        pixels = display.drawing(document).draw(DrawRequest(region, scale, FLOATS))
        return np.asarray(pixels, np.float32)
    finally:
        display.close()


def _selected(project: Project, document: str, region: IntRect, scale: float) -> NDArray[np.float32] | None:
    """The selection's coverage over a region, or None when nothing is selected."""
    found = selection_of(project, document)
    if found is None:
        return None
    import cv2

    large = IntRect(
        round(region.x / scale), round(region.y / scale), round(region.width / scale), round(region.height / scale)
    )
    area = IntRect(large.x - found.x, large.y - found.y, large.width, large.height)
    coverage = np.asarray(to_unit(read_pixels(project, found, area)), np.float32).reshape(large.height, large.width)
    small = cv2.resize(coverage, (region.width, region.height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


class Overlay(MemoryBlobs):
    """Reads what another store holds and keeps what is put to itself."""

    def __init__(self, below: BlobStore) -> None:
        super().__init__()
        self.below = below

    def get(self, name: str) -> bytes:
        return super().get(name) if super().__contains__(name) else self.below.get(name)

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self.below


def scratch(project: Project) -> Project:
    """A copy that writes nothing into the project's file, blobs neither."""
    return Project(dict(project.records), History(), MemoryJournal(), Overlay(project.blobs))


def try_tool(tool: Tool, request: Request, sample: Sample, progress: Progress) -> NDArray[np.float32]:
    """What the tool would make of a sample: (height, width, 4) float32, straight, 0 to 1. Raises ExpectedError."""
    project = scratch(request.project)
    height, width = sample.rgba.shape[:2]
    document: str = run(project, "raster.new_document", width=width, height=height, background=None)
    empty = project.children(document, Layer)[0].id
    layer = put_layer(project, document, Picture(sample.rgba), "Preview")
    if sample.selected is not None:
        put_selection(project, document, sample.selected, 0, 0)
    run(project, "project.delete", records=(empty,))
    project.select((layer,))
    small = replace(request, project=project, document=document, selection=(layer,), part=None)
    outcome = run_tool(tool, small, progress)
    made = next((project.index.root(key) for key in outcome.chosen if project.get(key) is not None), document)
    shown = made if isinstance(project.get(made), RasterDocument) else document
    sheet = project.find(shown, RasterDocument)
    after = straight(drawn(project, shown, IntRect(0, 0, sheet.width, sheet.height), 1.0))
    return _with_selection(project, shown, after) if sample.selected is None else after


def _with_selection(project: Project, document: str, picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """What a tool selected stands out: the rest is darker."""
    height, width = picture.shape[:2]
    selected = _selected(project, document, IntRect(0, 0, width, height), 1.0)
    if selected is None:
        return picture
    share = UNSELECTED + (1 - UNSELECTED) * selected[..., None]
    return np.concatenate([picture[..., :3] * share, picture[..., 3:]], axis=2)
