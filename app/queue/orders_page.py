"""The page of orders: filter, table, what the chosen one says, and what can be done with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.queue.orders_model import (
    COLUMNS,
    MESSAGE,
    NAME,
    PROGRESS,
    STATE_TEXTS,
    OrdersModel,
    ProgressDelegate,
    duration_text,
)
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.queue.estimates import all_left, usual_seconds
from editor.workflows.queue.orders import Order
from editor.workflows.queue.runner import ROOM
from editor.workflows.queue.snapshots import remove_snapshot
from editor.workflows.queue.states import OPEN, State
from editor.workflows.queue.store import QueueStore

LINES = 400
FULL_SECONDS = 1.0
WIDTHS = (250, 90, 130, 108, 130, 140)
FILTERS: tuple[tuple[str, tuple[State, ...]], ...] = (
    ("All jobs", ()), ("Not done yet", OPEN), ("Running", ("running", "paused")), ("Waiting", ("queued", "waiting")),
    ("Failed", ("failed",)), ("Done", ("done",)), ("Cancelled", ("cancelled",)),
)  # fmt: skip


class OrdersPage(QWidget):
    """`attempt` runs an act and shows what goes wrong; `open_file` opens a result."""

    def __init__(
        self, store: QueueStore, attempt: Callable[[Callable[[], Any]], Any], open_file: Callable[[Path], Any]
    ) -> None:
        super().__init__()
        self.store, self.attempt, self.open_file = store, attempt, open_file
        self.model = OrdersModel()
        self.view = QTreeView()
        self.states = QComboBox()
        self.words = QLineEdit()
        self.left = QLabel()
        self.log = QPlainTextEdit()
        self.empty = QLabel(tr("Nothing is queued. Exports, AI tools and recipes can be sent here."))
        self._full_at = -FULL_SECONDS
        self._version = -1
        self._logged: tuple[int, int] = (0, 0)
        self._make_view()
        self._make_actions()
        self._lay_out()
        self.model.moved.connect(self._move)
        self.states.currentIndexChanged.connect(lambda _index: self.refresh(True))
        self.words.textChanged.connect(lambda _text: self.refresh(True))

    # Making it

    def _make_view(self) -> None:
        view = self.view
        view.setModel(self.model)
        view.setRootIsDecorated(False)
        view.setUniformRowHeights(True)
        view.setAllColumnsShowFocus(True)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        view.setAccessibleName(tr("Jobs"))
        view.setItemDelegateForColumn(PROGRESS, ProgressDelegate(view))
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._show_menu)
        view.doubleClicked.connect(lambda _index: self._open_result())
        header = view.header()
        header.setStretchLastSection(True)
        for index, width in enumerate(WIDTHS):
            header.resizeSection(index, width)
        header.setSectionResizeMode(MESSAGE, QHeaderView.ResizeMode.Stretch)
        assert len(WIDTHS) == len(COLUMNS) - 1
        view.selectionModel().selectionChanged.connect(lambda _new, _old: self._show_log())

    def _make_actions(self) -> None:
        each = self._each
        self.acts = {
            "stop": self._action(tr("Stop this job"), "Del", lambda: each(self.store.cancel)),
            "again": self._action(tr("Again"), "Ctrl+R", lambda: each(self.store.again)),
            "hold": self._action(tr("Pause or go on"), "Space", lambda: self._on_orders(self._toggle)),
            "up": self._action(tr("Earlier"), "Ctrl+Up", lambda: self._on_orders(lambda one: self._shift(one, 1))),
            "down": self._action(tr("Later"), "Ctrl+Down", lambda: self._on_orders(lambda one: self._shift(one, -1))),
            "open": self._action(tr("Open the result"), "Return", self._open_result),
            "forget": self._action(tr("Remove from the list"), "Shift+Del", lambda: self._on_orders(self._forget)),
        }

    def _action(self, text: str, keys: str, act: Callable[[], Any]) -> QAction:
        made = QAction(text, self.view)
        made.setShortcut(QKeySequence(keys))
        made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        made.triggered.connect(lambda _on=False: self._do(act))
        self.view.addAction(made)
        return made

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        row = QHBoxLayout()
        for text, _ in FILTERS:
            self.states.addItem(tr(text))
        self.states.setAccessibleName(tr("State"))
        self.words.setPlaceholderText(tr("Find a job"))
        self.words.setClearButtonEnabled(True)
        self.words.setFixedWidth(220)
        self.left.setObjectName("muted")
        for widget in (self.states, self.words):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.left)
        column.addLayout(row)
        self.empty.setObjectName("muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.log.setReadOnly(True)
        self.log.setPlaceholderText(tr("Choose a job to read what it says."))
        self.split = split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.view)
        split.addWidget(self.log)
        split.setSizes([360, 150])
        column.addWidget(self.empty, 1)
        column.addWidget(split, 1)
        self.buttons = QHBoxLayout()
        for name in ("stop", "again", "hold", "up", "down"):
            self.buttons.addWidget(self._button(self.acts[name]))
        clear = QPushButton(tr("Clear ended"))
        clear.setAutoDefault(False)
        clear.clicked.connect(lambda _on=False: self._do(lambda: self.store.forget_ended(time.time())))
        self.buttons.addWidget(clear)
        self.buttons.addStretch(1)
        column.addLayout(self.buttons)

    def _button(self, action: QAction) -> QPushButton:
        button = QPushButton(action.text())
        button.setAutoDefault(False)
        button.setToolTip(f"{action.text()} ({action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})")
        button.clicked.connect(lambda _on=False: action.trigger())
        return button

    # Showing

    def refresh(self, whole: bool = False) -> None:
        """Read what runs; everything when something was done, or another program wrote and some seconds have gone."""
        version = self.store.version()
        due = time.monotonic() - self._full_at >= FULL_SECONDS
        if whole or (due and version != self._version):
            self._version, self._full_at = version, time.monotonic()
            self._read_all()
        else:
            running = {one.id for one in self.model.orders if one.state in ("running", "paused")}
            if running:
                self.model.replace({key: self.store.order(key) for key in running if self._is_there(key)})
        self._show_log()

    def _is_there(self, key: int) -> bool:
        try:
            self.store.order(key)
        except ExpectedError:
            return False
        return True

    def _read_all(self) -> None:
        every = self.store.orders()
        is_open = [one for one in every if not one.has_ended]
        usual = usual_seconds(self.store, (one.alike for one in is_open))
        states = FILTERS[self.states.currentIndex()][1]
        words = self.words.text().casefold().split()
        shown = [one for one in every if (not states or one.state in states) and _has(one, words)]
        chosen, at = set(self.chosen()), self.view.verticalScrollBar().value()
        if self.model.show(shown, usual, self.store.all_after()):
            self._choose(chosen)
            self.view.verticalScrollBar().setValue(at)
        self.empty.setVisible(not every)
        self.split.setVisible(bool(every))
        seconds, unknown = all_left(is_open, usual, ROOM, time.time())
        text = tr("About {time} left", time=duration_text(seconds)) if seconds else ""
        more = tr("{count} of a new kind", count=unknown) if unknown and seconds else ""
        self.left.setText("  ·  ".join(filter(None, (tr("{count} jobs", count=len(shown)), text, more))))

    def _choose(self, keys: set[int]) -> None:
        selection = QItemSelection()
        for row, one in enumerate(self.model.orders):
            if one.id in keys:
                selection.select(self.model.index(row, 0), self.model.index(row, len(COLUMNS) - 1))
        self.view.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def chosen(self) -> list[int]:
        return [self.model.orders[index.row()].id for index in self.view.selectionModel().selectedRows(NAME)]

    def _show_log(self) -> None:
        chosen = self.chosen()
        one = self._chosen_orders()[0] if len(chosen) == 1 else None
        if one is None:
            self.log.clear()
            return
        lines = [f"{datetime.fromtimestamp(at).astimezone():%H:%M:%S}  {line}" for at, line in self._lines(one.id)]
        text = "\n".join([f"atelier {' '.join(one.arguments)}", *self._facts(one), *lines])
        if text != self.log.toPlainText():
            bar = self.log.verticalScrollBar()
            follows = bar.value() >= bar.maximum() - 2
            self.log.setPlainText(text)
            bar.setValue(bar.maximum() if follows else bar.value())

    def _lines(self, key: int) -> list[tuple[float, str]]:
        return self.store.lines(key, LINES)

    def _facts(self, one: Order) -> list[str]:
        """What a row has no room for."""
        facts = []
        if one.energy_wh:
            facts.append(tr("about {energy} Wh", energy=round(one.energy_wh, 3)))
        if one.gpu_bytes:
            facts.append(tr("{memory} MB on the graphics card", memory=one.gpu_bytes >> 20))
        if one.attempts > 1:
            facts.append(tr("try {number} of {count}", number=one.attempts, count=one.most_attempts))
        if one.priority:
            facts.append(tr("priority {number}", number=one.priority))
        return ["  ·  ".join(facts)] if facts else []

    # Doing

    def _do(self, act: Callable[[], Any]) -> None:
        self.attempt(act)
        self.refresh(True)

    def _chosen_orders(self) -> list[Order]:
        return [self.model.orders[index.row()] for index in self.view.selectionModel().selectedRows(NAME)]

    def _each(self, act: Callable[[int], Any]) -> None:
        for key in self.chosen():
            act(key)

    def _on_orders(self, act: Callable[[Order], Any]) -> None:
        for one in self._chosen_orders():
            act(one)

    def _toggle(self, one: Order) -> None:
        (self.store.go_on if one.state == "paused" else self.store.pause)(one.id)

    def _shift(self, one: Order, by: int) -> None:
        self.store.set_priority(one.id, one.priority + by)

    def _forget(self, one: Order) -> None:
        if one.has_ended:
            self.store.forget(one.id)
            if one.snapshot:
                remove_snapshot(Path(one.snapshot))

    def _move(self, keys: list[int], other: int) -> None:
        def move() -> None:
            for key in keys:
                self.store.move_before(key, other)

        self._do(move)

    def _open_result(self) -> None:
        for one in self._chosen_orders()[:1]:
            if one.state != "done" or not one.result:
                raise ExpectedError(tr("This job has no result to open."))
            self.open_file(Path(one.result))

    def _show_menu(self, at: QPoint) -> None:
        if not self.chosen():
            return
        menu = QMenu(self)
        one = self._chosen_orders()[0]
        if one.state == "done" and one.result:
            menu.addAction(self.acts["open"])
            menu.addSeparator()
        for name in ("stop", "hold", "up", "down") if not one.has_ended else ("again", "forget"):
            menu.addAction(self.acts[name])
        menu.exec(self.view.viewport().mapToGlobal(at))


def _has(one: Order, words: list[str]) -> bool:
    if not words:
        return True
    text = f"#{one.id} {one.label} {one.message} {' '.join(one.arguments)} {tr(STATE_TEXTS[one.state])}".casefold()
    return all(word in text for word in words)
