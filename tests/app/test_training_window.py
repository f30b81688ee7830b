"""Training from the window, with real events and real runs of seconds: begin, pause, go on, compare, promote."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from app.ai.training import TrainingWindow
from ml.catalogue import versions
from ml.training import process
from tests.ml.training.pictures import folder_of_pictures

pytestmark = pytest.mark.skipif(find_spec("torch") is None, reason="needs the extra `train`")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = folder_of_pictures(tmp_path / "pictures", count=5, side=160)
    (folder / "broken.jpg").write_bytes(b"no picture")
    return folder


@pytest.fixture
def window(studio: Any, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainingWindow]:
    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path / "models"))
    menu = next(menu for _, menu in studio.window.bindings.menus if menu.title() == "AI")
    entry = next(action for action in menu.actions() if action.text() == "Train a model...")
    menu.popup(studio.window.mapToGlobal(QPoint(200, 40)))
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(entry).center())
    found = studio.window.findChild(TrainingWindow)
    assert found is not None and found.isVisible()
    found.activateWindow()
    qtbot.waitUntil(found.isActiveWindow, timeout=5000)  # else what is typed is lost when the focus moves over
    yield found
    for run in found.tracking.runs():
        process.ask(found.tracking, run.id, "stop")
        process.wait(found.tracking, run.id, 20)
    studio.session.end_jobs()


def begin(window: TrainingWindow, folder: Path, steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Choose recipe, folder and steps with mouse and keys, and press the button."""
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    form = window.form
    form.recipe.setFocus()
    QTest.keyClicks(form.recipe, "Try")
    assert form.recipe.currentData() == "try-out"
    assert not form.start.isEnabled()
    QTest.mouseClick(form.choose, LEFT)
    QTest.mouseClick(form.steps, LEFT)
    form.steps.selectAll()
    QTest.keyClicks(form.steps, str(steps))
    QTest.keyClick(form.steps, Qt.Key.Key_Return)
    assert form.steps.value() == steps
    QTest.mouseClick(form.start, LEFT)


def press(window: TrainingWindow, name: str) -> None:
    assert window.buttons[name].isEnabled(), name
    QTest.mouseClick(window.buttons[name], LEFT)


def until(window: TrainingWindow, qtbot: Any, state: str) -> None:
    qtbot.waitUntil(lambda: window.tracking.run(window.chosen).state == state, timeout=40_000)
    window.refresh()


def test_a_run_from_beginning_to_promotion(
    window: TrainingWindow, pictures: Path, studio: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(window, pictures, 60, monkeypatch)
    assert window.tracking.run(window.chosen).state == "running"
    until(window, qtbot, "done")
    assert len(window.quality.points) > 2 and window.quality.base is not None
    assert window.runs.currentItem().text().startswith("try-out.1\ndone")
    assert "1 skipped" in window.status.text() and "held out" in window.status.text()
    press(window, "compare")
    qtbot.waitUntil(lambda: bool(window.comparison.found), timeout=30_000)
    view = window.comparison.view
    assert view.before is not None and view.after is not None
    QTest.mouseClick(view, LEFT, pos=QPoint(view.width() // 4, view.height() // 2))
    assert view.share < 0.45
    assert "dB" in window.comparison.summary.text()
    window.refresh()
    press(window, "promote")
    assert versions.default_name(studio.window.ai.store, "upscale") == "try-out.1-60"
    press(window, "rollback")
    assert versions.default_name(studio.window.ai.store, "upscale") == versions.BUILT_IN
    assert studio.errors == []
    press(window, "rollback")
    assert studio.errors and "nothing to go back to" in studio.errors[0]


def test_pause_close_and_go_on(
    window: TrainingWindow, pictures: Path, studio: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(window, pictures, 100_000, monkeypatch)
    qtbot.waitUntil(lambda: window.tracking.run(window.chosen).step > 20, timeout=40_000)
    window.refresh()
    [job] = studio.session.jobs.active()
    assert job.name == "Train try-out.1" and "of 100000" in job.message
    press(window, "pause")
    until(window, qtbot, "paused")
    qtbot.waitUntil(lambda: not studio.session.jobs.active(), timeout=5000)
    step = window.tracking.run(window.chosen).step
    assert window.tracking.checkpoints(window.chosen)[-1].step == step
    press(window, "resume")
    qtbot.waitUntil(lambda: window.tracking.run(window.chosen).step > step, timeout=40_000)
    qtbot.waitUntil(lambda: len(studio.session.jobs.active()) == 1, timeout=5000)
    studio.session.jobs.cancel(studio.session.jobs.active()[0].id)
    until(window, qtbot, "paused")
    press(window, "stop")
    assert window.tracking.run(window.chosen).state == "stopped"
    assert studio.errors == []


def test_a_folder_without_pictures_is_said(
    window: TrainingWindow, tmp_path: Path, studio: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    Image.fromarray(np.zeros((9, 9, 3), np.uint8)).save(empty / "tiny.png")
    begin(window, empty, 10, monkeypatch)
    until(window, qtbot, "failed")
    assert "holds 0 usable pictures" in window.problem.text() and window.problem.isVisible()
    assert not window.buttons["promote"].isEnabled()


def test_escape_closes_and_the_menu_brings_a_new_one(window: TrainingWindow, studio: Any, qtbot: Any) -> None:
    QTimer.singleShot(0, lambda: QTest.keyClick(window, Qt.Key.Key_Escape))
    qtbot.waitUntil(lambda: studio.window.findChild(TrainingWindow) is None, timeout=5000)
    assert QApplication.activeModalWidget() is None
