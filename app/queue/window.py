"""The window of the queue: orders with their logs, recurring work, watch folders, what work uses."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.library.details import size_text
from app.queue.place import queue_path
from app.queue.resources import ResourcesPane
from app.queue.service import SETTING, read_recipe_here
from app.queue.table import Row, Table
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.queue.orders import Order, State, Wish
from editor.workflows.queue.schedules import (
    NewSchedule,
    next_run,
    pause_schedule,
    schedule,
    schedules,
    unschedule,
)
from editor.workflows.queue.store import QueueStore
from editor.workflows.queue.watching import pause_watch, unwatch, watch, watches

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow

POLL_MS = 500
SHOWN = 500
LINES = 400
STATE_TEXTS: dict[State, str] = {
    "queued": "Queued", "waiting": "Waiting", "running": "Running", "done": "Done", "failed": "Failed",
    "cancelled": "Cancelled",
}  # fmt: skip


class QueueWindow(QDialog):
    """One a main window; reads the queue twice a second while it is open."""

    def __init__(self, window: MainWindow, path: Path | None = None) -> None:
        super().__init__(window)
        self.session, self.runner = window.session, window.queue
        self.store = QueueStore(path or queue_path())
        self.setWindowTitle(tr("Queue"))
        self.resize(980, 640)
        self.note = QLabel()
        self.note.setObjectName("notice")
        self.note.setWordWrap(True)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.orders = Table([tr("Job"), tr("State"), tr("Progress"), tr("Used"), tr("Message")], 4, tr("Jobs"))
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setPlaceholderText(tr("Choose a job to read what it says."))
        self.recurring = Table([tr("Name"), tr("Next"), tr("Rule"), tr("Does")], 3, tr("Recurring work"))
        self.folders = Table([tr("Folder"), tr("Recipe"), tr("Results"), tr("State")], 2, tr("Watch folders"))
        self.resources = ResourcesPane(self.store, window.session.preferences)
        self._lay_out()
        self.orders.itemSelectionChanged.connect(self._show_log)
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()
        self.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._timer.stop()
        self.store.close()
        super().closeEvent(event)

    def reject(self) -> None:
        self.close()

    # Making it

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        self.here = QCheckBox(tr("Work while Atelier is open"))
        self.here.setChecked(self.store.setting(SETTING, "1") == "1")
        self.here.toggled.connect(self._set_here)
        column.addWidget(self.note)
        column.addWidget(self.tabs, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.orders)
        split.addWidget(self.log)
        split.setSizes([360, 160])
        self.pause = QPushButton()
        self.pause.clicked.connect(lambda _on=False: self._toggle_pause())
        self.tabs.addTab(
            self._page(split, [
                self._button(tr("Stop"), lambda: self._each(self.store.cancel)),
                self._button(tr("Again"), lambda: self._each(self.store.again)),
                self._button(tr("First"), lambda: self._each(lambda key: self.store.set_priority(key, 100))),
                self._button(tr("Clear ended"), lambda: self.store.forget_ended(time.time())), self.pause,
            ], self.here), tr("Jobs"),
        )  # fmt: skip
        self.tabs.addTab(
            self._page(self.recurring, [
                self._button(tr("Add..."), self.ask_schedule),
                self._button(tr("Pause or go on"), self._toggle_schedules),
                self._button(tr("Delete"), lambda: self._chosen(self.recurring, partial(unschedule, self.store))),
            ]), tr("Recurring work"),
        )  # fmt: skip
        self.tabs.addTab(
            self._page(self.folders, [
                self._button(tr("Add..."), self.ask_watch),
                self._button(tr("Pause or go on"), self._toggle_watches),
                self._button(tr("Delete"), lambda: self._chosen(self.folders, partial(unwatch, self.store))),
            ]), tr("Watch folders"),
        )  # fmt: skip
        self.tabs.addTab(self.resources, tr("Resources"))

    def _page(self, main: QWidget, buttons: list[QPushButton], aside: QWidget | None = None) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 10, 0, 0)
        column.addWidget(main, 1)
        row = QHBoxLayout()
        for button in buttons:
            row.addWidget(button)
        row.addStretch(1)
        if aside is not None:
            row.addWidget(aside)
        column.addLayout(row)
        return page

    def _button(self, text: str, act: Callable[[], Any]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _on=False: self._do(act))
        return button

    def _do(self, act: Callable[[], Any]) -> None:
        self.session.attempt(act)
        self.refresh()

    # Showing

    def refresh(self) -> None:
        """Read the queue and show what changed."""
        try:
            self._show()
        except ExpectedError as error:
            self.note.setText(str(error))
            self.note.show()

    def _show(self) -> None:
        orders = self.store.orders(limit=SHOWN)
        self.orders.show_rows([_order_row(one) for one in orders])
        paused = self.store.setting("paused") == "1"
        self.pause.setText(tr("Go on") if paused else tr("Pause"))
        self._show_note(paused, any(one.state in ("queued", "running") for one in orders))
        if self.tabs.currentIndex() == 1:
            self.recurring.show_rows([_schedule_row(one) for one in schedules(self.store)])
        elif self.tabs.currentIndex() == 2:
            self.folders.show_rows([
                (one.id, (one.folder, Path(one.recipe).name, one.output, tr("Paused") if one.paused else tr("Watched")))
                for one in watches(self.store)
            ])  # fmt: skip
        elif self.tabs.currentIndex() == 3:
            self.resources.refresh()
        else:
            self._show_log()

    def _show_note(self, paused: bool, is_work: bool) -> None:
        text = tr("The queue is paused.") if paused else self.store.setting("resting")
        if not text and is_work and not self.here.isChecked():
            text = tr("Nothing works on the queue here; `atelier jobs run` does.")
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def _show_log(self) -> None:
        chosen = self.orders.chosen()
        lines = self.store.lines(chosen[0], LINES) if len(chosen) == 1 else []
        text = "\n".join(f"{datetime.fromtimestamp(at).astimezone():%H:%M:%S}  {line}" for at, line in lines)
        if chosen and not text:
            text = " ".join(self.store.order(chosen[0]).arguments)
        if text != self.log.toPlainText():
            self.log.setPlainText(text)
            self.log.verticalScrollBar().setValue(self.log.verticalScrollBar().maximum())

    # Doing

    def _set_here(self, on: bool) -> None:
        self.store.set(SETTING, "1" if on else "0")
        (self.runner.start if on else self.runner.close)()

    def _toggle_pause(self) -> None:
        self.store.set("paused", "0" if self.store.setting("paused") == "1" else "1")
        self.refresh()

    def _each(self, act: Callable[[int], Any]) -> None:
        self._chosen(self.orders, act)

    def _chosen(self, table: Table, act: Callable[[int], Any]) -> None:
        for key in table.chosen():
            act(key)

    def _toggle_schedules(self) -> None:
        known = {one.id: one.paused for one in schedules(self.store)}
        self._chosen(self.recurring, lambda key: pause_schedule(self.store, key, not known[key]))

    def _toggle_watches(self) -> None:
        known = {one.id: one.paused for one in watches(self.store)}
        self._chosen(self.folders, lambda key: pause_watch(self.store, key, not known[key]))

    def ask_schedule(self) -> None:
        """A name, a rule and a call, one after the other."""
        name = self._ask(tr("Recurring work"), tr("What is it called?"))
        rule = self._ask(tr("Recurring work"), tr("When? A cron line or an RRULE."), "0 6 * * mon-fri") if name else ""
        if not name or not rule:
            return
        call = self._ask(tr("Recurring work"), tr("Which call? Nothing makes it a reminder."), "library refresh")
        import shlex

        new = NewSchedule(name=name, rule=rule, arguments=tuple(shlex.split(call or "")), folder=str(Path.home()))
        schedule(self.store, new)

    def ask_watch(self) -> None:
        """A folder, a recipe and a folder for results, one after the other."""
        folder = QFileDialog.getExistingDirectory(self, tr("Which folder shall be watched?"))
        if not folder:
            return
        kinds = tr("Recipes") + " (*.atelier-recipe *.toml)"
        recipe, _ = QFileDialog.getOpenFileName(self, tr("Which recipe?"), folder, kinds)
        output = QFileDialog.getExistingDirectory(self, tr("Where do results go?")) if recipe else ""
        if output:
            read_recipe_here(Path(recipe))
            watch(self.store, Path(folder), Path(recipe), Path(output))

    def add_order(self, wish: Wish) -> int:
        """For others in the window that have work to queue."""
        return self.store.add(wish)

    def _ask(self, title: str, label: str, text: str = "") -> str:
        found, agreed = QInputDialog.getText(self, title, label, text=text)
        return found.strip() if agreed else ""


def _order_row(one: Order) -> Row:
    share = f"{one.share:.0%}" if one.state == "running" else ""
    used = f"{one.cpu_seconds:.1f} s · {size_text(one.peak_bytes)}" if one.cpu_seconds else ""
    return one.id, (one.label, tr(STATE_TEXTS[one.state]), share, used, one.message)


def _schedule_row(one: Any) -> Row:
    following = next_run(one, time.time())
    when = f"{datetime.fromtimestamp(following).astimezone():%Y-%m-%d %H:%M}" if following else tr("Paused")
    return one.id, (one.name, when, one.rule, " ".join(one.arguments) or tr("Reminder"))
