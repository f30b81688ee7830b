"""Exports run as jobs that the project notes: a crash cuts them off, and the next opening goes on."""

from pathlib import Path
from typing import Any

from PIL import Image

from editor.formats.registry import ExportOptions


def test_an_export_is_written_beside_the_editing(image: Any, tmp_path: Path, qtbot: Any) -> None:
    target = tmp_path / "out.png"
    image.window.files.export_to(target, image.session.document, ExportOptions(width=320))
    qtbot.waitUntil(target.exists, timeout=10_000)
    qtbot.waitUntil(lambda: not image.session.jobs.active(), timeout=10_000)
    with Image.open(target) as written:
        assert written.width == 320
    assert [row.state for row in image.session.storage.jobs.rows()] == ["done"]


def test_an_export_that_a_crash_cut_off_begins_again(image: Any, tmp_path: Path, qtbot: Any) -> None:
    target, session = tmp_path / "again.png", image.session
    gone = {"document": session.document, "path": str(tmp_path / "nowhere" / "x.png"), "options": ExportOptions()}
    parameters = {"document": session.document, "path": str(target), "options": ExportOptions(width=100)}
    session.storage.jobs.begin("export", parameters)
    session.storage.jobs.begin("export", gone)
    place = image.window.files.place
    heard: list[str] = []
    session.message.connect(lambda level, text, remedy: heard.append(text))
    image.window.files.close_project()
    image.window.files.open_path(place)
    qtbot.waitUntil(target.exists, timeout=10_000)
    qtbot.waitUntil(lambda: not session.jobs.active(), timeout=10_000)
    assert [row.state for row in session.storage.jobs.rows()] == ["cancelled", "cancelled", "done"]
    assert any("begins again" in text for text in heard) and any("cannot go on" in text for text in heard)
    assert image.errors == []
