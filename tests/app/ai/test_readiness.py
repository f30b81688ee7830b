"""What keeps a tool from working is said before anybody waits; the last tool runs again by a key."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from tests.app.ai.hands import CONTROL, LEFT, Hands, wait_until

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def hands(picture: Any) -> Hands:
    return Hands(picture)


def layer_names(hands: Hands) -> list[str]:
    return [item.name for item in hands.project.children(hands.studio.session.document)]


def repeat(hands: Hands) -> None:
    hands.studio.window.activateWindow()
    wait_until(hands.studio.window.isActiveWindow, 5.0, "the window's focus")
    hands.press(Qt.Key.Key_R, CONTROL | ALT)


def test_a_tool_without_what_it_needs_is_grey_and_says_why(hands: Hands) -> None:
    from editor.workflows.ai.tool import TOOLS

    hands.choose("AI", "Repair")
    [menu] = [item for item in QApplication.topLevelWidgets() if isinstance(item, QMenu) and item.title() == "Repair"]
    [entry] = [action for action in menu.actions() if action.text() == "Remove object..."]
    assert not entry.isEnabled()
    assert entry.toolTip() == "Nothing is selected. Draw around it with the lasso or the marquee first."
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    QTest.keyClick(QApplication.activePopupWidget(), Qt.Key.Key_Escape)
    wait_until(entry.isEnabled, 2.0)
    entry.trigger()  # by the palette or a key of one's own
    assert hands.errors == [entry.toolTip()] or hands.errors[0].startswith("Nothing is selected.")
    hands.studio.session.run("raster.select_all", document=hands.studio.session.document)
    hands.with_dialog(lambda: hands.choose_tool(TOOLS["remove_object"]), lambda dialog: None)


def test_the_last_tool_runs_again_with_the_same_options(hands: Hands) -> None:
    from editor.workflows.ai.tool import TOOLS

    repeat(hands)
    assert hands.errors == ["No AI tool has run yet. Choose one in the AI menu."]

    def act(dialog: Any) -> None:
        dialog.activateWindow()
        wait_until(dialog.isActiveWindow, 5.0)
        hands.set_option(dialog, "amount", 0.25)
        QTest.mouseClick(dialog.run_button, LEFT)

    hands.with_dialog(lambda: hands.choose_tool(TOOLS["test.brighten"]), act)
    wait_until(lambda: layer_names(hands) == ["Background", "Lighter"])
    repeat(hands)
    wait_until(lambda: layer_names(hands) == ["Background", "Lighter", "Lighter"])
    from editor.model.provenance import Provenance

    notes = [item for item in hands.project.records.values() if isinstance(item, Provenance)]
    assert [note.parameters["amount"] for note in notes] == ["0.25", "0.25"]


def test_what_needs_consent_asks_again(hands: Hands) -> None:
    hands.studio.session.preferences.ai_last = "test.swap"
    hands.with_dialog(lambda: repeat(hands), lambda dialog: None)
    assert not hands.studio.session.has_jobs


def test_usual_values_come_back_by_a_double_click(hands: Hands) -> None:
    from editor.workflows.ai.tool import TOOLS

    def act(dialog: Any) -> None:
        dialog.activateWindow()
        wait_until(dialog.isActiveWindow, 5.0)
        for twice in (dialog.editor.labels["amount"], dialog.editor.editors["amount"].field):
            hands.set_option(dialog, "amount", 0.9)
            assert dialog.reset_button.isEnabled()
            QTest.mouseDClick(twice, LEFT)
            assert dialog.values["amount"] == 0.5
            assert not dialog.reset_button.isEnabled()
        hands.set_option(dialog, "blend", "screen")
        QTest.mouseClick(dialog.reset_button, LEFT)
        assert dialog.values["blend"] == "normal"

    hands.with_dialog(lambda: hands.choose_tool(TOOLS["test.brighten"]), act)
