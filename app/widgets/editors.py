"""Editors for single values, made from the type of a field or of a command's parameter. They speak stored data."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QSizePolicy, QWidget

from app.widgets.color_picker import pick_color
from app.widgets.number_field import NumberField
from app.widgets.shapes import Shape, human, shape_of
from app.widgets.swatch import paint_swatch
from editor.base.translation import tr
from render.color import Color

MIXED = object()
"""What an editor shows when several things differ."""
DEGREES = (
    "rotation", "angle", "hue", "azimuth", "elevation", "field_of_view", "inner_cone", "outer_cone", "start_angle",
)  # fmt: skip
PIXELS = ("width", "height", "x", "y", "radius", "sigma")
SHOWN_PIXELS = ("feather", "shift_edge", "grow", "soft_edge")
"""Lengths whose name does not say in what they are."""


class Editor(QWidget):
    """`live` while the value is dragged, `committed` when it is decided, `cancelled` when a drag is given up."""

    live = Signal(object)
    committed = Signal(object)
    cancelled = Signal()
    wide = False
    """Stands below its name, not beside it."""
    has_parts = False

    def set_value(self, value: Any) -> None:
        raise NotImplementedError

    def _row(self, *widgets: QWidget) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        for widget in widgets:
            row.addWidget(widget, 1)

    def name_it(self, text: str) -> None:
        """Say for a screen reader what this is."""
        for child in self.findChildren(QWidget):
            if child.focusPolicy() != Qt.FocusPolicy.NoFocus:
                child.setAccessibleName(text)


class BoolEditor(Editor):
    def __init__(self) -> None:
        super().__init__()
        self.box = QCheckBox()
        self._row(self.box)
        self.box.clicked.connect(lambda on: self.committed.emit(bool(on)))

    def set_value(self, value: Any) -> None:
        self.box.setTristate(value is MIXED)
        self.box.setCheckState(
            Qt.CheckState.PartiallyChecked if value is MIXED
            else Qt.CheckState.Checked if value else Qt.CheckState.Unchecked
        )


class NumberEditor(Editor):
    """Whole numbers, decimals, and exact fractions (as seconds)."""

    def __init__(self, shape: Shape, name: str = "") -> None:
        super().__init__()
        self.kind = shape.kind
        is_share = shape.kind == "float" and (shape.minimum, shape.maximum) == (0.0, 1.0)
        seconds = f" {tr('fps')}" if name == "rate" else "" if name == "speed" else " s"
        unit = " %" if is_share else "°" if name in DEGREES else seconds if shape.kind == "fraction" else ""
        unit = " px" if name in SHOWN_PIXELS else unit
        decimals = 0 if shape.kind == "int" or is_share else 3 if shape.kind == "fraction" else 2
        low = 0.0 if shape.kind == "fraction" and not math.isfinite(shape.minimum) else shape.minimum
        step = 1.0 if unit == "°" or name in PIXELS else 0.0
        self.field = NumberField(0.0, low, shape.maximum, decimals, unit, step, 100.0 if is_share else 1.0)
        self._row(self.field)
        self.field.live.connect(lambda value: self.live.emit(self._plain(value)))
        self.field.committed.connect(lambda value: self.committed.emit(self._plain(value)))
        self.field.cancelled.connect(self.cancelled)

    def _plain(self, value: float) -> Any:
        if self.kind == "int":
            return round(value)
        if self.kind == "fraction":
            made = Fraction(value).limit_denominator(90_000)
            return f"{made.numerator}/{made.denominator}"
        return value

    def set_value(self, value: Any) -> None:
        if value is MIXED or value is None:
            self.field.set_value(self.field.value(), mixed=True)
        else:
            self.field.set_value(float(Fraction(value)) if self.kind == "fraction" else float(value))


class TextEditor(Editor):
    def __init__(self) -> None:
        super().__init__()
        self.line = QLineEdit()
        self._row(self.line)
        self._shown = ""
        self.line.editingFinished.connect(self._finish)

    def _finish(self) -> None:
        if self.line.text() != self._shown:
            self._shown = self.line.text()
            self.committed.emit(self._shown)

    def set_value(self, value: Any) -> None:
        self._shown = "" if value is MIXED or value is None else str(value)
        self.line.setPlaceholderText("–" if value is MIXED else "")
        if not (self.line.hasFocus() and self.line.isModified()):
            self.line.setText(self._shown)


class LongTextEditor(Editor):
    """Several lines; decided when the field is left. Tab goes to the next field."""

    wide = True

    def __init__(self) -> None:
        super().__init__()
        self.area = QPlainTextEdit()
        self.area.setTabChangesFocus(True)
        self.area.setFixedHeight(4 * self.area.fontMetrics().lineSpacing() + 14)
        self._row(self.area)
        self._shown = ""
        self.area.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.area and event.type() == QEvent.Type.FocusOut and self.area.toPlainText() != self._shown:
            self._shown = self.area.toPlainText()
            self.committed.emit(self._shown)
        return super().eventFilter(watched, event)

    def set_value(self, value: Any) -> None:
        self._shown = "" if value is MIXED or value is None else str(value)
        if not self.area.hasFocus() and self.area.toPlainText() != self._shown:
            self.area.setPlainText(self._shown)


class SuggestedEditor(Editor):
    """A text with suggestions; anything else can be typed."""

    def __init__(self, choices: tuple[Any, ...]) -> None:
        super().__init__()
        self.box = QComboBox()
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.box.addItems(["", *(str(choice) for choice in choices)])
        self._row(self.box)
        self.box.activated.connect(lambda _place: self._finish())
        line = self.box.lineEdit()
        if line is not None:
            line.editingFinished.connect(self._finish)
        self._shown = ""

    def _finish(self) -> None:
        if self.box.currentText() != self._shown:
            self._shown = self.box.currentText()
            self.committed.emit(self._shown)

    def set_value(self, value: Any) -> None:
        self._shown = "" if value is MIXED or value is None else str(value)
        if self.box.currentText() != self._shown:
            self.box.setEditText(self._shown)


class ChoiceEditor(Editor):
    def __init__(self, choices: tuple[Any, ...]) -> None:
        super().__init__()
        self.box = QComboBox()
        self.box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.box.setMinimumWidth(70)
        for choice in choices:
            self.box.addItem(tr(human(str(choice))), choice)
        self._row(self.box)
        self.box.activated.connect(lambda _place: self.committed.emit(self.box.currentData()))

    def set_value(self, value: Any) -> None:
        self.box.setCurrentIndex(-1 if value is MIXED else self.box.findData(value))


class ColorWell(Editor):
    """A swatch that opens the picker. Stored data is a list of four numbers; `as_text` speaks #rrggbb instead."""

    def __init__(self, as_text: bool = False, optional: bool = False) -> None:
        super().__init__()
        self.as_text = as_text
        self.text: str | None = "#000000"
        self.mixed = False
        self.setFixedHeight(24)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_value(self, value: Any) -> None:
        self.mixed = value is MIXED
        if value is None:
            self.text = None
        elif not self.mixed:
            self.text = value if isinstance(value, str) else Color(*value).to_hex()
        self.update()

    def _plain(self, text: str) -> Any:
        made = Color.from_hex(text)
        return text if self.as_text else [made.red, made.green, made.blue, made.alpha]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.rect().adjusted(1, 1, -1, -1)
        paint_swatch(painter, area, self.text or "#00000000")
        if self.mixed or self.text is None:
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, "–" if self.mixed else tr("none"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.open()

    def open(self) -> None:
        """Show the picker."""
        pick_color(self, self.text or "#000000ff", self._live, lambda text: self.committed.emit(self._plain(text)))

    def _live(self, text: str) -> None:
        self.text, self.mixed = text, False
        self.update()
        self.live.emit(self._plain(text))


class NumbersEditor(Editor):
    """Two to four numbers in a row: points, sizes, vectors."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.values: list[float] = [0.0] * len(shape.parts)
        self.editors = [NumberEditor(part) for part in shape.parts]
        self._row(*self.editors)
        for place, editor in enumerate(self.editors):
            editor.field.setToolTip(shape.names[place] if shape.names else "")
            editor.live.connect(lambda value, place=place: self.live.emit(self._with(place, value)))
            editor.committed.connect(lambda value, place=place: self.committed.emit(self._with(place, value)))
            editor.cancelled.connect(self.cancelled)

    def _with(self, place: int, value: float) -> list[float]:
        self.values[place] = value
        return list(self.values)

    def set_value(self, value: Any) -> None:
        for place, editor in enumerate(self.editors):
            part: Any = MIXED if value is MIXED or value is None else value[place]
            editor.set_value(part)
            if part is not MIXED:
                self.values[place] = float(part)


class DocumentEditor(Editor):
    """Which document of the project a live link shows."""

    def __init__(self, documents: list[tuple[str, str]]) -> None:
        super().__init__()
        self.box = QComboBox()
        for key, name in documents:
            self.box.addItem(name, key)
        self._row(self.box)
        self.box.activated.connect(lambda _place: self.committed.emit(self.box.currentData()))

    def set_value(self, value: Any) -> None:
        self.box.setCurrentIndex(-1 if value is MIXED else self.box.findData(value))


def simple_editor(shape: Shape, name: str = "", documents: list[tuple[str, str]] | None = None) -> Editor | None:
    """The editor of a value that stands in one line; None for structs, variants and lists."""
    from app.widgets.transforms import AffineEditor, QuaternionEditor

    if shape.kind in ("int", "float", "fraction"):
        return NumberEditor(shape, name)
    if shape.kind == "text":
        return ColorWell(as_text=True) if name in ("color", "background") else TextEditor()
    makers = {
        "bool": BoolEditor, "long_text": LongTextEditor, "color": ColorWell, "affine": AffineEditor,
        "quaternion": QuaternionEditor,
    }  # fmt: skip
    if shape.kind in makers:
        return makers[shape.kind]()
    if shape.kind in ("choice", "suggested"):
        return ChoiceEditor(shape.choices) if shape.kind == "choice" else SuggestedEditor(shape.choices)
    if shape.kind == "numbers":
        return NumbersEditor(shape)
    return DocumentEditor(documents or []) if shape.kind == "document" else None


def can_edit(hint: Any) -> bool:
    """Whether a person can be asked for a value of this type."""
    return shape_of(hint).kind not in ("none", "list")
