"""What is asked before a model comes in: agreement to size and licence, or what a file is for."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.ai.missing import size_text
from app.dialogs.facts import facts, file_list, muted
from app.dialogs.frame import Frame
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from ml.catalogue.catalogue import CatalogueFile
    from ml.catalogue.install import Offer

WIDTH = 620


class AgreeDialog(Frame):
    """Size, licence, addresses and hashes, before anything is fetched."""

    def __init__(self, parent: QWidget, offer: Offer, folder: Path) -> None:
        super().__init__(parent, tr("Install {name}?", name=offer.model.title), WIDTH)
        self.body.addLayout(facts(_facts_of(offer, folder)))
        self.body.addWidget(muted(
            tr_count("This file is fetched:", "These {count} files are fetched:", count=len(offer.model.file))
        ))
        self.body.addWidget(file_list(
            (f"{item.path} · {size_text(item.size)}", _lines_of(item)) for item in offer.model.file
        ))
        self.body.addWidget(muted(tr(
            "What comes is compared with the hash before it is used. Nothing is sent, and nothing else is fetched."
        )))
        self.add_cancel()
        missing = offer.size - offer.held
        text = tr("Agree and fetch {size}", size=size_text(missing)) if missing > 0 else tr("Agree and install")
        self.agree = self.add_button(text, self.accept, primary=True)


class ImportDialog(Frame):
    """A name and the task for weights from a file; the task may be left to be found out."""

    def __init__(self, parent: QWidget, paths: list[Path], task: str) -> None:
        super().__init__(parent, tr("Install from a file"), 480)
        from ml.catalogue.tasks import TASKS

        self.task = QComboBox()
        self.task.addItem(tr("Find out from the model"), "")
        for key, label in TASKS.items():
            self.task.addItem(tr(label), key)
        self.task.setCurrentIndex(max(0, self.task.findData(task)))
        self.name = QLineEdit()
        self.name.setPlaceholderText(tr("From the file's name"))
        grid = facts(((tr("Files"), "\n".join(path.name for path in paths)),))
        fields: tuple[tuple[str, QWidget], ...] = ((tr("Does"), self.task), (tr("Name"), self.name))
        for row, (text, widget) in enumerate(fields, 1):
            caption = muted(text)
            caption.setBuddy(widget)
            grid.addWidget(caption, row, 0)
            grid.addWidget(widget, row, 1)
        self.body.addLayout(grid)
        self.body.addWidget(muted(tr("The licence of a model from elsewhere is for you to know.")))
        self.body.addStretch(1)
        self.add_cancel()
        self.add_button(tr("Install"), self.accept, primary=True)


def _facts_of(offer: Offer, folder: Path) -> tuple[tuple[str, str], ...]:
    size = size_text(offer.size)
    if offer.held:
        size = tr("{size}, of which {held} are here already", size=size, held=size_text(offer.held))
    licence = offer.licence
    if offer.model.licence_address:
        licence = f"{licence}\n{offer.model.licence_address}"
    place = str(folder / offer.model.name)
    free = _free(folder)
    return (
        (tr("Size"), size), (tr("Licence"), licence), (tr("Described at"), offer.model.page),
        (tr("Into"), f"{place}\n{tr('{size} are free there', size=size_text(free))}" if free else place),
    )


def _free(folder: Path) -> int:
    """Bytes on the disk of a folder that may not be there yet."""
    for place in (folder, *folder.parents):
        if place.is_dir():
            return shutil.disk_usage(place).free
    return 0


def _lines_of(item: CatalogueFile) -> tuple[str, ...]:
    """Its hash and every address that may be asked for it."""
    mirrors = (tr("or {address}", address=address) for address in item.addresses[1:])
    return (f"SHA-256 {item.sha256}", item.addresses[0], *mirrors)
