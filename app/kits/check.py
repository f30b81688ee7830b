"""What in the document is off brand, with what would stand there instead; replaced one by one or all at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QWidget

from app.dialogs.frame import Frame
from app.icons import pixmap
from app.library.folder import library_folder
from app.widgets.swatch import qcolor
from editor.base.translation import tr
from editor.library.library import Library
from editor.workflows.kits.checking import Stray, replace_strays, strays
from editor.workflows.kits.colors import palette
from editor.workflows.kits.keeping import kits_of

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow


class CheckDialog(Frame):
    """Rows of colours and fonts; the kit is chosen above."""

    def __init__(self, window: MainWindow, asset: int | None = None) -> None:
        super().__init__(window, tr("Check against brand kit"), width=620)
        self.resize(660, 560)
        self.session = window.session
        library = Library(library_folder())
        try:
            self.kits = kits_of(library)
        finally:
            library.close()
        self.found: list[Stray] = []
        row = QHBoxLayout()
        row.addWidget(QLabel(tr("Brand kit")))
        self.box = QComboBox()
        self.box.setAccessibleName(tr("Brand kit"))
        for item in self.kits:
            self.box.addItem(item.kit.name, item.asset.id)
        self.box.setCurrentIndex(max(0, self.box.findData(asset)))
        self.box.activated.connect(lambda _place: self.refresh())
        row.addWidget(self.box, 1)
        self.body.addLayout(row)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.body.addWidget(self.area, 1)
        self.summary = QLabel()
        self.summary.setObjectName("muted")
        self._foot.insertWidget(0, self.summary, 1)
        self.all_button = self.add_button(tr("Replace all"), self.replace_all, primary=True)
        self.add_button(tr("Close"), self.accept)
        self.refresh()

    def refresh(self) -> None:
        """Look at the document again."""
        place = self.box.currentIndex()
        project = self.session.project
        if place < 0 or project is None:
            self.found = []
            self._show_empty(tr("There is no brand kit yet. Window > Brand kits makes one."))
            return
        kit = self.kits[place].kit
        self.found = strays(project, kit, self.session.document)
        self.choices = {"color": palette(kit), "font": list(dict.fromkeys(font.family for font in kit.fonts))}
        self.all_button.setEnabled(bool(self.found))
        self.summary.setText(tr("{count} off brand", count=len(self.found)) if self.found else "")
        if not self.found:
            self._show_empty(tr("Everything is on brand."), good=True)
            return
        self._show_rows()

    def _show_empty(self, text: str, good: bool = False) -> None:
        self.all_button.setEnabled(False)
        inner = QWidget()
        row = QHBoxLayout(inner)
        row.setAlignment(Qt.AlignmentFlag.AlignCenter)
        if good:
            mark = QLabel()
            mark.setPixmap(pixmap("check", 20, "good", self.devicePixelRatioF()))
            row.addWidget(mark)
        label = QLabel(text)
        label.setObjectName("emptyState")
        row.addWidget(label)
        self.area.setWidget(inner)

    def _show_rows(self) -> None:
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 4, 10, 4)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        for row, stray in enumerate(self.found):
            grid.addWidget(_sample(stray.sort, stray.value), row, 0)
            name = QLabel(f"{stray.value}   ×{len(stray.records)}")
            grid.addWidget(name, row, 1)
            arrow = QLabel("→")
            arrow.setObjectName("muted")
            grid.addWidget(arrow, row, 2)
            box = QComboBox()
            for text in self.choices[stray.sort]:
                box.addItem(text, text)
                if stray.sort == "color":
                    box.setItemIcon(box.count() - 1, _sample_pixmap(text))
            box.setCurrentIndex(max(0, box.findData(stray.instead)))
            box.setAccessibleName(tr("Instead of {value}", value=stray.value))
            box.activated.connect(lambda _place, row=row, box=box: self._choose(row, box))
            grid.addWidget(box, row, 3)
            button = QPushButton(tr("Replace"))
            button.setAutoDefault(False)
            button.clicked.connect(lambda _on=False, row=row: self.replace_one(row))
            grid.addWidget(button, row, 4)
        grid.setRowStretch(len(self.found), 1)
        self.area.setWidget(inner)

    def _choose(self, row: int, box: QComboBox) -> None:
        self.found[row] = replace(self.found[row], instead=box.currentData())

    def replace_one(self, row: int) -> None:
        self._replace([self.found[row]])

    def replace_all(self) -> None:
        self._replace(self.found)

    def _replace(self, changes: list[Stray]) -> None:
        project = self.session.required_project()
        self.session.attempt(lambda: replace_strays(project, changes))
        self.refresh()


def _sample(sort: str, value: str) -> QLabel:
    """The colour, or the letters of the font."""
    label = QLabel("" if sort == "color" else "Aa")
    label.setFixedSize(QSize(28, 22))
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    if sort == "color":
        label.setPixmap(_sample_pixmap(value, 28, 22))
    return label


def _sample_pixmap(text: str, width: int = 16, height: int = 16) -> QPixmap:
    made = QPixmap(width, height)
    made.fill(qcolor(text))
    return made
