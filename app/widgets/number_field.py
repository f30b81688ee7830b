"""A number that can be dragged: left and right changes it, a click types it, arrows step it."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QToolTip

from app.theme import color
from app.widgets.typed_numbers import calculate
from editor.base.numbers import number_text
from editor.base.translation import tr

DRAG_FROM = 3.0
MIXED_MARK = "–"
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class NumberField(QLineEdit):
    """`live` while it is dragged, `committed` when done, `cancelled` when a drag is given up with Escape.

    A field with both bounds near each other shows its value as a bar, filled from zero. `usual`, where it is set, is
    what a double click brings back.
    """

    live = Signal(float)
    committed = Signal(float)
    cancelled = Signal()

    def __init__(
        self, value: float = 0.0, minimum: float = -math.inf, maximum: float = math.inf, decimals: int = 2,
        unit: str = "", step: float = 0.0, factor: float = 1.0,
    ) -> None:
        """`factor` is what is shown for 1, such as 100 for a percentage."""
        super().__init__()
        self.minimum, self.maximum = minimum, maximum
        self.decimals, self.unit, self.factor = decimals, unit.replace(" ", "\u00a0"), factor
        self._value = value
        self._mixed = False
        span = maximum - minimum
        self.is_bar = math.isfinite(span) and span * factor <= 1000
        self.step = step or (span / 100 if self.is_bar else 10.0**-decimals if decimals < 2 else 0.1)
        self.usual: float | None = None
        self._press: QPointF | None = None
        self._start = value
        self._dragging = False
        self._unclear = False
        self._usual_tip = ""
        self.setReadOnly(True)
        self.setMinimumWidth(54)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setAlignment(Qt.AlignmentFlag.AlignRight if not self.is_bar else Qt.AlignmentFlag.AlignCenter)
        self.returnPressed.connect(self._finish_typing)
        self.textEdited.connect(lambda _text: self._mark(""))
        self._show()

    # The value

    def value(self) -> float:
        return self._value

    def set_value(self, value: float, mixed: bool = False) -> None:
        """Show a value; `mixed` says that several things differ. A field being edited keeps what is typed."""
        if self._dragging or not self.isReadOnly():
            return
        if value != self._value or mixed != self._mixed or self._unclear:
            self._value, self._mixed = value, mixed
            self._show()

    def _show(self) -> None:
        self._mark("")
        self.setText(MIXED_MARK if self._mixed else f"{self.text_of(self._value)}{self.unit}")
        self.setCursorPosition(0)
        self.update()

    def text_of(self, value: float) -> str:
        shown = value * self.factor
        return number_text(round(shown) if self.decimals == 0 else shown, self.decimals, grouped=False)

    def _bounded(self, value: float) -> float:
        value = max(self.minimum, min(self.maximum, value))
        return float(round(value)) if self.decimals == 0 and self.factor == 1.0 else value

    # Dragging

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.isReadOnly():
            super().mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._press, self._start = event.position(), self._value

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            super().mouseMoveEvent(event)
            return
        moved = event.position().x() - self._press.x()
        if not self._dragging and abs(moved) < DRAG_FROM:
            return
        self._dragging = True
        if self.is_bar:
            change = moved / max(40.0, float(self.width())) * (self.maximum - self.minimum)
        else:
            change = moved * self.step
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            change *= 0.1
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            change = round(change / (self.step * 10)) * self.step * 10
        self._change(self._start + change)

    def _change(self, value: float) -> None:
        value = self._bounded(value)
        if value != self._value or self._mixed:
            self._value, self._mixed = value, False
            self._show()
            self.live.emit(value)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            super().mouseReleaseEvent(event)
            return
        self._press = None
        if self._dragging:
            self._dragging = False
            self.committed.emit(self._value)
        else:
            self._edit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.usual is None:
            super().mouseDoubleClickEvent(event)
            return
        self._stop_typing()
        self._change(self.usual)
        self.committed.emit(self._value)

    def cancel_drag(self) -> None:
        if self._dragging:
            self._dragging, self._press = False, None
            self._value = self._start
            self._show()
            self.cancelled.emit()

    # Typing

    def _edit(self) -> None:
        self.setReadOnly(False)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self._offer()
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.selectAll()

    def _offer(self) -> None:
        """The value to type over. It is rounded, so it says nothing of its own until a key changes it; where several
        things differ there is none that could stand for them."""
        self._mark("")
        self.setPlaceholderText(MIXED_MARK if self._mixed else "")
        self.setText("" if self._mixed else self.text_of(self._value))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._edit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._finish_typing()

    def _finish_typing(self) -> None:
        if self.isReadOnly():
            return
        text, typed, unclear = self.text(), self._typed(), self._is_unclear()
        self._stop_typing()
        self.clearFocus()
        if unclear:
            self.setText(text)
            self._mark(text)
        elif typed is not None and (self._mixed or self._bounded(typed / self.factor) != self._value):
            self._change(typed / self.factor)
            self.committed.emit(self._value)

    def _typed(self) -> float | None:
        """What was typed, in the numbers that are shown; None where nothing was, or nothing that is understood."""
        return calculate(self.text(), self.unit) if not self.isReadOnly() and self.isModified() else None

    def _is_unclear(self) -> bool:
        return not self.isReadOnly() and self.isModified() and bool(self.text().strip()) and self._typed() is None

    def _mark(self, text: str) -> None:
        """A text that is no number stays there, marked, until it is typed over or the value changes; without a text the
        mark goes."""
        if bool(text) == self._unclear:
            return
        self._unclear = bool(text)
        if text:
            self._usual_tip = self.toolTip()
        self.setToolTip(tr("{text} is not a number.", text=text) if text else self._usual_tip)
        self.setProperty("wrong", bool(text))
        self.style().unpolish(self)
        self.style().polish(self)

    def _say_unclear(self) -> None:
        self._mark(self.text())
        self.selectAll()
        QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), self.toolTip(), self)

    def _stop_typing(self) -> None:
        self.setReadOnly(True)
        self.setPlaceholderText("")
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self._show()
        self.deselect()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self._dragging:
                self.cancel_drag()
            elif not self.isReadOnly():
                self._stop_typing()
                self.clearFocus()
            else:
                event.ignore()
        elif event.key() in ENTER and self._is_unclear():
            self._say_unclear()  # and no default button of a dialog takes the key for its own
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(1 if event.key() == Qt.Key.Key_Up else -1, event.modifiers())
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Only a field in use follows the wheel: scrolling a panel must change nothing."""
        if self.hasFocus() and event.angleDelta().y():
            self._step(1 if event.angleDelta().y() > 0 else -1, event.modifiers())
            event.accept()
        else:
            event.ignore()

    def _step(self, direction: int, modifiers: Qt.KeyboardModifier) -> None:
        size = self.step * (10 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1)
        typing = not self.isReadOnly()
        typed = self._typed()
        if self._is_unclear():
            self._say_unclear()
            return
        if typed is None and self._mixed:
            return  # things that differ have no value from which to step
        start = self._value if typed is None else typed / self.factor
        self._change(start + direction * size)
        self.committed.emit(self._value)
        if typing:
            self._offer()
            self.selectAll()

    # Looks

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.is_bar and self.isReadOnly() and not self._mixed and self.isEnabled():
            span = max(1e-12, self.maximum - self.minimum)
            base = min(max(0.0, self.minimum), self.maximum)
            share, zero = ((place - self.minimum) / span for place in (self._value, base))
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            shape = QPainterPath()
            shape.addRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 3, 3)
            painter.setClipPath(shape)
            tone = color("accent")
            tone.setAlpha(80)
            left, right = self.width() * min(share, zero), self.width() * max(share, zero)
            painter.fillRect(QRectF(left, 0, right - left, self.height()), tone)
