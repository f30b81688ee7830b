"""The window of models with real mouse and key events, against a server on this machine that misbehaves on request."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QTextEdit

from app.dialogs.models import ModelsDialog
from app.dialogs.models_ask import AgreeDialog, ImportDialog
from editor.base.translation import speaking, tr
from editor.workflows.ai.tool import TOOLS, load_tools
from ml.catalogue import catalogue
from ml.catalogue.catalogue import Catalogue, CatalogueFile, CatalogueModel
from tests.ml import small_models
from tests.ml.loopback import Behaviour, serving
from tests.ml.offline import network_watched

LEFT, LONG = Qt.MouseButton.LeftButton, 10_000
SLOW = 0.02


@dataclass
class Place:
    """A window of models and what it talks to."""

    studio: Any
    server: Behaviour
    dialog: ModelsDialog
    data: bytes
    blur: Path


@pytest.fixture
def server() -> Iterator[Behaviour]:
    with serving() as behaviour:
        yield behaviour


@pytest.fixture
def place(
    studio: Any, server: Behaviour, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> Iterator[Place]:
    """The catalogue holds a denoiser of 400 kB, and one without a hash."""
    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path / "models"))
    blur = small_models.blur(tmp_path / "blur.onnx")
    data = os.urandom(400_000)
    server.files["/clean.bin"] = data
    file = CatalogueFile(
        path="clean.bin", size=len(data), sha256=hashlib.sha256(data).hexdigest(),
        addresses=(f"{server.address}/clean.bin", f"{server.address}/mirror.bin"),
    )
    def listed(name: str, title: str, licence: str, *files: CatalogueFile) -> CatalogueModel:
        return CatalogueModel(
            name=name, title=title, licence=licence, file=files, task="denoise", page=server.address,
            input="a picture", output="a picture", about="Takes noise away.",
        )

    models = (
        listed("clean", "Cleaner", "MIT", file), listed("other", "Other", "GPL-3.0-only", CatalogueFile(path="o.onnx"))
    )
    own = catalogue.shipped().built_in
    monkeypatch.setattr(catalogue, "shipped", lambda: Catalogue(models, own))
    dialog = ModelsDialog(studio.window)
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    yield Place(studio, server, dialog, data, blur)
    dialog.close()
    studio.session.end_jobs()


def turn_to(place: Place, key: str) -> None:
    """Click a page in the list."""
    side = place.dialog.side
    for row in range(side.count()):
        item = side.item(row)
        if item.data(Qt.ItemDataRole.UserRole).key == key:
            side.scrollToItem(item)
            QTest.mouseClick(side.viewport(), LEFT, pos=side.visualItemRect(item).center())
            return
    raise AssertionError(f"no page {key}")


def press(place: Place, name: str, button: str) -> None:
    found = place.dialog.rows[name].buttons[button]
    assert found.isVisible(), f"{button} of {name} is not shown"
    QTest.mouseClick(found, LEFT)


def shown(place: Place, name: str) -> set[str]:
    return {key for key, button in place.dialog.rows[name].buttons.items() if button.isVisible()}


def state(place: Place, name: str) -> str:
    return place.dialog.rows[name].state.text()


def meeting(kind: type[QDialog], act: Callable[[Any], object]) -> list[Any]:
    """Do something with the next modal dialog; it is closed then. Returns a list that holds it once it came."""
    met: list[Any] = []

    def later() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, kind):
            QTimer.singleShot(10, later)
            return
        met.append(dialog)
        try:
            act(dialog)
        finally:
            if dialog.isVisible():
                QTest.keyClick(dialog, Qt.Key.Key_Escape)

    QTimer.singleShot(10, later)
    return met


def agree(dialog: AgreeDialog) -> None:
    QTest.mouseClick(dialog.agree, LEFT)


def install(place: Place) -> None:
    turn_to(place, "denoise")
    met = meeting(AgreeDialog, agree)
    press(place, "clean", "install")
    assert met


def is_installed(place: Place) -> bool:
    return place.studio.window.ai.store.has("clean") and not place.studio.window.ai.model_jobs.running


def note_of(place: Place, key: str) -> str:
    side = place.dialog.side
    pages = [side.item(row).data(Qt.ItemDataRole.UserRole) for row in range(side.count())]
    return next(str(page.note) for page in pages if page.key == key)


# Looking


def test_the_menu_opens_it_and_escape_closes_it(studio: Any, qtbot: Any) -> None:
    met = meeting(ModelsDialog, lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Escape))
    studio.window.bindings.actions["ai.models"].trigger()
    assert met


def test_every_tool_has_its_offline_mark(place: Place) -> None:
    load_tools()
    tools = place.dialog.tools
    assert tools is not None and set(tools.marks) == {tool.label for tool in TOOLS.values()}
    for tool in TOOLS.values():
        wanted = "Offline ready" if tool.built_in else "Needs a model"
        assert tools.marks[tool.label].accessibleName() == f"{tool.label}: {wanted}"
    ready = sum(bool(tool.built_in) for tool in TOOLS.values())
    assert note_of(place, "tools") == f"{ready} of {len(TOOLS)} tools"


def test_a_page_says_what_works_without_and_what_there_is(place: Place) -> None:
    turn_to(place, "denoise")
    assert "Non-local means" in place.dialog.summary.text() and "Remove noise" in place.dialog.summary.text()
    assert set(place.dialog.rows) == {"clean", "other"}
    assert shown(place, "clean") == {"install"} and shown(place, "other") == {"file"}
    assert "400 kB" in place.dialog.rows["clean"].facts.text() and "MIT" in place.dialog.rows["clean"].facts.text()
    turn_to(place, "installed")
    assert not place.dialog.rows
    words = place.dialog.area.widget().findChild(QLabel).text()
    assert words.startswith("No models are installed.")


def test_what_the_catalogue_says_is_in_french_too() -> None:
    from ml.catalogue.tasks import TASKS

    texts = {model.about for model in catalogue.read_catalogue().models if model.about} | set(TASKS.values())
    with speaking("fr"):
        assert [text for text in texts if tr(text) == text] == []


def test_what_comes_along_is_listed_and_cannot_be_removed(place: Place) -> None:
    turn_to(place, "upscale")
    assert {state(place, name) for name in place.dialog.rows} == {"Comes with Atelier"}
    assert all(shown(place, name) == set() for name in place.dialog.rows) and place.dialog.rows


def test_looking_at_everything_and_declining_fetches_nothing(place: Place) -> None:
    with network_watched() as seen:
        for row in range(place.dialog.side.count()):
            QTest.keyClick(place.dialog.side, Qt.Key.Key_Down)
            assert place.dialog.side.currentRow() == min(row + 1, place.dialog.side.count() - 1)
        turn_to(place, "denoise")
        met = meeting(AgreeDialog, lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Escape))
        press(place, "clean", "install")
    assert met and seen == [] and place.server.asked == [] and shown(place, "clean") == {"install"}


def test_the_question_shows_size_licence_addresses_and_hash(place: Place) -> None:
    told: list[str] = []

    def read(dialog: AgreeDialog) -> None:
        told.extend(label.text() for label in dialog.findChildren(QLabel))
        told.append(dialog.findChild(QTextEdit).toPlainText())
        told.append(dialog.agree.text())

    turn_to(place, "denoise")
    meeting(AgreeDialog, read)
    press(place, "clean", "install")
    text = "\n".join(told)
    for wanted in ("400 kB", "MIT", f"{place.server.address}/clean.bin", f"{place.server.address}/mirror.bin",
                   hashlib.sha256(place.data).hexdigest(), "clean.bin", "Agree and fetch 400 kB"):
        assert wanted in text


# Installing


def test_install_by_keyboard_alone(place: Place, qtbot: Any) -> None:
    turn_to(place, "denoise")
    row = place.dialog.rows["clean"]
    for _ in range(12):
        if row.buttons["install"].hasFocus():
            break
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert row.buttons["install"].hasFocus()
    met = meeting(AgreeDialog, lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Return))
    QTest.keyClick(row.buttons["install"], Qt.Key.Key_Return)
    assert met
    qtbot.waitUntil(lambda: is_installed(place), timeout=LONG)
    assert [path for path, _range in place.server.asked] == ["/clean.bin"]
    assert state(place, "clean") == "Installed" and shown(place, "clean") == {"verify", "remove"}
    assert place.dialog.focusWidget() is place.dialog.rows["clean"].buttons["verify"], "the keyboard stays"
    assert place.dialog.message.text() == "Cleaner is installed."
    assert note_of(place, "denoise") == "1 model installed" and note_of(place, "installed") == "1 model, 400 kB"


def test_pause_and_resume(place: Place, qtbot: Any) -> None:
    place.server.pause = SLOW
    install(place)
    qtbot.waitUntil(lambda: place.dialog.rows["clean"].bar.value() > 100, timeout=LONG)
    assert shown(place, "clean") == {"pause", "cancel"} and "of 400 kB" in state(place, "clean")
    press(place, "clean", "pause")
    qtbot.waitUntil(lambda: shown(place, "clean") == {"resume", "discard"}, timeout=LONG)
    assert state(place, "clean").startswith("Paused:")
    place.server.pause = 0.0
    place.server.asked.clear()
    press(place, "clean", "resume")
    qtbot.waitUntil(lambda: is_installed(place), timeout=LONG)
    [(path, wanted)] = place.server.asked
    assert path == "/clean.bin" and wanted.startswith("bytes=")
    assert place.studio.errors == []


def test_cancel_throws_away_what_came(place: Place, qtbot: Any) -> None:
    place.server.pause = SLOW
    install(place)
    qtbot.waitUntil(lambda: place.dialog.rows["clean"].bar.value() > 50, timeout=LONG)
    press(place, "clean", "cancel")
    qtbot.waitUntil(lambda: shown(place, "clean") == {"install"}, timeout=LONG)
    assert state(place, "clean") == "Not installed" and place.studio.errors == []
    assert [path for path in place.studio.window.ai.store.root.rglob("*") if path.is_file()] == []


def test_a_download_goes_on_while_the_window_is_closed(place: Place, qtbot: Any) -> None:
    place.server.pause = SLOW
    install(place)
    qtbot.waitUntil(lambda: place.dialog.rows["clean"].bar.value() > 50, timeout=LONG)
    QTest.keyClick(place.dialog, Qt.Key.Key_Escape)
    place.dialog = ModelsDialog(place.studio.window, "denoise")
    place.dialog.show()
    assert shown(place, "clean") == {"pause", "cancel"}
    place.server.pause = 0.0
    qtbot.waitUntil(lambda: is_installed(place), timeout=LONG)
    assert state(place, "clean") == "Installed"


def test_wrong_bytes_are_said_in_the_row(place: Place, qtbot: Any) -> None:
    place.server.files["/clean.bin"] = bytes(len(place.data))
    install(place)
    qtbot.waitUntil(lambda: "answer 404" in state(place, "clean"), timeout=LONG)  # what the last mirror said
    assert shown(place, "clean") == {"install"} and not place.studio.window.ai.store.installed()
    place.server.files["/clean.bin"] = place.data
    install(place)
    qtbot.waitUntil(lambda: is_installed(place), timeout=LONG)
    assert state(place, "clean") == "Installed"


# What is here


def test_verify_damage_and_repair(place: Place, qtbot: Any) -> None:
    install(place)
    qtbot.waitUntil(lambda: is_installed(place), timeout=LONG)
    press(place, "clean", "verify")
    qtbot.waitUntil(lambda: "every byte" in place.dialog.message.text(), timeout=LONG)
    [file] = place.studio.window.ai.store.find("clean").files.values()
    file.write_bytes(bytes(len(place.data)))
    press(place, "clean", "verify")
    qtbot.waitUntil(lambda: state(place, "clean").startswith("Damaged: clean.bin"), timeout=LONG)
    assert shown(place, "clean") == {"install", "remove"} and note_of(place, "installed") == "No models"
    install(place)
    qtbot.waitUntil(lambda: is_installed(place), timeout=LONG)
    assert state(place, "clean") == "Installed" and file.read_bytes() == place.data


def test_remove_asks_first(place: Place, qtbot: Any) -> None:
    install(place)
    qtbot.waitUntil(lambda: is_installed(place), timeout=LONG)
    meeting(QDialog, lambda box: QTest.keyClick(box, Qt.Key.Key_Escape))
    press(place, "clean", "remove")
    assert is_installed(place)

    def confirm(box: Any) -> None:
        button = next(each for each in box.findChildren(QAbstractButton) if each.text() == "Remove")
        QTest.mouseClick(button, LEFT)

    meeting(QDialog, confirm)
    press(place, "clean", "remove")
    assert not place.studio.window.ai.store.installed() and shown(place, "clean") == {"install"}


def drop(place: Place, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    copy, keys = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(place.dialog, QDragEnterEvent(QPoint(50, 50), copy, mime, LEFT, keys))
    QApplication.sendEvent(place.dialog, QDropEvent(QPointF(50, 50), copy, mime, LEFT, keys))


def test_a_file_is_dropped_and_becomes_a_model(place: Place, qtbot: Any) -> None:
    turn_to(place, "denoise")
    met = meeting(ImportDialog, lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Return))
    drop(place, place.blur)
    assert met and met[0].task.currentData() == "denoise"
    qtbot.waitUntil(lambda: "blur" in place.dialog.rows, timeout=LONG)
    assert state(place, "blur") == "Installed" and place.server.asked == []
    turn_to(place, "tools")
    assert place.dialog.tools is not None
    notes = [label.text() for label in place.dialog.tools.findChildren(QLabel)]
    assert "Non-local means, or blur" in notes


def test_a_file_that_is_no_model_gets_a_sentence(place: Place, qtbot: Any, tmp_path: Path) -> None:
    bad = tmp_path / "bad.onnx"
    bad.write_bytes(b"not a model at all")
    meeting(ImportDialog, lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Return))
    drop(place, bad)
    qtbot.waitUntil(lambda: not place.studio.window.ai.model_jobs.running, timeout=LONG)
    assert place.dialog.message.isVisible() and "model" in place.dialog.message.text()
    assert not place.studio.window.ai.store.installed()


def test_a_tool_without_its_model_leads_to_the_page_of_its_task(place: Place, image: Any) -> None:
    from app.ai.dialog import ToolDialog

    load_tools()
    asking = ToolDialog(image.window, TOOLS["neural_style"])
    asking.show()
    pages: list[str] = []
    met = meeting(ModelsDialog, lambda dialog: pages.append(dialog.side.page.key))
    QTest.mouseClick(asking.missing.button, LEFT)
    assert met and pages == ["style"] and met[0].parent() is asking
    asking.close()
