"""What texts say, asked from the AI menu with real events: shown, written down, undone; a silent server stopped."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from app.ai.dialog import ToolDialog
from app.ai.results import ResultsDialog
from editor.commands.project.about import about
from editor.model.vector import Page
from tests.app.test_ai_window import click_run, with_dialog
from tests.ml.words.language_server import serving
from tests.ml.words.test_words import ENGLISH

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def letter(studio: Any, qtbot: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path / "models"))
    studio.window.files.new_project("vector", name="Letter", width=400, height=300)
    page = studio.session.project.children(studio.session.document, Page)[0]
    studio.session.run("vector.add_text", parent=page.id, text=ENGLISH, x=20, y=20, size=9, width=360)
    return studio


def results() -> list[ResultsDialog]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, ResultsDialog) and one.isVisible()]


def test_keywords_are_shown_and_written_down(letter: Any, qtbot: Any) -> None:
    project, document = letter.session.project, letter.session.document
    before = project.content_hash()
    with_dialog(letter, qtbot, "Find keywords", click_run)
    qtbot.waitUntil(lambda: bool(results()), timeout=8000)
    texts = [label.text() for label in results()[0].findChildren(QLabel)]
    assert {"Find keywords", "12 keywords were found.", "storm"} <= set(texts)
    QTest.keyClick(results()[0], Qt.Key.Key_Escape)
    found = about(project, document)
    assert found is not None and "storm" in found.keywords
    project.select(())
    panel = letter.window.parts.properties
    qtbot.waitUntil(lambda: panel.about is not None and "storm" in panel.about.keywords.text())
    letter.window.bindings.actions["edit.undo"].trigger()
    assert project.content_hash() == before
    assert letter.errors == []


def test_a_silent_server_is_stopped_from_the_panel(letter: Any, qtbot: Any) -> None:
    before = letter.session.project.content_hash()
    with serving(way="stall") as told:

        def act(dialog: ToolDialog) -> None:
            dialog._take({"language_server": {"use": True, "address": told.address, "model": ""}})
            click_run(dialog)

        with_dialog(letter, qtbot, "Sum up", act)
        panel = letter.window.parts.jobs
        qtbot.waitUntil(lambda: bool(told.asked) and any(row.stop.isVisibleTo(panel) for row in panel.rows.values()))
        letter.window.parts.docks["jobs"].raise_()
        QTest.mouseClick(max(panel.rows.items())[1].stop, LEFT)
        qtbot.waitUntil(lambda: not letter.session.has_jobs, timeout=1000)
        assert not told.ended.is_set()
    assert letter.session.project.content_hash() == before
    assert letter.errors == []


def test_what_is_wrong_with_a_server_is_said(letter: Any, qtbot: Any) -> None:
    def act(dialog: ToolDialog) -> None:
        dialog._take({"language_server": {"use": True, "address": "http://10.0.0.9:11434"}})
        click_run(dialog)

    with_dialog(letter, qtbot, "Tell the mood", act)
    qtbot.waitUntil(lambda: letter.errors == ["10.0.0.9 is not this computer, and your text would be sent there."])
