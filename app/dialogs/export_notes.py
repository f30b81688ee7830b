"""What an exported file says of its origin: one box for each thing, remembered from export to export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from editor.base.translation import tr

if TYPE_CHECKING:
    from app.preferences import Preferences
    from editor.formats.provenance.wishes import NoteWishes

BOXES = (
    ("credits", "Whose works it shows, and on what terms", "Author, licence and source of what came from the library"),
    ("made", "How it was made", "The AI tools and models that took part"),
    ("kept", "Camera data and keywords", "What pictures brought with them"),
    ("place", "Where a photo was taken", "The place (GPS) among the camera data"),
    ("beside", "A credits file beside it", "The same credits as a text file: NAME.credits.txt"),
    ("sidecar", "An XMP file beside it", "For formats that hold no notes themselves"),
)
INDENT = 22
ABOVE = 5
"""Pixels that bring the first box to the height of the form's label."""
IN_FILE = ("credits", "made", "kept")


class NoteBoxes(QWidget):
    """`show_format` says which of them make sense."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self.preferences = preferences
        column = QVBoxLayout(self)
        column.setContentsMargins(0, ABOVE, 0, 0)
        column.setSpacing(6)
        self.boxes: dict[str, QCheckBox] = {}
        for name, label, about in BOXES:
            box = self.boxes[name] = QCheckBox(tr(label))
            box.setToolTip(tr(about))
            box.setChecked(name in preferences.export_notes)
            column.addWidget(box)
        self.boxes["place"].setStyleSheet(f"margin-left: {INDENT}px;")
        self.silent = False
        for name in ("kept", "sidecar"):
            self.boxes[name].toggled.connect(lambda _on: self._show_what_counts())
        self.none = QLabel()
        self.none.setObjectName("muted")
        self.none.setWordWrap(True)
        column.addWidget(self.none)

    def show_format(self, extension: str, family: str) -> None:
        from editor.formats.provenance.pictures import holds_notes
        from render.image_io.formats import format_of_name

        is_picture = format_of_name(f"a.{extension}") is not None
        self.silent = silent = is_picture and not holds_notes(Path(f"a.{extension}"))
        says = {
            "credits": True, "made": True, "beside": True, "sidecar": silent,
            "kept": is_picture or extension in ("pdf", "glb"), "place": is_picture and family == "raster",
        }  # fmt: skip
        for name, box in self.boxes.items():
            box.setVisible(says[name])
        self.none.setText(tr("{format} files hold no notes themselves.", format=extension.upper()))
        self.none.setVisible(silent)
        self._show_what_counts()

    def _show_what_counts(self) -> None:
        """A file that holds nothing says nothing, but its sidecar may; and a place is part of the camera's data."""
        says = not self.silent or self.boxes["sidecar"].isChecked()
        for name in IN_FILE:
            self.boxes[name].setEnabled(says)
        self.boxes["place"].setEnabled(says and self.boxes["kept"].isChecked())

    def wishes(self) -> NoteWishes:
        """What is chosen."""
        from editor.formats.provenance.wishes import NoteWishes

        chosen = {name for name, box in self.boxes.items() if box.isChecked()}
        return NoteWishes(
            made="made" in chosen, credits="credits" in chosen, kept="kept" in chosen, place="place" in chosen,
            sidecar="sidecar" in chosen, beside="beside" in chosen,
        )  # fmt: skip

    def remember(self) -> None:
        """Only what was agreed to is what the next export begins with."""
        self.preferences.export_notes = [name for name, box in self.boxes.items() if box.isChecked()]
        self.preferences.save()
