"""What is asked before a model comes in: agreement to size and licence, or what a file is for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QWidget

from app.ai.missing import size_text
from app.dialogs.frame import Frame
from editor.base.translation import tr

if TYPE_CHECKING:
    from ml.catalogue.install import Offer


class AgreeDialog(Frame):
    """Size, licence and addresses before anything is fetched."""

    def __init__(self, parent: QWidget, offer: Offer, folder: Path) -> None:
        super().__init__(parent, tr("Install {name}?", name=offer.model.title), 560)
        missing = offer.size - offer.held
        size = size_text(offer.size)
        if offer.held:
            size = tr("{size}, of which {held} are here already", size=size, held=size_text(offer.held))
        licence = offer.licence
        if offer.model.licence_address:
            licence = f"{licence}\n{offer.model.licence_address}"
        rows = (
            (tr("Size"), size), (tr("Licence"), licence), (tr("From"), "\n".join(offer.addresses)),
            (tr("Described at"), offer.model.page), (tr("Into"), str(folder / offer.model.name)),
        )
        self.body.addLayout(_facts(rows))
        promise = tr("The file is checked against the catalogue's hash. Nothing is sent, and nothing else is fetched.")
        note = QLabel(promise)
        note.setObjectName("muted")
        note.setWordWrap(True)
        self.body.addWidget(note)
        self.body.addStretch(1)
        self.add_cancel()
        self.agree = self.add_button(
            tr("Agree and fetch {size}", size=size_text(missing) if missing else size_text(offer.size)), self.accept,
            primary=True,
        )


class ImportDialog(Frame):
    """A name and the task for weights from a file; the task may be left to be found out."""

    def __init__(self, parent: QWidget, paths: list[Path], task: str, name: str) -> None:
        super().__init__(parent, tr("Install from a file"), 480)
        from ml.catalogue.tasks import TASKS

        self.task = QComboBox()
        self.task.addItem(tr("Find out from the model"), "")
        for key, label in TASKS.items():
            self.task.addItem(tr(label), key)
        self.task.setCurrentIndex(max(0, self.task.findData(task)))
        self.name = QLineEdit(name)
        self.name.setPlaceholderText(tr("From the file's name"))
        grid = _facts(((tr("Files"), "\n".join(path.name for path in paths)),))
        fields: tuple[tuple[str, QWidget], ...] = ((tr("Does"), self.task), (tr("Name"), self.name))
        for row, (text, widget) in enumerate(fields, 1):
            caption = QLabel(text)
            caption.setObjectName("muted")
            grid.addWidget(caption, row, 0)
            grid.addWidget(widget, row, 1)
        self.body.addLayout(grid)
        note = QLabel(tr("The licence of a model from elsewhere is for you to know."))
        note.setObjectName("muted")
        self.body.addWidget(note)
        self.body.addStretch(1)
        self.add_cancel()
        self.add_button(tr("Install"), self.accept, primary=True)


def _facts(rows: tuple[tuple[str, str], ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(9)
    grid.setColumnMinimumWidth(0, 90)
    grid.setColumnStretch(1, 1)
    for row, (name, text) in enumerate(rows):
        label = QLabel(name)
        label.setObjectName("muted")
        label.setAlignment(Qt.AlignmentFlag.AlignTop)
        value = QLabel(text)
        value.setWordWrap(True)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(label, row, 0)
        grid.addWidget(value, row, 1)
    return grid
