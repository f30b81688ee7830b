"""The viewport with real mouse and key events on software OpenGL."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.scene.plain_tools import PlainTools
from app.scene.viewport import SceneViewport
from editor.commands.registry import load_commands, run
from editor.display.display import Display
from editor.display.scene.placement import world_matrix
from editor.document.project import Project
from editor.model.scene import SceneNode

pytestmark = pytest.mark.app
load_commands()
LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


class Place:
    """A scene with a cube on the left and a sphere on the right, shown."""

    def __init__(self, qtbot) -> None:
        self.qtbot = qtbot
        self.project = Project.in_memory()
        self.scene = run(self.project, "scene.new_document", name="Scene")
        self.cube = run(self.project, "scene.add_shape", document=self.scene, shape="cube", translation=(-1, 0.5, 0))
        self.sphere = run(self.project, "scene.add_shape", document=self.scene, shape="sphere", translation=(1, 0.5, 0))
        self.project.select(())
        self.display = Display(self.project)
        self.tools = PlainTools(self.project, self.display, self.scene)
        self.viewport = SceneViewport(self.project, self.scene, self.display, self.tools)
        self.errors: list[object] = []
        self.viewport.failed.connect(self.errors.append)
        self.viewport.resize(640, 480)
        qtbot.addWidget(self.viewport)
        with qtbot.waitExposed(self.viewport):
            self.viewport.show()
        self.settle()

    def settle(self) -> None:
        """Until a frame was drawn after everything that is under way."""
        frames = self.viewport.surface.frames
        self.viewport.surface.update()
        self.qtbot.waitUntil(lambda: self.viewport.surface.frames > frames, timeout=10_000)

    def at(self, key: str) -> QPoint:
        """The pixel of a node's origin."""
        return self.pixel(world_matrix(self.project, key)[:3, 3])

    def pixel(self, point: np.ndarray) -> QPoint:
        x, y = self.viewport.stage().pixels(point)[0]
        return QPoint(round(x), round(y))

    def drag(self, *places: QPoint, button: Qt.MouseButton = LEFT, modifiers=NONE, release: bool = True) -> None:
        view = self.viewport
        QTest.mouseMove(view, places[0])
        QApplication.processEvents()  # else the queued move would arrive in the middle of the drag
        QTest.mousePress(view, button, modifiers, places[0])
        QApplication.processEvents()
        for a, b in zip(places, places[1:]):
            for step in range(1, 5):
                place = a + (b - a) * step / 4
                move(view, place, button, modifiers)
        if release:
            QTest.mouseRelease(view, button, modifiers, places[-1])
        QApplication.processEvents()


def move(view: SceneViewport, place: QPoint, button: Qt.MouseButton, modifiers=NONE) -> None:
    """A move with a button held, which QTest cannot say."""
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    where = QPointF(place)
    event = QMouseEvent(
        QEvent.Type.MouseMove, where, view.mapToGlobal(where), Qt.MouseButton.NoButton, button, modifiers
    )
    QApplication.sendEvent(view, event)


@pytest.fixture
def place(qtbot) -> Iterator[Place]:
    made = Place(qtbot)
    yield made
    made.viewport.close_document()
    made.display.close()
    assert made.errors == []


def test_the_scene_is_seen_and_clicked(place: Place) -> None:
    picture = place.viewport.surface.grabFramebuffer()
    background = picture.pixelColor(3, 3)
    middle = picture.pixelColor(place.at(place.sphere))
    assert middle != background
    QTest.mouseClick(place.viewport, LEFT, NONE, place.at(place.sphere))
    assert place.project.selection == (place.sphere,)
    QTest.mouseClick(place.viewport, LEFT, SHIFT, place.at(place.cube))
    assert place.project.selection == (place.sphere, place.cube)
    QTest.mouseClick(place.viewport, LEFT, SHIFT, place.at(place.cube))
    assert place.project.selection == (place.sphere,)
    QTest.mouseClick(place.viewport, LEFT, NONE, QPoint(620, 470))
    assert place.project.selection == ()


def test_the_selection_is_outlined(place: Place) -> None:
    before = place.viewport.surface.grabFramebuffer()
    place.tools.take("scene.select")
    place.project.select((place.cube,))
    place.settle()
    after = place.viewport.surface.grabFramebuffer()
    changed = sum(before.pixel(x, y) != after.pixel(x, y) for x in range(0, 640, 2) for y in range(0, 480, 2))
    assert changed > 60


def test_dragging_an_arrow_moves_along_its_axis_and_undoes(place: Place) -> None:
    place.project.select((place.cube,))
    place.settle()
    origin = world_matrix(place.project, place.cube)[:3, 3]
    size = place.viewport.stage().pixel_size(origin)
    grip = place.pixel(origin + np.array([60 * size, 0, 0]))
    entries = place.project.history.head
    place.drag(grip, grip + QPoint(50, 3))
    moved = world_matrix(place.project, place.cube)[:3, 3] - origin
    assert moved[0] > 0.1
    assert abs(moved[1:]).max() < 1e-9
    assert place.project.history.head == entries + 1
    place.project.undo()
    assert np.allclose(world_matrix(place.project, place.cube)[:3, 3], origin)


def test_escape_and_undo_during_a_drag_leave_nothing(place: Place) -> None:
    place.project.select((place.cube,))
    place.settle()
    before = place.project.content_hash()
    head = place.project.history.head
    origin = world_matrix(place.project, place.cube)[:3, 3]
    grip = place.pixel(origin + np.array([0, 60 * place.viewport.stage().pixel_size(origin), 0]))
    for cancel in (lambda: QTest.keyClick(place.viewport, Qt.Key.Key_Escape), place.project.undo):
        place.drag(grip, grip + QPoint(0, -40), release=False)
        assert place.project.content_hash() != before
        cancel()
        assert place.project.content_hash() == before
        move(place.viewport, grip + QPoint(0, -60), LEFT)
        QTest.mouseRelease(place.viewport, LEFT, NONE, grip + QPoint(0, -60))
        assert place.project.content_hash() == before
    assert place.project.history.head == head


def test_grab_with_a_key_lock_an_axis_and_type_a_number(place: Place) -> None:
    place.project.select((place.sphere,))
    place.viewport.setFocus()
    QTest.mouseMove(place.viewport, place.at(place.sphere))
    QApplication.processEvents()
    for key in (Qt.Key.Key_G, Qt.Key.Key_Z, Qt.Key.Key_2, Qt.Key.Key_Period, Qt.Key.Key_5):
        QTest.keyClick(place.viewport, key)
    assert place.viewport.status.isVisible()
    QTest.keyClick(place.viewport, Qt.Key.Key_Return)
    assert np.allclose(world_matrix(place.project, place.sphere)[:3, 3], (1, 0.5, 2.5))
    for key in (Qt.Key.Key_R, Qt.Key.Key_Y, Qt.Key.Key_9, Qt.Key.Key_0, Qt.Key.Key_Return):
        QTest.keyClick(place.viewport, key)
    assert np.allclose(place.project.find(place.sphere, SceneNode).rotation, (0, np.sqrt(0.5), 0, np.sqrt(0.5)))
    QTest.keyClick(place.viewport, Qt.Key.Key_S)
    QTest.keyClick(place.viewport, Qt.Key.Key_2)
    QTest.mouseClick(place.viewport, LEFT, NONE, QPoint(300, 200))
    assert np.allclose(place.project.find(place.sphere, SceneNode).scale, (2, 2, 2))
    QTest.keyClick(place.viewport, Qt.Key.Key_G)
    QTest.mouseMove(place.viewport, QPoint(200, 100))
    QTest.mouseClick(place.viewport, RIGHT, NONE, QPoint(200, 100))
    assert np.allclose(world_matrix(place.project, place.sphere)[:3, 3], (1, 0.5, 2.5))
    assert not place.viewport.status.isVisible()


def test_the_camera_turns_pans_zooms_and_frames(place: Place) -> None:
    orbit = place.viewport.navigation.orbit
    place.drag(QPoint(300, 200), QPoint(360, 230), button=MIDDLE)
    turned = place.viewport.navigation.orbit
    assert (turned.azimuth, turned.elevation) != (orbit.azimuth, orbit.elevation)
    place.drag(QPoint(300, 200), QPoint(340, 200), button=MIDDLE, modifiers=SHIFT)
    assert place.viewport.navigation.orbit.target != turned.target
    place.drag(QPoint(300, 200), QPoint(340, 200), modifiers=Qt.KeyboardModifier.AltModifier)
    assert place.viewport.navigation.orbit.azimuth != turned.azimuth
    cube = place.at(place.cube)
    wheel = QWheelEvent(
        QPointF(cube), place.viewport.mapToGlobal(QPointF(cube)), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        NONE, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    distance = place.viewport.navigation.orbit.distance
    QApplication.sendEvent(place.viewport, wheel)
    assert place.viewport.navigation.orbit.distance < distance
    assert (place.at(place.cube) - cube).manhattanLength() < 25  # what is under the pointer stays there
    place.project.select((place.sphere,))
    QTest.keyClick(place.viewport, Qt.Key.Key_F)
    assert np.allclose(place.viewport.navigation.orbit.target, (1, 0.5, 0), atol=1e-6)
    QTest.keyClick(place.viewport, Qt.Key.Key_7, Qt.KeyboardModifier.KeypadModifier)
    assert place.viewport.navigation.orbit.elevation == pytest.approx(np.pi / 2)
    place.settle()


def test_stage_follows_edits_from_elsewhere(place: Place) -> None:
    before = place.viewport.surface.grabFramebuffer()
    where = place.at(place.sphere)
    run(place.project, "scene.set_hidden", nodes=(place.sphere,), hidden=True)
    QApplication.processEvents()
    place.settle()
    after = place.viewport.surface.grabFramebuffer()
    assert before.pixelColor(where) != after.pixelColor(where)


def test_cameras_and_lamps_can_be_clicked_and_looked_through(place: Place) -> None:
    camera = run(place.project, "scene.add_camera", document=place.scene, translation=(0, 2, 0))
    place.project.select(())
    QApplication.processEvents()
    place.settle()
    QTest.mouseClick(place.viewport, LEFT, NONE, place.at(camera))
    assert place.project.selection == (camera,)
    QTest.keyClick(place.viewport, Qt.Key.Key_0, Qt.KeyboardModifier.KeypadModifier)
    assert place.viewport.through == camera
    place.settle()
    place.drag(QPoint(300, 200), QPoint(320, 200), button=MIDDLE)
    assert place.viewport.through is None


def test_dropped_files_are_announced_with_place_node_and_wish(place: Place, tmp_path) -> None:
    paths = [tmp_path / "thing.glb", tmp_path / "picture.png"]
    for path in paths:
        path.write_bytes(b"x")
    heard: list[tuple] = []
    place.viewport.files_dropped.connect(lambda *what: heard.append(what))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    at = place.at(place.cube)
    for modifier in (NONE, Qt.KeyboardModifier.AltModifier):
        actions = Qt.DropAction.CopyAction | Qt.DropAction.LinkAction
        enter = QDragEnterEvent(at, actions, data, LEFT, modifier)
        QApplication.sendEvent(place.viewport, enter)
        assert enter.isAccepted()
        drop = QDropEvent(QPointF(at), actions, data, LEFT, modifier)
        QApplication.sendEvent(place.viewport, drop)
        assert drop.isAccepted()
    copied, linked = heard
    assert (copied[:2], linked[:2]) == ((paths, False), (paths, True))
    assert abs(copied[2].at[0] + 1) < 0.6
    assert copied[2].node == place.cube


def test_offscreen_stills_work_while_the_window_is_open(place: Place) -> None:
    still = place.display.render_whole(place.scene, 0.1)
    place.settle()
    again = place.display.render_whole(place.scene, 0.05)
    assert still[..., 3].any()
    assert again[..., 3].any()
