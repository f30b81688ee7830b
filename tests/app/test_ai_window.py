"""AI tools from the window, with real mouse and key events: the menu, the dialog, the result, undo, cancel, consent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QToolButton

from app.ai.dialog import ToolDialog
from app.ai.results import ResultsDialog
from editor.model.provenance import Provenance
from editor.model.raster import Mask
from tests.app.tiny_tools import registered

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def tools(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path / "models"))
    with registered():
        yield


@pytest.fixture
def picture(tools: None, image: Any) -> Any:
    """An image whose layer is grey."""
    image.session.run("raster.fill", layer=image.session.project.selection[0], color="#808080")
    return image


def layers(studio: Any) -> list[str]:
    return [item.name for item in studio.session.project.children(studio.session.document)]


def ai_menu(studio: Any) -> QMenu:
    return next(menu for _, menu in studio.window.bindings.menus if menu.title() == "AI")


def entry_of(menu: QMenu, text: str) -> tuple[QMenu, Any]:
    """The menu that holds an entry, opened on the way there, and the entry."""
    menu.popup(menu.parentWidget().mapToGlobal(QPoint(0, 0)))
    for action in menu.actions():
        if action.text() == text:
            return menu, action
        if action.menu() is not None:
            for inner in action.menu().actions():
                if inner.text() == text:
                    menu.setActiveAction(action)
                    return action.menu(), inner
    raise AssertionError(f"{text} is not in the menu: {[action.text() for action in menu.actions()]}")


def with_dialog(studio: Any, qtbot: Any, label: str, act: Any) -> None:
    """Click a tool in the AI menu and do something with its dialog."""
    met = []

    def later() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, ToolDialog):
            QTimer.singleShot(20, later)
            return
        met.append(dialog)
        try:
            act(dialog)
        finally:
            if dialog.isVisible():
                QTest.keyClick(dialog, Qt.Key.Key_Escape)

    menu, action = entry_of(ai_menu(studio), f"{label}...")
    QTimer.singleShot(20, later)
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
    assert met, "no dialog came"


def click_run(dialog: ToolDialog) -> None:
    QTest.mouseClick(dialog.run_button, LEFT)


def ended(studio: Any, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: not studio.session.has_jobs, timeout=8000)
    QTest.qWait(20)


def test_a_tool_runs_from_the_menu_and_is_an_edit(picture: Any, qtbot: Any) -> None:
    project = picture.session.project
    before = project.content_hash()
    with_dialog(picture, qtbot, "Brighten a little", click_run)
    qtbot.waitUntil(lambda: layers(picture) == ["Background", "Lighter"])
    after = project.content_hash()
    made = project.get(project.selection[0])
    assert made.name == "Lighter"
    [note] = project.children(made.id, Provenance)
    assert (note.tool, note.model, note.parameters["amount"]) == ("test.brighten", "lighter", "0.5")
    QTest.keyClick(picture.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert project.content_hash() == before
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(picture.window, Qt.Key.Key_Z, modifiers)
    assert project.content_hash() == after
    assert picture.errors == []


def test_return_runs_and_escape_does_not(picture: Any, qtbot: Any) -> None:
    with_dialog(picture, qtbot, "Brighten a little", lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Escape))
    assert not picture.session.has_jobs
    with_dialog(picture, qtbot, "Brighten a little", lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Return))
    qtbot.waitUntil(lambda: layers(picture) == ["Background", "Lighter"])


def test_the_dialog_tries_the_tool_while_options_change(picture: Any, qtbot: Any) -> None:
    def act(dialog: ToolDialog) -> None:
        qtbot.waitUntil(lambda: dialog.view.after is not None, timeout=8000)
        first = dialog.view.after.pixelColor(5, 5).red()
        assert dialog.view.before.pixelColor(5, 5).red() == 128
        assert first > 185
        dialog.editor.editors["amount"].field.committed.emit(1.0)
        qtbot.waitUntil(lambda: dialog.view.after.pixelColor(5, 5).red() == 255, timeout=8000)

    with_dialog(picture, qtbot, "Brighten a little", act)
    assert layers(picture) == ["Background"]
    assert picture.errors == []


def test_what_was_chosen_last_is_there_again(picture: Any, qtbot: Any) -> None:
    def choose(dialog: ToolDialog) -> None:
        dialog.editor.editors["amount"].field.committed.emit(0.25)
        QTest.mouseClick(dialog.seed.dice, LEFT)
        seeds.append(dialog.seed.value())
        click_run(dialog)

    def look(dialog: ToolDialog) -> None:
        assert dialog.values["amount"] == 0.25
        assert [dialog.seed.value()] == seeds

    seeds: list[int] = []
    with_dialog(picture, qtbot, "Brighten a little", choose)
    ended(picture, qtbot)
    with_dialog(picture, qtbot, "Brighten a little", look)
    stored = json.loads(picture.session.preferences.path.read_text())["ai_options"]
    assert json.loads(stored["test.brighten"])["options"]["amount"] == 0.25


def test_without_consent_nothing_runs(picture: Any, qtbot: Any) -> None:
    def refuse(dialog: ToolDialog) -> None:
        assert not dialog.run_button.isEnabled()
        click_run(dialog)
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        assert dialog.isVisible()

    def agree(dialog: ToolDialog) -> None:
        statement = next(label for label in dialog.findChildren(QLabel) if label.text() == "Everyone shown agreed.")
        QTest.mouseClick(statement, LEFT)
        click_run(dialog)

    with_dialog(picture, qtbot, "Swap", refuse)
    assert not picture.session.has_jobs
    assert layers(picture) == ["Background"]
    with_dialog(picture, qtbot, "Swap", agree)
    qtbot.waitUntil(lambda: layers(picture) == ["Background", "Lighter"])
    [note] = picture.session.project.children(picture.session.project.selection[0], Provenance)
    assert note.consent == "Everyone shown agreed."


def test_a_job_is_stopped_from_the_panel(picture: Any, qtbot: Any) -> None:
    with_dialog(picture, qtbot, "Think long", click_run)
    panel = picture.window.parts.jobs
    qtbot.waitUntil(lambda: any(row.stop.isVisibleTo(panel) for row in panel.rows.values()))
    row = max(panel.rows.items())[1]
    assert picture.window.parts.status.job.isVisible()
    picture.window.parts.docks["jobs"].raise_()
    QTest.mouseClick(row.stop, LEFT)
    qtbot.waitUntil(lambda: not picture.session.has_jobs, timeout=1000)
    assert picture.errors == []
    qtbot.waitUntil(lambda: row.state.text() == "Cancelled", timeout=1000)


def test_the_artist_works_on_while_a_tool_runs(picture: Any, qtbot: Any) -> None:
    from app.ai.service import Wishes
    from editor.workflows.ai.tool import TOOLS
    from tests.app.tiny_tools import Brightness

    session = picture.session
    picture.window.ai.run(TOOLS["test.brighten"], Wishes(Brightness()))
    session.run("raster.add_layer", document=session.document, name="Meanwhile")
    qtbot.waitUntil(lambda: "Lighter" in layers(picture))
    assert layers(picture) == ["Background", "Lighter", "Meanwhile"]
    assert picture.errors == []


def test_a_result_whose_layer_is_gone_lies_on_a_branch(picture: Any, qtbot: Any) -> None:
    from app.ai.service import Wishes
    from editor.workflows.ai.tool import TOOLS, NoOptions

    session, project = picture.session, picture.session.project
    session.run("raster.add_layer", document=session.document, name="Other")
    project.select((project.children(session.document)[0].id,))
    told: list[str] = []
    session.message.connect(lambda level, text, remedy: told.append(text))
    picture.window.ai.run(TOOLS["test.mask"], Wishes(NoOptions()))
    session.run("project.delete", records=(project.selection[0],))
    stands = project.content_hash()
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["Half a mask is done, but what it was made for is gone."]
    assert project.content_hash() == stands
    assert layers(picture) == ["Other"]
    branch = next(entry for entry in project.history if entry.label == "Half a mask")
    project.travel(branch.id)
    assert len(list(project.index.of_type(Mask))) == 1


def test_what_a_tool_finds_out_is_shown_and_copied(picture: Any, qtbot: Any) -> None:
    with_dialog(picture, qtbot, "Find facts", click_run)

    def shown() -> list[ResultsDialog]:
        return [w for w in QApplication.topLevelWidgets() if isinstance(w, ResultsDialog) and w.isVisible()]

    qtbot.waitUntil(lambda: bool(shown()))
    dialog = shown()[0]
    button = next(b for b in dialog.findChildren(QToolButton) if b.accessibleName() == "Copy Mood")
    QTest.mouseClick(button, LEFT)
    assert QApplication.clipboard().text() == "calm, a little sad"
    assert dialog.as_text().splitlines()[0] == "Width\t400"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert len(picture.session.project.history) == 2


def test_a_tool_without_a_model_says_what_it_needs(picture: Any, qtbot: Any) -> None:
    def look(dialog: ToolDialog) -> None:
        assert not dialog.run_button.isEnabled()
        assert dialog.missing.isVisible()
        assert "needs a model" in dialog.missing.text.text()

    with_dialog(picture, qtbot, "Imagine", look)


def test_tools_are_there_for_their_family_only(picture: Any) -> None:
    assert picture.window.bindings.actions["ai:test.brighten"].isEnabled()
    picture.window.files.new_document("video", name="Film")
    assert not picture.window.bindings.actions["ai:test.brighten"].isEnabled()
    assert picture.window.bindings.actions["ai:test.facts"].isEnabled()
    picture.window.bindings.actions["edit.palette"].trigger()
    palette = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "palette" and w.isVisible())
    QTest.keyClicks(palette.line, "find facts")
    assert palette.list.currentItem().text() == "Find facts"
    palette.close()


def test_properties_say_what_made_the_selected_layer(picture: Any, qtbot: Any) -> None:
    session, project = picture.session, picture.session.project
    layer = project.selection[0]
    mask = session.run("raster.add_mask", layer=layer)
    session.run(
        "project.note_provenance", record=mask, tool="test.mask", model="U2", model_sha256="ab" * 32, seed=3,
        parameters={"soft": "True", "amount": "0.250000"}, generated=True,
    )
    panel = picture.window.parts.properties
    qtbot.waitUntil(lambda: panel.made_by.isVisibleTo(panel))
    texts = [label.text() for label in panel.made_by.findChildren(QLabel)]
    assert texts[:2] == ["Made by", "Half a mask"]
    assert {"U2", "abababababab…", "yes", "0.25", "3"} <= set(texts)
    button = panel.made_by.findChild(QToolButton)
    QTest.mouseClick(button, LEFT)
    assert QApplication.clipboard().text() == "ab" * 32
    project.undo()
    qtbot.waitUntil(lambda: not panel.made_by.isVisibleTo(panel))
    assert picture.errors == []
