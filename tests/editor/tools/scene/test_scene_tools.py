"""Tools and handles as plain state machines: no Qt, no OpenGL."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.commands.registry import load_commands, run
from editor.display.display import Display
from editor.display.scene.placement import world_matrix
from editor.document.project import Project
from editor.tools.events import Buttons, KeyEvent, Modifiers, PointerEvent
from editor.tools.scene import gizmo
from editor.tools.scene.manipulation import Grip, edit
from editor.tools.scene.orbit import Orbit
from editor.tools.scene.stage import Stage
from editor.tools.scene.tools import Dragging, Following, Idle, MoveTool, SceneTool
from editor.tools.tool import ToolContext
from render.scene.framing import lens

load_commands()
BOUNDS = np.array([[-3.0, -3, -3], [3, 3, 3]])
pixels = st.floats(5, 395)
angles = st.tuples(st.floats(0.1, 1.4), st.floats(0.1, 1.2))


def stage(orbit: Orbit | None = None, picked: str | None = None) -> Stage:
    return Stage(lens((orbit or Orbit()).camera(), 1.0, BOUNDS), 400, 400, lambda x, y: picked)


def hand(selected: bool = True) -> tuple[Project, str, SceneTool]:
    """A cube, the move tool in hand."""
    project = Project.in_memory()
    scene = run(project, "scene.new_document")
    cube = run(project, "scene.add_shape", document=scene, shape="cube")
    project.select((cube,) if selected else ())
    tool = MoveTool(ToolContext(project=project, display=Display(project), document=scene))
    tool.stage = stage()
    return project, cube, tool


def pointer(x: float, y: float, buttons: Buttons = Buttons.LEFT, **settings) -> PointerEvent:
    return PointerEvent(x=x, y=y, buttons=buttons, **settings)


@given(angles, pixels, pixels)
def test_dragging_follows_the_pointer_across_the_view(angle, x, y) -> None:
    """The world point that was grasped is under the pointer afterwards."""
    view = stage(Orbit(azimuth=angle[0], elevation=angle[1]))
    origin = np.zeros(3)
    start = view.pixels(origin)[0]
    made = edit(view, Grip("move", ("a",), origin, *start.tolist()), x, y, None, None, False)
    assert np.allclose(view.pixels(origin + np.array(made.parameters["offset"]))[0], (x, y), atol=0.01)


@given(angles, st.sampled_from("xyz"), pixels, pixels)
def test_a_locked_drag_stays_on_its_axis(angle, lock, x, y) -> None:
    view = stage(Orbit(azimuth=angle[0], elevation=angle[1]))
    made = edit(view, Grip("move", ("a",), np.zeros(3), 200, 200), x, y, lock, None, False)
    offset = np.array(made.parameters["offset"])
    assert np.count_nonzero(np.abs(offset) > 1e-9) <= 1
    assert abs(offset @ (1 - gizmo.AXES[lock])) < 1e-9


@given(angles, st.sampled_from(["move", "turn", "scale"]), pixels, pixels, st.booleans(),
       st.sampled_from([None, "x", "y", "z", "xy", "yz", "xz"]))
def test_every_edit_is_finite(angle, kind, x, y, snap, lock) -> None:
    view = stage(Orbit(azimuth=angle[0], elevation=angle[1]))
    made = edit(view, Grip(kind, ("a",), np.zeros(3), 210, 190), x, y, lock, None, snap)
    numbers = [part for value in made.parameters.values() if isinstance(value, tuple) and value and value != ("a",)
               for part in value]
    assert np.isfinite(numbers).all()


@pytest.mark.parametrize("kind", ["move", "turn", "scale"])
def test_handles_keep_their_size_on_the_screen(kind) -> None:
    def reach(distance: float) -> float:
        view = stage(Orbit(target=(0, 0, 0), distance=distance))
        center = view.pixels(np.zeros(3))[0]
        found = gizmo.handles(kind, view, np.zeros(3))
        return max(float(np.linalg.norm(line - center, axis=1).max()) for handle in found for line in handle.lines)

    assert reach(4) == pytest.approx(reach(40), rel=0.12)


@pytest.mark.parametrize("name", ["x", "y", "z", "xy", "xz", "yz", "view"])
def test_every_handle_can_be_grasped(name: str) -> None:
    found = gizmo.handles("move", stage(Orbit(target=(0, 0, 0))), np.zeros(3))
    handle = next(one for one in found if one.name == name)
    point = handle.inside.mean(axis=0) if handle.inside is not None and name != "view" else handle.lines[0][0]
    assert gizmo.under(found, *point.tolist()) == name


def test_a_drag_is_one_entry_and_cancel_is_none() -> None:
    project, cube, tool = hand()
    origin = world_matrix(project, cube)[:3, 3]
    handle = next(one for one in tool.handles() if one.name == "x")
    x, y = handle.lines[0][-1].tolist()
    head, before = project.history.head, project.content_hash()
    tool.pressed(pointer(x, y))
    assert isinstance(tool.state, Dragging)
    tool.moved(pointer(x + 30, y))
    tool.moved(pointer(x + 40, y))
    tool.cancel()
    assert project.content_hash() == before
    tool.pressed(pointer(x, y))
    tool.moved(pointer(x + 40, y))
    tool.released(pointer(x + 40, y))
    assert project.history.head == head + 1
    assert world_matrix(project, cube)[0, 3] > origin[0]
    assert isinstance(tool.state, Idle)


def test_keys_grab_lock_type_and_change_their_mind() -> None:
    project, cube, tool = hand()
    tool.moved(pointer(200, 200, Buttons.NONE))
    for key in ("g", "x", "1", "-"):
        assert tool.key(KeyEvent(key=key))
    assert isinstance(tool.state, Following)
    assert world_matrix(project, cube)[0, 3] == pytest.approx(-1)
    assert tool.key(KeyEvent(key="s"))
    assert world_matrix(project, cube)[0, 3] == pytest.approx(0)
    for key in ("3", "Return"):
        assert tool.key(KeyEvent(key=key))
    assert world_matrix(project, cube)[0, 0] == pytest.approx(3)
    assert not tool.key(KeyEvent(key="g", modifiers=Modifiers.CONTROL))


def test_nothing_selected_nothing_grabbed() -> None:
    _, _, tool = hand(selected=False)
    assert tool.handles() == ()
    assert not tool.key(KeyEvent(key="g"))


def test_a_click_selects_and_a_drag_on_nothing_does_not() -> None:
    project, cube, tool = hand(selected=False)
    tool.stage = stage(picked=cube)
    tool.pressed(pointer(100, 100))
    tool.released(pointer(150, 100))
    assert project.selection == ()
    tool.pressed(pointer(100, 100))
    tool.released(pointer(101, 100))
    assert project.selection == (cube,)


@given(st.floats(-200, 200), st.floats(-200, 200), st.floats(0.2, 5))
def test_the_orbit_stays_upright_and_finite(dx, dy, factor) -> None:
    orbit = Orbit().turned(dx, dy).panned(dx, dy, 400).zoomed(factor, np.array([1.0, 2, 3]))
    world = orbit.world
    assert np.isfinite(world).all()
    assert world[1, 1] >= -1e-9
    assert np.allclose(world[:3, :3].T @ world[:3, :3], np.eye(3), atol=1e-9)
    again = Orbit.of_camera(world, orbit.distance)
    assert np.allclose(again.world, world, atol=1e-6) or abs(orbit.elevation) > 1.5
