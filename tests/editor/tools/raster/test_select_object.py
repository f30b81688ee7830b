"""Object selection fed with plain events: what it asks for after clicks, boxes and modifiers, and when it lets go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

import editor.tools.raster  # noqa: F401  (registers the tools)
from editor.base.errors import ExpectedError
from editor.commands.raster.selection import selection_of
from editor.commands.registry import run
from editor.display.display import Display
from editor.document.project import Project
from editor.tools.events import Buttons, KeyEvent, Modifiers, PointerEvent
from editor.tools.overlay import Box, Handle, Label
from editor.tools.raster.select_object import ObjectSelectTool
from editor.tools.tool import TOOLS, ToolContext

SHIFT, ALT = Modifiers.SHIFT, Modifiers.ALT


@dataclass
class Asked:
    """One job that the tool began."""

    name: str
    options: Mapping[str, Any]
    ended: Callable[[bool], object]
    is_cancelled: bool = False
    is_over: bool = False

    def cancel(self) -> None:
        self.is_cancelled = True


@dataclass
class Desk:
    """A tool in hand, and the jobs that it began."""

    context: ToolContext
    jobs: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.begin_ai = self.begin
        self.tool: ObjectSelectTool = TOOLS["raster.select_object"](self.context)  # type: ignore[assignment]

    def begin(self, name: str, options: Mapping[str, Any], ended: Callable[[bool], object]) -> Asked:
        self.jobs.append(Asked(name, options, ended))
        return self.jobs[-1]

    def click(self, x: float, y: float, modifiers: Modifiers = Modifiers.NONE, clicks: int = 1) -> None:
        self.tool.pressed(PointerEvent(x=x, y=y, modifiers=modifiers, clicks=clicks))
        self.tool.released(PointerEvent(x=x, y=y, modifiers=modifiers, clicks=clicks, buttons=Buttons.NONE))

    def drag(self, *places: tuple[float, float], modifiers: Modifiers = Modifiers.NONE) -> None:
        self.tool.pressed(PointerEvent(x=places[0][0], y=places[0][1], modifiers=modifiers))
        for x, y in places[1:]:
            self.tool.moved(PointerEvent(x=x, y=y, modifiers=modifiers))
        self.tool.released(PointerEvent(x=places[-1][0], y=places[-1][1], modifiers=modifiers, buttons=Buttons.NONE))

    def finish(self) -> None:
        """The job ends as it does in a window: its edit first, then the word."""
        run(self.context.project, "raster.select_rectangle", document=self.context.document, rect=[10, 10, 50, 50])
        self.jobs[-1].ended(True)

    @property
    def asked(self) -> Mapping[str, Any]:
        return self.jobs[-1].options


@pytest.fixture
def desk() -> Desk:
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=400, height=300)
    return Desk(ToolContext(project, Display(project), document))


def test_a_click_asks_for_what_is_there(desk: Desk) -> None:
    desk.click(120, 80)
    assert desk.jobs[0].name == "select_object"
    assert (desk.asked["points"], desk.asked["boxes"], desk.asked["how"]) == (((120, 80, True),), (), "replace")
    assert any(isinstance(item, Label) for item in desk.tool.overlay()) and desk.tool.current_cursor() == "wait"
    desk.finish()
    assert desk.tool.is_idle and not any(isinstance(item, Label) for item in desk.tool.overlay())


def test_further_clicks_are_hints_about_the_same_object(desk: Desk) -> None:
    desk.click(120, 80)
    desk.finish()
    desk.click(150, 90, SHIFT)
    desk.finish()
    desk.click(200, 20, ALT)
    assert desk.asked["points"] == ((120, 80, True), (150, 90, True), (200, 20, False))
    assert desk.asked["how"] == "replace"
    desk.finish()
    dots = [item for item in desk.tool.overlay() if isinstance(item, Handle)]
    assert [item.filled for item in dots] == [True, True, False]


def test_a_hint_while_it_looks_begins_again_with_all_hints(desk: Desk) -> None:
    desk.click(120, 80)
    desk.click(150, 90, SHIFT)
    assert desk.jobs[0].is_cancelled and len(desk.asked["points"]) == 2
    desk.jobs[0].ended(False)  # its end comes late and changes nothing
    assert not desk.tool.is_idle


def test_what_was_selected_otherwise_is_added_to_or_taken_from(desk: Desk) -> None:
    run(desk.context.project, "raster.select_rectangle", document=desk.context.document, rect=[0, 0, 20, 20])
    desk.click(120, 80, SHIFT)
    assert (desk.asked["points"], desk.asked["how"]) == (((120, 80, True),), "add")
    desk.click(120, 80, ALT)
    assert desk.asked["points"][-1] == (120, 80, True) and desk.asked["how"] == "subtract"


def test_undo_makes_the_hints_void(desk: Desk) -> None:
    desk.click(120, 80)
    desk.finish()
    desk.context.project.undo()
    assert not any(isinstance(item, Handle) for item in desk.tool.overlay())
    desk.click(150, 90, SHIFT)
    assert desk.asked["points"] == ((150, 90, True),) and desk.asked["how"] == "add"


@pytest.mark.parametrize(
    ("modifiers", "how"), [(Modifiers.NONE, "replace"), (SHIFT, "add"), (ALT, "subtract"), (SHIFT | ALT, "intersect")]
)
def test_a_drag_is_a_box(desk: Desk, modifiers: Modifiers, how: str) -> None:
    desk.drag((200, 150), (120, 100), (60, 40), modifiers=modifiers)
    assert (desk.asked["boxes"], desk.asked["how"]) == (((60, 40, 200, 150),), how)


def test_a_box_is_seen_while_it_is_drawn_and_its_points_correct_it(desk: Desk) -> None:
    desk.tool.pressed(PointerEvent(x=60, y=40))
    desk.tool.moved(PointerEvent(x=200, y=150))
    assert [item.rect.width for item in desk.tool.overlay() if isinstance(item, Box)] == [140]
    desk.tool.released(PointerEvent(x=200, y=150))
    desk.finish()
    desk.click(70, 50, ALT)
    assert desk.asked["boxes"] and desk.asked["points"] == ((70, 50, False),)


def test_escape_stops_the_job_and_then_forgets_the_hints(desk: Desk) -> None:
    desk.click(120, 80)
    assert desk.tool.key(KeyEvent(key="Escape"))
    assert desk.jobs[0].is_cancelled and desk.tool.is_idle
    desk.click(120, 80)
    desk.finish()
    assert desk.tool.key(KeyEvent(key="Escape")) and not desk.tool.key(KeyEvent(key="Escape"))
    assert selection_of(desk.context.project, desk.context.document) is not None


def test_putting_the_tool_away_stops_its_job_and_a_failure_ends_it(desk: Desk) -> None:
    desk.click(120, 80)
    desk.jobs[-1].ended(False)
    assert desk.tool.is_idle
    desk.click(120, 80)
    desk.tool.cancel()
    assert desk.jobs[-1].is_cancelled


def test_a_job_cancelled_elsewhere_is_noticed(desk: Desk) -> None:
    desk.click(120, 80)
    desk.jobs[-1].is_over = True
    desk.tool.moved(PointerEvent(x=5, y=5, buttons=Buttons.NONE))
    assert desk.tool.is_idle


def test_a_click_beside_the_image_deselects_and_a_double_click_is_one(desk: Desk) -> None:
    desk.click(120, 80)
    desk.click(120, 80, clicks=2)
    assert len(desk.jobs) == 1
    desk.finish()
    desk.click(-20, 80)
    assert len(desk.jobs) == 1 and selection_of(desk.context.project, desk.context.document) is None


def test_the_options_go_along(desk: Desk) -> None:
    desk.context.settings["raster.select_object"] = {"feather": 3.0, "refine_edges": False}
    desk.click(120, 80)
    assert (desk.asked["feather"], desk.asked["refine_edges"]) == (3.0, False)


def test_without_a_window_it_says_so(desk: Desk) -> None:
    plain = ToolContext(desk.context.project, desk.context.display, desk.context.document)
    tool = TOOLS["raster.select_object"](plain)
    tool.pressed(PointerEvent(x=5, y=5))
    with pytest.raises(ExpectedError, match="AI tools"):
        tool.released(PointerEvent(x=5, y=5))
