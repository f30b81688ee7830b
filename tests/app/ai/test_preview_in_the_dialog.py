"""What the dialog tries: one trial at a time, the newest options count, it can be switched off, details move."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.ai.compare import CompareView
from editor.workflows.ai.tool import TOOLS
from tests.app.ai.hands import LEFT, Hands, wait_until


@pytest.fixture
def hands(picture: Any) -> Hands:
    return Hands(picture)


def with_dialog(hands: Hands, name: str, act: Any) -> None:
    def ready(dialog: Any) -> None:
        dialog.activateWindow()
        wait_until(dialog.isActiveWindow, 5.0)
        act(dialog)

    hands.with_dialog(lambda: hands.choose_tool(TOOLS[name]), ready)


def test_new_options_stop_the_trial_of_old_ones(hands: Hands) -> None:
    previews = hands.studio.window.ai.previews

    def act(dialog: Any) -> None:
        hands.set_option(dialog, "amount", 1.0)  # four seconds
        wait_until(lambda: previews.active() and previews.active()[-1].state == "running")
        [old] = [status.id for status in previews.active()]
        assert dialog.view.is_busy
        hands.set_option(dialog, "amount", 0.0)
        wait_until(lambda: dialog.view.after is not None and not dialog.view.is_busy)
        assert old not in [status.id for status in previews.active()]
        assert dialog.view.after.pixelColor(5, 5).red() == 128

    with_dialog(hands, "test.dawdle", act)
    wait_until(lambda: not previews.active())
    assert hands.errors == []


def test_leaving_the_dialog_stops_the_trial(hands: Hands) -> None:
    previews = hands.studio.window.ai.previews
    with_dialog(hands, "test.dawdle", lambda dialog: hands.set_option(dialog, "amount", 1.0))
    wait_until(lambda: not previews.active(), 2.0)


def test_the_preview_is_switched_off_and_stays_off(hands: Hands) -> None:
    previews = hands.studio.window.ai.previews

    def switch_off(dialog: Any) -> None:
        wait_until(lambda: dialog.view.after is not None)
        QTest.mouseClick(dialog.wants_preview, LEFT, pos=QPoint(8, dialog.wants_preview.height() // 2))
        wait_until(lambda: not dialog.view.is_busy or not dialog.view.note)
        assert dialog.view.after is None

    def look(dialog: Any) -> None:
        wait_until(lambda: dialog.view.before is not None)
        QTest.qWait(400)
        assert not dialog.wants_preview.isChecked()
        assert dialog.view.after is None

    with_dialog(hands, "test.brighten", switch_off)
    with_dialog(hands, "test.brighten", look)
    assert not previews.active()


def test_a_detail_is_shown_pixel_by_pixel_and_moved(qtbot: Any) -> None:
    view = CompareView(is_detail=True)
    qtbot.addWidget(view)
    view.resize(400, 340)
    view.show()
    view.show_before(np.zeros((640, 640, 4), np.float32))
    view.show_after(np.ones((640, 640, 4), np.float32))
    assert view._area().size().toSize() == view.before.size()
    start = view._area().topLeft()
    QTest.mousePress(view, LEFT, pos=QPoint(40, 40))
    QTest.mouseMove(view, QPoint(80, 60))
    QTest.mouseRelease(view, LEFT, pos=QPoint(80, 60))
    assert (view._area().topLeft() - start).toPoint() == QPoint(40, 20)
    QTest.mousePress(view, LEFT, pos=QPoint(200, 170))  # at the line
    QTest.mouseMove(view, QPoint(300, 170))
    QTest.mouseRelease(view, LEFT, pos=QPoint(300, 170))
    assert view.share == pytest.approx(0.75, abs=0.01)
    QTest.mouseDClick(view, LEFT, pos=QPoint(100, 100))
    assert (view.share, view._area().topLeft()) == (0.5, start)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.share == pytest.approx(0.55)
