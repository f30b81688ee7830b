"""The core's promises: one way to write, exact rollback, history as a tree, gestures without trace, replay."""

import msgspec
import pytest

from editor.base.errors import ExpectedError
from editor.commands.registry import replay_entry, run, run_live
from editor.document import change as changes
from editor.document.index import Index
from editor.document.project import Project, ProjectChange
from editor.model.embed import Embed
from editor.model.record import DocumentRecord, Record, UnknownRecord, decode, encode, record


@record("test.sheet")
class Sheet(DocumentRecord, frozen=True, kw_only=True):
    width: float = 100.0


@record("test.note")
class Note(Record, frozen=True, kw_only=True):
    text: str = ""
    source: Embed | None = None


@pytest.fixture
def project() -> Project:
    made = Project.in_memory()
    with made.transaction("Set up"):
        made.put(Sheet(id="sheet", name="One"))
        made.put(Note(id="a", parent="sheet", order="V", text="first"))
    return made


def state(project: Project) -> dict[str, Record]:
    return dict(project.records)


def assert_index_is_fresh(project: Project) -> None:
    fresh = Index(project.records)
    for key in (None, *project.records):
        assert project.index.children(key) == fresh.children(key)


def test_writing_outside_a_transaction_is_a_bug(project: Project) -> None:
    with pytest.raises(RuntimeError):
        project.put(Note(id="b", parent="sheet"))


def test_an_exception_restores_the_exact_state(project: Project) -> None:
    before = state(project)
    with pytest.raises(ZeroDivisionError), project.transaction("Fail"):
        project.delete("sheet")
        project.put(Sheet(id="other"))
        raise ZeroDivisionError
    assert state(project) == before
    assert len(project.history) == 1
    assert_index_is_fresh(project)


def test_undo_redo_and_branches(project: Project) -> None:
    run(project, "project.set_field", record="a", field="text", value="second")
    second = project.history.head
    assert project.undo() == "Change property"
    assert project.find("a", Note).text == "first"
    run(project, "project.set_field", record="a", field="text", value="other")
    assert project.history.branch_count() == 2
    project.travel(second)
    assert project.find("a", Note).text == "second"
    project.travel(0)
    assert state(project) == {}
    assert project.redo() is not None and project.redo() is not None
    assert project.find("a", Note).text == "second"
    assert_index_is_fresh(project)


def test_one_signal_a_transaction_and_its_inverse(project: Project) -> None:
    heard: list[ProjectChange] = []
    project.changed.connect(heard.append)
    before = project.content_hash()
    with project.transaction("Two"):
        project.put(Note(id="b", parent="sheet", order="W"))
        project.put(Note(id="c", parent="sheet", order="X"))
    assert [set(item.change.entries) for item in heard] == [{"b", "c"}]
    project.undo()
    assert heard[1].change == heard[0].change.inverse()
    assert project.content_hash() == before


def test_a_gesture_leaves_one_entry_or_nothing(project: Project) -> None:
    before, steps = state(project), len(project.history)
    gesture = project.gesture("Write")
    for text in ("x", "xy"):
        run_live(project, gesture, "project.set_field", record="a", field="text", value=text)
    assert project.find("a", Note).text == "xy"
    with pytest.raises(ExpectedError):
        run(project, "project.delete", records=("a",))
    project.undo()
    assert state(project) == before and len(project.history) == steps
    gesture = project.gesture("Write")
    run_live(project, gesture, "project.set_field", record="a", field="text", value="done")
    gesture.commit()
    assert len(project.history) == steps + 1
    project.undo()
    assert state(project) == before
    assert_index_is_fresh(project)


def test_live_changes_describe_what_is_on_screen(project: Project) -> None:
    shown = dict(project.records)

    def follow(event: ProjectChange) -> None:
        for key, (before, after) in event.change.entries.items():
            assert shown.get(key) == before
            if after is None:
                del shown[key]
            else:
                shown[key] = after

    project.changed.connect(follow)
    gesture = project.gesture("Drag")
    gesture.update(lambda: project.put(Note(id="b", parent="sheet", order="W")))
    gesture.update(lambda: project.delete("a"))
    gesture.extend(lambda: project.put(Note(id="c", parent="sheet", order="X")))
    assert shown == state(project)
    gesture.cancel()
    assert shown == state(project)
    with project.transaction("After"):
        project.delete("a")
    project.undo()
    assert shown == state(project)


def test_replay_gives_the_same_hash(project: Project) -> None:
    run(project, "project.set_field", record="a", field="text", value="again")
    run(project, "project.delete", records=("a",))
    other = Project.in_memory()
    for key in project.history.path(project.history.head):
        entry = project.history[key]
        if not replay_entry(other, entry):
            with other.transaction(entry.label):
                for _, after in project.change_of(key).entries.values():
                    if after is not None:
                        other.put(after)
    assert other.content_hash() == project.content_hash()


def test_a_snapshot_leaves_out_the_gesture_under_way(project: Project) -> None:
    before = project.content_hash()
    gesture = project.gesture("Drag")
    gesture.update(lambda: project.delete("sheet"))
    gesture.extend(lambda: project.put(Sheet(id="new")))
    assert project.snapshot().content_hash() == before
    gesture.cancel()
    assert project.snapshot().content_hash() == before


def test_work_on_a_snapshot_is_adopted_with_its_commands(project: Project) -> None:
    scratch = project.snapshot(read_only=False)
    run(scratch, "project.set_field", record="a", field="text", value="elsewhere")
    assert project.find("a", Note).text == "first"
    for entry in scratch.history:
        project.adopt(entry, scratch.change_of(entry.id))
    assert project.content_hash() == scratch.content_hash()
    assert project.history[project.history.head].invocations[0].command == "project.set_field"
    project.undo()
    assert project.find("a", Note).text == "first"


def test_cycles_are_refused_with_their_path(project: Project) -> None:
    with project.transaction("Another"):
        project.put(Sheet(id="two", name="Two"))
        project.put(Note(id="n2", parent="two", source=Embed(document="sheet")))
    with pytest.raises(ExpectedError, match="One → Two → One"), project.transaction("Cycle"):
        project.put(Note(id="n1", parent="sheet", source=Embed(document="two")))
    assert project.get("n1") is None
    with pytest.raises(ExpectedError, match="inside itself"):
        run(project, "project.set_field", record="a", field="source", value={"type": "embed", "document": "sheet"})


def test_a_tree_stays_a_tree(project: Project) -> None:
    with project.transaction("Child"):
        project.put(Note(id="b", parent="a"))
    with pytest.raises(ExpectedError):
        run(project, "project.move", records=("a",), parent="b")
    with pytest.raises(ExpectedError), project.transaction("Orphan"):
        project.put(Note(id="lost", parent="nowhere"))
    assert_index_is_fresh(project)


def test_unknown_records_survive_and_can_move(project: Project) -> None:
    data = b'{"id":"u","parent":"sheet","order":"Z","future":[1,2]}'
    item = decode("future.kind", 7, data)
    assert isinstance(item, UnknownRecord) and encode(item) == data
    with project.transaction("Load"):
        project.put(item)
    run(project, "project.move", records=("u",), parent="a")
    moved = msgspec.json.decode(encode(project.find("u", UnknownRecord)))
    assert moved["parent"] == "a" and moved["future"] == [1, 2]


def test_changes_travel_through_bytes(project: Project) -> None:
    change = project.change_of(1)
    assert changes.from_bytes(changes.to_bytes(change)) == change
    with pytest.raises(ValueError, match="damaged"):
        changes.from_bytes(b"z" + b"\0" * 20)
