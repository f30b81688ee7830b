"""Windows that keep something open really close, by Escape and by their frame."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest


@pytest.mark.parametrize("way", ["Escape", "X"])
def test_the_window_of_the_queue_closes_and_comes_again(studio: Any, qtbot: Any, way: str) -> None:
    from app.queue.window import QueueWindow

    for _ in range(2):
        studio.window.bindings.actions["window.queue"].trigger()
        shown = studio.window.findChild(QueueWindow)
        with qtbot.waitExposed(shown):
            pass  # it shows itself
        if way == "X":
            assert shown.close()
        else:
            QTest.keyClick(shown, Qt.Key.Key_Escape)
        assert not shown.isVisible()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert studio.window.findChild(QueueWindow) is None
    studio.window.queue.stop()
