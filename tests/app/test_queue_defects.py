"""The window of the queue where it once went wrong: rows that change under a selection, a file that others write to,
drags to the end, logs that grow while they are read, ten thousand jobs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QModelIndex, Qt, QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from tests.app.settled_queue import settle


@pytest.fixture
def queue(studio: Any, qtbot: Any, tmp_path: Path) -> Iterator[Any]:
    """The window over a queue on which nothing works, and `store`, as another program has it."""
    from app.queue.window import QueueWindow
    from editor.workflows.queue.store import QueueStore

    store = QueueStore(tmp_path / "queue.sqlite")
    store.set("window_runs", "0")
    made = QueueWindow(studio.window)
    made.store = store
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    settle(made)
    yield made
    made.resources.wait()
    settle(made)
    made.close()
    store.close()


def add(queue: Any, *names: str, **more: Any) -> list[int]:
    from editor.workflows.queue.orders import Wish

    keys = [queue.store.add(Wish(arguments=("convert", "a", "b"), folder="/", label=name, **more)) for name in names]
    read(queue)
    return keys


def read(queue: Any) -> None:
    settle(queue)
    queue.orders.refresh(True)
    settle(queue)


def labels(queue: Any) -> list[str]:
    return [one.label for one in queue.orders.model.orders]


def click(queue: Any, label: str) -> None:
    view = queue.orders.view
    place = view.visualRect(queue.orders.model.index(labels(queue).index(label), 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    settle(queue)


def press(where: Any, text: str) -> None:
    button = next(one for one in where.findChildren(QPushButton) if one.text() == text and one.isVisible())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def answer(queue: Any, text: str) -> None:
    """Press a button of the question that is about to come."""
    from app.library.menus import ConfirmDialog

    QTimer.singleShot(0, lambda: press(queue.findChildren(ConfirmDialog)[-1], text))


def write_recipe(folder: Path, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.atelier-recipe"
    path.write_text(f'name = "{name}"\nsteps = [["convert", "{{input}}", "{{output}}/{{stem}}.png"]]\n')
    return path


def test_the_chosen_recipe_is_deleted_although_another_came_before_it(
    queue: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))  # where the trash lies
    second = write_recipe(tmp_path / "recipes", "Second")
    queue.tabs.setCurrentIndex(3)
    settle(queue)
    table = queue.recipes.table
    (item,) = table.findItems("Second", Qt.MatchFlag.MatchExactly)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualItemRect(item).center())
    first = write_recipe(tmp_path / "recipes", "First")
    queue.recipes.refresh()
    settle(queue)
    assert table.texts_of_chosen() == ["Second"]
    answer(queue, "Keep")
    press(queue.recipes, "Delete")
    assert second.exists(), "it asks first"
    answer(queue, "Delete")
    press(queue.recipes, "Delete")
    assert first.exists()
    assert not second.exists()


def test_the_window_never_waits_for_another_program_that_writes(queue: Any, studio: Any, tmp_path: Path) -> None:
    """Everything a person does comes back at once; what was asked for is done when the other lets go."""
    (key,) = add(queue, "Wanted")
    click(queue, "Wanted")
    other = sqlite3.connect(tmp_path / "queue.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    studio.window.follower.look()
    assert not studio.window.queue.is_wanted()
    queue.refresh()
    press(queue.orders, "Stop this job")
    press(queue, "Pause all")
    queue.tabs.setCurrentIndex(1)
    QCoreApplication.processEvents()
    assert queue.desk.is_busy, "what was asked for waits, the window does not"
    assert queue.store.order(key).state == "queued"
    other.execute("ROLLBACK")
    other.close()
    settle(queue)
    assert queue.store.order(key).state == "cancelled"
    assert queue.store.setting("paused") == "1"


def test_dropped_behind_the_last_it_is_last_and_keeps_its_priority(queue: Any) -> None:
    ended, first, second, third = add(queue, "Ended", "First", "Second", "Third")
    queue.store.write(lambda opened: opened.execute("UPDATE job SET state = 'done', ended = 5 WHERE id = ?", (ended,)))
    read(queue)
    assert labels(queue) == ["First", "Second", "Third", "Ended"]
    model = queue.orders.model
    data = model.mimeData([model.index(0, 0)])
    model.dropMimeData(data, Qt.DropAction.MoveAction, 3, 0, QModelIndex())
    settle(queue)
    read(queue)
    assert labels(queue) == ["Second", "Third", "First", "Ended"]
    model.dropMimeData(model.mimeData([model.index(0, 0)]), Qt.DropAction.MoveAction, -1, -1, QModelIndex())
    settle(queue)
    read(queue)
    assert labels(queue) == ["Third", "First", "Second", "Ended"]
    assert [queue.store.order(key).priority for key in (first, second, third)] == [0, 0, 0]
    queue.store.set_priority(third, 7)
    read(queue)
    model.dropMimeData(model.mimeData([model.index(2, 0)]), Qt.DropAction.MoveAction, 0, 0, QModelIndex())
    settle(queue)
    assert queue.store.order(second).priority == 7, "between others it gets theirs"


def test_a_log_grows_below_what_is_read_and_marked(queue: Any) -> None:
    (key,) = add(queue, "Talks")
    queue.store.log(key, [f"line {number}" for number in range(300)])
    click(queue, "Talks")
    log = queue.orders.log
    bar = log.verticalScrollBar()
    assert "line 299" in log.toPlainText()
    assert bar.value() == bar.maximum() > 50
    queue.store.log(key, ["and one more"])
    read(queue)
    assert "and one more" in log.toPlainText()
    assert bar.value() == bar.maximum(), "the end is followed"
    bar.setValue(40)
    cursor = log.textCursor()
    cursor.setPosition(100)
    cursor.setPosition(160, QTextCursor.MoveMode.KeepAnchor)
    log.setTextCursor(cursor)
    bar.setValue(40)
    marked = log.textCursor().selectedText()
    for number in range(5):
        queue.store.log(key, [f"later {number}"])
        read(queue)
    assert log.toPlainText().endswith("later 4")
    assert log.toPlainText().count("line 299") == 1
    assert bar.value() == 40
    assert log.textCursor().selectedText() == marked != ""


def test_ten_thousand_jobs_are_stopped_at_once_and_only_differences_are_shown(queue: Any, qtbot: Any) -> None:
    from editor.workflows.queue.orders import Wish

    every = [Wish(arguments=("convert", "a", "b"), folder="/", label=f"Picture {number}") for number in range(10_000)]
    keys = queue.store.add_all(every)
    read(queue)
    model, resets, changes = queue.orders.model, [], []
    assert model.rowCount() == 10_000
    model.modelReset.connect(lambda: resets.append(1))
    model.rowsInserted.connect(lambda _parent, first, last: changes.append((first, last)))
    queue.store.pause(keys[4])
    read(queue)
    assert not resets
    assert changes == [(0, 0)], "the one that is paused stands above those that are queued"
    queue.orders.view.selectAll()
    assert len(queue.orders.chosen()) == 10_000
    queue.orders.view.setFocus()
    QTest.keyClick(queue.orders.view, Qt.Key.Key_Delete)
    assert queue.desk.is_busy, "it is done on a thread"
    settle(queue)
    assert queue.store.counts() == {"cancelled": 10_000}


def test_a_lane_is_seen_found_and_set(queue: Any) -> None:
    (key,) = add(queue, "Enlarge", lane="gpu")
    add(queue, "Poster")
    click(queue, "Enlarge")
    menu = queue.orders.menu()
    lanes = next(action.menu() for action in menu.actions() if action.menu() is not None)
    chosen = [action.text() for action in lanes.actions() if action.isChecked()]
    assert chosen == ["Graphics card"]
    next(action for action in lanes.actions() if action.text() == "Files and network").trigger()
    settle(queue)
    read(queue)
    assert queue.store.order(key).lane == "io"
    queue.orders.lanes.setCurrentIndex(queue.orders.lanes.findData("io"))
    settle(queue)
    assert labels(queue) == ["Enlarge"]


def test_what_runs_after_what_is_chosen_and_circles_are_refused(queue: Any) -> None:
    from app.queue.after_form import AfterForm

    first, second = add(queue, "Film", "Trailer")
    click(queue, "Trailer")

    def tick() -> None:
        form = queue.findChild(AfterForm)
        form.list.setCurrentRow(0)
        QTest.keyClick(form.list, Qt.Key.Key_Space)
        press(form, "Save")

    QTimer.singleShot(0, tick)
    press(queue.orders, "Runs after...")
    settle(queue)
    assert queue.store.after(second) == [first]
    assert queue.store.order(second).state == "waiting"
    read(queue)
    click(queue, "Film")
    told = []

    def try_the_circle() -> None:
        form = queue.findChildren(AfterForm)[-1]
        form.list.item(0).setCheckState(Qt.CheckState.Checked)
        press(form, "Save")
        settle(queue)
        told.append(form.problem.text())
        form.reject()

    QTimer.singleShot(0, try_the_circle)
    press(queue.orders, "Runs after...")
    assert "already" in told[0]
    assert queue.store.after(first) == []


def test_a_job_is_added_by_hand(queue: Any, tmp_path: Path) -> None:
    from app.queue.add_order import CALL, AddForm

    source = tmp_path / "a picture.png"
    source.write_bytes(b"x")

    def fill() -> None:
        form = queue.findChild(AddForm)
        press(form, "Add")
        assert form.problem.isVisible(), "no file was named"
        form.files.text.setText(f"'{source}'")
        form.output.text.setText(str(tmp_path / "out"))
        form.recipe.setCurrentIndex(form.recipe.findData(str(write_recipe(tmp_path / "recipes", "Small"))))
        press(form, "Add")

    write_recipe(tmp_path / "recipes", "Small")
    QTimer.singleShot(0, fill)
    press(queue.orders, "Add a job...")
    settle(queue)

    def call() -> None:
        form = queue.findChildren(AddForm)[-1]
        form.kind.setCurrentIndex(CALL)
        QTest.keyClicks(form.call, "library refresh")
        press(form, "Add")

    QTimer.singleShot(0, call)
    press(queue.orders, "Add a job...")
    settle(queue)
    found = sorted(one.arguments[:2] for one in queue.store.orders())
    assert found == [("jobs", "apply"), ("library", "refresh")]


def test_a_daily_rule_in_another_zone_is_changed_as_it_was_made(queue: Any) -> None:
    from app.queue.schedule_form import ScheduleForm
    from editor.workflows.queue.schedules import NewSchedule, schedule, schedules

    schedule(queue.store, NewSchedule(name="Proofs", rule="30 9 * * *", zone="America/New_York"))
    queue.tabs.setCurrentIndex(1)
    settle(queue)
    queue.recurring.table.topLevelItem(0).setSelected(True)
    seen = []

    def rename() -> None:
        form = queue.findChild(ScheduleForm)
        seen.append((form.way.currentText(), form.time.text(), form.zone.currentText()))
        form.name.setText("Proofs and more")
        press(form, "Save")

    QTimer.singleShot(0, rename)
    press(queue.recurring, "Change...")
    settle(queue)
    assert seen == [("Every day", "09:30", "America/New_York")]
    (one,) = schedules(queue.store)
    assert (one.name, one.rule, one.zone) == ("Proofs and more", "30 9 * * *", "America/New_York")


def test_a_reminder_opens_with_its_moment_and_an_endless_one_is_refused(queue: Any) -> None:
    from app.queue.schedule_form import ScheduleForm
    from editor.workflows.queue.schedules import remind, schedules

    remind(queue.store, "2040-03-14 22:00", "Eclipse", "Europe/Paris")
    (one,) = schedules(queue.store)
    taken: list[Any] = []
    form = ScheduleForm(queue, taken.append, one)
    form.show()
    assert form.moment.text() == "2040-03-14 22:00"
    form.moment.setText("in 999999999 weeks")
    press(form, "Save")
    assert "999999999 weeks" in form.problem.text()
    form.moment.setText("2040-03-15 6:00")
    press(form, "Save")
    assert (taken[0].zone, taken[0].rule.split("\n")[0]) == ("Europe/Paris", "DTSTART:20400315T060000")


def test_the_day_of_a_month_is_chosen(queue: Any) -> None:
    from app.queue.schedule_form import ScheduleForm
    from app.queue.usual_rules import LAST

    taken: list[Any] = []
    for day in (15, LAST):
        form = ScheduleForm(queue, taken.append)
        form.show()
        form.name.setText("Invoices")
        form.time.setText("25:00")
        form.way.setCurrentIndex(form.way.findData("monthly"))
        assert form.month_day.isVisible()
        form.month_day.setCurrentIndex(form.month_day.findData(day))
        press(form, "Save")
        assert "25:00 is no time of day" in form.problem.text()
        form.time.setText("9h00")
        press(form, "Save")
    assert [one.rule for one in taken] == [
        "0 9 15 * *", "FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=9;BYMINUTE=0;BYSECOND=0",
    ]  # fmt: skip


def test_a_project_that_grew_over_its_limit_is_told_once_with_the_queue_closed(
    queue: Any, studio: Any, qtbot: Any, tmp_path: Path
) -> None:
    from app.queue.quotas import set_quota

    big = tmp_path / "Big.atelier"
    big.write_bytes(b"x" * 3_000_000)
    studio.session.preferences.recent = [str(big)]
    set_quota(queue.store, str(big), 2_000_000)
    queue.close()
    follower = studio.window.follower
    told = []
    follower.told.connect(lambda note: told.append(note.text))
    follower.start()
    qtbot.waitUntil(lambda: told == ["Big uses 3.0 MB, more than the 2.0 MB that were set."], timeout=20_000)
    assert "Big uses" in f"{studio.window.messages.text.text()}"

    def count_again() -> None:
        follower._counted_at = -1e9
        follower.look()
        qtbot.waitUntil(lambda: not (follower._is_counting or follower._desk.is_busy), timeout=20_000)

    count_again()
    assert len(queue.store.rows("SELECT 1 FROM note WHERE kind = 'quota'")) == 1
    big.write_bytes(b"x")
    count_again()
    count_again()
    big.write_bytes(b"x" * 2_500_000)
    count_again()
    count_again()
    assert len(queue.store.rows("SELECT 1 FROM note WHERE kind = 'quota'")) == 2, "told again after it was below"


def test_numbers_have_the_mark_of_the_language() -> None:
    from editor.base.numbers import number_text, size_text
    from editor.base.translation import speaking

    with speaking("fr"):
        assert size_text(4_200_000_000) == "4,2 Go"
        assert size_text(12) == "12 o"
        assert number_text(61.5, 1, keep_zeros=True) == "61,5"
    with speaking("en"):
        assert size_text(10_000_000) == "10.0 MB"


def test_words_beside_the_start_page_are_not_cut_off_in_french(studio: Any) -> None:
    from app.start.page import StartPage
    from editor.base.translation import speaking

    with speaking("fr"):
        page = StartPage(studio.window)
        page.resize(1200, 800)
        page.show()
    beside = [one for one in page.findChildren(QPushButton) if one.text()]
    assert any("gabarit" in one.text() for one in beside)
    assert [one.text() for one in beside if one.isVisible() and one.width() < one.sizeHint().width()] == []
    page.deleteLater()


@given(st.lists(st.integers(1, 30), unique=True), st.lists(st.integers(1, 30), unique=True))
def test_steps_make_one_list_of_another(before: list[int], after: list[int]) -> None:
    from app.queue.orders_model import steps_between

    steps, made = steps_between(before, after, 1000), list(before)
    assert steps is not None
    for row, key in steps:
        if key:
            made.insert(row, key)
        else:
            del made[row]
    assert made == after
