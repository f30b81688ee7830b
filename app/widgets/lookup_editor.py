"""A colour lookup in a form: the name of its file, a button for another one, and one to take it away."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton

from app.icons import icon
from app.widgets.editors import MIXED, Editor
from editor.base.translation import tr

REPLACE = "edit.replace_color_lookup"
"""The window's action for what is chosen: reading a file takes the project and a job, which a form has not."""


class LookupEditor(Editor):
    """Speaks the stored struct, or None where one is optional."""

    def __init__(self, optional: bool) -> None:
        super().__init__()
        self.text = ""
        self.label = QLabel()
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.choose = self._button("folder", tr("Choose a file..."))
        self.choose.clicked.connect(lambda _on=False: self._ask())
        self.remove = self._button("close", tr("Remove"))
        self.remove.clicked.connect(lambda _on=False: self.committed.emit(None))
        self.optional = optional
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.label, 1)
        row.addWidget(self.choose)
        row.addWidget(self.remove)
        self.set_value(None)

    def _button(self, picture: str, text: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(picture, "muted"))
        button.setToolTip(text)
        button.setAccessibleName(text)
        return button

    def name_it(self, text: str) -> None:
        self.choose.setAccessibleName(f"{text}: {self.choose.toolTip()}")
        self.remove.setAccessibleName(f"{text}: {self.remove.toolTip()}")

    def set_value(self, value: Any) -> None:
        there = isinstance(value, dict)
        self.text = "\u2013" if value is MIXED else (value.get("name") or tr("Untitled")) if there else tr("none")
        self.label.setObjectName("" if there else "muted")
        self.label.style().unpolish(self.label)
        self.label.style().polish(self.label)
        self.remove.setVisible(self.optional and (there or value is MIXED))
        self._show_text()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_text()

    def _show_text(self) -> None:
        metrics = self.label.fontMetrics()
        self.label.setText(metrics.elidedText(self.text, Qt.TextElideMode.ElideMiddle, max(24, self.label.width())))
        self.label.setToolTip(self.text)

    def _ask(self) -> None:
        bindings = getattr(self.window(), "bindings", None)
        if bindings is not None:
            bindings.actions[REPLACE].trigger()
