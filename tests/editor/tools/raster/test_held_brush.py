"""The brush of another program in the hand: one step that replays elsewhere, erasing, masks, and the way back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import editor.tools.raster  # noqa: F401  (registers the tools)
from editor.base.errors import ExpectedError
from editor.commands.raster.tips import FoundBrush
from editor.commands.registry import run
from editor.commands.replay import replay_project
from editor.display.display import Display
from editor.document.project import Project
from editor.model.raster import PixelLayer
from editor.storage import create_project, open_project
from editor.tools.events import Buttons, PointerEvent
from editor.tools.overlay import Polyline
from editor.tools.raster.held import HeldBrush
from editor.tools.tool import TOOLS, Tool, ToolContext
from render.raster.tips import Rank

BAR = np.zeros((20, 20), np.uint8)
BAR[:, 8:12] = 255
FILE = HeldBrush("Set", (
    FoundBrush("Bar", (BAR,), (), 20.0, 0.25),
    FoundBrush("Pipe", (BAR, BAR.T.copy()), (Rank(2, "random"),), 30.0, 0.5),
    FoundBrush("Colours", (np.full((12, 12, 4), (0, 0, 255, 255), np.uint8),), (), 12.0, 0.25),
    FoundBrush("Round", (), (), 44.0, 0.2, 10.0, 0.5, 0.3),
))  # fmt: skip


def context_of(project: Project, chosen: int = 0) -> ToolContext:
    document = run(project, "raster.new_document", width=300, height=200)
    run(project, "raster.add_layer", document=document)
    held = FILE.choosing(chosen).settings
    settings = {"raster.brush": {**held}, "raster.eraser": {**held}}
    return ToolContext(project, Display(project), document, foreground="#ff0000", settings=settings)


def drag(tool: Tool, *points: tuple[float, float]) -> None:
    tool.pressed(PointerEvent(x=points[0][0], y=points[0][1]))
    for point in points[1:]:
        tool.moved(PointerEvent(x=point[0], y=point[1]))
    tool.released(PointerEvent(x=points[-1][0], y=points[-1][1], buttons=Buttons.NONE))


def shown(context: ToolContext) -> np.ndarray:
    return context.display.render_whole(context.document)


def test_the_brush_comes_with_its_size_spacing_and_angle() -> None:
    context = context_of(Project.in_memory(), 3)
    brush = TOOLS["raster.brush"](context).brush()  # type: ignore[attr-defined]
    assert (brush.diameter, brush.spacing, brush.angle, brush.roundness) == (44.0, 0.2, 10.0, 0.5)
    assert brush.hardness == pytest.approx(0.3)


def test_a_click_leaves_the_picture_and_one_step() -> None:
    context = context_of(Project.in_memory())
    steps = len(context.project.history)
    drag(TOOLS["raster.brush"](context), (100, 100))
    assert len(context.project.history) == steps + 1
    assert tuple(shown(context)[100, 100]) == (255, 0, 0, 255)
    assert tuple(shown(context)[100, 93]) == (255, 255, 255, 255)
    assert tuple(shown(context)[92, 100]) == (255, 0, 0, 255)
    context.project.undo()
    assert (shown(context) == 255).all()


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 299), st.integers(0, 199)), min_size=1, max_size=8), st.sampled_from([0, 1, 2, 3])
)
def test_history_replays_to_the_same_pixels(points: list[tuple[int, int]], chosen: int) -> None:
    context = context_of(Project.in_memory(), chosen)
    drag(TOOLS["raster.brush"](context), *points)
    drag(TOOLS["raster.eraser"](context), *reversed(points))
    other = Project.in_memory()
    done = replay_project(context.project, other)
    assert not done.different
    assert not done.refused
    assert other.content_hash() == context.project.content_hash()


def test_the_tip_stays_in_the_file_and_replays_from_there(tmp_path: Path) -> None:
    storage = create_project(tmp_path / "a.atelier")
    context = context_of(storage.project, 1)
    drag(TOOLS["raster.brush"](context), (40, 40), (200, 120))
    wanted = storage.project.content_hash()
    storage.close()
    again = open_project(tmp_path / "a.atelier")
    try:
        assert again.project.content_hash() == wanted
        done = replay_project(again.project, Project.in_memory())
        assert (done.replayed_hash, done.different, done.refused) == (wanted, [], [])
    finally:
        again.close()


def test_the_eraser_takes_away_in_the_shape_of_the_tip() -> None:
    context = context_of(Project.in_memory())
    (below, _) = context.project.children(context.document, PixelLayer)
    context.project.select((below.id,))
    drag(TOOLS["raster.eraser"](context), (100, 100))
    assert shown(context)[100, 100, 3] == 0
    assert shown(context)[100, 90, 3] == 255


def test_on_a_mask_the_tip_hides() -> None:
    context = context_of(Project.in_memory(), 2)
    (below, _) = context.project.children(context.document, PixelLayer)
    mask = run(context.project, "raster.add_mask", layer=below.id)
    context.project.select((mask,))
    drag(TOOLS["raster.eraser"](context), (100, 100))
    assert shown(context)[100, 100, 3] == 0
    assert shown(context)[100, 120, 3] == 255


def test_the_pointer_shows_the_rim_of_the_tip() -> None:
    tool = TOOLS["raster.brush"](context_of(Project.in_memory()))
    tool.moved(PointerEvent(x=50, y=60))
    (rim,) = tool.overlay()
    assert isinstance(rim, Polyline)
    across, down = [point.x for point in rim.points], [point.y for point in rim.points]
    assert (min(across), max(across)) == pytest.approx((48, 52), abs=0.5)
    assert (min(down), max(down)) == pytest.approx((50, 70), abs=0.5)


def test_cancelling_leaves_nothing() -> None:
    context = context_of(Project.in_memory())
    before, blobs = context.project.content_hash(), set(context.project.blobs.names())
    tool = TOOLS["raster.brush"](context)
    tool.pressed(PointerEvent(x=100, y=100))
    tool.moved(PointerEvent(x=150, y=120))
    tool.cancel()
    assert context.project.content_hash() == before
    assert set(context.project.blobs.names()) == blobs


def test_a_stroke_whose_tip_is_missing_or_wrong_is_refused() -> None:
    context = context_of(Project.in_memory())
    layer = context.project.children(context.document, PixelLayer)[0].id
    before = context.project.content_hash()
    for tip in ("blob:" + "0" * 40, context.project.blobs.put(b"no tip")):
        with pytest.raises(ExpectedError):
            run(context.project, "raster.stroke", layer=layer, samples=[[1, 1]], tip=tip)
    assert context.project.content_hash() == before
