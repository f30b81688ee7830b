"""The canvas: surface below, overlay above, and every pointer and key event on its way to view or tool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QResizeEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.canvas.cursors import cursor
from app.canvas.navigation import Navigation
from app.canvas.opengl import has_opengl
from app.canvas.overlay import Overlay
from app.canvas.plain_surface import PlainSurface
from app.canvas.pointer import key_event, pointer_event
from app.canvas.surface import Surface
from app.canvas.tool_host import ToolHost
from app.canvas.view import View
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.tools.overlay import Caret
from render.geometry import Point, Rect

if TYPE_CHECKING:
    from app.session import Session
    from editor.display.display import Damage

MARCH_MS = 90
BLINK_EVERY = 6


class Canvas(QWidget):
    """Shows the document on top of the session, when it is one that is drawn flat."""

    view_changed = Signal()
    pointer_at = Signal(float, float)

    def __init__(self, session: Session, host: ToolHost) -> None:
        super().__init__()
        self.session = session
        self.host = host
        self.view = View()
        self._views: dict[tuple[str, str | None], View] = {}
        self.surface: Surface | PlainSurface = self._make_surface()
        self.surface.setParent(self)
        self.surface.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.overlay = Overlay(self, self.view)
        self.navigation = Navigation(self.view, self._view_moved)
        self._pen_is_down = False
        self._clicks = 1
        self._last_press = QPointF(-100, -100)
        self.setObjectName("canvas")
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._ants = QTimer(self)
        self._ants.setInterval(MARCH_MS)
        self._ants.timeout.connect(self._march)
        self._refresh_overlay = QTimer(self)
        self._refresh_overlay.setSingleShot(True)
        self._refresh_overlay.setInterval(0)
        self._refresh_overlay.timeout.connect(self._show_overlay)
        session.damaged.connect(self._on_damage)
        session.part_changed.connect(self.show_document)
        session.time_changed.connect(self.show_document)
        session.selection_changed.connect(self._refresh_overlay.start)
        session.changed.connect(lambda _event: self._refresh_overlay.start())
        host.moved.connect(self._refresh_overlay.start)
        self.surface.failed.connect(session.show_error)
        self.surface.drawn.connect(self._measure)

    def _make_surface(self) -> Surface | PlainSurface:
        if has_opengl():
            return Surface(self.view)
        error = ExpectedError(
            tr("This computer offers no OpenGL 3.3, so documents are shown more slowly."),
            tr("Install the driver of the graphics card, or Mesa."),
        )
        QTimer.singleShot(0, self, lambda: self.session.show_error(error))
        return PlainSurface(self.view)

    # What to show

    def show_document(self) -> None:
        """Show the session's document from where it was looked at last, or all of it at first sight."""
        session = self.session
        key = (session.document, session.part)
        known = self._views.get(key)
        self.surface.show_document(session.display, session.document, session.part, session.time)
        drawing = self.surface.drawing()
        if known is None and drawing is not None:
            known = self._views[key] = View()
            self._size(known)
            known.fit(*drawing.size)
        if known is not None and known is not self.view:
            self.view = self.surface.view = self.overlay.view = self.navigation.view = known
            self._size(known)
            if known.follows_size and drawing is not None:
                known.fit(*drawing.size)
        self._view_moved()

    def close_document(self) -> None:
        self._views.clear()
        self.surface.close_document()
        self.overlay.items, self.overlay.frame = (), None

    def _measure(self) -> None:
        """After a frame: the border follows a document that changed its size."""
        width, height = self.surface.size_of_document
        frame = Rect(0.0, 0.0, width, height)
        if frame != self.overlay.frame:
            self.overlay.frame = frame
            self.overlay.update()
            self.view_changed.emit()

    def _on_damage(self, damage: Damage) -> None:
        if damage.document == self.session.document and self.surface.document == damage.document:
            self.surface.damage(damage.region)

    # The view

    def _view_moved(self) -> None:
        self.surface.update()
        self.overlay.update()
        self._show_cursor()
        self.view_changed.emit()

    def zoom_to(self, zoom: float, at: Point | None = None) -> None:
        place = at or Point(self.width() / 2, self.height() / 2)
        self.view.zoom_at(zoom, place.x, place.y)
        self._view_moved()

    def zoom_step(self, direction: int) -> None:
        self.view.step(direction, self.width() / 2, self.height() / 2)
        self._view_moved()

    def fit(self) -> None:
        self.view.fit(*self.surface.size_of_document)
        self._view_moved()

    def turn_upright(self) -> None:
        self.view.rotate_at(0.0, self.width() / 2, self.height() / 2)
        self._view_moved()

    def _size(self, view: View) -> None:
        view.size = (max(1.0, float(self.width())), max(1.0, float(self.height())))
        view.ratio = self.devicePixelRatioF()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.surface.setGeometry(self.rect())
        self.overlay.setGeometry(self.rect())
        self._size(self.view)
        if self.view.follows_size and self.surface.size_of_document[0]:
            self.view.fit(*self.surface.size_of_document)
        self._view_moved()

    # Pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if self._pen_is_down:
            return
        if self.navigation.press(event):
            self._show_cursor()
            return
        self._clicks = 1
        self._last_press = event.position()
        self.host.pressed(pointer_event(event, self.view, self._clicks))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._pen_is_down or self.navigation.press(event):
            return
        self._clicks = 2
        self.host.pressed(pointer_event(event, self.view, self._clicks))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pen_is_down or self.navigation.move(event):
            return
        made = pointer_event(event, self.view, self._clicks)
        self.pointer_at.emit(made.x, made.y)
        self.host.pointer_moved(made)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pen_is_down:
            return
        if self.navigation.release(event):
            self._show_cursor()
            return
        self.host.released(pointer_event(event, self.view, self._clicks))

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A pen goes to the tool with pressure and tilt; with Space held it moves the view as a mouse does."""
        if self.navigation.space or self.navigation.turning_key or self.navigation.is_moving:
            event.ignore()
            return
        event.accept()
        made = pointer_event(event, self.view)
        kind = event.type()
        if kind == QEvent.Type.TabletPress:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._pen_is_down = True
            self.host.pressed(made)
        elif kind == QEvent.Type.TabletMove:
            self.pointer_at.emit(made.x, made.y)
            self.host.pointer_moved(made)
        elif kind == QEvent.Type.TabletRelease:
            self._pen_is_down = False
            self.host.released(made)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.navigation.wheel(event)
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and self.navigation.gesture(event):
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._wants_key(event):
            event.accept()
            return True
        if event.type() == QEvent.Type.Leave and self.host.tool is not None:
            self._refresh_overlay.start()
        return super().event(event)

    # Keys

    @property
    def is_typing(self) -> bool:
        """Whether the tool shows a caret: then letters are text, not shortcuts."""
        return any(isinstance(item, Caret) for item in self.host.overlay())

    def _wants_key(self, event: QKeyEvent) -> bool:
        control = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier)
        clipboard = (Qt.Key.Key_A, Qt.Key.Key_C, Qt.Key.Key_V, Qt.Key.Key_X)
        return self.is_typing and (not control or event.key() in clipboard)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.is_typing and self.navigation.key(event, down=True):
            self._show_cursor()
            return
        if not self.host.key(key_event(event)):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self.navigation.key(event, down=False):
            self._show_cursor()
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.navigation.forget_keys()
        super().focusOutEvent(event)

    # Overlay

    def _show_overlay(self) -> None:
        self.overlay.show_items(self.host.overlay())
        self._show_cursor()
        if self.overlay.has_motion != self._ants.isActive():
            (self._ants.start if self.overlay.has_motion else self._ants.stop)()

    def _show_cursor(self) -> None:
        name = self.navigation.cursor or self.host.cursor()
        self.setCursor(cursor(name))

    def _march(self) -> None:
        self.overlay.phase = (self.overlay.phase + 1) % 8
        if int(self.overlay.phase) % BLINK_EVERY == 0:
            self.overlay.caret_shown = not self.overlay.caret_shown
        self.overlay.update()

    def option(self, name: str) -> bool:
        return bool(getattr(self.surface, name))

    def set_option(self, name: str, value: Any) -> None:
        setattr(self.surface, name, value)
        self.surface.update()
