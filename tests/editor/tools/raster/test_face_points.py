"""The face points tool fed with plain events: one point, a part, a whole face; what cancelling and undo leave."""

import pytest

import editor.tools.raster  # noqa: F401  (registers the tools)
from editor.commands.registry import run
from editor.display.display import Display
from editor.document.project import Project
from editor.model.faces import Face
from editor.tools.events import Buttons, KeyEvent, Modifiers, PointerEvent
from editor.tools.overlay import Handle, Label, Polyline
from editor.tools.tool import TOOLS, Tool, ToolContext
from ml.faces.shape import average_head
from render.geometry import Point, Rect

UNIT, MIDDLE = 60.0, (200.0, 150.0)
POINTS = tuple(Point(MIDDLE[0] + UNIT * float(x), MIDDLE[1] + UNIT * float(y)) for x, y, _ in average_head())
NOSE = 30


@pytest.fixture
def context() -> ToolContext:
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=400, height=400)
    run(project, "raster.place_face", document=document, box=Rect(125, 110, 150, 160), points=POINTS)
    return ToolContext(project, Display(project), document)


@pytest.fixture
def tool(context: ToolContext) -> Tool:
    return TOOLS["raster.face_points"](context)


def face(context: ToolContext) -> Face:
    [found] = context.project.children(context.document, Face)
    return found


def at(place: Point, **more: object) -> PointerEvent:
    return PointerEvent(x=place.x, y=place.y, **more)  # type: ignore[arg-type]


def drag(tool: Tool, start: Point, dx: float, dy: float, **more: object) -> None:
    tool.pressed(at(start, **more))
    tool.moved(at(Point(start.x + dx / 2, start.y + dy / 2), **more))
    end = Point(start.x + dx, start.y + dy)
    tool.moved(at(end, **more))
    tool.released(at(end, buttons=Buttons.NONE, **more))


def moved(before: tuple[Point, ...], after: tuple[Point, ...]) -> dict[int, tuple[float, float]]:
    pairs = enumerate(zip(before, after))
    return {
        number: (round(two.x - one.x, 3), round(two.y - one.y, 3)) for number, (one, two) in pairs if one != two
    }


def test_dragging_moves_one_point_in_one_step(context: ToolContext, tool: Tool) -> None:
    steps = len(context.project.history)
    drag(tool, POINTS[NOSE], 7.0, -5.0)
    assert moved(POINTS, face(context).points) == {NOSE: (7.0, -5.0)}
    assert len(context.project.history) == steps + 1
    assert context.project.selection == (face(context).id,)
    context.project.undo()
    assert face(context).points == POINTS


def test_shift_takes_the_part_and_alt_the_face(context: ToolContext, tool: Tool) -> None:
    drag(tool, POINTS[37], 4.0, 3.0, modifiers=Modifiers.SHIFT)
    assert moved(POINTS, face(context).points) == dict.fromkeys(range(36, 42), (4.0, 3.0))
    box = face(context).box
    before = face(context).points
    drag(tool, before[8], -10.0, 2.0, modifiers=Modifiers.ALT)
    assert moved(before, face(context).points) == dict.fromkeys(range(68), (-10.0, 2.0))
    assert (face(context).box.x, face(context).box.y) == (box.x - 10, box.y + 2)


def test_undo_and_escape_in_the_middle_of_a_drag_leave_nothing(context: ToolContext, tool: Tool) -> None:
    steps = len(context.project.history)
    for stop in (context.project.undo, lambda: tool.key(KeyEvent(key="Escape"))):
        tool.pressed(at(POINTS[NOSE]))
        tool.moved(at(Point(POINTS[NOSE].x + 20, POINTS[NOSE].y)))
        assert face(context).points != POINTS
        stop()
        assert face(context).points == POINTS
        tool.moved(at(Point(POINTS[NOSE].x + 40, POINTS[NOSE].y)))
        tool.released(at(Point(POINTS[NOSE].x + 40, POINTS[NOSE].y)))
        assert face(context).points == POINTS
    assert len(context.project.history) == steps


def test_arrows_nudge_the_chosen_point(context: ToolContext, tool: Tool) -> None:
    assert not tool.key(KeyEvent(key="Left"))
    tool.pressed(at(POINTS[NOSE]))
    tool.released(at(POINTS[NOSE]))
    assert tool.key(KeyEvent(key="Left"))
    assert tool.key(KeyEvent(key="Down", modifiers=Modifiers.SHIFT))
    assert moved(POINTS, face(context).points) == {NOSE: (-1.0, 10.0)}
    assert tool.key(KeyEvent(key="Escape"))
    assert not tool.key(KeyEvent(key="Left"))


def test_a_press_beside_all_points_chooses_the_face_or_nothing(context: ToolContext, tool: Tool) -> None:
    tool.pressed(at(Point(230, 180), scale=8.0))
    assert context.project.selection == (face(context).id,)
    tool.pressed(at(Point(20, 20)))
    assert context.project.selection == ()


def test_a_small_face_shows_handles_only_where_the_pointer_is(context: ToolContext, tool: Tool) -> None:
    def handles() -> set[str]:
        return {item.name.rpartition("-")[2] for item in tool.overlay() if isinstance(item, Handle)}

    tool.moved(at(Point(5, 5), scale=4.0))
    assert len(handles()) == 68
    tool.moved(at(Point(5, 5), scale=0.5))
    assert handles() == set()
    assert sum(isinstance(item, Polyline) for item in tool.overlay()) == 9
    tool.moved(at(POINTS[45], scale=0.5))
    assert handles() == {str(number) for number in range(42, 48)}
    assert [item.text for item in tool.overlay() if isinstance(item, Label)] == ["Right eye"]
    assert tool.current_cursor() == "move"


def test_five_points_can_be_moved_too() -> None:
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=400, height=400)
    five = tuple(Point(100.0 + 40 * number, 120.0) for number in range(5))
    run(project, "raster.place_face", document=document, box=Rect(90, 90, 200, 200), points=five)
    context = ToolContext(project, Display(project), document)
    tool = TOOLS["raster.face_points"](context)
    drag(tool, five[2], 3.0, 9.0, modifiers=Modifiers.SHIFT)
    assert moved(five, face(context).points) == {2: (3.0, 9.0)}
    assert sum(isinstance(item, Handle) for item in tool.overlay()) == 5


def test_without_faces_nothing_happens() -> None:
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=40, height=40)
    tool = TOOLS["raster.face_points"](ToolContext(project, Display(project), document))
    steps = len(project.history)
    drag(tool, Point(10, 10), 5.0, 5.0)
    assert tool.overlay() == ()
    assert len(project.history) == steps
