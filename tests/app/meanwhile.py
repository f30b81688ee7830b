"""What a person does while a menu or a dialog holds the program: steps that each wait for their moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu

PATIENCE_SECONDS = 60.0
LOOK_MS = 15
Step = tuple[Callable[[], Any], Callable[[Any], object]]


class Meanwhile:
    """Each step waits until its first part gives something, and does its second part with it. Whatever goes wrong puts
    all menus and dialogs away, so that the test goes on and can say so."""

    def __init__(self, *steps: Step) -> None:
        self.steps = list(steps)
        self.error: BaseException | None = None
        self._end = time.monotonic() + PATIENCE_SECONDS
        self._later()

    @property
    def is_over(self) -> bool:
        if self.error is not None:
            raise self.error
        return not self.steps

    def _later(self) -> None:
        QTimer.singleShot(LOOK_MS, self._look)

    def _look(self) -> None:
        if not self.steps:
            return
        wait, act = self.steps[0]
        try:
            met = wait()
            if not met:
                assert time.monotonic() < self._end, "a step waited in vain"
                self._later()
                return
            self.steps.pop(0)
            self._later()  # what is done now may hold the program again
            act(met)
        except BaseException as error:  # noqa: BLE001 - told by the test that waits
            self.error = error
            self.steps = []
            _put_away()


def menu_open() -> QMenu | None:
    """The menu in front."""
    found = QApplication.activePopupWidget()
    return found if isinstance(found, QMenu) and found.isVisible() and bool(found.actions()) else None


def inner_menu(above: str) -> Callable[[], QMenu | None]:
    """The menu in front, once it is the one below an entry."""
    return lambda: found if (found := menu_open()) is not None and found.title() == above else None


def dialog_open() -> QDialog | None:
    found = QApplication.activeModalWidget()
    return found if isinstance(found, QDialog) and found.isVisible() else None


def click_entry(text: str) -> Callable[[QMenu], None]:
    """With the mouse."""

    def act(menu: QMenu) -> None:
        entries = {action.text().replace("&&", "&"): action for action in menu.actions()}
        assert text in entries, f"{text} is not in the menu: {list(entries)}"
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(entries[text]).center())

    return act


def _put_away() -> None:
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()
    while isinstance(dialog := QApplication.activeModalWidget(), QDialog):
        dialog.reject()
