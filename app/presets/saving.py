"""Save as preset: a name, tags, and which parts it shall touch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.dialogs.frame import Frame
from app.library.completing import WordCompleter
from editor.base.translation import tr
from editor.formats.preset.content import KIND_LABELS, PART_LABELS, Preset, parts_of, subject_of, without
from editor.library.edits import edit_assets
from editor.library.summary import summary_of
from editor.library.tags import tag_assets, tags
from editor.library.trash import restore, to_trash
from editor.workflows.presets.keeping import KeptPreset, keep_preset, presets_for

if TYPE_CHECKING:
    from app.library.panel import LibraryPanel
    from app.shell.main_window import MainWindow
    from editor.library.asset import Asset
    from editor.library.catalogue import Catalogue
    from editor.library.library import Library

USUALLY_OFF = ("color",)


def save_preset(window: MainWindow, preset: Preset) -> None:
    """Ask for a name, then keep it in the library. Raises ExpectedError when the library cannot be used."""
    panel = window.parts.library
    panel.open_library()
    if panel.service is None:
        return
    dialog = SavePresetDialog(window, panel.library, preset)
    if dialog.exec() == SavePresetDialog.DialogCode.Accepted:
        keep(panel, dialog.preset(), dialog.tags(), dialog.same_name())
    dialog.deleteLater()


def keep(panel: LibraryPanel, preset: Preset, names: tuple[str, ...], old: KeptPreset | None) -> int:
    """Into the library; one of the same name and for the same thing makes room, and its stars and tags go on."""
    library = panel.library
    there = {one.asset.id for one in presets_for(library, lambda _subject: True)}
    key = keep_preset(library, preset, names)
    if old is not None and old.asset.id != key:
        if key not in there:  # undo takes it away again: before this step it was not to be seen
            to_trash(library.catalogue, [key])
        panel.change(tr("Replace a preset"), [old.asset.id, key], lambda: _replace(library.catalogue, old.asset, key))
    if panel.service is not None:
        panel.service.look()
    panel.session.hint.emit(tr("The preset {name} is in the library.", name=preset.name))
    return key


def _replace(catalogue: Catalogue, old: Asset, new: int) -> None:
    """The new one takes the place, the stars and the tags of the old one."""
    common = summary_of(catalogue, [old.id])
    restore(catalogue, [new])
    edit_assets(catalogue, [new], rating=old.rating)
    if common.tags:
        tag_assets(catalogue, [new], list(common.tags))
    to_trash(catalogue, [old.id])


class SavePresetDialog(Frame):
    """Says what is kept; parts that are not ticked stay as they are wherever the preset is applied."""

    def __init__(self, parent: QWidget, library: Library, preset: Preset) -> None:
        super().__init__(parent, tr("Save as preset"), 420)
        self.given = preset
        self.grown = QTimer(self, singleShot=True, interval=0)
        self.grown.timeout.connect(self.adjustSize)
        kind = QLabel(tr(KIND_LABELS[type(preset.content)]))
        kind.setObjectName("muted")
        self.body.addWidget(kind)
        self.others = presets_for(library, lambda subject: subject == subject_of(preset.content))
        self.name = QLineEdit(preset.name)
        self.name.setMaxLength(200)
        self.name.setAccessibleName(tr("Name"))
        self.name.selectAll()
        self.name.textChanged.connect(lambda _text: self._follow())
        self.tag_field = QLineEdit()
        self.tag_field.setAccessibleName(tr("Tags"))
        self.tag_field.setPlaceholderText(tr("Separated by commas"))
        self.completer = WordCompleter(self.tag_field, lambda: [tag.name for tag in tags(library.catalogue)])
        self.note = QLabel()
        self.note.setObjectName("muted")
        self.note.setWordWrap(True)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        form.addRow(tr("Name"), self.name)
        form.addRow("", self.note)
        self.boxes = self._boxes(form)
        form.addRow(tr("Tags"), self.tag_field)
        self.body.addLayout(form)
        self.add_cancel()
        self.save = self.add_button(tr("Save"), self.accept, primary=True)
        self._follow()
        self.name.setFocus()

    def _boxes(self, form: QFormLayout) -> dict[str, QCheckBox]:
        """One a part, where there is a choice."""
        parts = parts_of(self.given.content)
        optional = [part for part in parts if len(parts) > 1 or part in USUALLY_OFF]
        boxes = {part: QCheckBox(tr(PART_LABELS[part])) for part in optional}
        column = QVBoxLayout()
        column.setSpacing(6)
        for part, box in boxes.items():
            box.setChecked(part not in USUALLY_OFF)
            box.toggled.connect(lambda _on: self._follow())
            column.addWidget(box)
        if boxes:
            form.addRow(tr("Includes"), column)
        return boxes

    def _follow(self) -> None:
        old = self.same_name()
        self.note.setText(tr("Takes the place of the preset of this name, which goes to the trash.") if old else "")
        if self.note.isHidden() != (old is None):
            self.note.setVisible(old is not None)
            self.grown.start()
        self.save.setText(tr("Replace") if old else tr("Save"))
        kept = set(self.boxes) <= set(USUALLY_OFF) or any(box.isChecked() for box in self.boxes.values())
        self.save.setEnabled(bool(self.name.text().strip()) and kept)

    def same_name(self) -> KeptPreset | None:
        """The preset for the same thing that is called so already."""
        name = self.name.text().strip().casefold()
        return next((one for one in self.others if one.asset.label.casefold() == name), None)

    def preset(self) -> Preset:
        left_out = tuple(part for part, box in self.boxes.items() if not box.isChecked())
        content = without(self.given.content, left_out)
        return msgspec.structs.replace(self.given, name=self.name.text().strip(), content=content)

    def tags(self) -> tuple[str, ...]:
        return tuple(word for text in self.tag_field.text().split(",") if (word := text.strip()))
