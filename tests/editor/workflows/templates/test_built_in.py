"""The templates of the studio: each can be made in both languages, is one step, replays, and shows something."""

import json
from pathlib import Path

import numpy as np
import pytest

from editor.base.errors import ExpectedError
from editor.base.translation import TRANSLATIONS, speaking
from editor.commands.registry import find_command
from editor.display.display import Display
from editor.document.project import Project
from editor.model.template import Slot
from editor.workflows.templates.built_in import (
    EDITORS,
    BuiltIn,
    built_in,
    built_in_templates,
    make,
    read_script,
    texts_of,
)  # fmt: skip

ALL = built_in_templates()


def test_every_editor_has_two() -> None:
    assert [sum(1 for item in ALL if item.script.editor == editor) >= 2 for editor in EDITORS] == [True] * 5


def test_every_text_is_in_french() -> None:
    french: dict[str, str] = {}
    for path in (TRANSLATIONS / "fr").glob("*.json"):
        french |= json.loads(path.read_text(encoding="utf-8"))
    assert [text for item in ALL for text in texts_of(item.script) if text not in french] == []


def test_only_commands_are_run() -> None:
    names = {step[0] for item in ALL for step in item.script.steps}
    assert {find_command(name).name for name in names} == names


@pytest.mark.parametrize("template", ALL, ids=[item.key for item in ALL])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_it_can_be_made(template: BuiltIn, language: str) -> None:
    with speaking(language):
        project = Project.in_memory()
        document = make(project, template)
        assert project.get(document) is not None
        assert len(list(project.index.of_type(Slot))) >= 5
        assert len(project.history) == 1, "one step of the history"


@pytest.mark.parametrize("key", ["vector-concert", "layout-flyer", "video-title"])
def test_it_shows_something(key: str) -> None:
    project = Project.in_memory()
    document = make(project, built_in(key))
    display = Display(project)
    try:
        pixels = np.asarray(display.render_whole(document, 0.1))
    finally:
        display.close()
    assert pixels.std() > 20


def test_a_name_that_is_none_is_a_sentence() -> None:
    with pytest.raises(ExpectedError, match="no template named"):
        built_in("nothing")


@pytest.mark.parametrize("text", ["", "[]", '{"name": "x"}', '{"name":"x","summary":"","editor":"shell","steps":[]}'])
def test_a_damaged_script_is_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.json").write_text(text)
    with pytest.raises(ExpectedError, match="no template"):
        read_script(tmp_path / "bad.json")
