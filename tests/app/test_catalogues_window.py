"""The window of free catalogues with real mouse and keys: agree, search, choose, fetch, stop, and what goes wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.editor.workflows.catalogues.speaking import Speaking
from tests.ml.loopback import serving
from tests.ml.offline import network_watched


@pytest.fixture
def speaking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Speaking]:
    monkeypatch.setenv("ATELIER_LIBRARY", str(tmp_path / "library"))
    (tmp_path / "library").mkdir()
    with serving() as server:
        made = Speaking(server).fill()
        mirrors = dict.fromkeys(("polyhaven", "googlefonts", "openverse"), made.base)
        (tmp_path / "library" / "catalogues.json").write_text(json.dumps({"mirrors": mirrors}))
        yield made


@pytest.fixture
def dialog(speaking: Speaking, image: Any, qtbot: Any) -> Any:
    """Opened as the menu and the palette do it."""
    from app.actions.table import ACTIONS

    panel = image.window.parts.library
    ACTIONS["library.catalogues"].perform(image.window)
    qtbot.waitUntil(lambda: panel.catalogues is not None and panel.catalogues.isVisible())
    return panel.catalogues


def click(widget: Any) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def agree_to(dialog: Any, row: int = 0) -> None:
    item = dialog.side.visualItemRect(dialog.side.item(row))
    QTest.mouseClick(dialog.side.viewport(), Qt.MouseButton.LeftButton, pos=item.center())
    click(dialog.card.button)


def search(dialog: Any, qtbot: Any, words: str, count: int) -> None:
    dialog.field.setFocus()
    dialog.field.selectAll()
    QTest.keyClicks(dialog.field, words)
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.shelf.count() == count)


def choose(dialog: Any, qtbot: Any, row: int = 0) -> None:
    cell = dialog.grid.cell(row)
    at = QPoint(cell.center().x(), cell.top() + 40)
    QTest.mouseClick(dialog.grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: dialog.details.variants.count() > 0)


def question(qtbot: Any) -> Any:
    from app.library.catalogues_ask import FetchDialog

    def shown() -> list[Any]:
        return [one for one in QApplication.topLevelWidgets() if isinstance(one, FetchDialog) and one.isVisible()]

    qtbot.waitUntil(lambda: bool(shown()))
    return shown()[0]


def texts_of(widget: Any) -> str:
    from PySide6.QtWidgets import QLabel, QTextEdit

    labels = [label.text() for label in widget.findChildren(QLabel)]
    return "\n".join([*labels, *(edit.toPlainText() for edit in widget.findChildren(QTextEdit))])


def names_in(dialog: Any) -> list[str]:
    rows = dialog.service.library.catalogue.rows("SELECT name FROM asset ORDER BY name")
    return [str(row[0]) for row in rows]


def test_opening_and_turning_pages_sends_nothing(speaking: Speaking, dialog: Any) -> None:
    with network_watched() as seen:
        for row in range(3):
            dialog.side.setCurrentRow(row)
            assert dialog.stack.currentIndex() == 0 and dialog.card.button.isVisible()
            assert all(host in texts_of(dialog.card) for host in dialog.source.hosts)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()
    assert seen == [] and speaking.server.asked == []


def test_a_material_from_the_search_to_the_library(speaking: Speaking, dialog: Any, qtbot: Any, image: Any) -> None:
    agree_to(dialog)
    assert dialog.catalogues.is_agreed(dialog.source) and speaking.server.asked == []
    dialog.kind.setCurrentIndex(dialog.kind.findData("material"))
    search(dialog, qtbot, "brick", 1)
    assert dialog.credit.text() == "Powered by Poly Haven"
    choose(dialog, qtbot)
    assert "CC0-1.0" in dialog.details.badge.text() and "Rob Example" in dialog.details.links.text()
    click(dialog.details.fetch)
    asked = question(qtbot)
    told = texts_of(asked)
    for part in ("brick_floor_003_1k.gltf", "textures/brick_floor_003_rough_1k.jpg", "CC0-1.0", "Rob Example", "kB"):
        assert part in told
    assert not any(path.startswith("/file/") for path, _ in speaking.server.asked), "not before it was agreed to"
    click(asked.agree)
    qtbot.waitUntil(lambda: "in the library now" in dialog.details.state.text())
    assert names_in(dialog) == ["brick_floor_003_1k.gltf"] and not dialog.details.running.isVisible()
    choose(dialog, qtbot)
    click(dialog.details.fetch)
    qtbot.waitUntil(lambda: "in the library already" in dialog.details.state.text())
    qtbot.waitUntil(lambda: not image.session.has_jobs, timeout=20_000)
    assert image.errors == []


def test_a_no_fetches_nothing(speaking: Speaking, dialog: Any, qtbot: Any) -> None:
    agree_to(dialog)
    search(dialog, qtbot, "mossy", 1)
    choose(dialog, qtbot)
    QTest.keyClick(dialog.grid, Qt.Key.Key_Return)
    QTest.keyClick(question(qtbot), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: dialog.details.fetch.isEnabled() and not dialog.details.running.isVisible())
    assert names_in(dialog) == [] and not any(path.startswith("/file/") for path, _ in speaking.server.asked)


def test_previews_are_drawn(dialog: Any, qtbot: Any) -> None:
    agree_to(dialog)
    search(dialog, qtbot, "mossy", 1)

    def greenish() -> bool:
        shown = dialog.grid.viewport().grab().toImage()
        cell = dialog.grid.cell(0)
        pixel = shown.pixelColor(cell.center().x() - 10, cell.top() + dialog.grid.side // 2 - 10)
        return bool(pixel.green() > pixel.red() + 15 and pixel.green() > pixel.blue() + 15)

    qtbot.waitUntil(greenish)


def test_stopping_a_fetch(speaking: Speaking, dialog: Any, qtbot: Any) -> None:
    agree_to(dialog)
    search(dialog, qtbot, "mossy", 1)
    choose(dialog, qtbot)
    speaking.server.files["/file/HDRIs/hdr/1k/mossy_forest_1k.hdr"] = bytes(4_000_000)
    tree = speaking.trees["mossy_forest"]["hdri"]["1k"]["hdr"]
    tree["size"] = 4_000_000
    answer = json.dumps(speaking.trees["mossy_forest"]).encode()
    dialog.catalogues.memory.put(f"{speaking.base}/files/mossy_forest", answer)
    dialog.grid.choose_none()
    choose(dialog, qtbot)
    click(dialog.details.fetch)
    asked = question(qtbot)
    speaking.server.pause = 0.02
    click(asked.agree)
    qtbot.waitUntil(lambda: dialog.details.bar.value() > 0 and dialog.details.stop.isVisible())
    click(dialog.details.stop)
    qtbot.waitUntil(lambda: not dialog.details.running.isVisible())
    assert names_in(dialog) == [] and dialog.details.fetch.isEnabled()


def test_what_goes_wrong_is_said_in_the_window(speaking: Speaking, dialog: Any, qtbot: Any, image: Any) -> None:
    agree_to(dialog, 2)
    speaking.server.refusals["/v1/images/"] = (429, {"Retry-After": "37"})
    QTest.keyClicks(dialog.field, "mossy")
    click(dialog.go)
    qtbot.waitUntil(lambda: dialog.problem.isVisible())
    assert "Try again in 37 s" in dialog.problem.text() and image.errors == []
    speaking.server.refusals.clear()
    click(dialog.go)
    qtbot.waitUntil(lambda: dialog.shelf.count() == 1 and not dialog.problem.isVisible())
    choose(dialog, qtbot)
    speaking.server.refusals["/photos/4bc43a04-ef46-4544-a0c1-63c63f56e276.jpg"] = (404, {})
    click(dialog.details.fetch)
    qtbot.waitUntil(lambda: "does not have this any more" in dialog.details.state.text())


def test_keys_lead_from_the_field_to_the_works(dialog: Any, qtbot: Any, speaking: Speaking) -> None:
    for number in range(45):
        speaking.add_asset(f"sky_{number:02}", f"Sky {number:02}", 0, (10, 10, 90), download_count=100 - number)
    agree_to(dialog)
    search(dialog, qtbot, "sky", 40)
    assert dialog.more.isVisible() and dialog.count.text() == "40 of 45"
    click(dialog.more)
    qtbot.waitUntil(lambda: dialog.shelf.count() == 45)
    assert not dialog.more.isVisible()
    dialog.field.setFocus()
    QTest.keyClick(dialog.field, Qt.Key.Key_Down)
    assert dialog.grid.hasFocus() and dialog.details.title.text() == "Sky 00"
    QTest.keyClick(dialog.grid, Qt.Key.Key_Right)
    assert dialog.details.title.text() == "Sky 01"


def test_a_feed_comes_and_goes(speaking: Speaking, dialog: Any, qtbot: Any) -> None:
    dialog.add_feed(f"{speaking.base}/feed.json")
    qtbot.waitUntil(lambda: dialog.side.count() == 4 and dialog.source.title == "Our own")
    search(dialog, qtbot, "leaf", 1)
    click(dialog.forget)
    assert dialog.side.count() == 3
    dialog.add_feed("http://example.org/feed.json")
    qtbot.waitUntil(lambda: dialog.problem.text() != "")
    assert "no address for a feed" in dialog.problem.text()


def test_the_window_goes_with_the_library(dialog: Any, qtbot: Any, speaking: Speaking, image: Any) -> None:
    agree_to(dialog)
    speaking.server.pause = 0.05
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    image.window.parts.library.close_library()
    assert image.window.parts.library.catalogues is None
    qtbot.waitUntil(lambda: not image.session.has_jobs)


def test_credits_of_the_open_project(image: Any, qtbot: Any, tmp_path: Path) -> None:
    from app.actions.table import ACTIONS
    from app.library.crediting import CreditsDialog
    from editor.library.asset import Credits
    from editor.library.library import Library
    from editor.workflows.library.origins import note_origins

    library = Library(tmp_path / "library")
    (tmp_path / "oak.txt").write_text("oak")
    known = Credits(title="Oak", author="Ann", licence="CC-BY-4.0", source="https://example.org/oak")
    (key,) = library.take_in([tmp_path / "oak.txt"], known=known).assets
    note_origins(image.session.project, (image.session.document,), library.asset(key))
    library.close()
    ACTIONS["library.credits"].perform(image.window)
    (shown,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, CreditsDialog) and one.isVisible()]
    assert shown.text.toPlainText() == "“Oak” by Ann, CC-BY-4.0, https://example.org/oak\n"
    assert not shown.unknown.isVisible()
    shown.form.setCurrentIndex(1)
    click(shown.copy)
    assert QApplication.clipboard().text().startswith("- [Oak](https://example.org/oak) by Ann, [CC-BY-4.0](https://crea")
    shown.write(tmp_path / "credits.md")
    assert (tmp_path / "credits.md").read_text() == shown.text.toPlainText()
    shown.session.attempt(lambda: shown.write(tmp_path))
    assert "cannot be written" in image.errors[-1]
    QTest.keyClick(shown, Qt.Key.Key_Escape)


def test_previews_that_were_refused_for_a_while_come_later(speaking: Speaking, dialog: Any, qtbot: Any) -> None:
    thumb = next(path for path in speaking.server.files if "thumbs/mossy_forest" in path)
    speaking.server.refusals[thumb.partition("?")[0]] = (429, {"Retry-After": "1"})
    agree_to(dialog)
    dialog.kind.setCurrentIndex(dialog.kind.findData("hdri"))
    search(dialog, qtbot, "moss", 1)
    qtbot.waitUntil(lambda: bool(dialog.shelf._late))
    asset = dialog.shelf.asset(0)
    assert dialog.shelf.picture(asset) is None
    speaking.server.refusals.clear()
    qtbot.waitUntil(lambda: dialog.shelf.picture(asset) is not None, timeout=20_000)
    assert dialog.problem.isHidden()


def test_a_sound_is_heard_before_it_is_fetched(
    speaking: Speaking, dialog: Any, qtbot: Any, image: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import app.library.menus as menus
    from app.playback import loudspeaker
    from tests.editor.workflows.catalogues.speaking import SOUND

    address = f"/sounds/{SOUND}.wav"
    work = speaking.works[f"audio/{SOUND}"]
    work["url"] = work["url"].replace("127.0.0.1", "localhost")
    agree_to(dialog, 2)
    dialog.kind.setCurrentIndex(dialog.kind.findData("sound"))
    search(dialog, qtbot, "brook", 1)
    choose(dialog, qtbot)
    listen, asked = dialog.details.listen, []

    def answer(question: Any) -> Any:
        asked.append(texts_of(question))
        return question.DialogCode.Accepted if len(asked) > 1 else question.DialogCode.Rejected

    monkeypatch.setattr(menus.ConfirmDialog, "exec", answer)
    click(listen)
    assert "localhost" in asked[0] and listen.text() == "Listen"
    assert not any(path == address for path, _ in speaking.server.asked), "not before it was agreed to"
    heard: list[Any] = []
    monkeypatch.setattr(dialog.hearing, "play", lambda samples, rate: heard.append((samples.shape, rate)))
    click(listen)
    assert listen.text() == "Stop listening"
    qtbot.waitUntil(lambda: bool(heard), timeout=20_000)
    assert heard == [((9600, 2), 48_000)]
    click(listen)
    assert listen.text() == "Listen"
    monkeypatch.undo()
    monkeypatch.setattr(loudspeaker, "has_audio_device", lambda: False)
    click(listen)
    qtbot.waitUntil(lambda: "no loudspeaker" in dialog.details.state.text(), timeout=20_000)
    assert len(asked) == 2 and listen.text() == "Listen", "asked once a window"
    assert names_in(dialog) == [] and image.errors == []
