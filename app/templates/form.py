"""The form of a template: a line for each slot, with what fits its kind. It speaks values that `fill` takes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.icons import icon
from app.templates.wells import FileWell
from app.widgets.bench import Bench
from app.widgets.editors import ColorWell, SuggestedEditor
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.model.template import WRITTEN
from render.color import Color

if TYPE_CHECKING:
    from editor.document.project import Project
    from editor.workflows.templates.fields import Field
    from editor.workflows.templates.fill import Value

LONG = 36
LINES = 3
PICTURES_KEPT = 40


class FieldRow(QWidget):
    """Name, editor, hint and what is wrong. `value` None means: as it stands."""

    changed = Signal()
    menu_wanted = Signal(object, object)

    def __init__(self, field: Field, pictures: Bench[QImage]) -> None:
        super().__init__()
        self.field, self._pictures = field, pictures
        self.value: Value | None = None
        self.present: str | Color | bool | None = None
        self._blob = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._heading())
        self.editor = self._editor()
        column.addWidget(self.editor)
        self.hint = _small(" ".join(filter(None, (field.hint, self._rule()))), "muted")
        self.problem = _small("", "problem")
        column.addWidget(self.hint)
        column.addWidget(self.problem)

    def _heading(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        self.label = QLabel(self.field.name + (" *" if self.field.required else ""))
        if self.field.required:
            self.label.setToolTip(tr("Must be given"))
        self.more = QToolButton()
        self.more.setIcon(icon("more", "muted"))
        self.more.setAutoRaise(True)
        self.more.setFixedSize(24, 22)
        text = tr("More about the slot {name}", name=self.field.name)
        self.more.setToolTip(text)
        self.more.setAccessibleName(text)
        self.more.clicked.connect(lambda: self.menu_wanted.emit(self.field, self.more))
        row.addWidget(self.label, 1)
        row.addWidget(self.more)
        return row

    def _rule(self) -> str:
        """How a number or a date is read: what is typed is never guessed at."""
        from editor.workflows.templates.written import reading_rule

        return reading_rule(self.field.rule) if self.field.takes in WRITTEN[1:] else ""

    def _editor(self) -> QWidget:
        takes = self.field.takes
        editor: QWidget
        if takes in ("picture", "clip"):
            editor = self.well = FileWell(takes == "clip", self._pictures)
            editor.chosen.connect(self.set_by_hand)
        elif takes == "color":
            editor = self.color = ColorWell(as_text=True)
            editor.live.connect(lambda text: self.set_by_hand(Color.from_hex(text)))
            editor.committed.connect(lambda text: self.set_by_hand(Color.from_hex(text)))
        elif takes == "switch":
            editor = self.box = QCheckBox(tr("Shown"))
            editor.clicked.connect(lambda on: self.set_by_hand(bool(on)))
        elif takes == "font":
            editor = self.fonts = SuggestedEditor(font_families())
            editor.committed.connect(lambda text: self.set_by_hand(str(text)))
        else:
            editor = TextField()
            if any(target.word for target in self.field.targets):
                editor.line.setPlaceholderText(f"{{{self.field.name}}}")
            self.text = editor
            editor.edited.connect(self.set_by_hand)
        for widget in (editor, *editor.findChildren(QWidget)):
            if widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                widget.setAccessibleName(self.field.name)
        return editor

    def set_by_hand(self, value: Any) -> None:
        """What a person typed or chose; the same as what stands there means nothing at all."""
        self.value = None if value == self.present and type(value) is type(self.present) else value
        self.changed.emit()

    def show_value(self, value: Value | None) -> None:
        """From a row of a table, or None: what stands there now."""
        self.value = value
        shown = self.present if value is None else value
        if isinstance(value, Path) or self.field.takes in ("picture", "clip"):
            self.well.show_path(value if isinstance(value, Path) else None)
        elif self.field.takes == "color":
            self.color.set_value(shown.to_hex() if isinstance(shown, Color) else None)
        elif self.field.takes == "switch":
            self.box.setChecked(bool(shown))
        elif self.field.takes == "font":
            self.fonts.set_value(shown or "")
        else:
            self.text.show_text(self._as_text(shown))

    def _as_text(self, shown: Any) -> str:
        from editor.workflows.templates.written import plainly

        return plainly(self.field.rule, shown) if isinstance(shown, Decimal | date) else str(shown or "")

    def show_present(self, project: Project) -> None:
        """What the project holds now; a value that was typed stays."""
        from editor.workflows.templates.fields import present

        self.present = present(project, self.field)
        if self.field.takes in ("picture", "clip"):
            blob = blob_now(project, self.field)
            if blob != self._blob:
                self._blob = blob
                self.well.show_current(blob, partial(project.blobs.get, blob))
        if self.value is None:
            self.show_value(None)

    def show_problem(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def wrong(self) -> str:
        """What is wrong with the text as it stands; empty when nothing is."""
        limit = self.field.longest
        if limit and isinstance(self.value, str) and len(self.value) > limit:
            return tr("Letters: {count} of at most {limit}", count=len(self.value), limit=limit)
        if self.field.required and isinstance(self.value, str) and not self.value.strip():
            return tr("{name} must not be empty.", name=self.field.name)
        if self.field.takes in WRITTEN[1:] and isinstance(self.value, str):
            return self._misread(self.value)
        return ""

    def _misread(self, text: str) -> str:
        from editor.workflows.templates.values import read_value

        try:
            read_value(self.field, text, Path())
        except ExpectedError as error:
            return str(error)
        return ""


class TextField(QWidget):
    """One line; several for a text that has several, or is long."""

    edited = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.line, self.area = QLineEdit(), QPlainTextEdit()
        self.area.setTabChangesFocus(True)
        self.area.setFixedHeight(LINES * self.area.fontMetrics().lineSpacing() + 14)
        self.area.hide()
        self.setFocusProxy(self.line)
        self._silent = False
        column.addWidget(self.line)
        column.addWidget(self.area)
        self.line.textEdited.connect(self.edited)
        self.area.textChanged.connect(self._area_changed)

    def _area_changed(self) -> None:
        if not self._silent:
            self.edited.emit(self.area.toPlainText())

    def show_text(self, text: str) -> None:
        long = "\n" in text or len(text) > LONG
        if not long and self.area.hasFocus():
            long = True  # a field must not change under the hand
        self.area.setVisible(long)
        self.line.setHidden(long)
        self.setFocusProxy(self.area if long else self.line)
        self._silent = True
        if self.line.text() != text:
            self.line.setText(text)
        if self.area.toPlainText() != text:
            self.area.setPlainText(text)
        self._silent = False

    def text(self) -> str:
        return self.line.text() if self.area.isHidden() else self.area.toPlainText()


class Form(QWidget):
    """All lines. `changed` when a value was typed; `cancelled` and `applied` by Escape and Ctrl+Return."""

    changed = Signal()
    cancelled = Signal()
    applied = Signal()
    menu_wanted = Signal(object, object)
    _drawn = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, FieldRow] = {}
        self.pictures: Bench[QImage] = Bench("slot-pictures", PICTURES_KEPT, self._drawn.emit)
        self._drawn.connect(self.update_wells)
        self.destroyed.connect(self.pictures.stop)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 10, 12, 12)
        self.column.setSpacing(12)
        self.column.addStretch(1)

    def show_fields(self, fields: list[Field]) -> None:
        """Make the lines anew; what was typed into slots that are still there stays."""
        kept = {name: (row.field.takes, row.value) for name, row in self.rows.items()}
        for row in self.rows.values():
            self.column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = {}
        for place, field in enumerate(fields):
            row = FieldRow(field, self.pictures)
            takes, value = kept.get(field.name, ("", None))
            if takes == field.takes:
                row.value = value
                row.show_value(value)
            row.changed.connect(self.changed)
            row.menu_wanted.connect(self.menu_wanted)
            for widget in row.editor.findChildren(QWidget) or [row.editor]:
                widget.installEventFilter(self)
            self.rows[field.name] = row
            self.column.insertWidget(place, row)

    def update_wells(self) -> None:
        """Some small pictures are there now."""
        for row in self.rows.values():
            if row.field.takes in ("picture", "clip"):
                row.well.update()

    def values(self) -> dict[str, Value]:
        """What was typed, without what is wrong."""
        return {name: row.value for name, row in self.rows.items() if row.value is not None and not row.wrong()}

    def show_values(self, values: dict[str, Value]) -> None:
        """The values of a table's row, and what stands there for all others."""
        for name, row in self.rows.items():
            row.show_value(values.get(name))

    def show_problems(self) -> bool:
        """Say beside each line what is wrong with it. Whether anything is."""
        for row in self.rows.values():
            row.show_problem(row.wrong())
        return any(row.wrong() for row in self.rows.values())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress:
            key, modifiers = event.key(), event.modifiers()  # type: ignore[attr-defined]
            if key == Qt.Key.Key_Escape:
                self.cancelled.emit()
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and modifiers & Qt.KeyboardModifier.ControlModifier:
                self.applied.emit()
                return True
        return super().eventFilter(watched, event)


def _small(text: str, name: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setVisible(bool(text))
    return label


def font_families() -> tuple[str, ...]:
    """The families that drawing knows."""
    from editor.display.engine import Resources
    from editor.display.vector.fonts import font_database

    faces = font_database(Resources()).faces
    return tuple(sorted({face.families[0] for face in faces if face.families}))


def blob_now(project: Project, field: Field) -> str:
    """The picture file that a drawing or a material shows now; empty for what has none of its own."""
    from editor.model.scene import PictureData, SceneMaterial, SceneTexture
    from editor.model.vector import PictureFrame

    for target in field.targets:
        item: Any = project.get(target.record)
        if isinstance(item, SceneMaterial) and item.base_texture is not None:
            texture = project.get(item.base_texture.texture)
            source = texture.source if isinstance(texture, SceneTexture) else None
            item = source if isinstance(source, PictureData) else None
        if isinstance(item, PictureFrame | PictureData) and item.blob in project.blobs:
            return item.blob
    return ""
