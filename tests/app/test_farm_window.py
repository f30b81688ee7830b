"""Where heavy work is done, chosen with real keys: the dialog, a farm that is asked, a film that it draws."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

pytest.importorskip("distributed", reason="the extra “farm” is not installed")
from app.farm.choice import Choice, load_choice
from app.farm.dialog import FarmDialog
from editor.workflows.farm.cluster import Farm

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def dialog(studio: Any, qtbot: Any) -> Iterator[FarmDialog]:
    made = FarmDialog(studio.window, studio.session)
    with qtbot.waitActive(made):
        made.show()
    yield made
    made.reject()


def click(dialog: Any, text: str) -> None:
    button = next(one for one in dialog.findChildren(QPushButton) if one.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(dialog: FarmDialog, steps: int) -> None:
    dialog.kinds.setFocus()
    for _ in range(steps):
        QTest.keyClick(dialog.kinds, Qt.Key.Key_Down)


def test_workers_on_this_machine_are_chosen(dialog: FarmDialog) -> None:
    assert not dialog.farm_part.isVisible()
    assert not dialog.here_part.isVisible()
    choose(dialog, 1)
    assert dialog.here_part.isVisible()
    dialog.workers.set_value(3)
    click(dialog, "Use it")
    assert not dialog.isVisible()
    assert load_choice() == Choice(kind="here", workers=3)


def test_an_open_way_must_be_allowed(dialog: FarmDialog) -> None:
    choose(dialog, 2)
    dialog.address.setFocus()
    QTest.keyClicks(dialog.address, "tcp://studio:8786")
    click(dialog, "Use it")
    assert dialog.isVisible()
    assert "is not encrypted" in dialog.state.text()
    assert load_choice() == Choice()
    dialog.open_way.setFocus()
    QTest.keyClick(dialog.open_way, Qt.Key.Key_Space)
    click(dialog, "Use it")
    assert load_choice().address == "tcp://studio:8786"
    assert load_choice().unencrypted


def test_a_farm_is_asked(dialog: FarmDialog, qtbot: Any, tmp_path: Path) -> None:
    choose(dialog, 2)
    click(dialog, "Test connection")
    assert "Write the address" in dialog.state.text()
    with Farm(workers=2, scratch=tmp_path / "scratch") as farm:
        qtbot.waitUntil(lambda: len(farm.usable()) == 2, timeout=20_000)
        QTest.keyClicks(dialog.address, farm.client.scheduler.address)
        click(dialog, "Test connection")
        qtbot.waitUntil(lambda: "2 of 2 workers can be used" in dialog.state.text(), timeout=20_000)
        assert dialog.table.topLevelItemCount() == 2
    dialog.address.clear()
    QTest.keyClicks(dialog.address, "nowhere")
    click(dialog, "Test connection")
    qtbot.waitUntil(lambda: "is no address of a farm" in dialog.state.text(), timeout=20_000)
    assert dialog.table.topLevelItemCount() == 0


def test_the_export_dialog_renders_on_workers(studio: Any, qtbot: Any, tmp_path: Path) -> None:
    from app.dialogs.export import ExportDialog

    window, session = studio.window, studio.session
    window.files.new_project("video", name="Film", width=64, height=48, rate=Fraction(10))
    tracks = session.project.children(session.document)
    track = next(item.id for item in tracks if getattr(item, "media", "") == "video")
    session.run("video.add_color", track=track, start=Fraction(0), duration=Fraction(1))
    dialog = ExportDialog(window)
    with qtbot.waitActive(dialog):
        dialog.show()
    assert dialog.place.isVisible()

    def answer() -> None:
        asked = QApplication.activeModalWidget()
        assert isinstance(asked, FarmDialog)
        choose(asked, 1)
        asked.workers.set_value(1)
        click(asked, "Use it")

    QTimer.singleShot(300, answer)
    click(dialog, "Change...")
    assert load_choice() == Choice(kind="here", workers=1)
    target = tmp_path / "film.mp4"
    dialog.path.setText(str(target))
    click(dialog, "Export")
    qtbot.waitUntil(target.exists, timeout=60_000)
    qtbot.waitUntil(lambda: not session.jobs.active(), timeout=20_000)
    with av.open(str(target)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 10
    assert (tmp_path / "farm" / "scratch" / "contents").is_dir(), "a worker drew it"
    assert studio.errors == []


def test_the_window_of_the_queue_leads_to_it(studio: Any, qtbot: Any, tmp_path: Path) -> None:
    from app.queue.window import QueueWindow

    window = QueueWindow(studio.window, tmp_path / "queue.sqlite")
    with qtbot.waitActive(window):
        window.show()

    def answer() -> None:
        asked = QApplication.activeModalWidget()
        assert isinstance(asked, FarmDialog)
        choose(asked, 1)
        click(asked, "Use it")

    QTimer.singleShot(300, answer)
    click(window, "Farm...")
    assert load_choice().kind == "here"
    button = next(one for one in window.findChildren(QPushButton) if one.text() == "Farm...")
    assert button.toolTip() == "Workers on this machine"
    window.resources.wait()
    window.close()
