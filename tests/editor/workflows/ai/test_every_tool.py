"""What holds for every AI tool: it can be undone, says how its result was made, and replays without any model."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from editor.base.errors import Cancelled, ExpectedError
from editor.base.jobs import Progress
from editor.commands.replay import replay_project
from editor.document.project import Project
from editor.model.provenance import Provenance
from editor.workflows.ai.run import run_tool
from editor.workflows.ai.tool import MODULES, TOOLS, NoOptions, Request, load_tools
from ml.catalogue.store import ModelStore
from ml.catalogue.tasks import TASKS
from ml.runtime.runtime import Runtime
from tests.editor.workflows.ai.every_sample import MOMENT, OWN_SAMPLES, SAMPLES, chosen, options_for

load_tools()
BUILT_IN = sorted(name for name, tool in TOOLS.items() if tool.built_in)


@pytest.fixture
def without_models(tmp_path: Path) -> Any:
    with Runtime() as runtime:
        yield runtime, ModelStore(tmp_path / "models")


def request_for(name: str, corpora: Path, without_models: Any) -> Request:
    tool = TOOLS[name]
    runtime, store = without_models
    project, document = OWN_SAMPLES.get(name, SAMPLES[tool.family])(corpora)
    return Request(
        project=project, document=document, selection=chosen(project), options=options_for(tool.options),
        runtime=runtime, store=store, time=MOMENT, seed=3, consent=tool.consent,
    )


@pytest.mark.parametrize("name", sorted(TOOLS))
def test_a_tool_is_described_whole(name: str) -> None:
    tool = TOOLS[name]
    assert tool.label
    assert tool.summary.endswith(".")
    assert tool.built_in or tool.tasks, "no way to do it"
    assert set(tool.tasks) <= set(TASKS)
    assert callable(tool.function())
    assert tool.options() == msgspec.convert(msgspec.to_builtins(tool.options()), tool.options)
    assert tool.section, "where the menu shows it"


def test_the_modules_register_and_import_nothing_heavy() -> None:
    assert len(TOOLS) > len(MODULES)
    assert NoOptions() == NoOptions()


@pytest.mark.conformance
@pytest.mark.parametrize("name", BUILT_IN)
def test_a_tool_is_an_edit_that_replays_without_models(
    name: str, corpora: Path, without_models: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = request_for(name, corpora, without_models)
    project = request.project
    before, head = project.content_hash(), project.history.head
    outcome = run_tool(TOOLS[name], request, Progress())
    assert outcome.sentence or outcome.rows or project.history.head != head
    if project.history.head == head:
        assert project.content_hash() == before
        return
    after = project.content_hash()
    assert any(note.tool == name for note in notes(project)), "the result does not say how it was made"
    assert all(project.get(key) is not None for key in outcome.chosen)
    project.undo()
    assert project.content_hash() == before
    project.redo()
    assert project.content_hash() == after
    for module in [*sys.modules]:
        if module == "ml" or module.startswith("ml."):
            monkeypatch.setitem(sys.modules, module, None)
    again = Project.in_memory()
    again.media = project.media
    done = replay_project(project, again)
    assert (done.refused, done.different) == ([], [])
    assert done.equal


def notes(project: Project) -> list[Provenance]:
    return [item for item in project.records.values() if isinstance(item, Provenance)]


@pytest.mark.conformance
@pytest.mark.parametrize("name", BUILT_IN)
def test_a_stopped_tool_leaves_nothing(name: str, corpora: Path, without_models: Any) -> None:
    request = request_for(name, corpora, without_models)
    before = request.project.content_hash()
    with pytest.raises(Cancelled):
        run_tool(TOOLS[name], request, Progress(cancelled=lambda: True))
    assert request.project.content_hash() == before


@pytest.mark.parametrize("name", sorted(name for name, tool in TOOLS.items() if tool.consent))
def test_without_consent_nothing_is_done(name: str, without_models: Any) -> None:
    runtime, store = without_models
    project = Project.in_memory()
    request = Request(
        project=project, document="", selection=(), options=TOOLS[name].options(), runtime=runtime, store=store
    )
    with pytest.raises(ExpectedError):
        run_tool(TOOLS[name], request, Progress())
    assert project.history.head == 0


@pytest.mark.parametrize("name", sorted(name for name, tool in TOOLS.items() if not tool.built_in))
def test_without_a_model_the_sentence_says_what_to_do(name: str, without_models: Any) -> None:
    runtime, store = without_models
    request = Request(
        project=Project.in_memory(), document="", selection=(), options=TOOLS[name].options(), runtime=runtime,
        store=store, consent=TOOLS[name].consent,
    )
    with pytest.raises(ExpectedError, match="needs a model"):
        run_tool(TOOLS[name], request, Progress())
