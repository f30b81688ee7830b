"""The export dialog asks what the file says of its origin: clicked with the mouse, and remembered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.dialogs.export import ExportDialog
from app.preferences import load_preferences
from editor.formats.provenance.reading import work_of_file

OAK = {"content": "a" * 40, "name": "oak.png", "author": "Ann", "licence": "CC-BY-4.0"}


def opened(image: Any, qtbot: Any, extension: str, path: Path) -> ExportDialog:
    dialog = ExportDialog(image.window)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    dialog.format.setCurrentIndex(dialog.format.findData(extension))
    dialog.path.setText(str(path))
    return dialog


def click(dialog: ExportDialog, name: str) -> None:
    box = dialog.says.boxes[name]
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(30, box.height() // 2))


def test_what_the_file_says_is_chosen_and_remembered(image: Any, qtbot: Any, tmp_path: Path) -> None:
    session = image.session
    session.preferences.path = tmp_path / "preferences.json"
    session.run("project.note_origin", record=session.document, **OAK)
    dialog = opened(image, qtbot, "gif", tmp_path / "said.gif")
    assert dialog.says.boxes["credits"].isChecked()
    assert not dialog.says.boxes["place"].isChecked()
    assert not dialog.says.boxes["sidecar"].isVisible()
    dialog.accept()
    qtbot.waitUntil((tmp_path / "said.gif").exists, timeout=10_000)
    found = work_of_file(tmp_path / "said.gif")
    assert found is not None
    assert found.author == "Ann"
    dialog = opened(image, qtbot, "gif", tmp_path / "silent.gif")
    for name in ("credits", "made", "kept"):
        click(dialog, name)
    assert not dialog.says.boxes["place"].isEnabled(), "there is no place without camera data"
    dialog.reject()
    assert load_preferences(tmp_path / "preferences.json").export_notes == ["credits", "made", "kept"]
    dialog = opened(image, qtbot, "gif", tmp_path / "silent.gif")
    click(dialog, "credits")
    click(dialog, "beside")
    dialog.accept()
    qtbot.waitUntil((tmp_path / "silent.credits.txt").exists, timeout=10_000)
    qtbot.waitUntil(lambda: not session.jobs.active(), timeout=10_000)
    assert work_of_file(tmp_path / "silent.gif") is None
    assert load_preferences(tmp_path / "preferences.json").export_notes == ["made", "kept", "beside"]
    dialog = opened(image, qtbot, "bmp", tmp_path / "a.bmp")
    assert not dialog.says.boxes["credits"].isChecked()
    assert dialog.says.boxes["beside"].isChecked()
    assert dialog.says.boxes["sidecar"].isVisible()
    assert dialog.says.none.isVisible()
    assert not dialog.says.boxes["made"].isEnabled(), "a file that holds nothing says nothing"
    click(dialog, "sidecar")
    assert dialog.says.boxes["made"].isEnabled()
    dialog.reject()
    assert image.errors == []


def test_a_recipe_of_an_export_says_the_same(image: Any, qtbot: Any, tmp_path: Path) -> None:
    from app.queue.sending import export_words

    dialog = opened(image, qtbot, "png", tmp_path / "a.png")
    click(dialog, "credits")
    click(dialog, "beside")
    words = export_words(image.window, dialog.options())
    assert "--no-credits" in words
    assert "--credits-file" in words
    dialog.reject()
