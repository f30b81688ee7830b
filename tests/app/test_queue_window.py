"""The window of the queue with real clicks: work goes on, is stopped, paused, tried again; what is used."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest


@pytest.fixture
def queue(studio: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The window over an empty queue whose orders are small Python programs."""
    import app.queue.service as service
    from app.queue.window import QueueWindow

    monkeypatch.setattr(service, "program", lambda: (sys.executable, "-c"))
    studio.window.queue.path = tmp_path / "queue.sqlite"
    made = QueueWindow(studio.window, tmp_path / "queue.sqlite")
    made.store.set("rest_on_battery", "0")
    made.store.set("least_free_bytes", "0")
    made.show()
    studio.window.queue.start()
    yield made
    made.resources.wait()
    made.close()
    studio.window.queue.close()


def add(queue: Any, code: str, label: str, **more: Any) -> int:
    from editor.workflows.queue.orders import Wish

    key: int = queue.add_order(Wish(arguments=(code,), folder=str(Path.cwd()), label=label, **more))
    return key


def choose(queue: Any, label: str) -> None:
    item = next(iter(queue.orders.findItems(label, Qt.MatchFlag.MatchExactly)))
    QTest.mouseClick(
        queue.orders.viewport(), Qt.MouseButton.LeftButton, pos=queue.orders.visualItemRect(item).center()
    )


def press(queue: Any, text: str) -> None:
    from PySide6.QtWidgets import QPushButton

    button = next(one for one in queue.findChildren(QPushButton) if one.text() == text and one.isVisible())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_work_is_done_and_its_log_is_read(queue: Any, qtbot: Any) -> None:
    key = add(queue, "print('hello from the queue')", "Greeting")
    qtbot.waitUntil(lambda: queue.store.order(key).state == "done", timeout=30_000)
    qtbot.waitUntil(lambda: bool(queue.orders.findItems("Greeting", Qt.MatchFlag.MatchExactly)))
    choose(queue, "Greeting")
    qtbot.waitUntil(lambda: "hello from the queue" in queue.log.toPlainText())
    press(queue, "Clear ended")
    qtbot.waitUntil(lambda: queue.orders.topLevelItemCount() == 0)


def test_stopped_and_tried_again(queue: Any, qtbot: Any) -> None:
    key = add(queue, "import time; time.sleep(60)", "Long")
    qtbot.waitUntil(lambda: queue.store.order(key).state == "running", timeout=30_000)
    qtbot.waitUntil(lambda: bool(queue.orders.findItems("Long", Qt.MatchFlag.MatchExactly)))
    choose(queue, "Long")
    press(queue, "Stop")
    qtbot.waitUntil(lambda: queue.store.order(key).state == "cancelled", timeout=30_000)
    choose(queue, "Long")
    press(queue, "Again")
    qtbot.waitUntil(lambda: queue.store.order(key).state == "running", timeout=30_000)
    queue.store.cancel(key)
    qtbot.waitUntil(lambda: queue.store.order(key).state == "cancelled", timeout=30_000)


def test_a_paused_queue_says_so_and_begins_nothing(queue: Any, qtbot: Any) -> None:
    press(queue, "Pause")
    assert queue.note.isVisible()
    assert "paused" in queue.note.text()
    key = add(queue, "", "Waits")
    time.sleep(0.7)
    assert queue.store.order(key).state == "queued"
    press(queue, "Go on")
    qtbot.waitUntil(lambda: queue.store.order(key).state == "done", timeout=30_000)


def test_work_here_can_be_forbidden(queue: Any, studio: Any, qtbot: Any) -> None:
    queue.here.click()
    assert not studio.window.queue.is_running
    assert not studio.window.queue.is_wanted()
    key = add(queue, "", "Elsewhere")
    qtbot.waitUntil(lambda: "Nothing works on the queue here" in queue.note.text())
    queue.here.click()
    qtbot.waitUntil(lambda: queue.store.order(key).state == "done", timeout=30_000)


def test_recurring_work_is_asked_for(queue: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from PySide6.QtWidgets import QInputDialog

    answers = iter(["Nightly", "0 2 * * *", "library refresh", "Odd", "now and then", "x"])
    monkeypatch.setattr(QInputDialog, "getText", lambda *_args, **_named: (next(answers), True))
    queue.tabs.setCurrentIndex(1)
    press(queue, "Add...")
    item = queue.recurring.topLevelItem(0)
    assert (item.text(0), item.text(2), item.text(3)) == ("Nightly", "0 2 * * *", "library refresh")
    press(queue, "Add...")
    assert queue.recurring.topLevelItemCount() == 1
    item.setSelected(True)
    press(queue, "Pause or go on")
    assert queue.recurring.topLevelItem(0).text(1) == "Paused"
    queue.recurring.topLevelItem(0).setSelected(True)
    press(queue, "Delete")
    assert queue.recurring.topLevelItemCount() == 0


def test_what_is_used_is_shown_and_too_much_is_warned_of(queue: Any, qtbot: Any, studio: Any, tmp_path: Path) -> None:
    big = tmp_path / "Big.atelier"
    big.write_bytes(b"x" * 2_000_000)
    studio.session.preferences.recent = [str(big)]
    queue.tabs.setCurrentIndex(3)
    queue.refresh()
    qtbot.waitUntil(lambda: queue.resources.rooms.topLevelItemCount() > 0)
    rooms = queue.resources.rooms
    texts = [rooms.topLevelItem(row).text(0) for row in range(rooms.topLevelItemCount())]
    assert "Project Big" in texts
    assert queue.resources.bars["memory"].value() > 0
    queue.store.set("quota_bytes", "1000000")
    queue.resources._counted_at = -100.0
    queue.refresh()
    qtbot.waitUntil(lambda: "more than the 1.0 MB" in queue.resources.warning.text())
