"""A person at the window: menus are clicked, fields are typed into, results are waited for. No Qt object is asked to do
what a hand could not."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEventLoop, QObject, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QMenu, QPlainTextEdit, QWidget

from app.ai.dialog import ToolDialog
from app.ai.results import ResultsDialog
from app.widgets.number_field import NumberField

if TYPE_CHECKING:
    from editor.workflows.ai.tool import Tool

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
PATIENCE_SECONDS = 20.0  # less than the slow tools take: who waits for a cancelled one does not wait for its end


def wait_until(condition: Callable[[], object], seconds: float = PATIENCE_SECONDS, what: str = "it") -> None:
    """Let the window work until something holds; on a busy machine that may take long."""
    end = time.monotonic() + max(seconds, PATIENCE_SECONDS)
    while not condition():
        assert time.monotonic() < end, f"{what} did not come in {seconds} s"
        breathe(10)


def breathe(milliseconds: int) -> None:
    """Let the window work for a moment. (QTest.qWait keeps Python's lock while it waits: jobs would stand still.)"""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class Hands:
    """`errors` are what the window complained of; `told` what it said."""

    def __init__(self, studio: Any) -> None:
        self.studio = studio
        self.errors: list[str] = []
        self.told: list[str] = []
        studio.session.message.connect(self._hear)

    def _hear(self, level: str, text: str, remedy: str) -> None:
        (self.errors if level == "error" else self.told).append(f"{text} {remedy}".strip())

    @property
    def project(self) -> Any:
        return self.studio.session.project

    # Menus

    def choose(self, *path: str) -> None:
        """Click through menus from the menu bar: choose("AI", "Repair", "Remove noise...")."""
        bar = self.studio.window.menuBar()
        [top] = [action for action in bar.actions() if action.text().replace("&", "") == path[0]]
        QTest.mouseClick(bar, LEFT, pos=bar.actionGeometry(top).center())
        menu = top.menu()
        wait_until(menu.isVisible, what="the menu")
        for text in path[1:]:
            menu = self._click_entry(menu, text)

    def choose_tool(self, tool: Tool) -> None:
        """Click a tool in the AI menu, through the menu of its section where it has one."""
        from editor.base.translation import tr

        self.choose(tr("AI"))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        entry = f"{tr(tool.label)}..."
        for action in menu.actions():
            inner: Any = action.menu()
            if inner is not None and entry in [item.text() for item in inner.actions()]:
                menu = self._click_entry(menu, action.text())
                break
        self._click_entry(menu, entry)

    @staticmethod
    def _click_entry(menu: QMenu, text: str) -> QMenu:
        entries = {action.text().replace("&", ""): action for action in menu.actions()}
        assert text in entries, f"{text} is not in the menu: {sorted(entries)}"
        action = entries[text]
        assert action.isEnabled(), f"{text} is not possible"
        inner = action.menu()
        QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
        if inner is not None:
            wait_until(inner.isVisible, what="the inner menu")
        return inner or menu

    def with_dialog(self, begin: Callable[[], object], act: Callable[[ToolDialog], object]) -> None:
        """Do what brings a tool's dialog up, and something with it; it is left with Escape if it still stands."""
        met: list[ToolDialog] = []
        raised: list[BaseException] = []
        end = time.monotonic() + PATIENCE_SECONDS

        def later() -> None:
            dialog = QApplication.activeModalWidget()
            if not isinstance(dialog, ToolDialog):
                if time.monotonic() < end:
                    QTimer.singleShot(20, later)
                return
            met.append(dialog)
            try:
                act(dialog)
            except BaseException as error:  # noqa: BLE001 - it would be lost in Qt's loop; it is raised below
                raised.append(error)
            if dialog.isVisible():
                dialog.reject()

        QTimer.singleShot(20, later)
        begin()
        if raised:
            raise raised[0]
        assert met, f"no dialog came; errors: {self.errors}"

    # Fields

    def set_option(self, dialog: ToolDialog, name: str, value: Any) -> None:
        """Into the field of an option, with the keyboard."""
        assert dialog.editor is not None
        editor = dialog.editor.editors[name]
        field = next(
            child
            for child in editor.findChildren(QWidget)
            if isinstance(child, NumberField | QComboBox | QCheckBox | QPlainTextEdit | QLineEdit)
        )
        put(field, value)
        assert dialog.values[name] == value, f"{name} is {dialog.values[name]!r} after {value!r} was put in"

    def choose_model(self, dialog: ToolDialog, name: str) -> None:
        put(dialog.methods.box, name)
        assert dialog.methods.model is not None

    # Keys, jobs

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.studio.window, key, modifiers)

    def wait_for_jobs(self, seconds: float = 60.0) -> None:
        wait_until(lambda: not self.studio.session.has_jobs, seconds, "the end of the jobs")
        breathe(30)

    @staticmethod
    def results() -> list[ResultsDialog]:
        """The windows of what tools found out."""
        return [w for w in QApplication.topLevelWidgets() if isinstance(w, ResultsDialog) and w.isVisible()]


def put(field: QWidget, value: Any) -> None:
    """A value into a field as a hand would."""
    if isinstance(field, NumberField):
        QTest.mouseClick(field, LEFT)
        QTest.keyClick(field, Qt.Key.Key_A, CONTROL)
        QTest.keyClicks(field, f"{value * field.factor:g}")
        QTest.keyClick(field, Qt.Key.Key_Tab)
    elif isinstance(field, QComboBox) and not field.isEditable():
        place = field.findData(value)
        assert place >= 0, f"{value!r} is no choice of {[field.itemData(row) for row in range(field.count())]}"
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_Home)
        for _ in range(field.count()):
            if field.currentIndex() == place:
                break
            QTest.keyClick(field, Qt.Key.Key_Down)
    elif isinstance(field, QCheckBox):
        if field.isChecked() != value:
            QTest.mouseClick(field, LEFT, pos=QPoint(8, field.height() // 2))
    else:
        _type_text(field, value)


def _type_text(field: QWidget, value: str) -> None:
    line: Any = field.lineEdit() if isinstance(field, QComboBox) else field
    QTest.mouseClick(line.viewport() if isinstance(line, QPlainTextEdit) else line, LEFT)
    wait_until(line.hasFocus, what="the focus")
    QTest.keyClick(line, Qt.Key.Key_A, CONTROL)
    QTest.keyClicks(line, value)
    QTest.keyClick(line, Qt.Key.Key_Tab)


class Heartbeat(QObject):
    """The longest time in which the window did nothing: it beats every few milliseconds while its loop runs.

    In seconds: `longest` by the clock; `busy` the processor time that all threads of this program took in one such
    time, which is what it would last at most if no other program ran; `own` that of the window's thread alone.
    """

    def __init__(self) -> None:
        super().__init__()
        self.longest = self.busy = self.own = 0.0
        self._last = now()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def _beat(self) -> None:
        here = now()
        clock, all_threads, own = (after - before for before, after in zip(self._last, here))
        self.longest, self.busy = max(self.longest, clock), max(self.busy, min(clock, all_threads))
        self.own, self._last = max(self.own, own), here

    def begin(self) -> None:
        self.longest = self.busy = self.own = 0.0
        self._last = now()
        self._timer.start(5)

    def end(self) -> None:
        self._beat()
        self._timer.stop()


def now() -> tuple[float, float, float]:
    """The clock, and the processor time of this program and of this thread."""
    return time.monotonic(), time.process_time(), time.thread_time()
