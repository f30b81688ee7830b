"""The properties of what is selected, or of the document: every field of its record, edited by its type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.icons import icon
from app.panels.about import AboutDocument, about_shown
from app.panels.made_by import MadeBy, notes_about
from app.presets.places import can_have_presets, chosen_button
from app.widgets.editors import MIXED
from app.widgets.shapes import Shape, fields_of, human, plain
from app.widgets.struct_editors import StructEditor
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.session import Session
    from editor.document.gesture import Gesture
    from editor.model.record import Record

REFRESH_MS = 30
FIRST = (
    "name", "text", "spans", "start", "duration", "x", "y", "width", "height", "cx", "cy", "rx", "ry", "translation",
    "rotation", "scale", "transform", "styles", "opacity", "blend", "adjustment", "lookup", "lookup_strength",
)
"""What people change most comes first, whatever class the field was declared in."""


class PropertiesPanel(QScrollArea):
    """Dragging a value is one live edit; letting go stores it, Escape or undo takes it back."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.editor: StructEditor | None = None
        self.made_by: MadeBy | None = None
        self.about: AboutDocument | None = None
        self._keys: tuple[str, ...] = ()
        self._followed: set[str] = set()
        self._classes: tuple[type, ...] = ()
        self._shown: dict[str, Any] = {}
        self._gesture: Gesture | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        for signal in (session.selection_changed, session.document_activated, session.project_closed):
            signal.connect(lambda *_: self._later())
        session.changed.connect(self._follow)
        session.marks_changed.connect(self._show_links)
        self.refresh()

    def _later(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _follow(self, event: Any) -> None:
        if event is None or any(key in self._keys or _parents(pair) & self._followed
                                for key, pair in event.change.entries.items()):
            self._later()

    def _records(self) -> list[Record]:
        session = self.session
        if session.project is None:
            return []
        keys = session.project.selection or ((session.document,) if session.document else ())
        found = [session.project.get(key) for key in keys]
        return [item for item in found if item is not None]

    def refresh(self) -> None:
        """Show the selected records as they are now."""
        records = self._records()
        classes = tuple(dict.fromkeys(type(item) for item in records))
        keys = tuple(item.id for item in records)
        if classes != self._classes or self.widget() is None:
            self._classes = classes
            self._build(records)
        self._keys = keys
        self._show_notes()
        self._show_links()
        if self.editor is not None:
            self._shown = self._common(records)
            editor, shown = self.editor, self._shown
            self.session.attempt(lambda: editor.set_value(shown))

    def _show_links(self) -> None:
        """A way to bring what is chosen up to date, where its file was changed."""
        names = [self.session.marks[key] for key in self._keys if key in self.session.marks]
        self.behind.setVisible(bool(names))
        if names:
            self.behind.setToolTip(tr("The file of {name} was changed since it was linked.", name=names[0]))

    def _show_notes(self) -> None:
        """What made the selected things, below their fields."""
        project = self.session.project
        if project is None or self.made_by is None or self.about is None:
            return
        masks = [child for key in self._keys for child in project.index.children(key)]
        self._followed = {*self._keys, *masks}
        about = about_shown(project, self._keys)
        self.about.show_about(about)
        self.made_by.show_notes(notes_about(project, self._keys if about is None else (*self._keys, about.id)))

    def _build(self, records: list[Record]) -> None:
        self.editor = self.made_by = self.about = None
        self.behind = QPushButton(icon("link", "warning"), tr("Update linked asset"))
        self.behind.clicked.connect(lambda _on=False: self.session.update_wanted.emit(self._keys))
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        if not records:
            column.addWidget(_quiet(tr("Select something to see its properties.")))
        else:
            title = QLabel(kind_name(records[0]) if len(self._classes) == 1 else tr("Several kinds"))
            title.setObjectName("sectionTitle")
            column.addLayout(self._head(title))
            column.addWidget(self.behind)
            fields = self._fields()
            if fields:
                self.editor = StructEditor(fields, self._documents())
                self.editor.live.connect(self._live)
                self.editor.committed.connect(self._commit)
                self.editor.cancelled.connect(self._cancel)
                column.addWidget(self.editor)
            else:
                column.addWidget(_quiet(tr("This item comes from a newer version and can only be kept.")))
            self.about = AboutDocument()
            self.about.described.connect(self._describe)
            column.addWidget(self.about)
            self.made_by = MadeBy()
            column.addWidget(self.made_by)
        column.addStretch(1)
        self.setWidget(box)

    def _head(self, title: QLabel) -> QHBoxLayout:
        """What is shown, and the presets for it."""
        row = QHBoxLayout()
        row.addWidget(title, 1)
        if can_have_presets(self._classes):
            row.addWidget(chosen_button(self, self.session))
        return row

    def _fields(self) -> tuple[tuple[str, Shape], ...]:
        """The fields that all selected kinds share."""
        first, *others = [fields_of(cls) for cls in self._classes]
        shared = [field for field in first if all(field in other for other in others)]
        return tuple(sorted(shared, key=lambda field: FIRST.index(field[0]) if field[0] in FIRST else len(FIRST)))

    def _documents(self) -> list[tuple[str, str]]:
        project = self.session.project
        return [(item.id, item.name) for item in project.documents()] if project is not None else []

    def _common(self, records: list[Record]) -> dict[str, Any]:
        values = [plain(item) for item in records]
        names = self.editor.editors if self.editor is not None else {}
        return {
            name: values[0].get(name) if all(other.get(name) == values[0].get(name) for other in values) else MIXED
            for name in names
        }

    # Editing

    def _changed(self, values: dict[str, Any]) -> dict[str, Any]:
        shown = self._shown
        return {name: value for name, value in values.items() if value is not MIXED and value != shown.get(name, MIXED)}

    def _live(self, values: dict[str, Any]) -> None:
        changed = self._changed(values)
        if changed:
            self.session.attempt(lambda: self._show_live(changed))

    def _show_live(self, changed: dict[str, Any]) -> None:
        from editor.commands.registry import run_live

        project = self.session.required_project()
        if self._gesture is not None and not self._gesture.is_open:
            return  # undo took the drag back; the rest of it counts no more
        if self._gesture is None:
            self._gesture = project.gesture("Change property")
        run_live(project, self._gesture, "project.set_fields", records=self._keys, values=changed)

    def _commit(self, values: dict[str, Any]) -> None:
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            self.session.attempt(gesture.commit)
        else:
            changed = self._changed(values)
            if changed:
                self.session.run("project.set_fields", records=self._keys, values=changed)
        self._later()

    def _describe(self, said: dict[str, Any]) -> None:
        if self._keys:
            self.session.run("project.describe", document=self._keys[0], **said)

    def _cancel(self) -> None:
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            self.session.attempt(gesture.cancel)


def _parents(pair: tuple[Record | None, Record | None]) -> set[str]:
    return {side.parent for side in pair if side is not None and side.parent is not None}


def kind_name(item: Record) -> str:
    """What a record is, for people: "raster.pixel_layer" is a pixel layer."""
    from editor.model.record import kind_of

    return tr(human(kind_of(item).partition(".")[2] or kind_of(item)))


def _quiet(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("emptyState")
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    return label
