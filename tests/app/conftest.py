"""A whole window for each test: preferences and projects lie in a temporary folder."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

PATIENCE_MS = 20_000


class PatientBot(QtBot):
    """A wait ends when what it waits for is there; how long that takes is the machine's matter, not the test's."""

    def waitUntil(self, callback: Any, *, timeout: int = PATIENCE_MS) -> None:  # noqa: N802 - Qt's names
        super().waitUntil(callback, timeout=max(timeout, PATIENCE_MS))

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **options: Any) -> Any:  # noqa: N802 - Qt's names
        return super().waitSignal(signal, timeout=max(timeout, PATIENCE_MS), **options)

    def waitActive(self, widget: Any, *, timeout: int = PATIENCE_MS) -> Any:  # noqa: N802 - Qt's names
        return super().waitActive(widget, timeout=max(timeout, PATIENCE_MS))

    def waitExposed(self, widget: Any, *, timeout: int = PATIENCE_MS) -> Any:  # noqa: N802 - Qt's names
        return super().waitExposed(widget, timeout=max(timeout, PATIENCE_MS))


@pytest.fixture
def qtbot(qapp: Any, request: pytest.FixtureRequest) -> PatientBot:
    return PatientBot(request)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.parent == here:
            item.add_marker(pytest.mark.app)


@pytest.fixture(scope="module", autouse=True)
def _old_objects_rest() -> None:
    """Every window ends with a search for rings of objects: it need not go through all that other files left behind."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def studio(qapp: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The session and its window on screen, with the start page."""
    from PySide6.QtCore import QEvent

    from app.preferences import Preferences
    from app.shell.garbage import GarbageInOneThread
    from app.window import Studio, prepare_application

    garbage = GarbageInOneThread()  # as `app.window.start` does
    garbage.begin()
    monkeypatch.setenv("ATELIER_REPORTS", str(tmp_path / "reports"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("ATELIER_QUEUE", str(tmp_path / "queue.sqlite"))  # nobody's own work is done by a test
    monkeypatch.setenv("ATELIER_FARM", str(tmp_path / "farm"))
    monkeypatch.setenv("ATELIER_LIBRARY", str(tmp_path / "library"))
    folder, path = str(tmp_path / "projects"), tmp_path / "preferences.json"
    preferences = Preferences(language="en", projects_folder=folder, path=path)
    made = Studio(prepare_application(preferences), preferences)
    made.errors = errors = []
    made.session.message.connect(lambda level, text, remedy: errors.append(text) if level == "error" else None)
    made.window.setAnimated(False)  # docks are where they belong at once, on a busy machine too
    made.window.resize(1400, 900)
    with qtbot.waitActive(made.window):
        made.window.show()
        made.window.activateWindow()
    yield made
    made.window.close()
    made.session.close()
    made.session.end_jobs()
    made.window.deleteLater()
    made.session.deleteLater()  # what is connected to its signals holds the window, and all that the window knows
    qapp.processEvents()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # outside a loop Qt would keep it for the next test
    garbage.end()


@pytest.fixture
def image(studio: Any, qtbot: Any) -> Any:
    """A project with one image of 400 x 300, drawn on screen."""
    studio.window.files.new_project("raster", name="Picture", width=400, height=300)
    canvas = studio.window.parts.canvas
    qtbot.waitUntil(lambda: canvas.surface.size_of_document == (400.0, 300.0) and canvas.surface.is_complete())
    return studio
