"""The window of the queue with real clicks, keys and drags: work goes on, is stopped, paused, moved, tried again."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from app.queue.quotas import quotas, set_quota
from tests.app.settled_queue import settle

RUNNER = """
import sys, threading
from pathlib import Path
from editor.workflows.queue.runner import Runner
from editor.workflows.queue.store import QueueStore
store, gone = QueueStore(Path(sys.argv[1])), threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), gone.set()), daemon=True).start()
runner = Runner(store, (sys.executable, "-c"), rest=lambda folders: "")
runner.run(lambda: gone.is_set() and not runner.is_busy)
runner.close()
"""


@pytest.fixture
def queue(studio: Any, qtbot: Any, tmp_path: Path) -> Iterator[Any]:
    """The window over an empty queue whose orders are small Python programs."""
    from app.queue.service import QueueService
    from app.queue.window import QueueWindow
    from editor.workflows.queue.store import QueueStore

    path = tmp_path / "queue.sqlite"
    service = QueueService(path, lambda: [sys.executable, "-c", RUNNER, str(path)])
    studio.window.queue = studio.window.follower.service = service
    made = QueueWindow(studio.window, path)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    service.start()
    settle(made)
    made.store = QueueStore(path)  # the test's own; the window has none in its thread
    yield made
    made.store.close()
    made.resources.wait()
    settle(made)
    made.close()
    service.stop()


def add(queue: Any, code: str, label: str, **more: Any) -> int:
    from editor.workflows.queue.orders import Wish

    key: int = queue.store.add(Wish(arguments=(code,), folder=str(Path.cwd()), label=label, **more))
    queue.orders.refresh(True)
    settle(queue)
    return key


def labels(queue: Any) -> list[str]:
    settle(queue)
    return [one.label for one in queue.orders.model.orders]


def choose(queue: Any, label: str) -> None:
    index = queue.orders.model.index(labels(queue).index(label), 0)
    view = queue.orders.view
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())


def press(where: Any, text: str) -> None:
    button = next(one for one in where.findChildren(QPushButton) if one.text() == text and one.isVisible())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def delete_agreeing(queue: Any, answer: str) -> None:
    """Press Delete on the page on top, and a button of the question that comes."""
    from app.library.menus import ConfirmDialog

    asked = []

    def reply() -> None:
        (dialog,) = queue.findChildren(ConfirmDialog)
        asked.append(dialog)
        press(dialog, answer)

    QTimer.singleShot(0, reply)
    press(queue, "Delete")
    assert asked
    settle(queue)
    queue.pages[queue.tabs.currentIndex()].refresh()
    settle(queue)


def state(queue: Any, key: int) -> str:
    settle(queue)
    found: str = queue.store.order(key).state
    return found


def test_work_is_done_and_its_log_is_read(queue: Any, qtbot: Any) -> None:
    key = add(queue, "print('hello from the queue')", "Greeting")
    qtbot.waitUntil(lambda: state(queue, key) == "done", timeout=30_000)
    choose(queue, "Greeting")
    qtbot.waitUntil(lambda: "hello from the queue" in queue.orders.log.toPlainText())
    press(queue, "Clear ended")
    qtbot.waitUntil(lambda: labels(queue) == [] and queue.orders.empty.isVisible())


def test_stopped_with_a_key_and_tried_again(queue: Any, qtbot: Any) -> None:
    key = add(queue, "import time; time.sleep(60)", "Long")
    qtbot.waitUntil(lambda: state(queue, key) == "running", timeout=30_000)
    choose(queue, "Long")
    QTest.keyClick(queue.orders.view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: state(queue, key) == "cancelled", timeout=30_000)
    queue.orders.refresh(True)
    choose(queue, "Long")
    press(queue, "Again")
    qtbot.waitUntil(lambda: state(queue, key) == "running", timeout=30_000)
    press(queue, "Stop this job")
    qtbot.waitUntil(lambda: state(queue, key) == "cancelled", timeout=30_000)


def test_one_that_runs_sleeps_and_wakes(queue: Any, qtbot: Any, tmp_path: Path) -> None:
    ticks = tmp_path / "ticks"
    code = f"import time\nfor n in range(400): open({str(ticks)!r}, 'a').write('x'); time.sleep(0.02)"
    key = add(queue, code, "Ticking")
    qtbot.waitUntil(lambda: ticks.exists() and ticks.stat().st_size > 5, timeout=30_000)
    queue.orders.refresh(True)
    choose(queue, "Ticking")
    QTest.keyClick(queue.orders.view, Qt.Key.Key_Space)
    assert state(queue, key) == "paused"

    def sleeps() -> bool:
        size = ticks.stat().st_size
        time.sleep(0.1)
        return ticks.stat().st_size == size

    qtbot.waitUntil(sleeps, timeout=20_000)
    QTest.keyClick(queue.orders.view, Qt.Key.Key_Space)
    assert state(queue, key) == "running"
    qtbot.waitUntil(lambda: not sleeps() or state(queue, key) == "done", timeout=20_000)


def test_a_paused_queue_says_so_and_begins_nothing(queue: Any, qtbot: Any) -> None:
    press(queue, "Pause all")
    settle(queue)
    assert queue.note.isVisible()
    assert "paused" in queue.note.text()
    key = add(queue, "", "Waits")
    time.sleep(0.7)
    assert state(queue, key) == "queued"
    press(queue, "Go on with all")
    qtbot.waitUntil(lambda: state(queue, key) == "done", timeout=30_000)


def test_earlier_by_keys_and_by_dragging(queue: Any, qtbot: Any) -> None:
    from PySide6.QtCore import QMimeData

    press(queue, "Pause all")
    first, second, third = (add(queue, "", name) for name in ("First", "Second", "Third"))
    assert labels(queue) == ["First", "Second", "Third"]
    choose(queue, "Third")
    QTest.keyClick(queue.orders.view, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert labels(queue) == ["Third", "First", "Second"]
    assert queue.store.order(third).priority == 1
    model = queue.orders.model
    data: QMimeData = model.mimeData([model.index(2, 0)])
    model.dropMimeData(data, Qt.DropAction.MoveAction, -1, -1, model.index(1, 0))
    assert labels(queue) == ["Third", "Second", "First"]
    assert [queue.store.claim("me", {"compute": 1}).id for _ in range(3)] == [third, second, first]


def test_what_waits_says_for_what_and_filters_find_it(queue: Any, qtbot: Any) -> None:
    press(queue, "Pause all")
    first = add(queue, "", "Film")
    add(queue, "", "Trailer", after=(first,))
    model = queue.orders.model
    assert model.data(model.index(labels(queue).index("Trailer"), 6)) == f"After #{first}"
    QTest.keyClicks(queue.orders.words, "trail")
    assert labels(queue) == ["Trailer"]
    queue.orders.words.clear()
    queue.orders.states.setCurrentIndex(4)
    assert labels(queue) == []


def test_work_here_can_be_forbidden(queue: Any, studio: Any, qtbot: Any) -> None:
    queue.here.click()
    settle(queue)
    assert not studio.window.queue.is_running
    assert not studio.window.queue.is_wanted()
    key = add(queue, "", "Elsewhere")
    qtbot.waitUntil(lambda: "Nothing works on the queue here" in queue.note.text())
    queue.here.click()
    qtbot.waitUntil(lambda: state(queue, key) == "done", timeout=30_000)


def test_the_runner_goes_on_when_the_window_lets_go(queue: Any, studio: Any, qtbot: Any, tmp_path: Path) -> None:
    key = add(queue, f"import time; time.sleep(1.5); open({str(tmp_path / 'end')!r}, 'w')", "Goes on")
    qtbot.waitUntil(lambda: state(queue, key) == "running", timeout=30_000)
    studio.window.queue.close()
    assert state(queue, key) == "running"
    qtbot.waitUntil(lambda: state(queue, key) == "done" and (tmp_path / "end").exists(), timeout=30_000)
    assert queue.store.order(key).attempts == 1


def test_where_that_was_chosen_it_stops_with_the_window(queue: Any, studio: Any, qtbot: Any) -> None:
    queue.afterwards.setCurrentIndex(queue.afterwards.findData("stop"))
    queue.afterwards.activated.emit(queue.afterwards.currentIndex())
    settle(queue)
    key = add(queue, "import time; time.sleep(60)", "Stops")
    qtbot.waitUntil(lambda: state(queue, key) == "running", timeout=30_000)
    studio.window.queue.close()
    from editor.workflows.queue.measuring import is_process_alive

    queue.store.reclaim(is_process_alive)
    assert state(queue, key) == "queued"


def test_recurring_work_and_a_reminder_are_asked_for(queue: Any, qtbot: Any) -> None:
    from app.queue.schedule_form import ScheduleForm
    from editor.workflows.queue.schedules import schedule, schedules

    queue.tabs.setCurrentIndex(1)
    form = ScheduleForm(queue, lambda new: schedule(queue.store, new))
    form.show()
    form.name.setText("Send the proofs")
    QTest.keyClicks(form.moment, "some day")
    press(form, "Save")
    assert "is no moment" in form.problem.text()
    form.moment.clear()
    QTest.keyClicks(form.moment, "in 20 minutes")
    press(form, "Save")
    assert not form.isVisible()
    other = ScheduleForm(queue, lambda new: schedule(queue.store, new))
    other.show()
    other.name.setText("Nightly")
    other.way.setCurrentIndex(other.way.findData("daily"))
    other.call.setText("library refresh")
    press(other, "Save")
    assert [(one.name, one.is_reminder) for one in schedules(queue.store)] == [
        ("Nightly", False), ("Send the proofs", True),
    ]  # fmt: skip
    queue.recurring.refresh()
    settle(queue)
    queue.recurring.table.topLevelItem(0).setSelected(True)
    press(queue, "Pause or go on")
    settle(queue)
    assert queue.recurring.table.topLevelItem(0).text(1) == "Paused"
    delete_agreeing(queue, "Keep")
    assert len(schedules(queue.store)) == 2
    delete_agreeing(queue, "Delete")
    assert [one.name for one in schedules(queue.store)] == ["Send the proofs"]


def test_a_recipe_is_made_and_a_folder_watched_with_it(queue: Any, qtbot: Any, tmp_path: Path) -> None:
    from app.queue.dialogs import RecipeForm, WatchForm
    from editor.workflows.queue.watching import watch, watches

    form = RecipeForm(queue, lambda path: path)
    form.show()
    form.name.setText("Small")
    form.steps.setPlainText("rm {input}")
    press(form, "Save")
    assert "step that is nothing" in form.problem.text()
    form.steps.setPlainText("convert {input} {output}/{stem}.webp --width 64")
    press(form, "Save")
    queue.tabs.setCurrentIndex(3)
    settle(queue)
    table = queue.recipes.table
    assert "Small" in [table.topLevelItem(row).text(0) for row in range(table.topLevelItemCount())]
    (tmp_path / "in").mkdir()
    other = WatchForm(queue, lambda given: watch(queue.store, *given))
    other.show()
    other.recipe.setCurrentIndex(other.recipe.findText("Small"))
    other.folder.text.setText(str(tmp_path / "in"))
    other.output.text.setText(str(tmp_path / "in" / "out"))
    press(other, "Watch")
    assert "cannot go where" in other.problem.text()
    other.output.text.setText(str(tmp_path / "out"))
    press(other, "Watch")
    assert [Path(one.recipe).stem for one in watches(queue.store)] == ["Small"]


def test_an_export_goes_through_the_queue_on_a_copy(image: Any, qtbot: Any, tmp_path: Path) -> None:
    """With the real runner: the file is written although the document was changed since, and the person is told."""
    from PIL import Image

    from app.dialogs.export import ExportDialog
    from editor.workflows.queue.store import QueueStore

    window, told = image.window, []
    window.follower.told.connect(lambda note: told.append(note.title))
    window.follower.start()
    dialog = ExportDialog(window)
    dialog.show()
    dialog.path.setText(str(tmp_path / "poster.png"))
    press(dialog, "Export in the queue")
    store = None
    qtbot.waitUntil(lambda: (tmp_path / "queue.sqlite").exists(), timeout=20_000)
    store = QueueStore(tmp_path / "queue.sqlite")
    store.set("rest_on_battery", "0")
    store.set("least_free_bytes", "0")
    window.session.run("raster.resize_document", document=window.session.document, width=40, height=30)
    qtbot.waitUntil(lambda: (tmp_path / "poster.png").exists(), timeout=60_000)
    qtbot.waitUntil(lambda: "Done: Export poster.png" in told, timeout=20_000)
    assert Image.open(tmp_path / "poster.png").size == (400, 300)
    assert list((tmp_path / "snapshots").glob("*.atelier")) == []
    store.close()
    window.queue.stop()


def test_steps_of_a_picture_become_a_recipe_for_others(image: Any, tmp_path: Path) -> None:
    from PIL import Image

    from app.commandline.main import main
    from app.queue.sending import recipe_of_history
    from editor.workflows.queue.recipes import write_recipe

    session = image.window.session
    session.run("raster.resize_document", document=session.document, width=200, height=150)
    layer = session.required_project().children(session.document)[0].id
    session.run("raster.fill", layer=layer, color="#0000ff")
    recipe, left_out = recipe_of_history(image.window)
    assert left_out == ""
    write_recipe(tmp_path / "blue.atelier-recipe", recipe)
    Image.new("RGB", (64, 48), (200, 30, 60)).save(tmp_path / "red.png")
    call = ["jobs", "apply", str(tmp_path / "blue.atelier-recipe"), str(tmp_path / "red.png")]
    assert main([*call, "--output", str(tmp_path / "out")]) == 0
    made = Image.open(tmp_path / "out" / "red.png")
    assert made.size == (200, 150)
    assert made.convert("RGB").getpixel((100, 75))[2] > 200


def test_a_reminder_reaches_the_window_and_the_chip_counts(queue: Any, image: Any, qtbot: Any) -> None:
    from editor.workflows.queue.notes import tell

    window = image.window
    press(queue, "Pause all")
    window.follower.start()
    qtbot.waitUntil(lambda: window.follower._last is not None)  # what was there at its first look is no news
    add(queue, "", "One")
    tell(queue.store, "reminder", "Water the plants", "Reminder", lambda _title, _text: True)
    qtbot.waitUntil(lambda: "Water the plants" in window.messages.text.text(), timeout=10_000)
    chip = window.parts.status.queue
    qtbot.waitUntil(lambda: chip.text() == "1 waiting", timeout=10_000)
    assert chip.isVisible()


def test_what_is_used_is_shown_and_too_much_is_warned_of(queue: Any, qtbot: Any, studio: Any, tmp_path: Path) -> None:
    big = tmp_path / "Big.atelier"
    big.write_bytes(b"x" * 20_000_000)
    studio.session.preferences.recent = [str(big)]
    queue.tabs.setCurrentIndex(4)
    pane = queue.resources
    qtbot.waitUntil(lambda: bool(pane.rooms.bars.rooms), timeout=20_000)
    assert "Project Big" in [room.label for room in pane.rooms.bars.rooms]
    assert pane.graphs["memory"].values[-1] > 0
    QTest.mouseClick(pane.quota, Qt.MouseButton.LeftButton)
    pane.quota.selectAll()
    QTest.keyClicks(pane.quota, "0.01")
    QTest.keyClick(pane.quota, Qt.Key.Key_Return)
    settle(queue)
    assert "more than the 10.0 MB" in pane.warning.text()
    assert pane.warning.isVisible()
    count = len(queue.store.rows("SELECT 1 FROM note WHERE kind = 'quota'"))
    pane._take_rooms(pane._found)
    settle(queue)
    assert len(queue.store.rows("SELECT 1 FROM note WHERE kind = 'quota'")) == count == 1, "told once"


def type_limit(pane: Any, text: str) -> None:
    QTest.mouseClick(pane.quota, Qt.MouseButton.LeftButton)
    pane.quota.selectAll()
    QTest.keyClicks(pane.quota, text)
    QTest.keyClick(pane.quota, Qt.Key.Key_Return)


def test_a_look_of_before_takes_no_limit_back(
    queue: Any, qtbot: Any, studio: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read before a limit was typed comes after it."""
    from app.queue import resources

    big = tmp_path / "Big.atelier"
    big.write_bytes(b"x" * 20_000_000)
    studio.session.preferences.recent = [str(big)]
    queue.tabs.setCurrentIndex(4)
    pane, read_it, may_come, work_done = queue.resources, threading.Event(), threading.Event(), resources.work_done
    qtbot.waitUntil(lambda: bool(pane.rooms.bars.rooms))

    def late(store: Any) -> Any:
        done = work_done(store)
        read_it.set()
        assert may_come.wait(20.0)
        return done

    settle(queue)
    monkeypatch.setattr(resources, "work_done", late)
    pane.refresh()
    qtbot.waitUntil(read_it.is_set)
    type_limit(pane, "0.01")
    qtbot.waitUntil(lambda: bool(quotas(queue.store)))
    may_come.set()
    settle(queue)
    assert "more than the 10.0 MB" in pane.warning.text()
    assert len(queue.store.rows("SELECT 1 FROM note WHERE kind = 'quota'")) == 1
    monkeypatch.setattr(resources, "work_done", work_done)
    set_quota(queue.store, "", 0)  # another program
    pane.refresh()
    settle(queue)
    assert not pane.warning.isVisible()


def test_a_project_that_is_opened_meanwhile_can_be_given_a_limit(queue: Any, studio: Any, tmp_path: Path) -> None:
    first, second = str(tmp_path / "First.atelier"), str(tmp_path / "Second.atelier")
    studio.session.preferences.recent = [first]
    queue.tabs.setCurrentIndex(4)
    pane = queue.resources
    pane.whose.setCurrentIndex(pane.whose.findData(first))
    studio.session.preferences.recent = [second, first]
    pane.refresh()
    assert pane.whose.currentData() == first, "the choice stays"
    assert pane.whose.findData(second) > 0
    type_limit(pane, "0.002")
    settle(queue)
    studio.session.preferences.recent = []
    pane.whose.setCurrentIndex(0)
    pane.refresh()
    assert pane.whose.findData(first) > 0, "it has a limit, recent or not"
    assert pane.whose.findData(second) < 0
    pane.whose.setCurrentIndex(pane.whose.findData(first))
    assert pane.quota.text() == "0.002\u00a0GB"
    type_limit(pane, "0.0004")
    assert "1.0 MB or more" in pane.warning.text() and pane.warning.isVisible()
    assert pane.quota.text() == "0.002\u00a0GB"
    settle(queue)
    assert queue.store.setting(f"quota_bytes:{first}") == "2000000"


def test_an_ai_tool_goes_through_the_queue_on_a_copy(image: Any, qtbot: Any, tmp_path: Path) -> None:
    """The picture on top stays as it is; the result is a project beside it, told of when it is done."""
    from editor.storage import open_project
    from editor.workflows.queue.store import QueueStore

    window, session, told = image.window, image.session, []
    store = QueueStore(tmp_path / "queue.sqlite")
    store.set("rest_on_battery", "0")
    store.set("least_free_bytes", "0")
    before = session.required_project().content_hash()
    window.follower.told.connect(lambda note: told.append(note.title))
    window.follower.start()
    from app.ai.dialog import ToolDialog
    from editor.workflows.ai.tool import TOOLS, load_tools

    load_tools()
    dialog = ToolDialog(window, TOOLS["pencil"])
    dialog.show()
    press(dialog, "Run in the queue")
    qtbot.waitUntil(lambda: any(text.startswith("Done:") for text in told), timeout=90_000)
    assert session.required_project().content_hash() == before
    (order,) = store.orders()
    assert order.state == "done", store.lines(order.id)
    assert Path(order.result).parent == window.files.place.parent
    with open_project(order.result, read_only=True) as opened:
        assert opened.project.content_hash() != before
    store.close()
    window.queue.stop()
