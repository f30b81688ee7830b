"""Every registered command, on documents made by random commands: apply, take back, apply again, replay.

An error must be an ExpectedError and leave the exact state. Each record must read back as it was written.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from editor.base.errors import ExpectedError
from editor.commands.registry import COMMANDS, Command, load_commands, run
from editor.commands.replay import replay_project
from editor.document.index import Index
from editor.document.project import Project
from editor.model.record import decode, encode, kind_of, version_of
from tests.editor.commands.furnishing import FURNISHED
from tests.editor.commands.parameters import parameters_of

load_commands()
NAMES = sorted(COMMANDS)
MAKERS = [name for name in NAMES if name.split(".")[1].startswith(("add_", "new_", "import_", "place_", "insert_"))]


def attempt(project: Project, command: Command, data: st.DataObject) -> bool:
    """Run a command with drawn parameters. False when it refused; then nothing may have changed."""
    parameters = data.draw(parameters_of(command, project), label=command.name)
    before, steps, head = dict(project.records), len(project.history), project.history.head
    try:
        run(project, command.name, **parameters)
    except ExpectedError as error:
        assert error.sentence
        assert dict(project.records) == before
        assert (len(project.history), project.history.head) == (steps, head)
        assert not project.is_in_gesture
        return False
    return True


def made_project(family: str, data: st.DataObject) -> Project:
    """A project with something of every family in it, and random commands that add to the wanted one."""
    project = Project.in_memory()
    for wanted in ("raster", "vector", "video", "scene"):
        FURNISHED[wanted](project, family in (wanted, "", "project", "template"))
    names = [name for name in MAKERS if name.startswith(family)] or MAKERS
    for _ in range(data.draw(st.integers(0, 3), label="commands before")):
        attempt(project, COMMANDS[data.draw(st.sampled_from(names), label="before")], data)
    return project


def assert_round_trip(project: Project) -> None:
    """Undo to the start and redo, record by record through bytes, and replay into a new project."""
    digest, head = project.content_hash(), project.history.head
    for item in project.records.values():
        assert decode(kind_of(item), version_of(item), encode(item)) == item
    fresh = Index(project.records)
    for key in (None, *project.records):
        assert project.index.children(key) == fresh.children(key)
    project.travel(0)
    assert not project.records
    project.travel(head)
    assert project.content_hash() == digest
    replayed = replay_project(project, Project.in_memory())
    assert (replayed.refused, replayed.different) == ([], [])
    assert replayed.equal


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_apply_take_back_apply_again_replay(name: str, data: st.DataObject) -> None:
    check_command(name, data)


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_apply_take_back_apply_again_replay_often(name: str, data: st.DataObject) -> None:
    check_command(name, data)


def check_command(name: str, data: st.DataObject) -> None:
    """The promise of every command, for one generated project and one set of parameters."""
    command = COMMANDS[name]
    project = made_project(command.family, data)
    before, entry = project.content_hash(), project.history.head
    if attempt(project, command, data) and project.history.head != entry:
        after = project.content_hash()
        project.undo()
        assert project.content_hash() == before
        project.redo()
        assert project.content_hash() == after
    assert_round_trip(project)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_long_mixed_histories(data: st.DataObject) -> None:
    """Commands of all families in a row, with steps back and branches between them."""
    project = made_project("", data)
    for _ in range(data.draw(st.integers(3, 15), label="commands")):
        if data.draw(st.integers(0, 5), label="back") == 0:
            project.undo()
        else:
            attempt(project, COMMANDS[data.draw(st.sampled_from(NAMES), label="command")], data)
    assert_round_trip(project)
