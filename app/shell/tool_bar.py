"""The tools of the document on top, down the left side, and the two colours below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QActionGroup, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolBar, QWidget

from app.canvas.tool_host import tools_of
from app.icons import pixmap
from app.theme import color
from app.widgets.swatch import paint_swatch
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.session import Session
    from app.shell.bindings import Bindings

WELL = 22


class ToolBar(QToolBar):
    """Follows the family of the document on top."""

    def __init__(self, session: Session, bindings: Bindings) -> None:
        super().__init__(tr("Tools"))
        self.setObjectName("toolBar")
        self.session = session
        self.bindings = bindings
        self.setOrientation(Qt.Orientation.Vertical)
        self.setMovable(False)
        self.setFloatable(False)
        self.setIconSize(QSize(20, 20))
        self.toggleViewAction().setVisible(False)
        self.colors = ColorPair(session)
        self._family: str | None = None
        self._group: QActionGroup | None = None
        session.document_activated.connect(lambda _key: self.refresh())
        session.tool_changed.connect(self._mark)

    def refresh(self) -> None:
        """Show the tools of another family."""
        family = self.session.family
        if family == self._family:
            return
        self._family = family
        self.clear()
        names = tools_of(family)
        self.bindings.bind_tools(names)
        self._group = QActionGroup(self)
        for name in names:
            made = self.bindings.actions[f"tool:{name}"]
            key = made.shortcut().toString()
            made.setToolTip(f"{made.text()}  ({key})" if key else made.text())
            self._group.addAction(made)
            self.addAction(made)
        if names:
            self.addSeparator()
            self.colors = ColorPair(self.session)
            self.addWidget(self.colors)
        self._mark(self.session.tool)

    def _mark(self, name: str) -> None:
        made = self.bindings.actions.get(f"tool:{name}")
        if made is not None:
            made.setChecked(True)


class ColorPair(QWidget):
    """Foreground over background. A click opens the colour panel's choice; the arrow swaps the two."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setFixedSize(34, 52)
        self.setToolTip(tr("Foreground and background colour. X swaps them, D makes them black and white."))
        self.setAccessibleName(tr("Foreground and background colour"))
        session.colors_changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_swatch(painter, QRect(11, 27, WELL, WELL), self.session.background)
        paint_swatch(painter, QRect(1, 17, WELL, WELL), self.session.foreground)
        painter.drawPixmap(20, 1, pixmap("swap", 13, "muted", self.devicePixelRatioF()))
        painter.fillRect(QRect(4, 7, 5, 5), color("text"))
        painter.fillRect(QRect(1, 4, 5, 5), "#000000")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if place.y() < 16:
            (self.session.swap_colors if place.x() > 16 else self.session.default_colors)()
            return
        from app.widgets.color_picker import pick_color

        is_front = QRect(1, 17, WELL, WELL).contains(place)
        session = self.session
        present = session.foreground if is_front else session.background
        pick_color(self, present, session.set_foreground if is_front else session.set_background)
