"""The page of orders: filter, table, what the chosen one says, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSplitter,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.queue.add_order import AddForm
from app.queue.after_form import AfterForm
from app.queue.log_view import LogView
from app.queue.orders_model import (
    COLUMNS,
    END,
    LANE,
    MESSAGE,
    PROGRESS,
    STATE,
    OrdersModel,
    ProgressDelegate,
    duration_text,
)
from app.queue.orders_reading import FILTERS, LANE_TEXTS, LANES, Found, OrdersReading, Wanted
from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count
from editor.workflows.queue.arranging import move_last, run_after, set_lane
from editor.workflows.queue.orders import Order, OrderLane, Wish
from editor.workflows.queue.snapshots import remove_snapshot
from editor.workflows.queue.store import QueueStore

if TYPE_CHECKING:
    from app.queue.desk import Desk, Errand

WIDTHS = (240, 84, 120, 104, 128, 140, 200, 130)


class OrdersPage(QWidget):
    """`attempt` runs an act and shows what goes wrong; `open_file` opens a result."""

    def __init__(
        self, desk: Desk, attempt: Callable[[Callable[[], Any]], Any], open_file: Callable[[Path], Any]
    ) -> None:
        super().__init__()
        self.desk, self.attempt, self.open_file = desk, attempt, open_file
        self.reading = OrdersReading()
        self.model = OrdersModel()
        self.view = QTreeView()
        self.states, self.lanes = QComboBox(), QComboBox()
        self.words = QLineEdit()
        self.left = QLabel()
        self.said = LogView()
        self.log = self.said.text
        self.empty = QLabel(tr("Nothing is queued. Exports, AI tools and recipes can be sent here."))
        self._is_looking = self._is_whole_wanted = False
        self._make_view()
        self._make_actions()
        self._lay_out()
        self.model.moved.connect(self._move)
        self.states.currentIndexChanged.connect(lambda _index: self.refresh(True))
        self.lanes.currentIndexChanged.connect(lambda _index: self.refresh(True))
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
        header.setStretchLastSection(False)
        for index, width in enumerate(WIDTHS):
            header.resizeSection(index, width)
        header.setSectionResizeMode(MESSAGE, QHeaderView.ResizeMode.Stretch)
        header.moveSection(LANE, STATE + 1)
        assert len(WIDTHS) == len(COLUMNS)
        view.selectionModel().selectionChanged.connect(lambda _new, _old: self._choose_log())

    def _make_actions(self) -> None:
        act = self._on_chosen
        self.acts = {
            "stop": self._action(tr("Stop this job"), "Del", lambda: act(lambda store, some: store.cancel(*ids(some)))),
            "again": self._action(tr("Again"), "Ctrl+R", lambda: act(lambda store, some: store.again(*ids(some)))),
            "hold": self._action(tr("Pause or go on"), "Space", lambda: act(toggle)),
            "up": self._action(tr("Earlier"), "Ctrl+Up", lambda: act(partial(shift, by=1))),
            "down": self._action(tr("Later"), "Ctrl+Down", lambda: act(partial(shift, by=-1))),
            "after": self._action(tr("Runs after..."), "Ctrl+Shift+A", self._ask_after),
            "open": self._action(tr("Open the result"), "Return", self._open_result),
            "forget": self._action(tr("Remove from the list"), "Shift+Del", lambda: act(forget)),
        }

    def _action(self, text: str, keys: str, act: Callable[[], Any]) -> QAction:
        made = QAction(text, self.view)
        made.setShortcut(QKeySequence(keys))
        made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        made.triggered.connect(lambda _on=False: self.attempt(act))
        self.view.addAction(made)
        return made

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        row = QHBoxLayout()
        for text, _ in FILTERS:
            self.states.addItem(tr(text))
        self.states.setAccessibleName(tr("State"))
        self.lanes.addItem(tr("All lanes"), "")
        for lane in LANES:
            self.lanes.addItem(tr(LANE_TEXTS[lane]), lane)
        self.lanes.setAccessibleName(tr("Lane"))
        self.words.setPlaceholderText(tr("Find a job"))
        self.words.setClearButtonEnabled(True)
        self.words.setFixedWidth(220)
        self.left.setObjectName("muted")
        for widget in (self.states, self.lanes, self.words):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.left)
        column.addLayout(row)
        self.empty.setObjectName("muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.split = split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.view)
        split.addWidget(self.said)
        split.setSizes([360, 150])
        column.addWidget(self.empty, 1)
        column.addWidget(split, 1)
        self.buttons = QHBoxLayout()
        self.buttons.addWidget(self._plain_button(tr("Add a job..."), self._ask_for_order))
        for name in ("stop", "again", "hold", "up", "down", "after"):
            self.buttons.addWidget(self._button(self.acts[name]))
        self.buttons.addStretch(1)
        self.buttons.addWidget(self._plain_button(tr("Clear ended"), self._clear))
        column.addLayout(self.buttons)

    def _plain_button(self, text: str, act: Callable[[], Any]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _on=False: self.attempt(act))
        return button

    def _button(self, action: QAction) -> QPushButton:
        button = QPushButton(action.text())
        button.setAutoDefault(False)
        button.setToolTip(f"{action.text()} ({action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})")
        button.clicked.connect(lambda _on=False: action.trigger())
        return button

    # Showing

    def refresh(self, whole: bool = False) -> None:
        """Ask for what runs; for everything when something was done, or another wrote and some time has gone."""
        self._is_whole_wanted |= whole
        if self._is_looking:
            return  # what was asked for comes back first
        self._is_looking = True
        wanted = Wanted(
            whole=self._is_whole_wanted, states=FILTERS[self.states.currentIndex()][1],
            lane=str(self.lanes.currentData()), words=tuple(self.words.text().casefold().split()),
            log=self.said.key, line=self.said.line,
        )  # fmt: skip
        self._is_whole_wanted = False
        self.desk.look(lambda store: self.reading.read(store, wanted)).then(self._show).otherwise(self._show_trouble)

    def _show_trouble(self, _error: BaseException) -> None:
        self._is_looking = False  # the window says why above its tabs

    def _show(self, found: Found) -> None:
        self._is_looking = False
        if found.orders is None:
            self.model.replace(found.running)
        else:
            self._show_orders(found, found.orders)
        if found.wanted.log == self.said.key:
            self.said.add_lines(found.lines)
        self._show_log()
        if self._is_whole_wanted:
            self.refresh()

    def _show_orders(self, found: Found, orders: list[Order]) -> None:
        chosen, at = set(self.chosen()), self.view.verticalScrollBar().value()
        if self.model.show(orders, found.usual, found.after):
            if chosen != set(self.chosen()):
                self._choose(chosen)
            self.view.verticalScrollBar().setValue(at)
        self.empty.setVisible(not found.count)
        self.split.setVisible(bool(found.count))
        text = tr("About {time} left", time=duration_text(found.seconds)) if found.seconds else ""
        more = tr("{count} of a new kind", count=found.unknown) if found.unknown and found.seconds else ""
        count = tr_count("1 job", "{count} jobs", count=len(orders))
        self.left.setText("  ·  ".join(filter(None, (count, text, more))))

    def _choose(self, keys: set[int]) -> None:
        selection = QItemSelection()
        for first, last in stretches([row for row, one in enumerate(self.model.orders) if one.id in keys]):
            selection.select(self.model.index(first, 0), self.model.index(last, len(COLUMNS) - 1))
        self.view.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _chosen_orders(self) -> list[Order]:
        """By stretches: ten thousand rows that are chosen are one."""
        found: Any = self.view.selectionModel().selection()  # a list of stretches, which the stubs do not say
        rows = {row for at in range(found.count()) for row in range(found[at].top(), found[at].bottom() + 1)}
        return [self.model.orders[row] for row in sorted(rows)]

    def chosen(self) -> list[int]:
        return ids(self._chosen_orders())

    def _choose_log(self) -> None:
        """Another row was chosen: its log is read at once."""
        before = self.said.key
        self._show_log()
        if self.said.key not in (0, before):
            self._is_looking = False
            self.refresh()

    def _show_log(self) -> None:
        found: Any = self.view.selectionModel().selection()
        is_one = found.count() == 1 and found[0].top() == found[0].bottom()
        self.said.show_order(self.model.orders[found[0].top()] if is_one else None)

    # Doing

    def _act(self, work: Callable[[QueueStore], Any]) -> Errand:
        return self.desk.act(work).then(lambda _result: self.refresh(True))

    def _on_chosen(self, work: Callable[[QueueStore, list[Order]], Any]) -> None:
        chosen = self._chosen_orders()
        if chosen:
            self._act(lambda store: work(store, chosen))

    def _clear(self) -> None:
        self._act(lambda store: store.forget_ended(store.clock()))

    def _move(self, keys: list[int], other: int) -> None:
        def move(store: QueueStore) -> None:
            if other == END:
                move_last(store, keys)
                return
            for key in keys:
                store.move_before(key, other)

        self._act(move)

    def _ask_for_order(self) -> None:
        def add(wishes: list[Wish]) -> Errand:
            return self.desk.act(lambda store: store.add_all(wishes))

        AddForm(self, add).exec()
        self.refresh(True)

    def _ask_after(self) -> None:
        chosen = [one for one in self._chosen_orders() if one.state in ("queued", "waiting", "paused")]
        if not chosen:
            raise ExpectedError(tr("Choose a job that has not begun."))

        def take(others: list[int]) -> Errand:
            return self.desk.act(lambda store: run_after(store, ids(chosen), others))

        AfterForm(self, chosen, self.model.orders, self.model.after, take).exec()
        self.refresh(True)

    def _set_lane(self, lane: OrderLane) -> None:
        self._on_chosen(lambda store, some: set_lane(store, ids(some), lane))

    def _open_result(self) -> None:
        for one in self._chosen_orders()[:1]:
            if one.state != "done" or not one.result:
                raise ExpectedError(tr("This job has no result to open."))
            self.open_file(Path(one.result))

    def _show_menu(self, at: QPoint) -> None:
        if self.chosen():
            self.menu().exec(self.view.viewport().mapToGlobal(at))

    def menu(self) -> QMenu:
        """What can be done with the chosen orders."""
        menu = QMenu(self)
        one = self._chosen_orders()[0]
        if one.state == "done" and one.result:
            menu.addAction(self.acts["open"])
            menu.addSeparator()
        for name in ("stop", "hold", "up", "down") if not one.has_ended else ("again", "forget"):
            menu.addAction(self.acts[name])
        if one.state in ("queued", "waiting", "paused"):
            menu.addSeparator()
            menu.addAction(self.acts["after"])
            lanes = menu.addMenu(tr("Lane"))
            group = QActionGroup(lanes)
            for lane in LANES:
                action = group.addAction(lanes.addAction(tr(LANE_TEXTS[lane])))
                action.setCheckable(True)
                action.setChecked(lane == one.lane)
                action.triggered.connect(lambda _on=False, lane=lane: self._set_lane(lane))
        return menu


def ids(orders: list[Order]) -> list[int]:
    return [one.id for one in orders]


def stretches(rows: list[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of rows that lie side by side.

    >>> list(stretches([1, 2, 3, 7]))
    [(1, 3), (7, 7)]
    """
    start = 0
    for place in range(1, len(rows) + 1):
        if place == len(rows) or rows[place] != rows[place - 1] + 1:
            yield rows[start], rows[place - 1]
            start = place


def toggle(store: QueueStore, orders: list[Order]) -> None:
    store.go_on(*(one.id for one in orders if one.state == "paused"))
    store.pause(*(one.id for one in orders if one.state != "paused"))


def shift(store: QueueStore, orders: list[Order], by: int) -> None:
    store.set_priorities([(one.id, one.priority + by) for one in orders if not one.has_ended])


def forget(store: QueueStore, orders: list[Order]) -> None:
    ended = [one for one in orders if one.has_ended]
    store.forget(*ids(ended))
    for one in ended:
        if one.snapshot:
            remove_snapshot(Path(one.snapshot))
