"""Tools driven by events, as the canvas drives them."""

from __future__ import annotations

import pytest

from editor.commands.registry import run
from editor.display.display import Display
from editor.document.project import Project
from editor.model.vector import EllipseShape, FillStyle, LinearPaint, Node, PathShape, RectangleShape, TextShape
from editor.tools.events import Buttons, KeyEvent, Modifiers, PointerEvent
from editor.tools.overlay import Handle
from editor.tools.tool import TOOLS, Tool, ToolContext
from editor.tools.vector import select  # noqa: F401  (registers the tools)


class Desk:
    """A project, a display and one tool at a time."""

    def __init__(self) -> None:
        self.project = Project.in_memory()
        self.document = run(self.project, "vector.new_document", width=400.0, height=300.0)
        self.display = Display(self.project)
        self.entered: list[str] = []

    def take(self, name: str) -> Tool:
        context = ToolContext(self.project, self.display, self.document, enter_tool=self.entered.append)
        return TOOLS[name](context)

    def nodes(self, cls: type[Node] = Node) -> list[Node]:
        return [item for item in self.project.records.values() if isinstance(item, cls)]

    def steps(self) -> int:
        return len(self.project.history)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def event(x: float, y: float, modifiers: Modifiers = Modifiers.NONE, clicks: int = 1) -> PointerEvent:
    return PointerEvent(x=x, y=y, buttons=Buttons.LEFT, modifiers=modifiers, clicks=clicks)


def drag(tool: Tool, *points: tuple[float, float], modifiers: Modifiers = Modifiers.NONE) -> None:
    tool.pressed(event(*points[0], modifiers))
    for point in points[1:]:
        tool.moved(event(*point, modifiers))
    tool.released(event(*points[-1], modifiers))


def click(tool: Tool, x: float, y: float, modifiers: Modifiers = Modifiers.NONE, clicks: int = 1) -> None:
    tool.pressed(event(x, y, modifiers, clicks))
    tool.released(event(x, y, modifiers, clicks))


def square(desk: Desk, x: float, y: float, size: float = 50.0) -> str:
    return str(run(desk.project, "vector.add_rectangle", parent=desk.document, x=x, y=y, width=size, height=size))


def test_a_dragged_rectangle_is_one_step(desk: Desk) -> None:
    before = desk.steps()
    drag(desk.take("vector.rectangle"), (10, 10), (60, 30), (110, 60))
    (made,) = desk.nodes(RectangleShape)
    assert isinstance(made, RectangleShape)
    assert (made.x, made.y, made.width, made.height) == (10.0, 10.0, 100.0, 50.0)
    assert desk.steps() == before + 1


def test_shift_makes_a_circle_and_alt_draws_from_the_middle(desk: Desk) -> None:
    drag(desk.take("vector.ellipse"), (100, 100), (120, 140), modifiers=Modifiers.SHIFT | Modifiers.ALT)
    (made,) = desk.nodes(EllipseShape)
    assert isinstance(made, EllipseShape)
    assert (made.cx, made.cy, made.rx, made.ry) == (100.0, 100.0, 40.0, 40.0)


def test_escape_during_a_drag_leaves_nothing(desk: Desk) -> None:
    tool = desk.take("vector.rectangle")
    before, steps = desk.project.content_hash(), desk.steps()
    tool.pressed(event(10, 10))
    tool.moved(event(80, 80))
    assert desk.project.content_hash() != before
    assert tool.key(KeyEvent(key="Escape"))
    assert desk.project.content_hash() == before
    assert desk.steps() == steps


def test_click_shift_click_and_frame_select(desk: Desk) -> None:
    one, two, three = square(desk, 10, 10), square(desk, 100, 10), square(desk, 200, 150)
    tool = desk.take("vector.select")
    click(tool, 30, 30)
    assert desk.project.selection == (one,)
    click(tool, 120, 30, Modifiers.SHIFT)
    assert desk.project.selection == (one, two)
    click(tool, 30, 30, Modifiers.SHIFT)
    assert desk.project.selection == (two,)
    click(tool, 350, 280)
    assert desk.project.selection == ()
    drag(tool, (90, 5), (300, 250))
    assert set(desk.project.selection) == {two, three}


def test_dragging_moves_and_alt_copies(desk: Desk) -> None:
    key = square(desk, 10, 10)
    tool = desk.take("vector.select")
    drag(tool, (30, 30), (60, 40), (133, 71), modifiers=Modifiers.CONTROL)
    box = tool.box((key,))  # type: ignore[attr-defined]
    assert (box.x, box.y) == pytest.approx((113.0, 51.0))
    drag(tool, (130, 70), (200, 171), modifiers=Modifiers.ALT | Modifiers.CONTROL)
    assert len(desk.nodes(RectangleShape)) == 2
    assert tool.box((key,)) == box  # type: ignore[attr-defined]


def test_moving_snaps_to_other_objects(desk: Desk) -> None:
    square(desk, 200, 100)
    key = square(desk, 10, 10)
    tool = desk.take("vector.select")
    drag(tool, (30, 30), (100, 100), (220 + 3, 60))
    box = tool.box((key,))  # type: ignore[attr-defined]
    assert box.x == pytest.approx(200.0)


def test_a_corner_handle_scales_and_the_round_one_turns(desk: Desk) -> None:
    key = square(desk, 100, 100)
    desk.project.select((key,))
    tool = desk.take("vector.select")
    drag(tool, (150, 150), (180, 170), (200, 175))
    shape = desk.project.find(key, RectangleShape)
    assert (shape.x, shape.y, shape.width, shape.height) == pytest.approx((100.0, 100.0, 100.0, 75.0))
    box = tool.box((key,))  # type: ignore[attr-defined]
    drag(tool, (box.center.x, box.y - 24), (box.right, box.y - 24), (box.right + 40, box.center.y))
    assert desk.project.find(key, RectangleShape).transform.a == pytest.approx(0.0, abs=1e-9)


def test_a_double_click_goes_into_a_group_and_to_nodes(desk: Desk) -> None:
    keys = (square(desk, 10, 10), square(desk, 100, 10))
    group = run(desk.project, "vector.group", nodes=keys)
    path = run(desk.project, "vector.convert_to_path", shapes=(square(desk, 200, 100),))
    del path
    tool = desk.take("vector.select")
    click(tool, 30, 30)
    assert desk.project.selection == (group,)
    click(tool, 30, 30, clicks=2)
    assert desk.project.selection == (keys[0],)
    tool.key(KeyEvent(key="Escape"))
    assert desk.project.selection == (group,)
    click(tool, 220, 120, clicks=2)
    assert desk.entered == ["vector.nodes"]


def test_arrows_nudge_and_delete_deletes(desk: Desk) -> None:
    key = square(desk, 10, 10)
    desk.project.select((key,))
    tool = desk.take("vector.select")
    tool.key(KeyEvent(key="Right", modifiers=Modifiers.SHIFT))
    assert tool.box((key,)).x == 20.0  # type: ignore[attr-defined]
    tool.key(KeyEvent(key="Delete"))
    assert desk.nodes() == []


def test_the_pen_draws_corners_curves_and_closes(desk: Desk) -> None:
    tool = desk.take("vector.pen")
    click(tool, 10, 10)
    click(tool, 100, 10)
    drag(tool, (100, 100), (60, 140))
    click(tool, 10, 10)
    (made,) = desk.nodes(PathShape)
    assert isinstance(made, PathShape)
    (contour,) = made.contours
    assert contour.closed
    assert [node.kind for node in contour.nodes] == ["cusp", "cusp", "symmetric"]
    assert contour.nodes[2].after == (60.0, 140.0)
    assert contour.nodes[2].before == (140.0, 60.0)


def test_escape_ends_an_open_path(desk: Desk) -> None:
    tool = desk.take("vector.pen")
    click(tool, 10, 10)
    click(tool, 100, 10)
    tool.moved(event(50, 50))
    tool.key(KeyEvent(key="Escape"))
    (made,) = desk.nodes(PathShape)
    assert isinstance(made, PathShape)
    assert not made.contours[0].closed
    assert tool.is_idle


def test_nodes_are_moved_inserted_changed_and_deleted(desk: Desk) -> None:
    key = square(desk, 100, 100, 100)
    run(desk.project, "vector.convert_to_path", shapes=(key,))
    desk.project.select((key,))
    tool = desk.take("vector.nodes")
    drag(tool, (100, 100), (90, 90), (80, 85))
    assert desk.project.find(key, PathShape).contours[0].nodes[0].x == 80.0
    click(tool, 200, 150, clicks=2)
    nodes = desk.project.find(key, PathShape).contours[0].nodes
    assert len(nodes) == 5
    assert (nodes[2].x, nodes[2].y) == pytest.approx((200.0, 150.0))
    tool.key(KeyEvent(key="3"))
    assert desk.project.find(key, PathShape).contours[0].nodes[2].kind == "symmetric"
    assert any(isinstance(item, Handle) and item.name.startswith("after") for item in tool.overlay())
    tool.key(KeyEvent(key="Delete"))
    assert len(desk.project.find(key, PathShape).contours[0].nodes) == 4


def test_typing_makes_one_text_and_one_step(desk: Desk) -> None:
    tool = desk.take("vector.text")
    before = desk.steps()
    click(tool, 50, 100)
    for letter in "Hi":
        tool.key(KeyEvent(key=letter, text=letter))
    tool.key(KeyEvent(key="Return"))
    tool.key(KeyEvent(key="x", text="x"))
    assert tool.overlay()
    tool.key(KeyEvent(key="Escape"))
    (made,) = desk.nodes(TextShape)
    assert isinstance(made, TextShape)
    assert made.text == "Hi\nx"
    assert desk.steps() == before + 1


def test_an_empty_text_leaves_nothing(desk: Desk) -> None:
    tool = desk.take("vector.text")
    before = desk.steps()
    click(tool, 50, 100)
    tool.key(KeyEvent(key="Escape"))
    assert desk.steps() == before
    assert not desk.nodes()


def test_a_text_is_edited_in_place(desk: Desk) -> None:
    key = run(desk.project, "vector.add_text", parent=desk.document, text="ab", x=50.0, y=50.0)
    tool = desk.take("vector.text")
    click(tool, 55, 65)
    tool.key(KeyEvent(key="Backspace"))
    tool.key(KeyEvent(key="c", text="c"))
    tool.key(KeyEvent(key="Escape"))
    assert desk.project.find(key, TextShape).text == "ac"


def test_a_gradient_is_drawn_and_its_end_dragged(desk: Desk) -> None:
    key = square(desk, 100, 100, 100)
    tool = desk.take("vector.gradient")
    drag(tool, (110, 110), (150, 150), (190, 190))
    style = desk.project.find(key, RectangleShape).styles[0]
    assert isinstance(style, FillStyle) and isinstance(style.paint, LinearPaint)
    assert (style.paint.x1, style.paint.x2) == (110.0, 190.0)
    drag(tool, (190, 190), (150, 120))
    style = desk.project.find(key, RectangleShape).styles[0]
    assert isinstance(style, FillStyle) and isinstance(style.paint, LinearPaint)
    assert (style.paint.x2, style.paint.y2) == (150.0, 120.0)
