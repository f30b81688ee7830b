"""How a tool does its work: its built-in method or an installed model; where to get more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from editor.base.translation import tr

if TYPE_CHECKING:
    from app.ai.service import AI
    from editor.workflows.ai.tool import Tool
    from ml.catalogue.store import InstalledModel

MORE = "more"


class ElidedBox(QComboBox):
    """Ends a name that is too long for the box with dots; all of it shows under the pointer."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        style = self.style()
        part = QStyle.SubControl.SC_ComboBoxEditField
        room = style.subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self).width() - 4
        text = option.currentText
        option.currentText = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        self.setToolTip(text if option.currentText != text else "")
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)


class MethodBox(QWidget):
    """`chosen` when the method changes, `more_wanted` when the person asks for the window of models."""

    chosen = Signal()
    more_wanted = Signal()

    def __init__(self, ai: AI, tool: Tool) -> None:
        super().__init__()
        self.ai, self.tool = ai, tool
        self.models: dict[str, InstalledModel] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.box = ElidedBox()
        self.box.setAccessibleName(tr("Method"))
        self.note = QLabel()
        self.note.setObjectName("muted")
        self.note.setWordWrap(True)
        column.addWidget(self.box)
        column.addWidget(self.note)
        self.box.activated.connect(self._on_activated)
        self._place = 0
        self.refresh("")

    def refresh(self, name: str) -> None:
        """List what is installed now, with the model of this name chosen if it is there."""
        self.models = {model.name: model for model in self.ai.models_for(self.tool)}
        self.box.clear()
        if self.tool.built_in:
            self.box.addItem(tr(self.tool.built_in), "")
        for model in self.models:
            self.box.addItem(f"✓ {model}", model)
        if self.tool.tasks:
            if self.box.count():
                self.box.insertSeparator(self.box.count())
            self.box.addItem(tr("Get more models..."), MORE)
        place = self.box.findData(name) if name else -1
        self._place = max(0, place)
        self.box.setCurrentIndex(self._place)
        self._show_note()

    @property
    def has_method(self) -> bool:
        return bool(self.tool.built_in or self.models)

    @property
    def model(self) -> InstalledModel | None:
        return self.models.get(str(self.box.currentData()))

    def _on_activated(self, place: int) -> None:
        if self.box.currentData() == MORE:
            self.box.setCurrentIndex(self._place)
            self.more_wanted.emit()
        elif place != self._place:
            self._place = place
            self._show_note()
            self.chosen.emit()

    def _show_note(self) -> None:
        model = self.model
        if model is not None:
            licence = model.licence or tr("unknown")
            self.note.setText(tr("Runs on this machine. Licence: {licence}.", licence=licence))
        elif self.tool.built_in:
            self.note.setText(tr("Built in: works without any download."))
        else:
            self.note.clear()
        self.note.setVisible(bool(self.note.text()))
