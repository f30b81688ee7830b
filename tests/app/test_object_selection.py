"""Selecting an object on the canvas with real mouse and key events: a job beside the window, then an edit."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from editor.commands.raster.selection import coverage, selection_of
from editor.model.provenance import Provenance
from editor.tools.overlay import Label, Polyline
from render.geometry import IntRect
from render.raster.depth import to_unit
from tests.app.pointer import at, drag
from tests.ml.matting.scenes import disc_scene, overlap

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def scene(image: Any, qtbot: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An orange disc before a wall, and the tool taken by its key."""
    from editor.workflows.ai.pictures import Picture, put_layer

    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path / "models"))
    session = image.session
    picture, image.truth = disc_scene(400, 300)
    rgba = np.dstack([picture, np.ones((300, 400), np.float32)])
    with session.project.transaction("Photo"):
        put_layer(session.project, session.document, Picture(rgba), "Photo")
    image.canvas = image.window.parts.canvas
    image.canvas.setFocus()
    QTest.keyClick(image.window, Qt.Key.Key_W)
    assert session.tool == "raster.select_object"
    yield image


def click(scene: Any, x: float, y: float, modifiers: Any = NONE) -> None:
    QTest.mouseClick(scene.canvas, LEFT, modifiers, at(scene.canvas, x, y))
    QTest.qWait(QApplication.doubleClickInterval() // 4)


def selected(scene: Any) -> np.ndarray | None:
    project = scene.session.project
    found = coverage(project, scene.session.document, IntRect(0, 0, 400, 300))
    return None if found is None else to_unit(found)


def found(scene: Any, qtbot: Any) -> np.ndarray:
    qtbot.waitUntil(lambda: not scene.session.has_jobs and scene.window.parts.host.tool.is_idle, timeout=30000)
    return selected(scene)


def test_a_click_selects_the_object_as_one_edit(scene: Any, qtbot: Any) -> None:
    project, before = scene.session.project, scene.session.project.content_hash()
    click(scene, 200, 150)
    assert overlap(found(scene, qtbot) > 0.5, scene.truth > 0.5) > 0.95
    assert [item.tool for item in project.children(scene.session.document, Provenance)] == ["select_object"]
    qtbot.waitUntil(lambda: any(isinstance(item, Polyline) and item.style == "marching"
                                for item in scene.canvas.overlay.items))
    QTest.keyClick(scene.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert project.content_hash() == before and selected(scene) is None
    assert scene.errors == []


def test_a_box_and_then_less_by_another(scene: Any, qtbot: Any) -> None:
    drag(scene.canvas, (80, 30), (200, 200), (330, 280))
    first = found(scene, qtbot)
    assert overlap(first > 0.5, scene.truth > 0.5) > 0.95
    QTest.qWait(QApplication.doubleClickInterval() + 50)
    click(scene, 40, 40, ALT)  # the wall is not the object: nothing of the disc is lost
    assert overlap(found(scene, qtbot) > 0.5, scene.truth > 0.5) > 0.9
    assert scene.errors == []


def test_the_window_answers_while_it_looks(scene: Any, qtbot: Any) -> None:
    """A timer of the window ticks on, and another tool can be taken, which stops the job."""
    ticks: list[float] = []
    timer = QTimer()
    timer.setInterval(10)
    timer.timeout.connect(lambda: ticks.append(time.monotonic()))
    timer.start()
    click(scene, 200, 150)
    host = scene.window.parts.host
    if not host.tool.is_idle:
        assert any(isinstance(item, Label) for item in host.overlay())
    found(scene, qtbot)
    timer.stop()
    assert len(ticks) > 5
    assert selection_of(scene.session.project, scene.session.document) is not None


def test_escape_cancels_and_leaves_nothing(scene: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import ml.segmentation.grabcut as grabcut

    def endless(rgb: Any, prompts: Any, progress: Any) -> Any:
        while True:
            progress(0.5)
            time.sleep(0.01)

    monkeypatch.setattr("editor.workflows.ai.select_work.object_mask", endless)
    assert grabcut.object_mask is not endless
    before = scene.session.project.content_hash()
    click(scene, 200, 150)
    qtbot.waitUntil(lambda: scene.session.has_jobs)
    QTest.keyClick(scene.canvas, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not scene.session.has_jobs, timeout=5000)
    assert scene.window.parts.host.tool.is_idle
    assert scene.session.project.content_hash() == before
    assert scene.errors == []


def test_where_nothing_is_a_sentence_says_so(scene: Any, qtbot: Any) -> None:
    drag(scene.canvas, (-90, -90), (-60, -60), (-40, -40))
    qtbot.waitUntil(lambda: bool(scene.errors), timeout=20000)
    assert "box" in scene.errors[0]
    assert scene.window.parts.host.tool.is_idle
