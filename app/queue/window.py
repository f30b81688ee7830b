"""The window of the queue: orders with their logs, recurring work, watch folders, recipes, what work uses, messages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QHBoxLayout, QLabel, QPushButton, QTabWidget, QVBoxLayout

from app.farm.dialog import farm_button
from app.queue.desk import Desk, NoQueueError
from app.queue.orders_page import OrdersPage
from app.queue.place import AFTERWARDS, FINISH, GO_ON, STOP, WORKS_HERE, queue_path
from app.queue.plans_pages import NotesPage, RecipesPage, SchedulePage, WatchPage
from app.queue.resources import ResourcesPane
from app.queue.service import any_runner
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.queue.measuring import is_process_alive
from editor.workflows.queue.store import QueueStore

if TYPE_CHECKING:
    from app.queue.desk import Errand
    from app.shell.main_window import MainWindow

POLL_MS = 500
AFTERWARDS_TEXTS = (
    (FINISH, "Finish what is queued"), (STOP, "Stop, and go on next time"), (GO_ON, "Go on with everything"),
)  # fmt: skip


class QueueWindow(QDialog):
    """One a main window; asks for the queue twice a second while it is open."""

    def __init__(self, window: MainWindow, path: Path | None = None) -> None:
        super().__init__(window)
        self.window_, self.session, self.runner = window, window.session, window.queue
        self.desk = Desk(path or queue_path(), self.session.show_error, self)
        self._is_looking = self._looks_again = False
        self._paused = False
        self.setWindowTitle(tr("Queue"))
        self.resize(1120, 700)
        self.note = QLabel()
        self.note.setObjectName("notice")
        self.note.setWordWrap(True)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        attempt = self.session.attempt
        self.orders = OrdersPage(self.desk, attempt, self._open)
        self.recurring = SchedulePage(self.desk, attempt)
        self.folders = WatchPage(self.desk, attempt)
        self.recipes = RecipesPage(self.desk, attempt)
        self.resources = ResourcesPane(self.desk, window.session.preferences)
        self.notes = NotesPage(self.desk, attempt)
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()
        self.tabs.currentChanged.connect(lambda _index: self.refresh())
        self.desk.acted.connect(self.refresh)
        self.desk.act(lambda store: None)  # makes the file, or brings it up to date
        self.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._timer.stop()
        self.desk.close()
        event.accept()  # a dialog's own way calls `reject` again, and the window would stay

    def reject(self) -> None:
        self.close()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        self.pages = (self.orders, self.recurring, self.folders, self.recipes, self.resources, self.notes)
        titles = ("Jobs", "Recurring work", "Watch folders", "Recipes", "Resources", "Messages")
        for page, title in zip(self.pages, titles, strict=True):
            self.tabs.addTab(page, tr(title))
        column.addWidget(self.note)
        column.addWidget(self.tabs, 1)
        column.addLayout(self._foot())

    def _foot(self) -> QHBoxLayout:
        """What holds for all work: pause, whether this program works, what becomes of it when the window closes."""
        row = QHBoxLayout()
        self.pause = QPushButton(tr("Pause all"))
        self.pause.setAutoDefault(False)
        self.pause.clicked.connect(lambda _on=False: self._toggle_pause())
        self.here = QCheckBox(tr("Work while Atelier is open"))
        self.here.setChecked(self.runner.setting(WORKS_HERE, "1") == "1")
        self.here.toggled.connect(self._set_here)
        self.afterwards = QComboBox()
        for value, text in AFTERWARDS_TEXTS:
            self.afterwards.addItem(tr(text), value)
        self.afterwards.setCurrentIndex(max(0, self.afterwards.findData(self.runner.setting(AFTERWARDS, FINISH))))
        self.afterwards.activated.connect(lambda _index: self._set(AFTERWARDS, str(self.afterwards.currentData())))
        label = QLabel(tr("When Atelier closes:"))
        label.setBuddy(self.afterwards)
        row.addWidget(self.pause)
        row.addWidget(farm_button(self, self.session))
        row.addStretch(1)
        for widget in (self.here, label, self.afterwards):
            row.addWidget(widget)
        return row

    # Showing

    def refresh(self) -> None:
        """Ask for what changed; it is shown when it comes. Once more after a look under way, which may be too early."""
        self._look()
        self.pages[self.tabs.currentIndex()].refresh()

    def _look(self) -> None:
        self._looks_again = self._is_looking
        if not self._is_looking:
            self._is_looking = True
            self.desk.look(looked).then(self._show).otherwise(self._show_trouble)

    def _end_look(self) -> None:
        self._is_looking = False
        if self._looks_again:
            self._look()

    def _show_trouble(self, error: BaseException) -> None:
        self._end_look()
        if not isinstance(error, NoQueueError):
            self.note.setText(str(error))
            self.note.show()

    def _show(self, seen: Looked) -> None:
        self._end_look()
        self._paused = seen.paused
        self.pause.setText(tr("Go on with all") if seen.paused else tr("Pause all"))
        text = tr("The queue is paused.") if seen.paused else seen.resting
        if not text and seen.is_work and not self.here.isChecked() and not seen.is_worked_on:
            text = tr("Nothing works on the queue here; `atelier jobs run` does.")
        self.note.setText(text)
        self.note.setVisible(bool(text))

    # Doing

    def _set(self, name: str, value: str) -> Errand:
        return self.desk.act(lambda store: store.set(name, value))

    def _set_here(self, on: bool) -> None:
        errand = self._set(WORKS_HERE, "1" if on else "0")
        if on:
            errand.then(lambda _none: self.runner.start())
        else:
            self.runner.stop()

    def _toggle_pause(self) -> None:
        self._set("paused", "0" if self._paused else "1")

    def _open(self, path: Path) -> None:
        """A project opens here, anything else where the system opens it."""
        if path.suffix.lower() == ".atelier":
            self.window_.files.open_path(path)
            return
        from PySide6.QtCore import QUrl
        from PySide6.QtGui import QDesktopServices

        if not path.exists():
            raise ExpectedError(tr("There is no file {name}.", name=str(path)))
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """How the queue stands as a whole."""

    paused: bool
    resting: str
    is_work: bool
    is_worked_on: bool


def looked(store: QueueStore) -> Looked:
    counts = store.counts()
    return Looked(
        paused=store.setting("paused") == "1", resting=store.setting("resting"),
        is_work=bool(counts.get("queued") or counts.get("running")),
        is_worked_on=any_runner(store, is_process_alive),
    )  # fmt: skip
