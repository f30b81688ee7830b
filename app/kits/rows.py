"""One row each for a colour, a font, a logo and a voice of a kit. They say what they are, and that they changed."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.icons import icon
from app.widgets.color_picker import pick_color
from app.widgets.number_field import NumberField
from app.widgets.swatch import paint_swatch
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.kits.kit import ROLES, USES, VARIANTS, KitColor, KitFont, KitLogo, KitVoice
from editor.workflows.templates.values import read_color

ROLE_NAMES = {
    "": "No role", "primary": "Primary", "secondary": "Secondary", "accent": "Accent", "background": "Background",
    "text": "Text",
}  # fmt: skip
USE_NAMES = {"heading": "Headings", "body": "Text", "caption": "Captions"}
VARIANT_NAMES = {"main": "Main", "light": "For dark grounds", "dark": "For light grounds", "mono": "One colour"}
TINTS = (0.75, 0.5, 0.25, -0.25, -0.5)
WEIGHTS = {
    300: "Light 300", 400: "Regular 400", 500: "Medium 500", 600: "Semibold 600", 700: "Bold 700", 900: "Black 900",
}  # fmt: skip


class Row(QWidget):
    """`value` is what the row says."""

    changed = Signal()
    removed = Signal()

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.line, self.second = QHBoxLayout(), QHBoxLayout()
        for line in (self.line, self.second):
            line.setSpacing(8)
            column.addLayout(line)

    def value(self) -> object:
        raise NotImplementedError

    def finish(self) -> None:
        remove = QToolButton()
        remove.setIcon(icon("minus", "muted"))
        remove.setToolTip(tr("Remove"))
        remove.setAccessibleName(tr("Remove"))
        remove.clicked.connect(lambda _on=False: self.removed.emit())
        self.line.addWidget(remove)

    def _choice(self, names: dict[str, str], keys: tuple[str, ...], value: str, label: str) -> QComboBox:
        box = QComboBox()
        for key in keys:
            box.addItem(tr(names[key]), key)
        box.setCurrentIndex(max(0, box.findData(value)))
        box.setAccessibleName(label)
        box.activated.connect(lambda _place: self.changed.emit())
        return box

    def _field(self, text: str, label: str) -> QLineEdit:
        field = QLineEdit(text)
        field.setAccessibleName(label)
        field.setPlaceholderText(label)
        field.textChanged.connect(lambda _text: self.changed.emit())
        return field


class SwatchButton(QPushButton):
    """Shows a colour; a click opens the picker."""

    picked = Signal(str)

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text_ = text
        self.setFixedSize(QSize(44, 28))
        self.setAccessibleName(tr("Colour"))
        self.clicked.connect(lambda _on=False: pick_color(self, self.text_, self._pick))

    def _pick(self, text: str) -> None:
        self.text_ = text[:7]
        self.update()
        self.picked.emit(self.text_)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_swatch(painter, self.rect().adjusted(1, 1, -1, -1), self.text_)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()


class ColorRow(Row):
    def __init__(self, item: KitColor) -> None:
        super().__init__()
        self.item = item
        self.swatch = SwatchButton(item.color)
        self.name = self._field(item.name, tr("Name"))
        self.hex = self._field(item.color, tr("Hexadecimal colour"))
        self.hex.setFixedWidth(84)
        self.role = self._choice(ROLE_NAMES, ("", *ROLES), item.role, tr("Role"))
        self.tints = QCheckBox(tr("Tints"))
        self.tints.setChecked(bool(item.tints))
        self.tints.setToolTip(tr("Lighter and darker steps belong to the brand too"))
        self.tints.toggled.connect(lambda _on: self.changed.emit())
        self.swatch.picked.connect(self.hex.setText)
        self.hex.textChanged.connect(self._typed)
        for widget in (self.swatch, self.name, self.hex, self.role, self.tints):
            self.line.addWidget(widget, 1 if widget is self.name else 0)
        self.finish()

    def _typed(self, text: str) -> None:
        """Whatever a template's form takes for a colour; what is none is marked and changes nothing."""
        try:
            self.swatch.text_ = read_color(text).to_hex()[:7].lower()
        except ExpectedError as error:
            self.hex.setToolTip(f"{error.sentence} {error.remedy}")
            self.hex.setProperty("wrong", True)
        else:
            self.hex.setToolTip("")
            self.hex.setProperty("wrong", False)
        self.hex.style().unpolish(self.hex)
        self.hex.style().polish(self.hex)
        self.swatch.update()

    def value(self) -> KitColor:
        tints = (self.item.tints or TINTS) if self.tints.isChecked() else ()
        name = self.name.text().strip() or self.swatch.text_
        return KitColor(name=name, color=self.swatch.text_, role=self.role.currentData(), tints=tints)


class FontRow(Row):
    def __init__(self, item: KitFont, families: tuple[str, ...]) -> None:
        super().__init__()
        self.item = item
        self.use = self._choice(USE_NAMES, USES, item.use, tr("Use"))
        self.family = QComboBox()
        self.family.setEditable(True)
        self.family.addItems(list(families))
        self.family.setCurrentText(item.family)
        self.family.setAccessibleName(tr("Font family"))
        self.family.editTextChanged.connect(lambda _text: self.changed.emit())
        self.weight = QComboBox()
        for number, name in WEIGHTS.items():
            self.weight.addItem(tr(name), number)
        place = self.weight.findData(item.weight)
        if place < 0:
            self.weight.addItem(str(item.weight), item.weight)
            place = self.weight.count() - 1
        self.weight.setCurrentIndex(place)
        self.weight.setAccessibleName(tr("Weight"))
        self.weight.activated.connect(lambda _place: self.changed.emit())
        for widget in (self.use, self.family, self.weight):
            self.line.addWidget(widget, 1 if widget is self.family else 0)
        self.finish()

    def value(self) -> KitFont:
        family = self.family.currentText().strip() or "Inter"
        kept = self.item.file if family == self.item.family else None
        use, weight = self.use.currentData(), self.weight.currentData()
        return KitFont(use=use, family=family, weight=weight, italic=self.item.italic, file=kept)


class LogoRow(Row):
    def __init__(self, item: KitLogo, path: Path | None) -> None:
        super().__init__()
        self.item = item
        picture = QLabel()
        picture.setFixedSize(72, 40)
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        dark = item.variant == "light"
        picture.setStyleSheet(f"background: {'#26282c' if dark else '#f4f4f2'}; border-radius: 4px;")
        found = QPixmap(str(path)) if path is not None else QPixmap()
        if not found.isNull():
            mode = Qt.TransformationMode.SmoothTransformation
            picture.setPixmap(found.scaled(QSize(60, 32), Qt.AspectRatioMode.KeepAspectRatio, mode))
        self.name = self._field(item.name, tr("Name"))
        self.variant = self._choice(VARIANT_NAMES, VARIANTS, item.variant, tr("Variant"))
        for widget in (picture, self.name, self.variant):
            self.line.addWidget(widget, 1 if widget is self.name else 0)
        self.finish()

    def value(self) -> KitLogo:
        return msgspec.structs.replace(self.item, name=self.name.text().strip(), variant=self.variant.currentData())


class VoiceRow(Row):
    """`heard` and `taken` ask for a sample, and for the voice in the speaking tool."""

    heard = Signal()
    taken = Signal()

    def __init__(self, item: KitVoice, voices: list[tuple[str, str]]) -> None:
        super().__init__()
        self.item = item
        self.name = self._field(item.name, tr("Name"))
        self.voice = QComboBox()
        for key, label in voices:
            self.voice.addItem(label, key)
        if self.voice.findData(item.voice) < 0:
            self.voice.addItem(item.voice, item.voice)
        self.voice.setCurrentIndex(self.voice.findData(item.voice))
        self.voice.setAccessibleName(tr("Voice"))
        self.voice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.voice.setMinimumContentsLength(14)
        self.voice.activated.connect(lambda _place: self.changed.emit())
        self.speed = self._number(item.speed, 80, 450, tr("Words a minute"))
        self.pitch = self._number(item.pitch, 0, 99, tr("Pitch"))
        self.notes = self._field(item.notes, tr("How it is to sound"))
        self.listen = self._button("play", tr("Listen"), self.heard)
        self.use = self._button("audio", tr("Take for “Speak a text”"), self.taken)
        for widget in (self.name, self.voice, self.listen, self.use):
            self.line.addWidget(widget, 1 if widget is self.voice else 0)
        self.name.setFixedWidth(110)
        self.finish()
        for widget in (self.speed, self.pitch, self.notes):
            self.second.addWidget(widget, 1 if widget is self.notes else 0)

    def _number(self, value: int, low: int, high: int, label: str) -> NumberField:
        field = NumberField(float(value), low, high, 0)
        field.setFixedWidth(64)
        field.setToolTip(label)
        field.setAccessibleName(label)
        field.committed.connect(lambda _value: self.changed.emit())
        return field

    def _button(self, picture: str, label: str, signal: SignalInstance) -> QToolButton:
        made = QToolButton()
        made.setIcon(icon(picture, "muted"))
        made.setToolTip(label)
        made.setAccessibleName(label)
        made.clicked.connect(lambda _on=False: signal.emit())
        return made

    def value(self) -> KitVoice:
        name = self.name.text().strip() or tr("Voice")
        return msgspec.structs.replace(
            self.item, name=name, voice=self.voice.currentData(), notes=self.notes.text(),
            speed=round(self.speed.value()), pitch=round(self.pitch.value()),
        )
