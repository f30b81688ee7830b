"""Tools as jobs: shown, stopped, queued, asked about at closing, undone under way; what goes wrong is a sentence."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.ai.service import Wishes
from app.dialogs.models import ModelsDialog
from app.dialogs.running import RunningDialog
from editor.workflows.ai.pictures import Picture, put_layer
from editor.workflows.ai.tool import TOOLS
from ml.catalogue.store import InstalledModel
from tests.app.ai.hands import CONTROL, LEFT, Hands, wait_until
from tests.app.tiny_tools import Brightness
from tests.ml import small_models


@pytest.fixture
def hands(picture: Any) -> Hands:
    return Hands(picture)


def begin(hands: Hands, name: str, **more: Any) -> Any:
    return hands.studio.window.ai.run(TOOLS[name], Wishes(TOOLS[name].options(), **more))


def chip(hands: Hands) -> Any:
    return hands.studio.window.parts.status.job


def layer_names(hands: Hands) -> list[str]:
    return [item.name for item in hands.project.children(hands.studio.session.document)]


def test_three_at_once_are_counted_and_stopped_one_by_one(hands: Hands) -> None:
    for _ in range(3):
        begin(hands, "test.slow")
    wait_until(lambda: chip(hands).name.text() == "Think long (+2)")
    QTest.mouseClick(chip(hands).name, LEFT)
    wait_until(hands.studio.window.parts.jobs.isVisible)
    rows = hands.studio.window.parts.jobs.rows
    waiting = max(rows)
    assert rows[waiting].state.text() == "Waiting"
    QTest.mouseClick(rows[waiting].stop, LEFT)  # one that waits ends at once, though no lane is free
    wait_until(lambda: rows[waiting].state.text() == "Cancelled", 1.0)
    for left in (1, 0):
        QTest.mouseClick(chip(hands).stop, LEFT)
        assert chip(hands).name.text().startswith("Stopping: ")
        wait_until(lambda left=left: len(hands.studio.session.jobs.active()) == left, 2.0)
        QTest.qWait(20)
    wait_until(lambda: not chip(hands).isVisible())
    assert hands.errors == []


@pytest.mark.parametrize("stops", [False, True])
def test_closing_asks_about_what_runs(hands: Hands, stops: bool) -> None:
    begin(hands, "test.slow")
    place, before = hands.studio.window.files.place, hands.project.content_hash()
    asked: list[str] = []

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, RunningDialog):
            QTimer.singleShot(20, answer)
            return
        asked.append(dialog.windowTitle())
        QTest.mouseClick(dialog.stop_button if stops else dialog.keep_button, LEFT)

    QTimer.singleShot(20, answer)
    hands.studio.window.bindings.actions["file.close_project"].trigger()
    assert asked == ["Something is still running"]
    if stops:
        assert hands.project is None
        hands.studio.window.files.open_path(place)
        assert hands.project.content_hash() == before
    else:
        assert hands.project.content_hash() == before
        assert hands.studio.session.has_jobs
    assert hands.errors == []


def test_undo_under_way_keeps_both(hands: Hands) -> None:
    session = hands.studio.session
    session.run("raster.add_layer", document=session.document, name="Newest")
    hands.project.select((hands.project.children(session.document)[0].id,))
    hands.studio.window.ai.run(TOOLS["test.brighten"], Wishes(Brightness()))
    hands.studio.window.activateWindow()
    wait_until(hands.studio.window.isActiveWindow, 5.0)
    hands.press(Qt.Key.Key_Z, CONTROL)
    hands.wait_for_jobs()
    assert layer_names(hands) in (["Background", "Lighter"], ["Background"])
    made = [entry for entry in hands.project.history if entry.label == "Brighten a little"]
    assert len(made) == 1, "the result is in the history, on top or on a branch"
    assert hands.errors == []


def endless(folder: Path, count: int = 10**9) -> InstalledModel:
    folder.mkdir(exist_ok=True)
    path = folder / "endless.onnx"
    if not path.exists():
        small_models.endless(path)
    return InstalledModel("endless", "denoise", {"model": path}, "0" * 64, settings={"count": count})


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
def test_a_killed_worker_is_a_sentence_and_the_window_lives(hands: Hands, tmp_path: Path) -> None:
    runtime = hands.studio.window.ai.runtime
    model = endless(tmp_path / "model")
    runtime.signature(model.path)
    begin(hands, "test.think", model=model)
    QTest.qWait(300)
    os.kill(runtime.worker, signal.SIGKILL)
    hands.wait_for_jobs()
    assert len(hands.errors) == 1
    assert "went wrong in the program" not in hands.errors[0]
    begin(hands, "test.think", model=endless(tmp_path / "model", 2))
    hands.wait_for_jobs()
    assert "It has thought." in hands.told


def test_a_model_under_way_is_stopped_within_a_second(hands: Hands, tmp_path: Path) -> None:
    begin(hands, "test.think", model=endless(tmp_path / "model"))
    wait_until(lambda: hands.studio.window.ai.runtime.worker is not None)
    QTest.qWait(500)
    began = time.monotonic()
    QTest.mouseClick(chip(hands).stop, LEFT)
    wait_until(lambda: not hands.studio.session.has_jobs, 5.0)
    print(f"stopped after {time.monotonic() - began:.2f} s")
    assert hands.errors == []


def test_memory_that_is_not_there_is_a_sentence(hands: Hands) -> None:
    begin(hands, "test.hungry")
    hands.wait_for_jobs()
    assert hands.errors == ["There is not enough memory for this. Work at a smaller size."]


def test_a_full_disk_keeps_what_was_there(hands: Hands) -> None:
    document = hands.studio.session.document
    noise = np.random.default_rng(3).random((300, 400, 4), np.float32)
    with hands.project.transaction("Noise"):
        hands.project.select((put_layer(hands.project, document, Picture(noise), "Noise"),))
    store = hands.studio.session.storage.store
    connection = store.connection
    store.reserve.give_up()
    before = hands.project.content_hash()
    [pages] = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}").fetchone()
    hands.studio.window.ai.run(TOOLS["test.brighten"], Wishes(Brightness()))
    hands.wait_for_jobs()
    connection.execute("PRAGMA max_page_count = 1000000").fetchone()
    assert len(hands.errors) == 1
    assert hands.errors[0].startswith("The disk is full")
    assert hands.project.content_hash() == before
    hands.errors.clear()
    hands.studio.window.ai.run(TOOLS["test.brighten"], Wishes(Brightness()))
    hands.wait_for_jobs()
    assert hands.errors == []
    assert "Lighter" in layer_names(hands)


def test_a_project_that_is_only_read_is_left_alone(hands: Hands) -> None:
    from editor.storage import open_project

    place = hands.studio.window.files.place
    hands.studio.window.files.close_project()
    storage = open_project(place, read_only=True)
    hands.studio.session.open(storage.project, storage)
    hands.studio.window.bindings.actions["ai:test.brighten"].trigger()
    assert len(hands.errors) == 1
    assert "read" in hands.errors[0]


def test_the_window_of_models_is_one_click_away(hands: Hands) -> None:
    met: list[ModelsDialog] = []

    def leave() -> None:
        top = QApplication.activeModalWidget()
        if isinstance(top, ModelsDialog):
            met.append(top)
            top.reject()
        elif not met:
            QTimer.singleShot(20, leave)

    def act(dialog: Any) -> None:
        assert not dialog.run_button.isEnabled()
        QTimer.singleShot(20, leave)
        QTest.mouseClick(dialog.missing.button, LEFT)
        assert dialog.isVisible()

    hands.with_dialog(lambda: hands.choose_tool(TOOLS["test.bare"]), act)
    assert len(met) == 1
    assert hands.errors == []
