"""Commands run inside one transaction are one step that replays."""

from __future__ import annotations

import msgspec
import pytest

from editor.commands.registry import load_commands, replay_entry, run
from editor.document.project import Project
from editor.model.record import DocumentRecord


def grouped(project: Project) -> str:
    with project.transaction("Two at once"):
        document: str = run(project, "raster.new_document", name="one", width=4, height=4, background=None)
        run(project, "project.rename_document", document=document, name="two")
    return document


def test_group_is_one_step_with_its_commands() -> None:
    project = Project.in_memory()
    grouped(project)
    (entry,) = project.history
    assert [item.command for item in entry.invocations] == ["raster.new_document", "project.rename_document"]


def test_group_replays_to_the_same_hash() -> None:
    load_commands()
    source, copy = Project.in_memory(), Project.in_memory()
    grouped(source)
    for entry in source.history:
        assert replay_entry(copy, entry)
    assert copy.content_hash() == source.content_hash()
    assert [entry.invocations for entry in copy.history] == [entry.invocations for entry in source.history]


def test_group_with_writes_past_its_commands_names_none() -> None:
    project = Project.in_memory()
    with project.transaction("Mixed"):
        document = run(project, "raster.new_document", width=4, height=4, background=None)
        project.put(msgspec.structs.replace(project.find(document, DocumentRecord), name="by hand"))
    assert [entry.invocations for entry in project.history] == [()]


def test_commands_inside_a_command_are_not_named() -> None:
    project = Project.in_memory()
    run(project, "raster.new_document", width=4, height=4, background="#ff0000")
    (entry,) = project.history
    assert [item.command for item in entry.invocations] == ["raster.new_document"]


def test_failure_inside_a_group_takes_all_back() -> None:
    project = Project.in_memory()
    with pytest.raises(ValueError, match="stop"), project.transaction("Fails"):
        run(project, "raster.new_document", width=4, height=4)
        raise ValueError("stop")
    assert len(project.records) == 0
    assert len(project.history) == 0


def test_a_trial_that_fails_leaves_nothing_and_the_rest_replays() -> None:
    load_commands()
    source, copy = Project.in_memory(), Project.in_memory()
    with source.transaction("Three, of which one fails"):
        run(source, "raster.new_document", name="one", width=4, height=4, background=None)
        with pytest.raises(ZeroDivisionError), source.trial():
            key = run(source, "raster.new_document", name="two", width=4, height=4, background=None)
            source.select((key,))
            raise ZeroDivisionError
        assert [one.name for one in source.documents()] == ["one"]
        with source.trial():
            run(source, "raster.new_document", name="three", width=4, height=4, background=None)
    (entry,) = source.history
    assert len(entry.invocations) == 2
    assert replay_entry(copy, entry)
    assert copy.content_hash() == source.content_hash()
    source.undo()
    assert not source.records
