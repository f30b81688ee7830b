"""The viewport widget: scene below, handles above, and every pointer and key event on its way to camera or tool."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from app.canvas.cursors import cursor
from app.canvas.pointer import buttons_of, key_event, modifiers_of
from app.library.dragging import local_paths, wants_link, welcome
from app.scene.loader import Lightener, SceneLoader
from app.scene.markers import Marker, marker_shapes, marker_under, markers_of
from app.scene.navigation import OrbitNavigation
from app.scene.surface import SceneSurface
from app.theme import color
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.display.scene.bounds import plan_bounds
from editor.display.scene.engine import SceneEngine
from editor.display.scene.plan import ScenePlan
from editor.model.scene import SceneDocument
from editor.tools.events import KeyEvent, PointerEvent
from editor.tools.scene.orbit import Orbit
from editor.tools.scene.stage import Stage
from editor.tools.scene.tools import SceneTool
from render.scene.framing import lens
from render.scene.lighter import is_heavy
from render.scene.transforms import Vector
from render.scene.values import Camera, OverlayShape, Scene, View

if TYPE_CHECKING:
    from editor.display.display import Damage, Display
    from editor.document.project import Project, ProjectChange

AXIS_BUTTONS = (("X", "right"), ("Y", "top"), ("Z", "front"))
NO_NUMBERS: frozenset[int] = frozenset()


class Tools(Protocol):
    """Who holds the tool in hand: the window's ToolHost, or a plain one in tests."""

    @property
    def tool(self) -> object | None: ...

    def pressed(self, event: PointerEvent) -> None: ...
    def pointer_moved(self, event: PointerEvent) -> None: ...
    def released(self, event: PointerEvent) -> None: ...
    def key(self, event: KeyEvent) -> bool: ...
    def cancel(self) -> None: ...


class SceneViewport(QWidget):
    """Shows one scene of a project. `close_document` must be called before the project is closed."""

    failed = Signal(object)
    files_dropped = Signal(list, bool, object)  # paths, whether as links, the Spot
    hint = Signal(str)
    scene_shown = Signal()

    def __init__(self, project: Project, document: str, display: Display, tools: Tools) -> None:
        super().__init__()
        self.project, self.document, self.display, self.tools = project, document, display, tools
        engine = display.engine(document)
        assert isinstance(engine, SceneEngine)
        self._engine = engine
        self.plan: ScenePlan | None = None
        self.through: str | None = None  # the camera node that is looked through
        self.show_grid = True
        self._framed = False
        self._seen: ScenePlan | None = None
        self.surface = SceneSurface(self.view)
        self.surface.setParent(self)
        self.surface.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.navigation = OrbitNavigation(self._camera_moved, lambda: float(self.height()))
        self._loader = SceneLoader(engine.store)
        self._loader.done.connect(self._show_scene)
        self._loader.failed.connect(self.failed)
        self.surface.failed.connect(self.failed)
        self._lightener = Lightener()
        self._lightener.done.connect(self._take_light)
        self.surface.drawn.connect(self._want_light)
        self._replan = QTimer(self)
        self._replan.setSingleShot(True)
        self._replan.setInterval(0)
        self._replan.timeout.connect(self.refresh)
        self._disconnect: list[Callable[[], object]] = [
            display.damaged.connect(self._on_damage),
            project.selection_changed.connect(lambda _keys: self._tool_moved()),
            project.changed.connect(self._on_change),
        ]
        self._build()
        moved = getattr(tools, "moved", None)  # the window's host says when another tool was taken
        if isinstance(moved, SignalInstance):
            moved.connect(self._tool_moved)
            self._disconnect.append(lambda: moved.disconnect(self._tool_moved))
        self.refresh()

    def _build(self) -> None:
        self.setObjectName("scene_viewport")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setMinimumSize(160, 120)
        self.status = QLabel(self)
        self.status.setObjectName("viewport_status")
        back, text = color("panel").name(), color("text").name()
        self.status.setStyleSheet(f"background: {back}; color: {text}; padding: 3px 8px;")
        self.status.hide()
        self.buttons = QWidget(self)
        row = QHBoxLayout(self.buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for letter, preset in AXIS_BUTTONS:
            button = QToolButton(self.buttons)
            button.setText(letter)
            button.setObjectName(f"axis_{letter.lower()}")
            button.setToolTip(tr("Look along {axis}", axis=letter))
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _on, view=preset: self.look(view))
            row.addWidget(button)

    # What is shown

    def refresh(self) -> None:
        """Plan the scene as its records are now, and draw it."""
        if not isinstance(self.project.get(self.document), SceneDocument):
            return
        try:
            self.plan = self._engine.planner.plan(self.document)
        except ExpectedError as error:
            self.failed.emit(error)
            return
        scene = self._loader.load(self.plan)
        if scene is not None:
            self._show_scene(self.plan, scene)

    def _show_scene(self, plan: ScenePlan, scene: Scene) -> None:
        self._seen = plan
        self.surface.show_scene(scene)
        if not self._framed and plan.instances:
            self._framed = True
            bounds = plan.bounds
            self.navigation.orbit = self.navigation.orbit.framed(bounds, self._aspect())
        self.scene_shown.emit()

    def close_document(self) -> None:
        """Let go of project and display."""
        for disconnect in self._disconnect:
            disconnect()
        self._disconnect.clear()
        self._replan.stop()
        self._loader.close()
        self._lightener.close()

    def _want_light(self) -> None:
        """After a slow frame of a heavy scene: have a stand-in made for while things move."""
        surface = self.surface
        if surface.is_slow and surface.light_scene is None and is_heavy(surface.scene):
            self._lightener.make(surface.scene)

    def _take_light(self, scene: Scene, light: Scene) -> None:
        if scene is self.surface.scene:
            self.surface.light_scene = light

    def _on_damage(self, damage: Damage) -> None:
        if damage.document == self.document:
            self._replan.start()

    def _on_change(self, event: ProjectChange) -> None:
        if not event.live:
            self._tool_moved()

    # The view

    def camera(self) -> Camera:
        if self.through is not None and self.plan is not None and self.through in self.plan.cameras:
            return self.plan.cameras[self.through]
        return self.navigation.orbit.camera()

    def view(self, width: int, height: int) -> View | None:
        """What the surface draws, in device pixels."""
        plan = self._seen
        if plan is None:
            return None
        document = plan.document
        return View(
            self.camera(),
            width,
            height,
            background=_rgba("canvas"),
            show_environment=document.environment.visible,
            exposure=2.0**document.exposure,
            tone_mapping=document.tone_mapping,
            precise=False,
            grid=self.show_grid and self.through is None,
            selected=self._selected_numbers(plan),
            active=self._active_number(plan),
            overlay=(*marker_shapes(self.markers(), self.project.selection), *self._tool_shapes()),
        )

    def _selected_numbers(self, plan: ScenePlan) -> frozenset[int]:
        if not self.project.selection:
            return NO_NUMBERS
        below = {key for chosen in self.project.selection for key in self.project.index.subtree(chosen)}
        return frozenset(number for number, key in enumerate(plan.nodes, 1) if key in below)

    def _active_number(self, plan: ScenePlan) -> int:
        last = self.project.selection[-1] if self.project.selection else ""
        return plan.nodes.index(last) + 1 if last in plan.nodes else 0

    def stage(self) -> Stage:
        """The lens in logical pixels, and who is under them."""
        width, height = max(1, self.width()), max(1, self.height())
        plan = self._seen
        bounds = None if plan is None else plan.bounds
        return Stage(lens(self.camera(), width / height, bounds), width, height, self.node_at)

    def node_at(self, x: float, y: float) -> str | None:
        """The node under a logical pixel: cameras and lamps by their marks, everything else by what is drawn."""
        marked = marker_under(self.markers(), x, y)
        if marked is not None:
            return marked
        number = self.surface.pick(x, y).number
        plan = self._seen
        return plan.nodes[number - 1] if plan is not None and 0 < number <= len(plan.nodes) else None

    def place_at(self, x: float, y: float) -> Vector | None:
        """The world point under a logical pixel: what is drawn there, else the ground."""
        found = self.surface.pick(x, y).position
        if found is not None:
            return np.array(found)
        ground = self.stage().on_plane(x, y, np.zeros(3), np.array([0.0, 1.0, 0.0]))
        far = 50 * self.navigation.orbit.distance
        return ground if ground is not None and float(np.linalg.norm(ground)) < far else None

    def markers(self) -> tuple[Marker, ...]:
        plan = self._seen
        return () if plan is None else markers_of(self.project, plan, self._bare_stage(), self.through)

    def _bare_stage(self) -> Stage:
        width, height = max(1, self.width()), max(1, self.height())
        return Stage(lens(self.camera(), width / height, None), width, height)

    def look(self, preset: str) -> None:
        """front, back, right, left, top, bottom; again from the other side."""
        self.through = None
        wanted = self.navigation.orbit.seen_from(preset)
        self.navigation.go(wanted)

    def look_through(self, camera: str | None) -> None:
        """Look through a camera node; None comes back to the viewport's own camera."""
        self.through = camera
        self.surface.show_moving()

    def frame(self, selected: bool = True) -> None:
        """Bring the selection, or everything, into view."""
        if self.plan is not None:
            chosen = self.project.selection if selected and self.project.selection else None
            bounds = plan_bounds(self.project, self.plan, chosen)
            self.through = None
            self.navigation.go(self.navigation.orbit.framed(bounds, self._aspect()))

    def zoom(self, factor: float) -> None:
        self.navigation.go(self.navigation.orbit.zoomed(factor))

    def _aspect(self) -> float:
        return max(1, self.width()) / max(1, self.height())

    def _camera_moved(self) -> None:
        if self.through is not None and self.plan is not None and self.through in self.plan.cameras:
            self.navigation.orbit = Orbit.of_camera(self.plan.cameras[self.through].world, 5.0)
        self.through = None
        self.surface.show_moving()

    # Tools

    @property
    def tool(self) -> SceneTool | None:
        found = self.tools.tool
        return found if isinstance(found, SceneTool) else None

    def _tool_shapes(self) -> tuple[OverlayShape, ...]:
        tool = self.tool
        if tool is None:
            return ()
        tool.stage = self.stage()
        return tool.shapes()

    def _tool_moved(self) -> None:
        """Handles, status and pointer shape follow what the tool did."""
        tool = self.tool
        text = tool.status() if tool is not None else ""
        self.status.setText(text)
        self.status.adjustSize()
        self.status.setVisible(bool(text))
        self.setCursor(cursor(tool.current_cursor() if tool is not None else "arrow"))
        self.surface.show_moving()

    def _pointer(self, event: QMouseEvent, clicks: int = 1) -> PointerEvent:
        place: QPointF = event.position()
        return PointerEvent(
            x=place.x(), y=place.y(), buttons=buttons_of(event.buttons() | event.button()),
            modifiers=modifiers_of(event.modifiers()), clicks=clicks, time=event.timestamp() / 1000,
        )  # fmt: skip

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if not self.navigation.press(event):
            self._give(lambda: self.tools.pressed(self._pointer(event)))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self.navigation.move(event):
            self._give(lambda: self.tools.pointer_moved(self._pointer(event)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self.navigation.release(event):
            self._give(lambda: self.tools.released(self._pointer(event)))

    def _give(self, act: Callable[[], object]) -> None:
        tool = self.tool
        if tool is not None:
            tool.stage = self.stage()
            act()
            self._tool_moved()

    def wheelEvent(self, event: QWheelEvent) -> None:
        place = event.position()
        self.navigation.wheel(event, self.place_at(place.x(), place.y()))
        event.accept()

    def event(self, event: QEvent) -> bool:
        # Letters and digits belong to the tool before they are shortcuts of the window.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._wants_key(event):
            event.accept()
            return True
        return super().event(event)

    def _wants_key(self, event: QKeyEvent) -> bool:
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return False
        busy = self.tool is not None and bool(self.tool.status())
        keys = (Qt.Key.Key_G, Qt.Key.Key_R, Qt.Key.Key_S, Qt.Key.Key_F, Qt.Key.Key_Home)
        return busy or event.key() in keys or bool(event.modifiers() & Qt.KeyboardModifier.KeypadModifier)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        tool = self.tool
        if tool is not None:
            tool.stage = self.stage()
            if self.tools.key(key_event(event)):
                self._tool_moved()
                return
        if not self._view_key(event):
            super().keyPressEvent(event)

    def _view_key(self, event: QKeyEvent) -> bool:
        pad = bool(event.modifiers() & Qt.KeyboardModifier.KeypadModifier)
        if event.key() == Qt.Key.Key_F or (pad and event.key() in (Qt.Key.Key_Period, Qt.Key.Key_Comma)):
            self.frame(selected=True)
        elif event.key() == Qt.Key.Key_Home:
            self.frame(selected=False)
        elif pad and event.key() == Qt.Key.Key_0:
            scene = self.project.get(self.document)
            wanted = scene.camera if isinstance(scene, SceneDocument) else None
            first = next(iter(self.plan.cameras if self.plan else ()), None)
            self.look_through(None if self.through else wanted or first)
        else:
            return self.navigation.key(event)
        return True

    # Files

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        welcome(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self.hint.emit(welcome(event))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.hint.emit("")

    def dropEvent(self, event: QDropEvent) -> None:
        """Models stand where they fall; a picture is put on what is there."""
        from editor.workflows.library.placing import Spot

        linked = wants_link(event)
        self.hint.emit("")
        if not welcome(event):
            event.ignore()
            return
        x, y = event.position().x(), event.position().y()
        place = self.place_at(x, y)
        at = (0.0, 0.0, 0.0) if place is None else tuple(float(part) for part in place)
        spot = Spot(at=at, node=self.node_at(x, y) or "")
        self.files_dropped.emit(local_paths(event.mimeData()), linked, spot)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.surface.setGeometry(self.rect())
        self.buttons.adjustSize()
        self.buttons.move(self.width() - self.buttons.width() - 10, 10)
        self.status.move(10, self.height() - self.status.sizeHint().height() - 10)


def _rgba(name: str) -> tuple[float, float, float, float]:
    """A colour of the theme as the renderer wants it."""
    found = color(name)
    return (found.redF(), found.greenF(), found.blueF(), 1.0)
