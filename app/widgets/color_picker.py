"""Choosing a colour: a square of saturation and value, bars of hue and alpha, numbers, hexadecimal."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QLinearGradient, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.theme import color
from app.widgets.number_field import NumberField
from app.widgets.swatch import hex_of, paint_squares, qcolor
from editor.base.translation import tr


class SaturationValue(QWidget):
    """Saturation to the right, value upwards, for one hue."""

    picked = Signal(float, float)
    finished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.hue, self.saturation, self.value = 0.0, 0.0, 0.0
        self.setMinimumSize(120, 96)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(tr("Saturation and brightness"))

    def sizeHint(self) -> QSize:
        return QSize(220, 150)

    def show_color(self, hue: float, saturation: float, value: float) -> None:
        self.hue, self.saturation, self.value = hue, saturation, value
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        across = QLinearGradient(area.topLeft(), area.topRight())
        across.setColorAt(0, QColor(255, 255, 255))
        across.setColorAt(1, QColor.fromHsvF(self.hue, 1, 1))
        down = QLinearGradient(area.topLeft(), area.bottomLeft())
        down.setColorAt(0, QColor(0, 0, 0, 0))
        down.setColorAt(1, QColor(0, 0, 0))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for brush in (QBrush(across), QBrush(down)):
            painter.setBrush(brush)
            painter.drawRoundedRect(area, 4, 4)
        place = QPointF(self.saturation * self.width(), (1 - self.value) * self.height())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(0, 0, 0, 160), 3), QPen(QColor(255, 255, 255), 1.5)):
            painter.setPen(pen)
            painter.drawEllipse(place, 5.5, 5.5)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        self.picked.emit(_part(place.x() / max(1, self.width())), 1 - _part(place.y() / max(1, self.height())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.finished.emit()


class Bar(QWidget):
    """A bar from 0 to 1 over a gradient: hue or alpha."""

    picked = Signal(float)
    finished = Signal()

    def __init__(self, is_hue: bool) -> None:
        super().__init__()
        self.is_hue = is_hue
        self.share = 0.0
        self.tone = QColor(0, 0, 0)
        self.setFixedHeight(14)
        self.setAccessibleName(tr("Hue") if is_hue else tr("Opacity"))

    def show_share(self, share: float, tone: QColor) -> None:
        self.share, self.tone = share, tone
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0, 1, 0, -1)
        gradient = QLinearGradient(area.topLeft(), area.topRight())
        if self.is_hue:
            for step in range(7):
                gradient.setColorAt(step / 6, QColor.fromHsvF((step % 6) / 6, 1, 1))
        else:
            paint_squares(painter, area.toRect())
            clear = QColor(self.tone)
            clear.setAlpha(0)
            gradient.setColorAt(0, clear)
            gradient.setColorAt(1, QColor(self.tone.rgb()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(gradient))
        painter.drawRoundedRect(area, 4, 4)
        x = max(4.0, min(self.width() - 4.0, self.share * self.width()))
        painter.setPen(QPen(QColor(0, 0, 0, 150), 1))
        painter.setBrush(QColor(255, 255, 255))
        painter.drawRoundedRect(QRectF(x - 3, 0, 6, self.height()), 3, 3)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.picked.emit(_part(event.position().x() / max(1, self.width())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.finished.emit()


class ColorPicker(QWidget):
    """`live` while dragging, `committed` at the end, both with #rrggbb or #rrggbbaa."""

    live = Signal(str)
    committed = Signal(str)

    def __init__(self, text: str = "#000000", alpha: bool = True) -> None:
        super().__init__()
        self._hue, self._saturation, self._value, self._alpha = 0.0, 0.0, 0.0, 1.0
        self._mode_rgb = True
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        self.square = SaturationValue()
        self.hue = Bar(is_hue=True)
        self.alpha = Bar(is_hue=False)
        self.alpha.setVisible(alpha)
        column.addWidget(self.square, 1)
        column.addWidget(self.hue)
        column.addWidget(self.alpha)
        column.addLayout(self._numbers())
        self.square.picked.connect(self._pick_square)
        self.hue.picked.connect(self._pick_hue)
        self.alpha.picked.connect(self._pick_alpha)
        for part in (self.square, self.hue, self.alpha):
            part.finished.connect(lambda: self.committed.emit(self.text()))
        self.set_color(text)

    def _numbers(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(5)
        grid.setVerticalSpacing(5)
        self.rgb = [self._number(255, "", index, self._type_rgb) for index in range(3)]
        self.hsv = [
            self._number(maximum, unit, index, self._type_hsv)
            for index, (maximum, unit) in enumerate(((360, "°"), (100, " %"), (100, " %")))
        ]
        for row, (names, fields) in enumerate((("RGB", self.rgb), ("HSV", self.hsv))):
            label = QLabel(tr(names))
            label.setObjectName("muted")
            grid.addWidget(label, row, 0)
            for index, field in enumerate(fields):
                grid.addWidget(field, row, index + 1)
        label = QLabel(tr("Hex"))
        label.setObjectName("muted")
        self.hex = QLineEdit()
        self.hex.setAccessibleName(tr("Hexadecimal colour"))
        self.hex.editingFinished.connect(self._type_hex)
        grid.addWidget(label, 2, 0)
        grid.addWidget(self.hex, 2, 1, 1, 3)
        return grid

    def _number(self, maximum: int, unit: str, index: int, act: Callable[[int, float], None]) -> NumberField:
        field = NumberField(0, 0, maximum, 0, unit, 1)
        field.live.connect(lambda value: act(index, value))
        field.committed.connect(lambda _value: self.committed.emit(self.text()))
        return field

    # The colour

    def text(self) -> str:
        return hex_of(self._color())

    def _color(self) -> QColor:
        return QColor.fromHsvF(self._hue, self._saturation, self._value, self._alpha)

    def set_color(self, text: str) -> None:
        """Show a colour; the hue of a grey stays where it was."""
        made = qcolor(text)
        if made.isValid() and hex_of(made) != self.text():
            self._take(made)
        self._show()

    def _take(self, made: QColor) -> None:
        hue = made.hsvHueF()
        self._hue = self._hue if hue < 0 else hue
        self._saturation, self._value, self._alpha = made.hsvSaturationF(), made.valueF(), made.alphaF()

    def _show(self) -> None:
        made = self._color()
        self.square.show_color(self._hue, self._saturation, self._value)
        self.hue.show_share(self._hue, made)
        self.alpha.show_share(self._alpha, made)
        for field, value in zip(self.rgb, (made.red(), made.green(), made.blue()), strict=True):
            field.set_value(value)
        shares = (self._hue * 360, self._saturation * 100, self._value * 100)
        for field, share in zip(self.hsv, shares, strict=True):
            field.set_value(round(share))
        if not self.hex.hasFocus():
            self.hex.setText(self.text())

    def _changed(self) -> None:
        self._show()
        self.live.emit(self.text())

    def _pick_square(self, saturation: float, value: float) -> None:
        self._saturation, self._value = saturation, value
        self._changed()

    def _pick_hue(self, share: float) -> None:
        self._hue = min(share, 0.9999)
        self._changed()

    def _pick_alpha(self, share: float) -> None:
        self._alpha = share
        self._changed()

    def _type_rgb(self, index: int, value: float) -> None:
        made = self._color()
        parts = [made.red(), made.green(), made.blue(), made.alpha()]
        parts[index] = round(value)
        self._take(QColor(*parts))
        self._changed()

    def _type_hsv(self, index: int, value: float) -> None:
        if index == 0:
            self._hue = min(value / 360, 0.9999)
        elif index == 1:
            self._saturation = value / 100
        else:
            self._value = value / 100
        self._changed()

    def _type_hex(self) -> None:
        made = qcolor(self.hex.text().strip())
        if made.isValid() and hex_of(made) != self.text():
            self._take(made)
            self._changed()
            self.committed.emit(self.text())
        self._show()


def pick_color(
    parent: QWidget, text: str, live: Callable[[str], object], committed: Callable[[str], object] | None = None
) -> QWidget:
    """Open a picker below a widget; it closes with a click elsewhere."""
    popup = QWidget(parent, Qt.WindowType.Popup)
    popup.setObjectName("popup")
    popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    popup.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    ground, edge = color("raised").name(), color("border").name()
    popup.setStyleSheet(f"#popup {{ background: {ground}; border: 1px solid {edge}; }}")
    row = QHBoxLayout(popup)
    row.setContentsMargins(10, 10, 10, 10)
    picker = ColorPicker(text)
    picker.live.connect(live)
    if committed is not None:
        picker.committed.connect(committed)
    row.addWidget(picker)
    popup.resize(250, 330)
    place = parent.mapToGlobal(QPoint(0, parent.height() + 4))
    screen = parent.screen().availableGeometry()
    place.setX(max(screen.left(), min(place.x(), screen.right() - 254)))
    place.setY(max(screen.top(), min(place.y(), screen.bottom() - 334)))
    popup.move(place)
    popup.show()
    return popup


def _part(value: float) -> float:
    return max(0.0, min(1.0, value))
