"""Where heavy work is done: this program, processes of this machine, or a farm; and what that farm looks like."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.dialogs.frame import Frame
from app.farm.choice import Choice, Kind, load_choice, save_choice
from app.queue.table import Table
from app.widgets.number_field import NumberField
from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from app.session import Session
    from editor.base.jobs import Progress
    from editor.workflows.farm.looking import FarmLook

LOOK_MS = 4000
KINDS: tuple[tuple[Kind, str, str], ...] = (
    ("none", "This program alone", "Nothing to set up: one piece of work after the other."),
    ("here", "Workers on this machine", "Processes that end with the work; one that crashes costs its piece only."),
    ("address", "A farm", "Workers of any machines, named by their scheduler."),
)


class FarmDialog(Frame):
    """What is chosen is kept when the dialog is agreed to. `chosen` tells it."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget, session: Session) -> None:
        super().__init__(parent, tr("Where heavy work is done"), 620)
        self.session = session
        kept = load_choice()
        self.kinds = QComboBox()
        self.kinds.setAccessibleName(tr("Where heavy work is done"))
        self.about = QLabel()
        self.workers = NumberField(kept.workers or os.cpu_count() or 2, 1, 256, 0)
        self.address = QLineEdit(kept.address)
        self.address.setPlaceholderText("tls://studio:8786")
        self.address.setAccessibleName(tr("Scheduler"))
        self.keys = QLineEdit(kept.keys)
        self.keys.setPlaceholderText(tr("The folder that farm keys made"))
        self.open_way = QCheckBox(tr("Allow a way that is not encrypted: for a network that I trust entirely"))
        self.open_way.setChecked(kept.unencrypted)
        heads = [tr("Worker"), tr("Load"), tr("Memory"), tr("Doing"), tr("Done"), tr("Failed"), tr("Files")]
        self.table = Table(heads, 0, tr("Workers"))
        self.table.setMinimumHeight(132)
        self.state = QLabel()
        self.state.setObjectName("muted")
        self.state.setWordWrap(True)
        self.test_button = QPushButton(tr("Test connection"))
        self.test_button.setAutoDefault(False)
        self.test_button.clicked.connect(lambda _on=False: self.test())
        self._looking = False
        self._answered = ""
        self._lay_out()
        self.add_cancel()
        self.add_button(tr("Use it"), self.accept, primary=True)
        self.kinds.setCurrentIndex(self.kinds.findData(kept.kind))
        self.kinds.currentIndexChanged.connect(lambda _place: self._show_kind())
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look_again)
        self._timer.start()
        self._show_kind()

    def _lay_out(self) -> None:
        for kind, label, _about in KINDS:
            self.kinds.addItem(tr(label), kind)
        self.about.setObjectName("muted")
        self.about.setWordWrap(True)
        self.body.addWidget(self.kinds)
        self.body.addWidget(self.about)
        self.body.addWidget(self._here_part())
        self.body.addWidget(self._farm_part())
        self.body.addStretch(1)

    def _here_part(self) -> QWidget:
        self.here_part = QWidget()
        form = QFormLayout(self.here_part)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(16)
        form.addRow(tr("Processes"), self.workers)
        return self.here_part

    def _farm_part(self) -> QWidget:
        self.farm_part = QWidget()
        form = QFormLayout(self.farm_part)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        choose = QPushButton(tr("Choose..."))
        choose.setAutoDefault(False)
        choose.clicked.connect(lambda _on=False: self._choose_keys())
        for label, field, button in (
            (tr("Scheduler"), self.address, self.test_button), (tr("Keys"), self.keys, choose),
        ):  # fmt: skip
            row = QHBoxLayout()
            row.setSpacing(8)
            row.addWidget(field, 1)
            row.addWidget(button)
            button.setFixedWidth(150)
            form.addRow(label, row)
        form.addRow("", self.open_way)
        form.addRow(self.table)
        form.addRow(self.state)
        return self.farm_part

    def _show_kind(self) -> None:
        kind = self.choice().kind
        self.about.setText(next(tr(about) for name, _, about in KINDS if name == kind))
        self.here_part.setVisible(kind == "here")
        self.farm_part.setVisible(kind == "address")
        QTimer.singleShot(0, self.adjustSize)

    def _choose_keys(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("Which folder holds the keys?"), self.keys.text())
        if folder:
            self.keys.setText(folder)

    def choice(self) -> Choice:
        """What the dialog says now."""
        kind: Kind = self.kinds.currentData()
        return Choice(
            kind=kind, address=self.address.text().strip(), workers=round(self.workers.value()),
            keys=self.keys.text().strip(), unencrypted=self.open_way.isChecked(),
        )  # fmt: skip

    # The farm

    def test(self) -> None:
        """Ask the scheduler beside the window; the answer is shown here."""
        wanted = self.choice()
        if self._looking:
            return
        if not wanted.address:
            self._tell(tr("Write the address of its scheduler first."), is_bad=True)
            return
        self._looking = True
        self.test_button.setEnabled(False)
        if self._answered != wanted.address:
            self._tell(tr("Asking {address}...", address=wanted.address))

        def work(_progress: Progress) -> FarmLook | ExpectedError:
            from editor.workflows.farm.looking import look

            try:
                return look(wanted.address, Path(wanted.keys) if wanted.keys else None, wanted.unencrypted)
            except ExpectedError as error:
                return error

        self.session.start_job(tr("Test the farm"), work, self._answer)

    def _answer(self, found: FarmLook | ExpectedError) -> None:
        self._looking = False
        self.test_button.setEnabled(True)
        if isinstance(found, ExpectedError):
            self._answered = ""
            self.table.show_rows([])
            self._tell(str(found), is_bad=True)
            return
        from app.farm.telling import cells

        self._answered = found.address
        self.table.show_rows([(number, cells(worker)) for number, worker in enumerate(found.workers)])
        refusals = " ".join(worker.refusal for worker in found.workers if worker.refusal)
        usable = tr_count(
            "{usable} of 1 worker can be used",
            "{usable} of {count} workers can be used",
            usable=found.usable,
            count=len(found.workers),
        )
        self._tell(f"{usable}. {refusals}".strip(), is_bad=not found.usable)

    def _look_again(self) -> None:
        """A farm that answered is followed while the dialog is open."""
        if self.isVisible() and self._answered and self._answered == self.address.text().strip():
            self.test()

    def _tell(self, text: str, is_bad: bool = False) -> None:
        self.state.setText(text)
        self.state.setObjectName("problem" if is_bad else "muted")
        self.state.style().unpolish(self.state)
        self.state.style().polish(self.state)

    # The end

    def accept(self) -> None:
        wanted = self.choice()
        try:
            if wanted.kind == "address":
                from editor.workflows.farm.addresses import check_address

                check_address(wanted.address, Path(wanted.keys) if wanted.keys else None, wanted.unencrypted)
            save_choice(wanted)
        except ExpectedError as error:
            self._tell(str(error), is_bad=True)
            return
        self._timer.stop()
        self.chosen.emit(wanted)
        super().accept()

    def reject(self) -> None:
        self._timer.stop()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._timer.stop()
        super().closeEvent(event)


def name_of(choice: Choice) -> str:
    """For a button or a list: where work is done."""
    if choice.kind == "address":
        return tr("Farm at {address}", address=choice.address)
    return tr("Workers on this machine") if choice.kind == "here" else tr("This program")


def place_row(parent: QWidget, session: Session) -> QWidget:
    """“This program  [Change...]”: for dialogs that begin heavy work."""
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    shown = QLabel(name_of(load_choice()))
    shown.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
    change = QPushButton(tr("Change..."))
    change.setAutoDefault(False)

    def ask() -> None:
        dialog = FarmDialog(parent, session)
        dialog.chosen.connect(lambda choice: shown.setText(name_of(choice)))
        dialog.exec()

    change.clicked.connect(lambda _on=False: ask())
    line.addWidget(shown, 1)
    line.addWidget(change)
    return row


def farm_button(parent: QWidget, session: Session) -> QPushButton:
    """“Farm...”, with what is chosen as its tip."""
    button = QPushButton(tr("Farm..."))
    button.setAutoDefault(False)
    button.setToolTip(name_of(load_choice()))

    def ask() -> None:
        dialog = FarmDialog(parent, session)
        dialog.chosen.connect(lambda choice: button.setToolTip(name_of(choice)))
        dialog.exec()

    button.clicked.connect(lambda _on=False: ask())
    return button
