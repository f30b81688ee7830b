"""New document: kind, preset, name and size."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from app.dialogs.frame import Frame
from app.icons import icon
from app.start.presets import KINDS, Kind, kind_of_family
from app.widgets.editors import ChoiceEditor, ColorWell, NumberEditor
from app.widgets.shapes import Shape
from app.widgets.swatch import qcolor
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow

DEPTHS = ("uint8", "uint16", "float16", "float32")
DEPTH_NAMES = {"uint8": "8 bit", "uint16": "16 bit", "float16": "Half float", "float32": "Float"}
LIMITS = {"raster": (1, 300_000), "vector": (1, 100_000), "video": (2, 16384), "scene": (1, 16384)}
RATES = ("24", "24000/1001", "25", "30", "30000/1001", "50", "60")


class NewDocumentDialog(Frame):
    """In an open project the document joins it, unless a project of its own is asked for."""

    def __init__(self, window: MainWindow, family: str = "") -> None:
        super().__init__(window, tr("New document"), 520)
        self.window_ = window
        self.kind: Kind = kind_of_family(family or window.session.family or "raster")
        self._kinds()
        self._fields()
        self.own_project = QCheckBox(tr("In a new project of its own"))
        self.own_project.setVisible(window.session.project is not None)
        self.body.addWidget(self.own_project)
        self.add_cancel()
        self.add_button(tr("Create"), self.make, primary=True)
        self.choose_kind(self.kind)

    def _kinds(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.buttons: dict[str, QToolButton] = {}
        for kind in KINDS:
            button = QToolButton()
            button.setText(tr(kind.label))
            button.setIcon(icon(kind.icon))
            button.setIconSize(QSize(24, 24))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setMinimumSize(108, 64)
            button.clicked.connect(lambda _on=False, kind=kind: self.choose_kind(kind))
            self.buttons[kind.family] = button
            row.addWidget(button, 1)
        self.body.addLayout(row)

    def _fields(self) -> None:
        self.name = QLineEdit()
        self.preset = QComboBox()
        self.preset.activated.connect(self._use_preset)
        self.width_field = NumberEditor(Shape("float", 1, 300_000), "width")
        self.height_field = NumberEditor(Shape("float", 1, 300_000), "height")
        swap = QToolButton()
        swap.setIcon(icon("swap", "muted"))
        swap.setToolTip(tr("Swap width and height"))
        swap.setAccessibleName(tr("Swap width and height"))
        swap.clicked.connect(lambda _on=False: self._swap())
        size = QHBoxLayout()
        for widget in (self.width_field, QLabel("×"), self.height_field):
            size.addWidget(widget, 0 if isinstance(widget, QLabel) else 1)
        size.addWidget(swap)
        self.depth_box = ChoiceEditor(())
        for value in DEPTHS:
            self.depth_box.box.addItem(tr(DEPTH_NAMES[value]), value)
        self.rate = QComboBox()
        self.rate.addItems(list(RATES))
        self.background = ColorWell(as_text=True)
        self.background.set_value("#ffffff")
        self.background.committed.connect(self.background.set_value)
        self.transparent = QCheckBox(tr("Transparent"))
        self.transparent.toggled.connect(lambda on: self.background.setEnabled(not on))
        backing = QHBoxLayout()
        backing.addWidget(self.background, 1)
        backing.addWidget(self.transparent)
        self._lay_out(size, backing)

    def _lay_out(self, size: QHBoxLayout, backing: QHBoxLayout) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(9)
        grid.setColumnMinimumWidth(0, 96)
        grid.setColumnStretch(1, 1)
        self.rows: dict[str, tuple[QLabel, Any]] = {}
        fields: tuple[tuple[str, str, QWidget | QHBoxLayout], ...] = (
            ("name", tr("Name"), self.name), ("preset", tr("Preset"), self.preset), ("size", tr("Size"), size),
            ("depth", tr("Depth"), self.depth_box), ("rate", tr("Frames a second"), self.rate),
            ("background", tr("Background"), backing),
        )  # fmt: skip
        for row, (key, text, part) in enumerate(fields):
            label = QLabel(text)
            label.setObjectName("muted")
            grid.addWidget(label, row, 0)
            if isinstance(part, QHBoxLayout):
                grid.addLayout(part, row, 1)
            else:
                grid.addWidget(part, row, 1)
            self.rows[key] = (label, part)
        self.body.addLayout(grid)

    # Choosing

    def choose_kind(self, kind: Kind) -> None:
        """Show what this kind can be given."""
        was = tr(self.kind.label)
        self.kind = kind
        self.buttons[kind.family].setChecked(True)
        if self.name.text() in ("", was):
            self.name.setText(tr(kind.label))
        self.preset.clear()
        for preset in kind.presets:
            self.preset.addItem(f"{tr(preset.label)}   {preset.size}", preset.parameters)
        low, high = LIMITS[kind.family]
        for editor in (self.width_field, self.height_field):
            editor.field.minimum, editor.field.maximum = low, high
            editor.field.decimals = 2 if kind.family == "vector" else 0
        for key, families in (("depth", ("raster",)), ("rate", ("video",)), ("background", ("raster",))):
            label, _widget = self.rows[key]
            label.setVisible(kind.family in families)
        self.depth_box.setVisible(kind.family == "raster")
        self.rate.setVisible(kind.family == "video")
        self.background.setVisible(kind.family == "raster")
        self.transparent.setVisible(kind.family == "raster")
        self._use_preset()

    def _use_preset(self, _place: int = 0) -> None:
        parameters = self.preset.currentData() or {}
        self.width_field.set_value(parameters.get("width", 1920))
        self.height_field.set_value(parameters.get("height", 1080))
        if "rate" in parameters:
            self.rate.setCurrentText(str(parameters["rate"]))
        self._resolution = parameters.get("resolution")

    def _swap(self) -> None:
        width, height = self.width_field.field.value(), self.height_field.field.value()
        self.width_field.set_value(height)
        self.height_field.set_value(width)

    def parameters(self) -> dict[str, Any]:
        """What the family's `new_document` command is given."""
        whole = self.kind.family != "vector"
        width, height = self.width_field.field.value(), self.height_field.field.value()
        values: dict[str, Any] = {
            "name": self.name.text().strip() or tr(self.kind.label),
            "width": round(width) if whole else width, "height": round(height) if whole else height,
        }  # fmt: skip
        if self.kind.family == "raster":
            values["depth"] = self.depth_box.box.currentData()
            color = qcolor(self.background.text or "#ffffff").name()
            values["background"] = None if self.transparent.isChecked() else color
            if self._resolution:
                values["resolution"] = self._resolution
        if self.kind.family == "video":
            values["rate"] = self.rate.currentText()
        return values

    def make(self) -> None:
        self.setFocus()
        files = self.window_.files
        make = files.new_project if self.own_project.isChecked() else files.new_document
        self.accept()
        partial(make, self.kind.family, **self.parameters())()
