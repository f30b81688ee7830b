"""Every registered command, on documents made by random commands: apply, take back, apply again, replay.

An error must be an ExpectedError and leave the exact state. Each record must read back as it was written.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from editor.base.errors import ExpectedError
from editor.commands.registry import COMMANDS, Command, load_commands, run
from editor.commands.replay import replay_project
from editor.document.index import Index
from editor.document.project import Project
from editor.model.record import decode, encode, kind_of, version_of
from tests.editor.commands.parameters import parameters_of

load_commands()
NAMES = sorted(COMMANDS)
MAKERS = [name for name in NAMES if name.split(".")[1].startswith(("add_", "new_", "import_", "place_", "insert_"))]
# What every generated project has, so that each family's commands find something to work on.
SETUP: list[tuple[str, dict[str, Any]]] = [
    ("raster.new_document", {"name": "Picture", "width": 300, "height": 200}),
    ("vector.new_document", {"name": "Page", "width": 200, "height": 100}),
    ("video.new_document", {"name": "Film"}),
    ("scene.new_document", {"name": "Scene"}),
]
FILLING = {
    "raster": ["raster.add_layer", "raster.add_group", "raster.select_rectangle", "raster.fill"],
    "vector": ["vector.add_rectangle", "vector.add_ellipse", "vector.add_path", "vector.add_text"],
    "video": ["video.add_track", "video.add_color", "video.add_caption", "video.import_media", "video.set_marker"],
    "scene": ["scene.add_mesh", "scene.add_primitive", "scene.add_camera", "scene.add_lamp", "scene.add_material"],
}


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
    """A project with a document of every family, and random commands of the wanted one run on it."""
    project = Project.in_memory()
    for name, parameters in SETUP:
        if name in COMMANDS:
            run(project, name, **parameters)
    names = [name for name in FILLING.get(family, sum(FILLING.values(), [])) if name in COMMANDS]
    names += [name for name in MAKERS if name.startswith(family)]
    for _ in range(data.draw(st.integers(2, 6), label="commands before")):
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
