"""Export the document on top: format, size, and what the format can hold; written as a job."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
)

from app.dialogs.export_notes import NoteBoxes
from app.dialogs.frame import Frame
from app.farm.dialog import place_row
from app.presets.menu import Place, PresetButton
from app.widgets.number_field import NumberField
from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow
    from editor.formats.preset.content import ExportContent, Preset
    from editor.formats.registry import ExportOptions

FIRST = {"raster": "png", "vector": "pdf", "video": "mp4", "scene": "png"}
WITH_QUALITY = {"jpg", "jpeg", "webp", "avif", "jxl"}
WITH_DEPTH = {"png", "tif", "tiff", "jxl", "exr", "psd"}
OPAQUE = {"jpg", "jpeg", "bmp", "mp4"}
DEPTHS = (("As in the document", None), ("8 bit", "uint8"), ("16 bit", "uint16"), ("32 bit float", "float32"))


class ExportDialog(Frame):
    """The size follows the document; a width in pixels scales it."""

    def __init__(self, window: MainWindow) -> None:
        from editor.formats.registry import usual_extensions

        super().__init__(window, tr("Export"), 520)
        self.window_, session = window, window.session
        self.family, self.document, self.part, self.time = session.family, session.document, session.part, session.time
        record = session.record
        self.name = record.name if record is not None else tr("Untitled")
        self.format = QComboBox()
        for extension in usual_extensions(self.family):
            self.format.addItem(extension.upper(), extension)
        self.format.setCurrentIndex(max(0, self.format.findData(FIRST.get(self.family, "png"))))
        self.path = QLineEdit()
        self.width_ = NumberField(1.0, 1, 100_000, 0, " px")
        self.quality = NumberField(92, 1, 100, 0, " %")
        self.depth_box = QComboBox()
        for label, depth in DEPTHS:
            self.depth_box.addItem(tr(label), depth)
        self.white = QCheckBox(tr("Put white behind what is transparent"))
        self._natural = self._natural_size()
        self.width_.set_value(self._natural[0])
        self.says = NoteBoxes(session.preferences)
        self.note = QLabel("")
        self.note.setObjectName("muted")
        self.form = self._form()
        self.body.addLayout(self.form)
        self.body.addStretch(1)
        self.presets = PresetButton(self, Place(self._fits, self.take_preset, self._use_preset), with_word=True)
        self.recipe_button = self.add_button(tr("Save as recipe..."), self._save_recipe)
        self.add_aside(self.recipe_button)
        self.add_aside(self.presets)
        self.add_cancel()
        self.queue_button = self.add_button(tr("Export in the queue"), self._send)
        self.queue_button.setToolTip(tr("The document as it is now; it goes on when the window closes"))
        self.add_button(tr("Export"), self.accept, primary=True)
        self.format.currentIndexChanged.connect(lambda _place: self._show_format())
        self.width_.committed.connect(lambda _value: self._show_size())
        self.width_.live.connect(lambda _value: self._show_size())
        self._show_format()
        self._show_size()

    def _form(self) -> QFormLayout:
        row = QHBoxLayout()
        choose = QPushButton(tr("Choose..."))
        choose.clicked.connect(self._choose)
        row.addWidget(self.path, 1)
        row.addWidget(choose)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        self.place = place_row(self, self.window_.session)
        form.addRow(tr("Format"), self.format)
        form.addRow(tr("File"), row)
        form.addRow(tr("Width"), self.width_)
        form.addRow("", self.note)
        form.addRow(tr("Quality"), self.quality)
        form.addRow(tr("Depth"), self.depth_box)
        form.addRow("", self.white)
        form.addRow(tr("The file says"), self.says)
        form.addRow(tr("Render on"), self.place)
        return form

    def _natural_size(self) -> tuple[float, float]:
        display = self.window_.session.display
        return display.size(self.document, self.part) if display is not None else (1.0, 1.0)

    @property
    def extension(self) -> str:
        return str(self.format.currentData())

    def _show_format(self) -> None:
        extension = self.extension
        self.form.setRowVisible(self.quality, extension in WITH_QUALITY)
        self.form.setRowVisible(self.depth_box, extension in WITH_DEPTH)
        self.form.setRowVisible(self.place, extension == "mp4")
        self.form.setRowVisible(self.white, extension not in OPAQUE and self.family != "video")
        self.says.show_format(extension, self.family)
        place = Path(self.path.text()) if self.path.text() else Path.home() / self.name
        self.path.setText(str(place.with_name(f"{place.stem if self.path.text() else place.name}.{extension}")))

    def _show_size(self) -> None:
        width = self.width_.value()
        height = round(self._natural[1] * width / max(1e-9, self._natural[0]))
        self.note.setText(tr("{width} × {height} pixels", width=round(width), height=height))

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, tr("Export"), self.path.text())
        if chosen:
            self.path.setText(chosen)

    def options(self) -> ExportOptions:
        from editor.formats.registry import ExportOptions

        is_natural = round(self.width_.value()) == round(self._natural[0])
        is_still = self.family != "video" or self.extension in WITH_QUALITY | WITH_DEPTH
        time: Fraction | None = self.time if self.family == "video" and is_still else None
        return ExportOptions(
            width=None if is_natural else round(self.width_.value()),
            part=self.part,
            time=time,
            depth=self.depth_box.currentData() if self.extension in WITH_DEPTH else None,
            quality=round(self.quality.value()),
            background="#ffffff" if self.white.isChecked() or self.extension in OPAQUE else None,
            notes=self.says.wishes(),
        )

    # Presets

    def _fits(self, subject: str) -> bool:
        return subject == f"export:{self.family}"

    def take_preset(self) -> Preset:
        """What is set, without the file and the part of the document."""
        from editor.formats.preset.content import ExportContent, Preset

        options = self.options()
        content = ExportContent(
            family=self.family,  # type: ignore[arg-type]  # one of the four, or there were nothing to export
            extension=self.extension, width=options.width,
            quality=options.quality, depth=self.depth_box.currentData(), white=self.white.isChecked(),
        )  # fmt: skip
        return Preset(name="", content=content)

    def _use_preset(self, asset: int) -> None:
        from editor.formats.preset.content import ExportContent
        from editor.formats.preset.file import read_preset

        library = self.window_.parts.library.library
        content = read_preset(library.file_of(library.asset(asset))).content
        assert isinstance(content, ExportContent)
        self.show_preset(content)

    def show_preset(self, content: ExportContent) -> None:
        """Set everything as a preset says. Raises ExpectedError for a format that documents of this kind lack."""
        place = self.format.findData(content.extension)
        if place < 0:
            raise ExpectedError(
                tr("This document cannot be exported as {format}.", format=content.extension.upper()),
                tr("Choose another preset."),
            )
        self.format.setCurrentIndex(place)
        self.width_.set_value(self._natural[0] if content.width is None else content.width)
        self.quality.set_value(content.quality)
        self.depth_box.setCurrentIndex(max(0, self.depth_box.findData(content.depth)))
        self.white.setChecked(content.white)
        self._show_size()

    def accept(self) -> None:
        path, options = Path(self.path.text()), self.options()
        self.says.remember()
        super().accept()
        self.window_.files.export_to(path, self.document, options)

    def _send(self) -> None:
        """Into the queue, on a copy of the project."""
        from app.queue.sending import send_export

        path, options = Path(self.path.text()), self.options()
        self.says.remember()
        super().accept()
        self.window_.session.attempt(lambda: send_export(self.window_, path, self.document, options))

    def _save_recipe(self) -> None:
        """A recipe that does the same with other files."""
        from app.queue.dialogs import RecipeForm
        from app.queue.sending import export_words, recipe_of_export

        words = export_words(self.window_, self.options())
        recipe = recipe_of_export(f"{self.name} {self.extension.upper()}", self.extension, words)
        RecipeForm(self, lambda path: self.window_.session.say(tr("The recipe is in the queue’s window."), str(path)),
                   recipe).exec()  # fmt: skip
