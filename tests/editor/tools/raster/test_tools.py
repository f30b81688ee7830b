"""Raster tools fed with plain events: what an artist's hand does, and what cancelling leaves."""

import math

import numpy as np
import pytest

import editor.tools.raster  # noqa: F401  (registers the tools)
from editor.base.errors import ExpectedError
from editor.commands.raster.selection import selection_of
from editor.commands.registry import replay_entry, run
from editor.display.display import Display
from editor.document.journal import MemoryBlobs
from editor.document.project import Project
from editor.model.raster import PixelLayer, RasterDocument
from editor.tools.events import Buttons, KeyEvent, Modifiers, PointerEvent
from editor.tools.overlay import Polyline, Ring
from editor.tools.tool import TOOLS, Tool, ToolContext


@pytest.fixture
def context() -> ToolContext:
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=700, height=500)
    run(project, "raster.add_layer", document=document)
    return ToolContext(project, Display(project), document, foreground="#ff0000", background="#00ff00")


def at(x: float, y: float, **more: object) -> PointerEvent:
    return PointerEvent(x=x, y=y, **more)  # type: ignore[arg-type]


def drag(tool: Tool, *points: tuple[float, float], **more: object) -> None:
    tool.pressed(at(*points[0], **more))
    for point in points[1:]:
        tool.moved(at(*point, **more))
    tool.released(at(*points[-1], buttons=Buttons.NONE, **more))


def shown(context: ToolContext) -> np.ndarray:
    return context.display.render_whole(context.document).astype(int)


def test_a_stroke_is_one_step_and_replays_to_the_same_pixels(context: ToolContext) -> None:
    steps = len(context.project.history)
    tool = TOOLS["raster.brush"](context)
    drag(tool, *((50 + 7.0 * step, 200 + 90 * math.sin(step / 9)) for step in range(80)))
    assert len(context.project.history) == steps + 1
    assert (shown(context)[200, 50] == (255, 0, 0, 255)).all()
    other = Project.in_memory()
    for key in context.project.history.path(context.project.history.head):
        assert replay_entry(other, context.project.history[key])
    assert other.content_hash() == context.project.content_hash()


def test_undo_during_a_stroke_cancels_it(context: ToolContext) -> None:
    before, steps = context.project.content_hash(), len(context.project.history)
    tool = TOOLS["raster.brush"](context)
    tool.pressed(at(100, 100))
    tool.moved(at(300, 300))
    assert context.project.content_hash() != before
    context.project.undo()
    assert context.project.content_hash() == before
    tool.moved(at(400, 300))
    tool.released(at(400, 300))
    assert (context.project.content_hash(), len(context.project.history)) == (before, steps)


def test_a_cancelled_stroke_leaves_no_pixels_behind(context: ToolContext) -> None:
    blobs = context.project.blobs
    assert isinstance(blobs, MemoryBlobs)
    before = set(blobs.names())
    tool = TOOLS["raster.brush"](context)
    tool.pressed(at(100, 100))
    tool.moved(at(300, 300))
    tool.cancel()
    assert set(blobs.names()) == before
    drag(tool, (100, 100), (300, 300))
    assert set(blobs.names()) > before


def test_escape_and_tool_change_cancel_too(context: ToolContext) -> None:
    before = context.project.content_hash()
    for finish in (lambda tool: tool.key(KeyEvent(key="Escape")), lambda tool: tool.cancel()):
        for name in ("raster.brush", "raster.move", "raster.gradient"):
            tool = TOOLS[name](context)
            tool.pressed(at(100, 100))
            tool.moved(at(220, 140))
            finish(tool)
            assert context.project.content_hash() == before
            assert not context.project.is_in_gesture


def test_strokes_stay_inside_the_selection_and_leave_the_rest(context: ToolContext) -> None:
    run(context.project, "raster.select_rectangle", document=context.document, rect=[0, 0, 350, 500])
    drag(TOOLS["raster.brush"](context), (200, 250), (500, 250))
    picture = shown(context)
    assert (picture[250, 300] == (255, 0, 0, 255)).all()
    assert (picture[250, 351:] == 255).all()


def test_eraser_and_pen_eraser_end(context: ToolContext) -> None:
    drag(TOOLS["raster.brush"](context), (100, 100), (400, 100))
    drag(TOOLS["raster.eraser"](context), (100, 100), (200, 100))
    drag(TOOLS["raster.brush"](context), (300, 100), (400, 100), eraser=True)
    picture = shown(context)
    assert (picture[100, 150] == 255).all() and (picture[100, 350] == 255).all()
    assert (picture[100, 250] == (255, 0, 0, 255)).all()


def test_brush_keys_colours_and_ring(context: ToolContext) -> None:
    tool = TOOLS["raster.brush"](context)
    tool.moved(at(30, 40, buttons=Buttons.NONE))
    size = tool.option("size")
    assert tool.key(KeyEvent(key="]")) and tool.option("size") > size
    assert any(isinstance(item, Ring) for item in tool.overlay())
    picked: list[str] = []
    context.pick_color = picked.append
    tool.pressed(at(30, 40, modifiers=Modifiers.ALT))
    assert picked == ["#ffffff"]


def test_painting_on_a_mask_hides_and_shows(context: ToolContext) -> None:
    (layer,) = context.project.selection
    run(context.project, "raster.fill", layer=layer, color="#0000ff")
    mask = run(context.project, "raster.add_mask", layer=layer)
    context.project.select((mask,))
    context.foreground = "#000000"
    drag(TOOLS["raster.brush"](context), (100, 100), (300, 100))
    assert (shown(context)[100, 200] == 255).all()
    context.foreground = "#ffffff"
    drag(TOOLS["raster.brush"](context), (100, 100), (300, 100))
    assert (shown(context)[100, 200] == (0, 0, 255, 255)).all()


def test_painting_without_a_target_says_what_to_do(context: ToolContext) -> None:
    group = run(context.project, "raster.add_group", document=context.document)
    context.project.select((group,))
    with pytest.raises(ExpectedError, match="Select a pixel layer"):
        TOOLS["raster.brush"](context).pressed(at(1, 1))
    assert not context.project.is_in_gesture


def test_move_nudges_drags_and_copies(context: ToolContext) -> None:
    drag(TOOLS["raster.brush"](context), (100, 100), (140, 100))
    (layer,) = context.project.selection
    tool = TOOLS["raster.move"](context)
    drag(tool, (120, 100), (160, 120), (170, 130))
    assert (context.project.find(layer, PixelLayer).x, context.project.find(layer, PixelLayer).y) == (50, 30)
    tool.key(KeyEvent(key="Left", modifiers=Modifiers.SHIFT))
    assert context.project.find(layer, PixelLayer).x == 40
    drag(tool, (160, 130), (200, 130), modifiers=Modifiers.ALT)
    (copy,) = context.project.selection
    assert copy != layer and context.project.find(copy, PixelLayer).x == 80


def test_selections_combine_by_modifiers_and_a_click_deselects(context: ToolContext) -> None:
    tool = TOOLS["raster.select_rectangle"](context)
    drag(tool, (10, 10), (110, 110))
    drag(tool, (200, 10), (300, 110), modifiers=Modifiers.SHIFT)
    outlines = [item for item in tool.overlay() if isinstance(item, Polyline)]
    assert len(outlines) == 2
    drag(tool, (200, 10), (300, 110), modifiers=Modifiers.ALT)
    assert len(tool.overlay()) == 1
    drag(tool, (50, 50), (50, 50))
    assert selection_of(context.project, context.document) is None
    drag(TOOLS["raster.lasso"](context), (10, 10), (300, 20), (150, 300), (10, 10))
    assert selection_of(context.project, context.document) is not None


def test_crop_frame_is_adjusted_then_applied(context: ToolContext) -> None:
    tool = TOOLS["raster.crop"](context)
    drag(tool, (100, 100), (300, 250))
    drag(tool, (300, 250), (400, 300))
    assert tool.key(KeyEvent(key="Return"))
    sheet = context.project.find(context.document, RasterDocument)
    assert (sheet.width, sheet.height) == (300, 200)
    drag(tool, (10, 10), (50, 50))
    assert tool.key(KeyEvent(key="Escape"))
    assert context.project.find(context.document, RasterDocument) == sheet


def test_bucket_gradient_and_eyedropper(context: ToolContext) -> None:
    TOOLS["raster.bucket"](context).pressed(at(5, 5))
    assert (shown(context) == (255, 0, 0, 255)).all()
    drag(TOOLS["raster.gradient"](context), (0, 250), (700, 250))
    picture = shown(context)
    assert picture[250, 5, 0] > 240 and picture[250, 695, 1] > 240
    picked: list[str] = []
    context.pick_color = picked.append
    drag(TOOLS["raster.eyedropper"](context), (2, 250), (698, 250))
    assert picked[0].startswith("#f") and len(picked) == 3 - 1


@pytest.mark.parametrize("smoothing", [0.0, 60.0])
def test_a_stroke_that_grows_too_large_keeps_what_was_painted(
    context: ToolContext, monkeypatch: pytest.MonkeyPatch, smoothing: float
) -> None:
    from render.raster import painting

    monkeypatch.setattr(painting, "MOST_TILES", 3)
    context.settings["raster.brush"] = {"size": 20.0, "smoothing": smoothing}
    before, steps = context.project.content_hash(), len(context.project.history)
    tool = TOOLS["raster.brush"](context)
    tool.pressed(at(40, 40))
    for x in range(50, 2000, 10):
        tool.moved(at(x, 40))
    assert (shown(context)[40, 600] == (255, 0, 0, 255)).all(), "seen while the pen is down"
    tool.moved(at(300, 300))
    with pytest.raises(ExpectedError, match="ends where it grew too large"):
        tool.released(at(40, 450, buttons=Buttons.NONE))
    tool.cancel()
    assert len(context.project.history) == steps + 1
    assert (shown(context)[40, 600] == (255, 0, 0, 255)).all()
    assert (shown(context)[300, 300] == 255).all(), "the rest of the drag paints nothing"
    other = Project.in_memory()
    for key in context.project.history.path(context.project.history.head):
        assert replay_entry(other, context.project.history[key])
    assert other.content_hash() == context.project.content_hash()
    context.project.undo()
    assert context.project.content_hash() == before


def test_a_first_touch_that_is_too_large_paints_nothing_and_is_told_at_the_end(
    context: ToolContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    from render.raster import painting

    monkeypatch.setattr(painting, "MOST_TILES", 3)
    context.settings["raster.brush"] = {"size": 900.0}
    before, steps = context.project.content_hash(), len(context.project.history)
    tool = TOOLS["raster.brush"](context)
    tool.pressed(at(256, 256))
    tool.moved(at(300, 300))
    with pytest.raises(ExpectedError, match="This stroke is too large"):
        tool.released(at(300, 300, buttons=Buttons.NONE))
    tool.cancel()
    assert (context.project.content_hash(), len(context.project.history)) == (before, steps)
