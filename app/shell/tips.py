"""The tip in the hand as a small picture above the canvas; a click shows the others of its file, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.icons import icon, pixmap
from app.library.brushes import hold, not_followed, put_down, take_brushes
from app.theme import color
from app.widgets.picture_cards import CARD, Card, CardModel, CardView
from editor.base.errors import ExpectedError
from editor.base.numbers import number_text
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.session import Session
    from editor.commands.raster.tips import FoundBrush
    from editor.tools.raster.held import HeldBrush

BUTTON, PICTURE = 28, 72
COLUMNS, ROWS = 5, 3
ROUND = "round"
Index = QModelIndex | QPersistentModelIndex


def pixmap_of(brush: FoundBrush, side: int) -> QPixmap:
    """One tip on paper; a sign where it cannot be drawn: the bar must stand, or there were no way back."""
    from editor.workflows.library.brush_tips import tip_picture

    try:
        pixels = tip_picture(brush, side)
    except (ExpectedError, ValueError, ArithmeticError):
        return pixmap("warning", side, "text", 1.0)
    return QPixmap.fromImage(QImage(pixels.data, side, side, 4 * side, QImage.Format.Format_RGBA8888).copy())


def round_pixmap(side: int) -> QPixmap:
    """The round tip, on the same paper."""
    made = QPixmap(side, side)
    made.fill(Qt.GlobalColor.white)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Qt.GlobalColor.black)
    rim = side * 0.22
    painter.drawEllipse(QRectF(rim, rim, side - 2 * rim, side - 2 * rim))
    painter.end()
    return made


class TipButton(QToolButton):
    """What the tool options show of the tip."""

    def __init__(self, session: Session, tool: str, held: HeldBrush | None) -> None:
        super().__init__()
        self.session, self.tool, self.held = session, tool, held
        name = held.brush.name if held is not None else tr("Round tip")
        told = not_followed(held.brush) if held is not None else ""
        self.setObjectName("tipButton")
        self.setToolTip("\n".join(filter(None, (name, told))))
        self.setAccessibleDescription(self.toolTip())
        self.setFixedSize(BUTTON + 4, BUTTON + 4)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        side = round(BUTTON * self.devicePixelRatioF())
        self.picture = pixmap_of(held.brush, side) if held is not None else round_pixmap(side)
        self.clicked.connect(self.show_chooser)

    def show_chooser(self) -> TipChooser:
        """Below the button; it closes with a click outside it."""
        chooser = TipChooser(self.session, self.tool, self.held, self.window())
        chooser.adjustSize()
        place, screen = self.mapToGlobal(QPoint(0, self.height() + 4)), self.screen().availableGeometry()
        place.setX(max(screen.left(), min(place.x(), screen.right() - chooser.width())))
        place.setY(max(screen.top(), min(place.y(), screen.bottom() - chooser.height())))
        chooser.move(place)
        chooser.show()
        chooser.view.setFocus()
        return chooser

    def paintEvent(self, event: Any) -> None:
        """The picture with a rim that says where the pointer or the focus is."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        area = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        shape = QPainterPath()
        shape.addRoundedRect(area, 4, 4)
        painter.setClipPath(shape)
        painter.drawPixmap(area, self.picture, QRectF(self.picture.rect()))
        painter.setClipping(False)
        lit = self.hasFocus() or self.underMouse() or self.isDown()
        painter.setPen(QPen(color("accent" if lit else "border"), 2 if lit else 1))
        painter.drawPath(shape)


class _Tips(CardModel):
    """The round tip, then the brushes of the file; a picture is made when it is first looked at."""

    def __init__(self, held: HeldBrush | None) -> None:
        super().__init__()
        brushes = held.brushes if held is not None else ()
        cards = [
            Card(str(row), one.name, _measure(one), "\n".join(filter(None, (one.name, not_followed(one)))))
            for row, one in enumerate(brushes)
        ]
        self.brushes = brushes
        self.show_cards([Card(ROUND, tr("Round tip"), "", tr("The studio's own round tip")), *cards])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DecorationRole:
            key = self.cards[index.row()].key
            if key not in self.pictures:
                self.pictures[key] = (
                    round_pixmap(PICTURE) if key == ROUND else pixmap_of(self.brushes[int(key)], PICTURE)
                )
        return super().data(index, role)


def _measure(brush: FoundBrush) -> str:
    size = f"{number_text(brush.diameter, 0)} px"
    return f"{size} × {len(brush.pictures)}" if len(brush.pictures) > 1 else size


class TipChooser(QFrame):
    """All tips of the file in the hand. A click takes one and closes; the arrow keys try them."""

    def __init__(self, session: Session, tool: str, held: HeldBrush | None, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("popup")
        self.session, self.tool, self.held = session, tool, held
        self.model = _Tips(held)
        self.view = CardView(self.model, QSize(PICTURE, PICTURE), tr("Tips"))
        cell, count = self.view.cell, self.model.rowCount()
        columns, rows = min(COLUMNS, max(3, count)), min(ROWS, -(-count // COLUMNS))
        self.view.setFixedSize(columns * cell.width() + 22, rows * cell.height() + 8)
        title = QLabel(held.name if held is not None else tr("Round tip"))
        title.setObjectName("toolName")
        other = QPushButton(icon("folder"), tr("Brushes from a file..."))
        other.setToolTip(
            tr("Brushes of Photoshop (ABR), GIMP (GBR, GIH), Krita (KPP, bundle) and MyPaint (MYB), or a picture")
        )
        other.clicked.connect(self.ask_file)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(other)
        body = QVBoxLayout(self)
        body.setContentsMargins(12, 10, 12, 12)
        body.addLayout(head)
        body.addWidget(self.view)
        self.told = QLabel()
        self.told.setObjectName("muted")
        self.told.setWordWrap(True)
        self.told.setMaximumWidth(self.view.width())
        body.addWidget(self.told)
        self.view.choose(ROUND if held is None else str(held.chosen))
        self._tell(held.brush if held is not None else None)
        self.view.chosen.connect(self.take)
        self.view.clicked.connect(lambda index: self._take_and_close(index.data(CARD).key))
        self.view.opened.connect(self._take_and_close)

    def take(self, key: str) -> None:
        """The tip of a card comes into the hand; the file stays at hand for the next choice."""
        if key == ROUND:
            put_down(self.session, self.tool)
            self._tell(None)
        elif self.held is not None:
            self.held = self.held.choosing(int(key))
            hold(self.session, self.held)
            self.tool = self.session.tool
            self._tell(self.held.brush)

    def _tell(self, brush: FoundBrush | None) -> None:
        """What of the chosen brush is not followed."""
        told = not_followed(brush) if brush is not None else ""
        self.told.setText(told)
        self.told.setVisible(bool(told))
        if told:
            self.session.hint.emit(told)
        self.adjustSize()

    def ask_file(self) -> None:
        """The person says which file; its brushes take the place of these."""
        session, window = self.session, self.parentWidget()
        self.close()
        kinds = f"{tr('Brushes')} (*.abr *.gbr *.gih *.kpp *.bundle *.myb *.png *.jpg *.webp);;{tr('All files')} (*)"
        path, _ = QFileDialog.getOpenFileName(window, tr("Brushes"), "", kinds)
        if path:
            session.attempt(lambda: take_brushes(session, Path(path), Path(path).stem))

    def _take_and_close(self, key: str) -> None:
        self.take(key)
        self.close()
