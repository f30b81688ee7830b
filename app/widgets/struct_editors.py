"""Editors for values with parts: structs, one of several structs, and lists of them. They speak stored data."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from app.icons import icon
from app.widgets.editors import MIXED, Editor, simple_editor
from app.widgets.shapes import Shape, default_of, human, listed_fields, tag_of
from editor.base.translation import tr

LABEL_WIDTH = 92
Documents = list[tuple[str, str]]


def make_editor(shape: Shape, name: str, documents: Documents) -> Editor | None:
    """The editor for a shape, however deep; None when there is nothing to edit in it."""
    if shape.kind == "struct":
        return StructEditor(shape.fields, documents, shape.cls) if shape.fields else None
    if shape.kind == "variant":
        return VariantEditor(shape, documents)
    if shape.kind == "curve":
        from app.widgets.curve_editor import CurveEditor

        return CurveEditor(name)
    if shape.kind == "lookup":
        from app.widgets.lookup_editor import LookupEditor

        return LookupEditor(shape.optional)
    if shape.kind == "list":
        return ListEditor(shape.parts[0], documents, name)
    return simple_editor(shape, name, documents)


class FieldLabel(QLabel):
    """The name of a field; a double click on it asks for the usual value."""

    reset_wanted = Signal()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset_wanted.emit()


class StructEditor(Editor):
    """One row a field; fields with parts of their own stand below their name. `reset_wanted` says the name of a field
    whose label was clicked twice."""

    wide = has_parts = True
    reset_wanted = Signal(str)

    def __init__(self, fields: tuple[tuple[str, Shape], ...], documents: Documents, cls: type | None = None) -> None:
        """`cls` is needed for structs that are stored as a list of their fields."""
        super().__init__()
        self.listed = listed_fields(cls)
        self.values: dict[str, Any] = {}
        self.editors: dict[str, Editor] = {}
        self.labels: dict[str, QLabel] = {}
        self.grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        for name, shape in fields:
            editor = make_editor(shape, name, documents)
            if editor is not None:
                self._add(grid, name, editor)

    def _add(self, grid: QGridLayout, name: str, editor: Editor) -> None:
        row = grid.rowCount()
        text = tr(human(name))
        label = FieldLabel(text)
        label.setObjectName("sectionTitle" if editor.has_parts else "muted")
        label.reset_wanted.connect(lambda: self.reset_wanted.emit(name))
        editor.name_it(text)
        if editor.wide:
            grid.addWidget(label, row, 0, 1, 2)
            grid.addWidget(_inset(editor) if editor.has_parts else editor, row + 1, 0, 1, 2)
        else:
            label.setToolTip(text)
            grid.addWidget(label, row, 0)
            grid.addWidget(editor, row, 1)
        self.editors[name], self.labels[name] = editor, label
        editor.live.connect(lambda value, name=name: self._tell(name, value, self.live))
        editor.committed.connect(lambda value, name=name: self._tell(name, value, self.committed))
        editor.cancelled.connect(self.cancelled)

    def _tell(self, name: str, value: Any, signal: Any) -> None:
        self.values = {**self.values, name: value}
        signal.emit([self.values[key] for key in self.listed] if self.listed else self.values)

    def label_width(self) -> int:
        """What the widest name beside a field needs."""
        beside = [label for name, label in self.labels.items() if not self.editors[name].wide]
        return max((label.sizeHint().width() for label in beside), default=0)

    def set_value(self, value: Any) -> None:
        if value is MIXED or value is None:
            for editor in self.editors.values():
                editor.set_value(MIXED)
            return
        self.values = dict(zip(self.listed, value)) if self.listed else dict(value)
        for name, editor in self.editors.items():
            if name in self.values:
                editor.set_value(self.values[name])


class VariantEditor(Editor):
    """One of several structs: its kind in a box, its fields below."""

    wide = has_parts = True

    def __init__(self, shape: Shape, documents: Documents) -> None:
        super().__init__()
        self.documents = documents
        self.by_tag = {tag_of(part.cls): part for part in shape.parts}
        self.tag = ""
        self.inner: Editor | None = None
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(6)
        self.box = QComboBox()
        for tag, part in self.by_tag.items():
            self.box.addItem(tr(human(tag)), tag)
            if default_of(part.cls) is None:
                model = self.box.model()
                item = model.item(self.box.count() - 1)  # type: ignore[attr-defined]
                item.setEnabled(False)
        self.box.activated.connect(self._choose)
        self.column.addWidget(self.box)

    def _choose(self, _place: int) -> None:
        tag = self.box.currentData()
        if tag != self.tag:
            made = default_of(self.by_tag[tag].cls)
            if made is not None:
                self.committed.emit(made)

    def set_value(self, value: Any) -> None:
        if value is MIXED or not isinstance(value, dict):
            self.box.setCurrentIndex(-1)
            return
        tag = str(value.get("type", ""))
        if tag != self.tag:
            self._show_kind(tag)
        if self.inner is not None:
            self.inner.set_value(value)

    def _show_kind(self, tag: str) -> None:
        self.tag = tag
        self.box.setCurrentIndex(self.box.findData(tag))
        if self.inner is not None:
            self.inner.deleteLater()
            self.inner = None
        part = self.by_tag.get(tag)
        self.inner = None if part is None else make_editor(part, tag, self.documents)
        if self.inner is None:
            return
        self.inner.live.connect(self.live)
        self.inner.committed.connect(self.committed)
        self.inner.cancelled.connect(self.cancelled)
        self.column.addWidget(self.inner)


class ListEditor(Editor):
    """Structs one below the other, each with a button to remove it; a button adds one."""

    wide = has_parts = True

    def __init__(self, item: Shape, documents: Documents, name: str) -> None:
        super().__init__()
        self.item, self.documents = item, documents
        self.kinds = item.parts if item.kind == "variant" else (item,)
        self.values: list[Any] = []
        self.editors: list[Editor] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)
        self.add_button = QToolButton()
        self.add_button.setIcon(icon("plus", "muted"))
        self.add_button.setText(tr("Add"))
        self.add_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.add_button.clicked.connect(self._show_add)
        self.add_button.setVisible(any(default_of(kind.cls) is not None for kind in self.kinds))
        self.column.addWidget(self.add_button)

    def set_value(self, value: Any) -> None:
        if value is MIXED or value is None:
            value = []
        tags = [entry.get("type") if isinstance(entry, dict) else None for entry in value]
        present = [entry.get("type") if isinstance(entry, dict) else None for entry in self.values]
        if tags != present or not self.editors:
            self._rebuild(value)
        self.values = list(value)
        for editor, entry in zip(self.editors, value, strict=True):
            editor.set_value(entry)

    def _rebuild(self, value: list[Any]) -> None:
        while self.column.count() > 1:
            taken = self.column.takeAt(0)
            widget = taken.widget() if taken is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.editors = []
        for place, entry in enumerate(value):
            self.column.insertWidget(place, self._entry(place, entry))

    def _entry(self, place: int, entry: Any) -> QWidget:
        tag = str(entry.get("type", "")) if isinstance(entry, dict) else ""
        kind = next((kind for kind in self.kinds if tag_of(kind.cls) == tag), self.kinds[0])
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        title = QLabel(tr(human(tag)) if tag else str(place + 1))
        remove = QToolButton()
        remove.setIcon(icon("minus", "muted"))
        remove.setToolTip(tr("Remove"))
        remove.setAccessibleName(tr("Remove"))
        remove.clicked.connect(lambda _on=False: self._remove(place))
        head.addWidget(title, 1)
        head.addWidget(remove)
        column.addLayout(head)
        editor = StructEditor(kind.fields, self.documents, kind.cls)
        editor.live.connect(lambda value: self.live.emit(self._with(place, value)))
        editor.committed.connect(lambda value: self.committed.emit(self._with(place, value)))
        editor.cancelled.connect(self.cancelled)
        self.editors.append(editor)
        column.addWidget(editor)
        return box

    def _with(self, place: int, value: Any) -> list[Any]:
        self.values = [*self.values[:place], value, *self.values[place + 1 :]]
        return list(self.values)

    def _remove(self, place: int) -> None:
        self.committed.emit([*self.values[:place], *self.values[place + 1 :]])

    def _show_add(self) -> None:
        kinds = [kind for kind in self.kinds if default_of(kind.cls) is not None]
        if len(kinds) == 1:
            self.committed.emit([*self.values, default_of(kinds[0].cls)])
            return
        menu = QMenu(self)
        for kind in kinds:
            made = menu.addAction(tr(human(tag_of(kind.cls))))
            made.triggered.connect(lambda _on=False, cls=kind.cls: self.committed.emit([*self.values, default_of(cls)]))
        menu.exec(self.add_button.mapToGlobal(self.add_button.rect().bottomLeft()))


def _inset(widget: QWidget) -> QWidget:
    """A little to the right, so that parts are seen to belong to what stands above them."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(8, 0, 0, 4)
    row.addWidget(widget)
    return box
